"""Pictures of a sampler as `GAN.stream` yields them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganzoo.images import to_uint8
from ganzoo.latent.samplers.base import Sampler
from ganzoo.latent.samplers.registry import get

__all__ = ["stream"]


def stream(
    gan: Any,
    n: int,
    *,
    sampler: str | Sampler,
    seed: int = 0,
    labels: ArrayLike | None = None,
    batch_size: int = 256,
) -> Iterator[NDArray[np.uint8]]:
    """Yield pictures batch by batch: what `gan.stream(sampler=…)` does.

    Args:
        gan: a `ganzoo.GAN`.
        n: how many in all.
        sampler: one of `names()`, or a sampler.
        seed: of all noise and proposals.
        labels: for a class-conditional model, one label or n of them.
        batch_size: rows per compiled call.

    Returns:
        An iterator of uint8 arrays (≤ batch_size, height, width, channels).

    Raises:
        InvalidArgumentError: no such sampler, or it cannot draw from this model.

    Example:
        >>> for pictures in stream(gan, 1000, sampler="obrs"): …
    """
    drawn = get(sampler, gan).draw(gan, n, seed=seed, labels=labels, batch_size=batch_size)
    return (to_uint8(batch.images) for batch in drawn.batches)
