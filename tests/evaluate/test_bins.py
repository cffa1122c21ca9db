import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.bins import BinComparison, num_different_bins


def test_the_known_case(case):
    comparison = num_different_bins(*case, centres=case[0][:20])
    assert (comparison.different, comparison.bins) == (3, 20)
    assert comparison.jensen_shannon == pytest.approx(0.0061825764727, abs=1e-9)


def test_by_hand():
    real, fake = np.repeat([[0.0], [1]], [50, 50], axis=0), np.repeat([[0.0], [1]], [80, 20], axis=0)
    comparison = num_different_bins(real, fake, centres=np.array([[0.0], [1], [2]]))
    # z = 0.3 / √(0.65 · 0.35 · 2 / 100) = 4.4 in both filled bins; the third is empty in both.
    divergence = 0.25 * np.log(0.5 / 0.65) + 0.25 * np.log(0.5 / 0.35)
    divergence += 0.4 * np.log(0.8 / 0.65) + 0.1 * np.log(0.2 / 0.35)
    assert comparison == BinComparison(2, 3, pytest.approx(divergence))


@pytest.mark.parametrize("whole", [False, True])
def test_other_arrays_by_the_formula(whole):
    rng = np.random.default_rng(1)
    real, fake = rng.normal(0, 1, (150, 4)), rng.normal(0.4, 1, (60, 4))
    if whole:  # ties between centres go to the first, here as there
        real, fake = np.rint(real), np.rint(fake)
    centres = real[:8]
    p, q = (
        np.bincount(((x[:, None] - centres) ** 2).sum(-1).argmin(1), minlength=8) / len(x)
        for x in (real, fake)
    )
    pooled = (150 * p + 60 * q) / 210
    with np.errstate(invalid="ignore"):  # a bin that is empty in both
        z = np.abs(p - q) / np.sqrt(pooled * (1 - pooled) * (1 / 150 + 1 / 60))

    def entropy(shares):
        return -np.sum(shares[shares > 0] * np.log(shares[shares > 0]))

    comparison = num_different_bins(real, fake, centres=centres)
    assert comparison.different == np.sum(z > 1.959963984540054)
    divergence = entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2
    assert comparison.jensen_shannon == pytest.approx(divergence, abs=1e-12)


def test_the_level_of_the_test_is_what_was_asked_for():
    rng = np.random.default_rng(0)
    real, fake = rng.standard_normal((4000, 2)), rng.standard_normal((4000, 2))
    comparison = num_different_bins(real, fake, bins=100, significance=0.05)
    assert comparison.bins == 100
    assert comparison.different <= 12
    assert num_different_bins(real, real).different == 0


def test_a_dropped_mode_and_disjoint_sets_are_found():
    rng = np.random.default_rng(0)
    modes = np.repeat(10 * np.eye(8), 100, axis=0)
    real = modes + rng.standard_normal((800, 8))
    dropped = num_different_bins(real, real[100:], bins=8, seed=1)
    assert dropped.different >= 1
    apart = num_different_bins(real[:400], real[400:], bins=20)
    far = num_different_bins(real, real + 100, centres=np.array([np.zeros(8), np.full(8, 100)]))
    assert apart.different > 5
    assert far == BinComparison(2, 2, pytest.approx(np.log(2)))


def test_fewer_distinct_rows_than_bins_leave_bins_empty():
    assert num_different_bins(np.zeros((9, 2)), np.zeros((5, 2)), bins=4) == BinComparison(0, 4, 0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bins": 6}, "from 1 to 5, the rows of real. Received: 6"),
        ({"bins": 0}, "Received: 0"),
        ({"bins": 2, "significance": 0}, r"in \(0, 1\). Received: 0"),
        ({"bins": 2, "seed": -1}, "seed must be from 0"),
        ({"centres": np.zeros((3, 4))}, "centres: 4"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(InvalidArgumentError, match=message):
        num_different_bins(np.zeros((5, 2)), np.zeros((5, 2)), **options)
