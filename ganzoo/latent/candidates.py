"""Settings that `ganzoo improve` tries: few of each sampler, from mild to strong."""

from collections.abc import Iterator
from typing import Any

from ganzoo.latent.samplers import (
    Calibration,
    Ddls,
    DgFlow,
    Drs,
    MetropolisHastings,
    Obrs,
    Polarity,
    Sampler,
    Truncation,
)

__all__ = ["candidates"]


def candidates(gan: Any, own: Calibration, refitted: Calibration, *, budget: float) -> list[Sampler]:
    """The samplers to try.

    Steps along a gradient read the discriminator's own score, whose slope was trained; acceptance reads the
    refitted one, which balances more than one number, and its own for comparison.

    Args:
        gan: a `ganzoo.GAN`.
        own: calibration of the discriminator's output.
        refitted: calibration of its refitted last layer.
        budget: times the cost of plain `generate`; what needs more by its number of passes is left out.

    Returns:
        The samplers, the cheap ones of each kind first.
    """
    found = [*_cheap(own, refitted), *_dear(own, refitted), *_polar(gan.latent_dim)]
    return [sampler for sampler in found if _least_passes(sampler, gan.latent_dim) <= budget]


def _cheap(own: Calibration, refitted: Calibration) -> Iterator[Sampler]:
    for threshold in (2.5, 2.0, 1.5):
        yield Truncation(threshold=threshold)
    for budget in (1.25, 2.0):
        yield Obrs(budget=budget, calibration=own)
    for budget, exponent in ((1.5, 0.5), (3.0, 0.5), (3.0, 1.0), (5.0, 0.5)):
        yield Obrs(budget=budget, exponent=exponent, calibration=refitted)
    for percentile in (20.0, 60.0):
        yield Drs(percentile=percentile, calibration=refitted)
    for length in (2, 4):
        yield MetropolisHastings(length=length, calibration=refitted)
    for size, weight in ((0.02, 1.0), (0.05, 1.0), (0.05, 2.0)):
        yield Ddls(steps=2, step_size=size, weight=weight, calibration=own)
    for divergence, size in (("kl", 0.005), ("kl", 0.02), ("kl", 0.05), ("js", 0.02), ("logd", 0.02)):
        yield DgFlow(steps=2, step_size=size, noise=0.0, divergence=divergence, calibration=own)


def _dear(own: Calibration, refitted: Calibration) -> Iterator[Sampler]:
    for budget, exponent in ((12.0, 0.5), (12.0, 1.0)):
        yield Obrs(budget=budget, exponent=exponent, calibration=refitted)
    yield Drs(percentile=90.0, calibration=refitted)
    yield MetropolisHastings(length=20, calibration=refitted)
    for size, weight in ((0.01, 1.0), (0.01, 3.0)):
        yield Ddls(steps=20, step_size=size, weight=weight, calibration=own)
    for size in (0.001, 0.005):
        yield DgFlow(steps=20, step_size=size, noise=0.01, calibration=own)


def _polar(latent_dim: int) -> Iterator[Sampler]:
    for polarity in (-0.2, 0.2):
        yield Polarity(polarity=polarity, top_k=min(10, latent_dim), pool=3)


def _least_passes(sampler: Sampler, latent_dim: int) -> float:
    """Passes of the generator a picture, or what surely costs as much: time cannot be below it."""
    if isinstance(sampler, Obrs):
        return sampler.budget
    if isinstance(sampler, Drs):
        # a tenth lies above the 90th percentile, and those are accepted at even odds or better
        return 1.0 if sampler.percentile is None or sampler.percentile < 90 else 20.0
    if isinstance(sampler, MetropolisHastings):
        return float(sampler.length)
    if isinstance(sampler, Ddls | DgFlow):
        return sampler.steps + 1.0
    return sampler.pool * latent_dim / 2 if isinstance(sampler, Polarity) else 1.0
