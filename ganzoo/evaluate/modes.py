"""How many modes of the data a model draws at all, by a classifier: the test for mode collapse."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._checks import check_features

__all__ = ["ModeCoverage", "mode_coverage"]

MAX_MODES: Final = 10_000_000


@dataclass(frozen=True)
class ModeCoverage:
    """Which part of the modes is drawn, and how evenly.

    Args:
        covered: modes that were drawn; `modes` is best.
        modes: modes that there are in the data.
        kl: KL divergence of the drawn shares from the data's, in nats; 0 is best. Infinite if something
            is drawn that the data does not have.
    """

    covered: int
    modes: int
    kl: float


def mode_coverage(
    *logits: np.ndarray, at_least: float = 0.0, shares: np.ndarray | None = None
) -> ModeCoverage:
    """Counts the modes that a set of images covers.

    A mode is a class, or with several classifiers a combination of classes: readings of the three digits of a
    Stacked MNIST image make 1,000 modes.

    Args:
        *logits: (n, classes) of the generated images, from each classifier.
        at_least: a mode is covered if its share of the images is at least this part of its share of the data;
            0 asks for one image, as is customary for Stacked MNIST.
        shares: (modes,) shares of the data, the last classifier's class running fastest; equal by default.

    Raises:
        InvalidArgumentError: No logits, different n, options out of range, NaN.

    Example:
        >>> mode_coverage(logits).covered
        10
        >>> mode_coverage(red_logits, green_logits, blue_logits).covered
        998

    Reference: [Metz et al., 2017](https://arxiv.org/abs/1611.02163),
        [Lin et al., 2018](https://arxiv.org/abs/1712.04086)
    """
    arrays = [check_features(array, "logits") for array in logits]
    counts = {len(array) for array in arrays}
    if len(counts) != 1:
        raise InvalidArgumentError(
            f"All logits must be of the same images. Received: {sorted(counts) or 'no logits'}"
        )
    if not at_least >= 0:
        raise InvalidArgumentError(f"at_least must not be negative. Received: {at_least}")
    classes = [array.shape[1] for array in arrays]
    modes = math.prod(classes)
    if modes > MAX_MODES:
        raise InvalidArgumentError(f"At most {MAX_MODES} modes are counted. Received: {modes}")
    expected = _check_shares(shares, modes)
    mode = np.ravel_multi_index(tuple(array.argmax(1) for array in arrays), classes)
    drawn = np.bincount(mode, minlength=modes) / len(mode)
    there = expected > 0
    covered = there & (drawn > 0) & (drawn >= at_least * expected)
    return ModeCoverage(int(covered.sum()), int(there.sum()), _kl(drawn, expected))


def _check_shares(shares: np.ndarray | None, modes: int) -> np.ndarray:
    if shares is None:
        return np.full(modes, 1 / modes)
    array = np.asarray(shares, "float64")
    if array.shape != (modes,) or not (array >= 0).all() or not np.isclose(array.sum(), 1):
        raise InvalidArgumentError(
            f"shares must be {modes} numbers that are not negative and sum to 1. "
            f"Received: {array.shape}, sum {array.sum():.3g}"
        )
    return array


def _kl(p: np.ndarray, q: np.ndarray) -> float:
    drawn = p > 0
    if (q[drawn] == 0).any():
        return math.inf
    return float(np.sum(p[drawn] * np.log(p[drawn] / q[drawn])))
