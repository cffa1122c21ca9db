"""Public sampling: z from NumPy, so that a seed means the same picture on every backend."""

import math
import operator
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganzoo.errors import InvalidArgumentError

__all__ = [
    "PRIORS",
    "TRUNCATION",
    "check_count",
    "check_labels",
    "check_seed",
    "draw",
    "draw_truncated",
    "latent_stream",
    "to_sphere",
]

PRIORS = ("normal", "uniform", "truncated_normal", "hypersphere")
# τ of the truncated prior.
TRUNCATION = 2.0


def check_count(n: object, *, name: str = "n") -> int:
    """Return `n` as an int of at least 1.

    Raises:
        InvalidArgumentError: anything else.
    """
    try:
        count = operator.index(n)  # type: ignore[arg-type]
    except TypeError:
        count = 0
    if count < 1 or isinstance(n, bool):
        raise InvalidArgumentError(f"{name} must be a whole number of at least 1. Received: {name}={n!r}")
    return count


def check_labels(labels: ArrayLike | None, n: int, num_classes: int) -> NDArray[np.int32] | None:
    """Return labels as int32 (n,), a single number repeated; None for an unconditional model.

    Raises:
        InvalidArgumentError: labels missing, out of range, of another length, or given to a model
            that has none.
    """
    if not num_classes:
        if labels is not None:
            raise InvalidArgumentError("This model is unconditional and takes no labels. Received: labels.")
        return None
    span = f"0 to {num_classes - 1}"
    if labels is None:
        raise InvalidArgumentError(
            f"This model is class-conditional: pass labels, one number or {n} of them, from {span}."
        )
    array = np.asarray(labels)
    if array.dtype.kind not in "iu":
        raise InvalidArgumentError(f"labels must be whole numbers from {span}. Received: dtype {array.dtype}")
    if array.ndim != 0 and array.shape not in ((1,), (n,)):
        raise InvalidArgumentError(f"labels must be one number or {n} of them. Received: shape {array.shape}")
    wrong = array[(array < 0) | (array >= num_classes)]
    if wrong.size:
        raise InvalidArgumentError(f"labels must lie in {span}. Received: {int(wrong.ravel()[0])}")
    # one number is repeated without taking memory for it
    return np.broadcast_to(array.astype(np.int32).reshape(-1), (n,))


def draw(rng: np.random.Generator, prior: str, shape: Sequence[int]) -> NDArray[np.float32]:
    """Draw from a prior.

    Numbers come one after another from the stream, so that n draws begin with any m < n draws.

    Args:
        rng: the stream.
        prior: "normal" is N(0, 1), "uniform" is U(-1, 1), "truncated_normal" is N(0, 1) given |zᵢ| <= 2, and
            "hypersphere" is uniform on the sphere of radius √d.
        shape: (n, d).

    Returns:
        float32 of that shape.
    """
    if prior == "uniform":
        return (2.0 * rng.random(tuple(shape)) - 1.0).astype(np.float32)
    if prior == "truncated_normal":
        return draw_truncated(rng, shape, TRUNCATION).astype(np.float32)
    z = rng.standard_normal(tuple(shape))
    return (to_sphere(z) if prior == "hypersphere" else z).astype(np.float32)


def draw_truncated(rng: np.random.Generator, shape: Sequence[int], truncation: float) -> NDArray[np.float64]:
    """Draw from N(0, 1), each |zᵢ| > `truncation` drawn again: the stream's numbers without those beyond."""
    missing = math.prod(shape)
    kept = []
    # As many as are missing, never more: what is drawn ends with the last number that is kept.
    while missing:
        values = rng.standard_normal(missing)
        kept.append(values[np.abs(values) <= truncation])
        missing -= len(kept[-1])
    return np.concatenate([np.empty(0), *kept]).reshape(tuple(shape))


def to_sphere(z: NDArray[Any]) -> NDArray[np.float64]:
    """Scale vectors (…, d) to the length √d, where a normal z of many dimensions lies."""
    z = z.astype(np.float64)
    return z * (math.sqrt(z.shape[-1]) / np.maximum(np.linalg.norm(z, axis=-1, keepdims=True), 1e-300))


def latent_stream(
    n: int, *, latent_dim: int, prior: str, seed: int, batch_size: int
) -> Iterator[NDArray[np.float32]]:
    """Yield z in batches (≤ batch_size, latent_dim), n rows in all, whatever the batch size the same.

    Raises:
        InvalidArgumentError: the seed is not a whole number of at least 0.
    """
    # checked here, not at the first batch: a generator function would put the error off
    rng = np.random.default_rng(check_seed(seed))
    return (draw(rng, prior, (min(batch_size, n - start), latent_dim)) for start in range(0, n, batch_size))


def check_seed(seed: Any) -> int:
    """Return `seed` as an int of at least 0.

    Raises:
        InvalidArgumentError: anything else.
    """
    try:
        value = operator.index(seed)
    except TypeError:
        value = -1
    if value < 0:
        raise InvalidArgumentError(f"seed must be a whole number of at least 0. Received: seed={seed!r}")
    return value
