import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.copying import authenticity, data_copying


def test_the_known_case(case):
    real, fake = case
    assert authenticity(real, fake) == pytest.approx(78.4, abs=1e-5)
    assert data_copying(real[:500], real[500:], fake) == pytest.approx(1.98366811921632, abs=1e-9)


def test_copies_are_found(case):
    real, _ = case
    assert authenticity(real, real[:200]) == 0
    assert authenticity(real, real[:200] + 1e-6) == 0
    assert data_copying(real[:500], real[500:], real[:500]) < -20


def test_unseen_real_data_does_not_copy(case):
    real, _ = case
    assert abs(data_copying(real[:400], real[400:700], real[700:])) < 3


def test_authenticity_by_hand():
    train = np.array([[0.0], [1], [5]])
    # 0.4 is nearer to 0 than 1 is: a copy. 3 is at 2 of 1 and of 5, whose neighbours are at 1: authentic.
    # 9 is at 4 of 5, whose neighbour is just as far: strictly nearer is asked for.
    assert authenticity(train, np.array([[0.4], [3], [9]])) == pytest.approx(100 / 3)


def test_data_copying_by_hand():
    train, test, fake = np.array([[0.0]]), np.array([[2.0], [4]]), np.array([[1.0], [2]])
    # Ranks of 1, 2 | 2, 4 are 1, 2.5 | 2.5, 4: U = 3.5 - 3, against 2 - 1/2, over √(4 · 5 / 12).
    assert data_copying(train, test, fake) == pytest.approx((0.5 - 1.5) / np.sqrt(20 / 12))


def whole_numbers(seed):
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 4, (n, 3)).astype("float64") for n in (60, 45, 80)]


def continuous(seed):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal((n, 30)) for n in (60, 25, 12)]


def by_differences(x, y):
    return np.sqrt(((x[:, None] - y[None]) ** 2).sum(-1))


@pytest.mark.parametrize("sets", [whole_numbers, continuous])
def test_other_arrays_by_the_formulas(sets):
    train, test, fake = sets(5)
    to_train, within = by_differences(fake, train), by_differences(train, train)
    np.fill_diagonal(within, np.inf)
    expected = 100 * np.mean(within.min(1)[to_train.argmin(1)] < to_train.min(1))
    assert authenticity(train, fake) == pytest.approx(expected, abs=1e-12)
    a, b = to_train.min(1)[:, None], by_differences(test, train).min(1)
    n, m = len(fake), len(test)
    u = (a > b).sum() + (a == b).sum() / 2  # Mann and Whitney's own words: pairs won, and half of those tied
    z = (u - (n * m / 2 - 0.5)) / np.sqrt(n * m * (n + m + 1) / 12)
    assert data_copying(train, test, fake) == pytest.approx(z, abs=1e-12)


def test_features_that_are_all_alike_are_all_copies():
    alike = np.full((9, 3), 0.1)
    assert authenticity(alike, alike) == 0
    assert data_copying(alike, alike, alike) == pytest.approx(0.5 / np.sqrt(81 * 19 / 12))


@pytest.mark.parametrize("bad", [np.zeros((0, 2)), np.full((3, 2), np.nan), np.zeros((3, 4)), np.zeros(3)])
def test_what_cannot_be_compared_is_refused(bad):
    good = np.arange(6.0).reshape(3, 2)
    for arguments in ((bad, good), (good, bad)):
        with pytest.raises(InvalidArgumentError, match="Received"):
            authenticity(*arguments)
    for arguments in ((bad, good, good), (good, bad, good), (good, good, bad)):
        with pytest.raises(InvalidArgumentError, match="Received"):
            data_copying(*arguments)
    with pytest.raises(InvalidArgumentError, match="at least 2 rows"):
        authenticity(good[:1], good)
