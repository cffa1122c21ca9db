import math

import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate import _neighbours, birthday
from ganzoo.evaluate.birthday import BirthdayEstimate, birthday_support, closest_pairs


def samples(n, support, seed=0):
    """n draws from that many different points, a duplicate a millionth off."""
    rng = np.random.default_rng(seed)
    points = rng.standard_normal((support, 8))
    return points[rng.integers(0, support, n)] + 1e-7 * rng.standard_normal((n, 8))


@pytest.mark.parametrize(("n", "support"), [(1500, 3000), (1000, 365)])
def test_a_known_support_is_found(n, support):
    found = [birthday_support(samples(n, support, seed), threshold=1e-5).support for seed in range(6)]
    assert np.mean(found) == pytest.approx(support, rel=0.2)


def test_among_people_it_is_a_party_of_23():
    parties = [birthday_support(samples(1500, 365, seed), threshold=1e-5).batch for seed in range(6)]
    assert np.mean(parties) == pytest.approx(23, abs=2)


def test_one_pair_by_hand():
    x = np.array([[0.0], [0.1], [5], [9]])
    # The pair is complete at 2, 3 or 4 of 4 rows, at 1, 2 and 3 of the 6 pairs of places.
    estimate = birthday_support(x, threshold=0.2, trials=4001)
    assert estimate == BirthdayEstimate(1, estimate.batch, pytest.approx(estimate.batch**2 / 1.386294))
    assert estimate.batch in (3, 4)  # 1/2 lies right between them
    three = birthday_support(np.array([[0.0], [0.1], [0.15]]), threshold=0.2)
    assert (three.pairs, three.batch) == (3, 2)


def test_no_duplicate_is_no_bound():
    x = np.random.default_rng(0).standard_normal((50, 4))
    assert birthday_support(x, threshold=1e-9) == BirthdayEstimate(0, math.inf, math.inf)


def test_exact_copies_need_no_threshold_and_all_alike_repeats_at_once():
    x = np.random.default_rng(0).standard_normal((50, 4))
    x[7] = x[3]
    assert birthday_support(x, threshold=0).pairs == 1
    assert birthday_support(np.full((60, 3), 0.1), threshold=0).batch == 2


def test_many_duplicates_are_estimated_on_a_part_of_the_rows(monkeypatch):
    x = samples(1200, 60)
    whole = birthday_support(x, threshold=1e-5, trials=4000)
    monkeypatch.setattr(birthday, "MAX_PAIRS", 1000)
    part = birthday_support(x, threshold=1e-5, trials=4000)
    assert part.pairs == whole.pairs > 10_000
    assert abs(part.batch - whole.batch) <= 1


def test_the_same_seed_gives_the_same():
    x = samples(400, 500)
    assert birthday_support(x, threshold=1e-5, seed=3) == birthday_support(x, threshold=1e-5, seed=3)


@pytest.mark.parametrize("block_bytes", [8 * 40, 8 * 40 * 3, 2**22])
def test_the_closest_pairs_are_those_of_all_pairs(monkeypatch, block_bytes):
    monkeypatch.setattr(_neighbours, "BLOCK_BYTES", block_bytes)
    x = np.random.default_rng(0).standard_normal((40, 3))
    i, j = np.triu_indices(40, 1)
    distances = np.sqrt(((x[i] - x[j]) ** 2).sum(1))
    order = distances.argsort()[:25]
    pairs, found = closest_pairs(x, count=25)
    np.testing.assert_allclose(found, distances[order], rtol=1e-9)
    np.testing.assert_array_equal(pairs, np.column_stack([i, j])[order])
    assert len(closest_pairs(x, count=780)[0]) == 780


def test_options_out_of_range_are_refused():
    x = np.zeros((4, 2))
    for options, message in (
        ({"threshold": -1}, "at least 0. Received: -1"),
        ({"threshold": math.nan}, "Received: nan"),
        ({"threshold": 1, "trials": 0}, "trials"),
        ({"threshold": 1, "seed": -1}, "seed must be from 0"),
    ):
        with pytest.raises(InvalidArgumentError, match=message):
            birthday_support(x, **options)
    with pytest.raises(InvalidArgumentError, match=r"from 1 to 6\. Received: 7"):
        closest_pairs(x, count=7)
    with pytest.raises(InvalidArgumentError, match="at least 2 rows"):
        birthday_support(x[:1], threshold=1)
    with pytest.raises(InvalidArgumentError, match="NaN"):
        closest_pairs(np.full((4, 2), np.nan))
