"""Directions learned from labels of codes: which way in z makes a label true, or a factor larger."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import expit

from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.direction import Direction

__all__ = ["METHODS", "fit_direction"]

# (codes, labels) -> the direction's normal and the threshold of codes @ normal between the two sides
Fit = Callable[[NDArray[np.float64], NDArray[np.bool_]], tuple[NDArray[np.float64], float]]

# Margins to their losses and the slopes of those.
Loss = Callable[[NDArray[np.float64]], tuple[NDArray[np.float64], NDArray[np.float64]]]

_LEAST_PER_SIDE = 8
# Weight of |normal|²/2 beside the mean loss: little, but sides that a plane separates need some.
_RIDGE = 0.01


def fit_direction(
    codes: ArrayLike,
    labels: ArrayLike,
    *,
    method: str = "logistic",
    name: str = "direction",
    holdout: float = 0.25,
    seed: int = 0,
    model: str | None = None,
) -> Direction:
    """Find the direction that separates two kinds of codes, and say how well it does on codes kept aside.

    Args:
        codes: z (n, latent_dim).
        labels: (n,): two values, such as False and True, or numbers, which are cut at their median.
        method: "mean", from one side's mean to the other's; "logistic", the weights of a logistic
            regression; "svm", the normal of a linear support vector machine, as InterFaceGAN has it.
        name: of the direction; it points to the larger label.
        holdout: share of the codes that the accuracy is measured on and that are not fitted to.
        seed: of the split.
        model: the fingerprint of the generator that the codes are of.

    Returns:
        The `Direction`. Its score is the balanced accuracy on the codes kept aside, the mean over both sides:
        0.5 is chance however rare a label is.

    Raises:
        InvalidArgumentError: unknown method, shapes that do not fit, NaN, or fewer than 8 codes of a side.

    Example:
        >>> z = gan.sample_latents(2000)
        >>> angles = measure_factors(gan.generate(2000), names=["slant"])["slant"]
        >>> fit_direction(z, angles, name="slant").score
        0.87

    Reference: [Shen et al., 2020](https://arxiv.org/abs/1907.10786), section 3.1
    """
    if method not in METHODS:
        raise InvalidArgumentError(f"method must be one of {', '.join(METHODS)}. Received: {method!r}")
    if not 0 < holdout < 1:
        raise InvalidArgumentError(f"holdout must lie between 0 and 1. Received: {holdout}")
    z, sides = _check(codes, labels)
    fitted, kept = _split(sides, holdout=holdout, seed=seed)
    normal, threshold = METHODS[method](z[fitted], sides[fitted])
    said = z[kept] @ normal > threshold
    accuracy = np.mean([np.mean(said[sides[kept] == side] == side) for side in (False, True)])
    return Direction(
        name=name,
        vector=np.asarray(normal, "float32"),
        method=f"supervised, {method}",
        score=float(accuracy),
        score_name="held-out accuracy",
        model=model,
    )


def _mean(z: NDArray[np.float64], sides: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    high, low = z[sides].mean(0), z[~sides].mean(0)
    return high - low, float((high - low) @ (high + low)) / 2


def _logistic(z: NDArray[np.float64], sides: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    """The loss log(1 + exp(-m)) of margins m, with a small ridge."""
    return _fitted(z, sides, lambda m: (np.logaddexp(0, -m), -expit(-m)))


def _svm(z: NDArray[np.float64], sides: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    """The squared hinge loss max(0, 1 - m)² of margins m, with a small ridge."""
    return _fitted(z, sides, lambda m: (np.maximum(0, 1 - m) ** 2, -2 * np.maximum(0, 1 - m)))


def _fitted(
    z: NDArray[np.float64], sides: NDArray[np.bool_], loss: Loss
) -> tuple[NDArray[np.float64], float]:
    """Minimise the mean loss, both sides counting alike, over the plane's normal and threshold."""
    sign = np.where(sides, 1.0, -1.0)
    share = np.where(sides, 0.5 / sides.sum(), 0.5 / (~sides).sum())

    def objective(plane: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        normal, threshold = plane[:-1], plane[-1]
        values, slopes = loss(sign * (z @ normal - threshold))
        pull = share * sign * slopes
        gradient = np.append(pull @ z + _RIDGE * normal, -pull.sum())
        return float(share @ values + 0.5 * _RIDGE * normal @ normal), gradient

    found = minimize(objective, np.zeros(z.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return found[:-1], float(found[-1])


METHODS: Final[dict[str, Fit]] = {"mean": _mean, "logistic": _logistic, "svm": _svm}
"""Ways to find the direction between two sides."""


def _check(codes: ArrayLike, labels: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    z, values = np.asarray(codes, "float64"), np.asarray(labels)
    if z.ndim != 2 or values.shape != z.shape[:1] or values.dtype.kind not in "biuf":
        raise InvalidArgumentError(
            f"codes must be (n, latent_dim) and labels n numbers. Received: {z.shape} and {values.shape} of "
            f"{values.dtype}"
        )
    if not (np.isfinite(z).all() and np.isfinite(values).all()):
        raise InvalidArgumentError(
            "codes and labels must be finite. Received: NaN or infinity. Leave them out."
        )
    two = len(np.unique(values)) == 2
    sides = values == values.max() if two else values > np.median(values)
    least = int(min(sides.sum(), (~sides).sum()))
    if least < _LEAST_PER_SIDE:
        raise InvalidArgumentError(
            f"A direction needs at least {_LEAST_PER_SIDE} codes of each side. Received: {least} of {len(z)}"
        )
    return z, sides


def _split(
    sides: NDArray[np.bool_], *, holdout: float, seed: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows to fit to and rows kept aside, of each side the same share and at least one."""
    rng = np.random.default_rng(seed)
    fitted, kept = [], []
    for side in (False, True):
        rows = rng.permutation(np.flatnonzero(sides == side))
        cut = min(max(1, round(holdout * len(rows))), len(rows) - 1)
        kept.append(rows[:cut])
        fitted.append(rows[cut:])
    return np.concatenate(fitted), np.concatenate(kept)
