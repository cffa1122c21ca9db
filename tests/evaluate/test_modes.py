import math

import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.modes import ModeCoverage, mode_coverage


def logits(classes, modes):
    return 9 * np.eye(modes)[np.asarray(classes)]


def test_by_hand():
    drawn = logits([0, 0, 0, 1, 1, 1, 1, 2], 4)
    kl = 3 / 8 * math.log(3 / 2) + 4 / 8 * math.log(2) + 1 / 8 * math.log(1 / 2)
    assert mode_coverage(drawn) == ModeCoverage(3, 4, pytest.approx(kl))
    assert mode_coverage(drawn, at_least=0.6).covered == 2  # a share of 1/8 is half of what it should be
    assert mode_coverage(drawn, at_least=0.5).covered == 3


def test_three_readings_make_a_thousand_modes():
    rng = np.random.default_rng(0)
    digits = rng.integers(0, 10, (3, 26_000))
    full = mode_coverage(*(logits(reading, 10) for reading in digits))
    assert (full.covered, full.modes) == (1000, 1000)
    assert full.kl == pytest.approx(999 / (2 * 26_000), rel=0.2)  # the bias of n draws: (modes - 1) / 2n
    digits[2] = digits[1] % 3  # a last digit that follows the second
    collapsed = mode_coverage(*(logits(reading, 10) for reading in digits))
    assert collapsed.covered == 100
    assert collapsed.kl == pytest.approx(math.log(10), abs=0.01)


def test_the_last_classifier_runs_fastest():
    pair = [logits([1], 2), logits([2], 3)]
    shares = np.zeros(6)
    shares[1 * 3 + 2] = 1
    assert mode_coverage(*pair, shares=shares) == ModeCoverage(1, 1, 0)
    assert mode_coverage(*pair, shares=np.eye(6)[0]) == ModeCoverage(0, 1, math.inf)


def test_unequal_shares_of_the_data_are_what_is_asked_for():
    drawn = logits([0, 0, 0, 1], 2)
    assert mode_coverage(drawn, shares=np.array([0.75, 0.25]), at_least=1) == ModeCoverage(2, 2, 0)
    assert mode_coverage(drawn, at_least=1).covered == 1


@pytest.mark.parametrize(
    ("arrays", "options", "message"),
    [
        ([], {}, "no logits"),
        ([np.zeros((2, 3)), np.zeros((3, 3))], {}, r"Received: \[2, 3\]"),
        ([np.zeros((0, 3))], {}, "at least 1 rows"),
        ([np.full((2, 3), np.nan)], {}, "NaN"),
        ([np.zeros((2, 3))], {"at_least": -1}, "Received: -1"),
        ([np.zeros((2, 3))], {"shares": [0.5, 0.5]}, r"must be 3 numbers.*\(2,\)"),
        ([np.zeros((2, 3))], {"shares": [0.5, 0.5, 0.5]}, "sum 1.5"),
        ([np.zeros((1, 1000))] * 3, {}, "Received: 1000000000"),
    ],
)
def test_what_has_no_modes_is_refused(arrays, options, message):
    with pytest.raises(InvalidArgumentError, match=message):
        mode_coverage(*arrays, **options)
