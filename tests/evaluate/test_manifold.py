import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate import _neighbours
from ganzoo.evaluate.manifold import precision_recall_density_coverage

KNOWN = {
    3: {"precision": 0.778, "recall": 0.725, "density": 1.0016666666667, "coverage": 0.878},
    5: {"precision": 0.879, "recall": 0.823, "density": 1.0022, "coverage": 0.964},
}


@pytest.mark.parametrize("k", [3, 5])
def test_the_known_case(case, k):
    assert precision_recall_density_coverage(*case, k=k) == pytest.approx(KNOWN[k], abs=1e-12)


def test_small_blocks_give_the_same(case, monkeypatch):
    monkeypatch.setattr(_neighbours, "BLOCK_BYTES", 8 * 1000 * 7)
    assert precision_recall_density_coverage(*case, k=3) == pytest.approx(KNOWN[3], abs=1e-12)


def by_the_formula(real, fake, k):
    def distances(a, b):
        return np.sqrt(((a[:, None] - b[None]) ** 2).sum(-1))

    between = distances(real, fake)
    real_radii, fake_radii = (np.sort(distances(x, x), axis=1)[:, k] for x in (real, fake))
    inside = between < real_radii[:, None]
    return {
        "precision": inside.any(0).mean(),
        "recall": (between < fake_radii).any(1).mean(),
        "density": inside.sum(0).mean() / k,
        "coverage": (between.min(1) < real_radii).mean(),
    }


def sets(name):
    rng = np.random.default_rng(3)
    x, y = rng.standard_normal((120, 6)), 0.8 * rng.standard_normal((70, 6)) + 0.3
    return {
        "unequal n": (x, y),
        "n < d": (rng.standard_normal((12, 40)), rng.standard_normal((9, 40))),
        "copies of reals": (x, x[:50]),
        "repeated fakes": (x, np.repeat(y[:30], 4, axis=0)),
        "repeated reals": (np.repeat(x[:30], 3, axis=0), y),
        # Small whole numbers are equally far apart in many ways, and a radius is strict.
        "ties": (rng.integers(0, 4, (90, 3)) / 1.0, rng.integers(0, 4, (60, 3)) / 1.0),
    }[name]


@pytest.mark.parametrize("k", [1, 3, 8])
@pytest.mark.parametrize(
    "name", ["unequal n", "n < d", "copies of reals", "repeated fakes", "repeated reals", "ties"]
)
def test_other_arrays_by_the_formula(name, k):
    real, fake = sets(name)
    expected = pytest.approx(by_the_formula(real, fake, k), abs=1e-12)
    assert precision_recall_density_coverage(real, fake, k=k) == expected


def test_the_largest_k_reaches_the_farthest_neighbour():
    real, fake = sets("n < d")
    real, fake = real[:6], fake[:6]
    expected = pytest.approx(by_the_formula(real, fake, 5), abs=1e-12)
    assert precision_recall_density_coverage(real, fake, k=5) == expected


def test_it_agrees_with_prdc(case):
    prdc = pytest.importorskip("prdc")
    real, fake = case[0][:300], case[1][:200]
    theirs = prdc.compute_prdc(real_features=real, fake_features=fake, nearest_k=4)
    assert precision_recall_density_coverage(real, fake, k=4) == pytest.approx(theirs, abs=1e-12)


def test_by_hand():
    real, fake = np.array([[0.0], [1], [3], [10]]), np.array([[0.5], [1.5], [1.6]])
    # Radii at k = 1: 1, 1, 2, 7 around the reals and 1, 0.1, 0.1 around the fakes.
    # 0.5 is in the balls of 0 and 1; 1.5 and 1.6 are in those of 1 and 3; that of 10 ends at 3.
    # Only 0 and 1 are strictly inside a fake's ball, that of 0.5.
    expected = {"precision": 1, "recall": 0.5, "density": 2, "coverage": 0.75}
    assert precision_recall_density_coverage(real, fake, k=1) == pytest.approx(expected)


def test_far_apart_is_zero_and_the_same_is_one(case):
    apart = precision_recall_density_coverage(case[0], case[0] + 1000)
    assert apart == {"precision": 0, "recall": 0, "density": 0, "coverage": 0}
    same = precision_recall_density_coverage(case[0], case[0])
    assert (same["precision"], same["recall"], same["coverage"]) == (1, 1, 1)


def test_a_shift_of_everything_changes_nothing(case):
    shifted = [features.astype("float64") + 1e4 for features in case]
    assert precision_recall_density_coverage(*shifted, k=3) == pytest.approx(KNOWN[3], abs=1e-12)


def test_reals_that_are_all_alike_have_empty_balls():
    alike = np.full((10, 3), 0.1)
    assert set(precision_recall_density_coverage(alike, alike).values()) == {0}


@pytest.mark.parametrize(
    ("real", "fake", "k", "message"),
    [
        (np.zeros((5, 2)), np.zeros((9, 2)), 5, "real must have at least 6 rows. Received: 5"),
        (np.zeros((9, 2)), np.zeros((5, 2)), 5, "fake must have at least 6 rows. Received: 5"),
        (np.zeros((9, 2)), np.zeros((9, 3)), 5, "real: 2, fake: 3"),
        (np.zeros((9, 2)), np.zeros((9, 2)), 0, "k must be at least 1. Received: 0"),
        (np.full((9, 2), np.nan), np.zeros((9, 2)), 5, "NaN"),
    ],
)
def test_what_has_no_neighbours_is_refused(real, fake, k, message):
    with pytest.raises(InvalidArgumentError, match=message):
        precision_recall_density_coverage(real, fake, k=k)
