"""How a generator stretches its latent space around a point: the Jacobian and its singular values."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganzoo import backend, sampling
from ganzoo.errors import InvalidArgumentError
from ganzoo.latent._points import check_latents

__all__ = [
    "columns_of",
    "condition_number",
    "jacobian",
    "jacobian_blocks",
    "log_volume",
    "points_at_once",
    "singular_values",
]

# Rows of the generator's input in one compiled call: the activations of more fall out of a core's cache.
_ROWS = 400


def jacobian(gan: Any, z: ArrayLike, *, labels: ArrayLike | None = None) -> NDArray[np.float32]:
    """The derivative of the picture by z, at each of some points.

    Forward mode, one compiled call a few points: there are fewer latents than pixels.

    Args:
        gan: a `ganzoo.GAN`.
        z: (n, latent_dim).
        labels: for a class-conditional model, one label or n of them.

    Returns:
        float32 (n, height · width · channels, latent_dim): how much each pixel, in [-1, 1], changes by a
        unit of each latent.

    Raises:
        InvalidArgumentError: z has another shape or is not finite, or the labels do not fit.

    Example:
        >>> jacobian(gan, gan.sample_latents(4)).shape
        (4, 784, 100)
    """
    return np.concatenate(list(jacobian_blocks(gan, z, labels=labels)))


def jacobian_blocks(
    gan: Any, z: ArrayLike, *, labels: ArrayLike | None = None
) -> Iterator[NDArray[np.float32]]:
    """Yield what `jacobian` returns, a few points at a time, for many points in bounded memory.

    Args:
        gan: as `jacobian`.
        z: as `jacobian`.
        labels: as `jacobian`.

    Returns:
        An iterator of float32 (≤ 400 / latent_dim, height · width · channels, latent_dim).

    Raises:
        InvalidArgumentError: as `jacobian`.
    """
    points = check_latents(gan, z)
    every_label = sampling.check_labels(labels, len(points), gan.num_classes)
    call = backend.compiled_function(lambda *inputs: columns_of(gan.generator, *inputs))
    step = min(len(points), points_at_once(gan))
    for start in range(0, len(points), step):
        # The last point is repeated rather than the call compiled for fewer.
        rows = np.minimum(np.arange(start, start + step), len(points) - 1)
        inputs = [points[rows]] + ([] if every_label is None else [every_label[rows]])
        yield call(*inputs)[: len(points) - start]


def points_at_once(gan: Any) -> int:
    """How many points' Jacobians one compiled call should take."""
    return max(1, _ROWS // gan.latent_dim)


def columns_of(generator: keras.Model, z: Any, *labels: Any) -> Any:
    """The Jacobian (n, pixels, latent_dim) in tensors: a picture depends on its own z alone.

    Args:
        generator: of a model.
        z: a tensor (n, latent_dim).
        labels: none, or one tensor (n,).

    Returns:
        A tensor, to be used inside of `backend.compiled_function`.
    """

    def flat(z: Any) -> Any:
        images = generator([z, *labels] if labels else z, training=False)
        return keras.ops.reshape(images, (z.shape[0], -1))

    def column(direction: Any) -> Any:
        tangent = keras.ops.broadcast_to(direction, z.shape)
        return keras.ops.jvp(flat, (z,), (tangent,))[1]

    columns = keras.ops.vectorized_map(column, keras.ops.eye(z.shape[1], dtype=z.dtype))
    return keras.ops.transpose(columns, (1, 2, 0))


def singular_values(jacobians: ArrayLike) -> NDArray[np.float64]:
    """By how much each Jacobian stretches along its principal directions.

    Args:
        jacobians: (n, pixels, latent_dim), of `jacobian`.

    Returns:
        float64 (n, min(pixels, latent_dim)), falling. Below 1e-7 of the first they are rounding.

    Raises:
        InvalidArgumentError: another rank, a NaN or an infinity.

    Example:
        >>> singular_values(jacobian(gan, z))[:, 0]  # the strongest direction at each z
    """
    array = np.asarray(jacobians)
    if array.ndim != 3 or 0 in array.shape or array.dtype.kind not in "iuf":
        raise InvalidArgumentError(
            "jacobians must be numbers of shape (n, pixels, latent_dim). "
            f"Received: {array.dtype}, shape {array.shape}"
        )
    if not np.isfinite(array).all():
        raise InvalidArgumentError("jacobians must be finite. Received: NaN or infinite values.")
    return np.linalg.svd(array.astype(np.float64), compute_uv=False)


def log_volume(jacobians: ArrayLike) -> NDArray[np.float64]:
    """The logarithm of the factor by which the generator blows up a small volume, log √det(JᵀJ).

    The density of the pictures on their manifold is that of the prior divided by this volume.

    Args:
        jacobians: as `singular_values`.

    Returns:
        float64 (n,); -inf where the generator is flat along some direction.

    Raises:
        InvalidArgumentError: as `singular_values`.

    Reference: [Humayun et al., 2022](https://arxiv.org/abs/2203.01993)
    """
    with np.errstate(divide="ignore"):
        return np.log(singular_values(jacobians)).sum(axis=1)


def condition_number(jacobians: ArrayLike) -> NDArray[np.float64]:
    """The largest singular value over the smallest: 1 where all directions change the picture alike.

    Args:
        jacobians: as `singular_values`.

    Returns:
        float64 (n,), at least 1; inf where the generator is flat along some direction.

    Raises:
        InvalidArgumentError: as `singular_values`.

    Reference: [Odena et al., 2018](https://arxiv.org/abs/1802.08768)
    """
    values = singular_values(jacobians)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = values[:, 0] / values[:, -1]
    return np.where(values[:, 0] > 0, ratio, np.inf)
