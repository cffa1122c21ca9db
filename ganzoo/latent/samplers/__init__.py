"""Samplers that draw better pictures from a trained GAN: one interface, one file a method."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganzoo.images import to_uint8
from ganzoo.latent.samplers.base import Batch, Cost, Drawn, Sampler
from ganzoo.latent.samplers.calibrate import calibrate, calibration_of
from ganzoo.latent.samplers.calibration import Calibration
from ganzoo.latent.samplers.ddls import Ddls
from ganzoo.latent.samplers.dgflow import DgFlow
from ganzoo.latent.samplers.drs import Drs
from ganzoo.latent.samplers.mh import MetropolisHastings
from ganzoo.latent.samplers.obrs import Obrs
from ganzoo.latent.samplers.plain import Plain
from ganzoo.latent.samplers.polarity import Polarity
from ganzoo.latent.samplers.registry import get, names
from ganzoo.latent.samplers.saved import SavedSampler
from ganzoo.latent.samplers.truncation import Truncation

__all__ = [
    "Batch",
    "Calibration",
    "Cost",
    "Ddls",
    "DgFlow",
    "Drawn",
    "Drs",
    "MetropolisHastings",
    "Obrs",
    "Plain",
    "Polarity",
    "Sampler",
    "SavedSampler",
    "Truncation",
    "calibrate",
    "calibration_of",
    "get",
    "names",
    "stream",
]


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
