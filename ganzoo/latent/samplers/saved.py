"""A sampler as a preset keeps it."""

from collections.abc import Sequence

from ganzoo._sampler_file import Calibration, Measurement, SavedSampler
from ganzoo.latent.samplers.base import Sampler, settings_of

__all__ = ["saved_sampler"]


def saved_sampler(
    sampler: Sampler | None,
    calibration: Calibration,
    *,
    budget: float | None = None,
    measured: Sequence[Measurement] = (),
) -> SavedSampler:
    """What to write into `sampler.json`.

    Args:
        sampler: the one to keep; None stands for plain `generate`.
        calibration: that it reads, and others that are given none.
        budget: that it was looked for within.
        measured: what it and others scored.

    Example:
        >>> ganzoo.zoo.save_sampler("my-gan", saved_sampler(Obrs(budget=2), calibration))
    """
    return SavedSampler(
        sampler="plain" if sampler is None else sampler.name,
        settings={} if sampler is None else settings_of(sampler),
        calibration=calibration,
        budget=budget,
        measured=list(measured),
    )
