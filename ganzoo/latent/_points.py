"""Checks of points in latent space."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganzoo.errors import InvalidArgumentError

__all__ = ["check_latents", "check_vectors"]


def check_latents(gan: Any, z: ArrayLike, *, least: int = 1) -> NDArray[np.float32]:
    """Return points of a model's latent space as float32 (n, latent_dim).

    Raises:
        InvalidArgumentError: another shape, fewer points than `least`, a NaN or an infinity.
    """
    array = np.asarray(z)
    if array.ndim != 2 or array.shape[1] != gan.latent_dim or len(array) < least:
        raise InvalidArgumentError(
            f"z must have shape (n, {gan.latent_dim}), n >= {least}. Received: shape {array.shape}"
        )
    return check_vectors(array, name="z").astype(np.float32)


def check_vectors(points: ArrayLike, *, name: str, least: int = 1) -> NDArray[np.float64]:
    """Return vectors as float64 (n, d).

    Raises:
        InvalidArgumentError: no numbers, another rank, fewer rows than `least`, a NaN or an infinity.
    """
    array = np.asarray(points)
    if array.dtype.kind not in "iuf" or array.ndim != 2 or len(array) < least or not array.shape[1]:
        raise InvalidArgumentError(
            f"{name} must be numbers of shape (n, d), n >= {least}. "
            f"Received: {array.dtype}, shape {array.shape}"
        )
    if not np.isfinite(array).all():
        raise InvalidArgumentError(f"{name} must be finite. Received: NaN or infinite values.")
    return array.astype(np.float64)
