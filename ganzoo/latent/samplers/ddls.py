"""Discriminator-driven latent sampling."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganzoo._sampler_file import Calibration
from ganzoo.latent.samplers.base import Cost, Drawn, check_range
from ganzoo.latent.samplers.calibration import resolve
from ganzoo.latent.samplers.noise import Plan, check_prior, plan
from ganzoo.latent.samplers.passes import Passes
from ganzoo.latent.samplers.walkers import Rows, into_support, walked

__all__ = ["Ddls"]


@dataclass(frozen=True)
class Ddls:
    """Langevin steps in z on the energy E(z) = −log p(z) − d(G(z)): z ← z − ε/2 · ∇E + √ε · noise.

    d is the log density ratio; the pictures of e^(−E) are then those of the data, where the generator can
    draw them at all. The steps without correction sample it as ε goes to 0, with `corrected` at any ε.

    Args:
        steps: of a chain, which starts at a draw from the prior.
        step_size: ε.
        weight: of d in E; 1 is the paper's, 0 samples the prior.
        corrected: accept each step by Metropolis-Hastings (MALA).
        calibration: default: the one saved with the preset; its logistic fit scales the score to d.

    Raises:
        InvalidArgumentError: a setting is out of range; when drawn from: no discriminator, no calibration,
            or steps so large that z overflows.

    Example:
        >>> gan.generate(16, sampler=Ddls(steps=50, step_size=0.01))

    Reference: [Che et al., 2020](https://arxiv.org/abs/2003.06060), equations 6 and 12, algorithm 1; the
    correction, [Roberts and Tweedie, 1996](https://doi.org/10.2307/3318418)
    """

    name: ClassVar[str] = "ddls"
    steps: int = 20
    step_size: float = 0.02
    weight: float = 1.0
    corrected: bool = False
    calibration: Calibration | None = None

    def __post_init__(self) -> None:
        check_range(
            self.name,
            steps=(self.steps, 1, 100_000),
            step_size=(self.step_size, 1e-8, 10),
            weight=(self.weight, 0, 1000),
        )

    def draw(
        self, gan: Any, n: int, *, seed: int = 0, labels: ArrayLike | None = None, batch_size: int = 256
    ) -> Drawn:
        """See `Sampler.draw`."""
        check_prior(self.name, gan)
        cost, calibration = Cost(), resolve(gan, self.calibration)
        asked = plan(gan, n, seed, labels, batch_size)
        passes = Passes(gan, cost, head=calibration.head)
        chain = _Chain(self, asked, passes, slope=calibration.slope)
        return Drawn(walked(asked, passes, chain.run, steps=self.steps), cost)


class _Chain:
    def __init__(self, settings: Ddls, asked: Plan, passes: Passes, *, slope: float) -> None:
        self.settings, self.asked, self.passes = settings, asked, passes
        self.slope = settings.weight * slope

    def run(self, z: Rows, labels: NDArray[np.int32] | None, noise: Rows, uniforms: Rows) -> Rows:
        """`walkers.Walk`."""
        size = self.settings.step_size
        energy, slope = self._energy(z, labels)
        for step in range(self.settings.steps):
            new = z - size / 2 * slope + np.sqrt(size) * noise[:, step]
            if not self.settings.corrected:
                z = into_support(new, self.asked.prior)
                if step < self.settings.steps - 1:
                    energy, slope = self._energy(z, labels)
                continue
            new_energy, new_slope = self._energy(new, labels)
            forth = np.sum((new - z + size / 2 * slope) ** 2, axis=1)
            back = np.sum((z - new + size / 2 * new_slope) ** 2, axis=1)
            go = np.log(uniforms[:, step]) < energy - new_energy + (forth - back) / (2 * size)
            z = np.where(go[:, None], new, z)
            energy, slope = np.where(go, new_energy, energy), np.where(go[:, None], new_slope, slope)
        return z

    def _energy(self, z: Rows, labels: NDArray[np.int32] | None) -> tuple[Rows, Rows]:
        """E up to a constant, and its gradient."""
        _, scores, gradient = self.passes.gradient(z.astype(np.float32), labels)
        energy, slope = -self.slope * scores, -self.slope * gradient
        if self.asked.prior == "normal":
            return energy + np.sum(z**2, axis=1) / 2, slope + z
        # a step out of the cube has no density and is refused
        return np.where(np.abs(z).max(1) <= 1, energy, np.inf), slope
