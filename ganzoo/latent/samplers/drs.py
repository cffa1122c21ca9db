"""Discriminator rejection sampling."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ganzoo._sampler_file import Calibration
from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.samplers.base import Cost, Drawn, check_range
from ganzoo.latent.samplers.calibration import LogRatio, resolve
from ganzoo.latent.samplers.noise import Plan, plan
from ganzoo.latent.samplers.passes import Passes
from ganzoo.latent.samplers.rejection import accepted, known_scores

__all__ = ["Drs"]


@dataclass(frozen=True)
class Drs:
    """Accept a picture with probability σ(F(x)), F = d − d_M − log(1 − e^(d − d_M − ε)) − γ.

    d is its log density ratio, d_M the largest seen so far. With γ = 0 the probability is e^(d − d_M) but
    for ε, rejection sampling that is exact for a true ratio; γ above 0 accepts fewer and better pictures,
    below 0 more.

    Args:
        percentile: γ is this percentile of F over draws, the paper's way to choose it; None: `gamma`.
        gamma: γ, where there is no percentile.
        pilot: fresh draws to begin with, for d_M and γ, whose passes count as cost; 0: the quantiles of
            drawn pictures' scores that the calibration holds, or 1024 draws without one.
        epsilon: ε, which keeps the logarithm finite.
        max_tries: proposals in a row that may bring no picture.
        calibration: default: the one saved with the preset.

    Raises:
        InvalidArgumentError: a setting is out of range; when drawn from: no discriminator, no calibration,
            or nothing accepted.

    Example:
        >>> gan.generate(16, sampler=Drs(percentile=50))

    Reference: [Azadi et al., 2019](https://arxiv.org/abs/1810.06758), equations 7 and 8, algorithm 1
    """

    name: ClassVar[str] = "drs"
    percentile: float | None = 80.0
    gamma: float = 0.0
    pilot: int = 0
    epsilon: float = 1e-8
    max_tries: int = 100_000
    calibration: Calibration | None = None

    def __post_init__(self) -> None:
        check_range(
            self.name,
            percentile=(50.0 if self.percentile is None else self.percentile, 0, 100),
            gamma=(self.gamma, -100, 100),
            pilot=(self.pilot, 0, 10**7),
            epsilon=(self.epsilon, 1e-14, 0.1),
            max_tries=(self.max_tries, 1, 10**9),
        )

    def draw(
        self, gan: Any, n: int, *, seed: int = 0, labels: ArrayLike | None = None, batch_size: int = 256
    ) -> Drawn:
        """See `Sampler.draw`."""
        cost, calibration = Cost(), resolve(gan, self.calibration)
        asked = plan(gan, n, seed, labels, batch_size)
        passes = Passes(gan, cost, head=calibration.head)
        accept = _Accept(self, asked, passes, calibration)
        batches = accepted(self.name, asked, passes, calibration, accept, max_tries=self.max_tries)
        return Drawn(batches, cost)


class _Accept:
    """σ(F), with the bound raised as proposals come; the pilot runs at the first of them."""

    def __init__(self, settings: Drs, asked: Plan, passes: Passes, calibration: LogRatio) -> None:
        self.settings, self.asked, self.passes, self.calibration = settings, asked, passes, calibration
        self.begun, self.bound = False, -np.inf
        self.gamma = settings.gamma

    def __call__(self, log_ratios: NDArray[np.float64]) -> NDArray[np.float64]:
        if not np.isfinite(log_ratios).all():
            raise InvalidArgumentError(
                "The discriminator gave a score that is not finite. Check its weights."
            )
        if not self.begun:
            self._pilot()
        # As each comes: a proposal is held to the bound of those before it and its own.
        bounds = np.maximum.accumulate(np.append(self.bound, log_ratios))[1:]
        self.bound = float(bounds[-1])
        return special.expit(self._f(log_ratios, bounds) - self.gamma)

    def _pilot(self) -> None:
        self.begun = True
        known = known_scores(self.calibration, self.asked, self.passes, self.settings.pilot)
        log_ratios = self.calibration.log_ratio(known)
        self.bound = float(log_ratios.max())
        if self.settings.percentile is not None:
            self.gamma = float(np.percentile(self._f(log_ratios, self.bound), self.settings.percentile))

    def _f(self, log_ratios: NDArray[np.float64], bounds: Any) -> NDArray[np.float64]:
        below = log_ratios - bounds
        return below - np.log1p(-np.exp(below - self.settings.epsilon))
