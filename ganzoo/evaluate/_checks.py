"""The checks that every metric on (n, d) arrays makes."""

import numpy as np

from ganzoo.errors import InvalidArgumentError

__all__ = ["check_features", "check_same_width", "check_seed", "random_state"]


def check_features(features: np.ndarray, name: str, *, at_least: int = 1) -> np.ndarray:
    """Features as float64 (n, d), or an error that says what is wrong with them.

    Args:
        features: (n, d) numbers.
        name: the argument's name, for the message.
        at_least: the smallest n that the metric is defined for.

    Raises:
        InvalidArgumentError: Not two-dimensional, no columns, too few rows, no real numbers, NaN or infinite.
    """
    array = np.asarray(features)
    if array.ndim != 2 or array.shape[1] == 0:
        raise InvalidArgumentError(
            f"{name} must be features of shape (n, d). Received: {array.shape}. "
            "An extractor's features() turns images into them."
        )
    if len(array) < at_least:
        raise InvalidArgumentError(f"{name} must have at least {at_least} rows. Received: {len(array)}")
    if array.dtype.kind not in "biuf":
        raise InvalidArgumentError(f"{name} must be real numbers. Received: {array.dtype}")
    array = array.astype("float64")
    if not np.isfinite(array).all():
        bad = int((~np.isfinite(array)).any(1).sum())
        raise InvalidArgumentError(
            f"{name} must be finite. Received: NaN or infinity in {bad} of {len(array)} rows"
        )
    return array


def check_same_width(**arrays: np.ndarray) -> None:
    """Raises InvalidArgumentError unless all (n, d) arrays have the same d."""
    widths = {name: array.shape[1] for name, array in arrays.items()}
    if len(set(widths.values())) > 1:
        received = ", ".join(f"{name}: {width}" for name, width in widths.items())
        raise InvalidArgumentError(
            f"All features must come from one extractor, with the same d. Received: {received}"
        )


def random_state(seed: int) -> np.random.RandomState:
    """NumPy's old generator: the reference packages draw from it, so the same seed gives their numbers.

    Raises:
        InvalidArgumentError: The seed is not from 0 to 2³² - 1.
    """
    check_seed(seed)
    return np.random.RandomState(seed)


def check_seed(seed: int) -> int:
    """The seed, if it is from 0 to 2³² - 1, else an InvalidArgumentError."""
    if not 0 <= seed < 2**32:
        raise InvalidArgumentError(f"seed must be from 0 to 4294967295. Received: {seed}")
    return seed
