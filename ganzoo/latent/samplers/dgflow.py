"""Discriminator gradient flow."""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ganzoo._sampler_file import Calibration
from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.samplers.base import Cost, Drawn, check_range
from ganzoo.latent.samplers.calibration import resolve
from ganzoo.latent.samplers.noise import check_prior, plan
from ganzoo.latent.samplers.passes import Passes
from ganzoo.latent.samplers.walkers import Rows, into_support, walked

__all__ = ["DIVERGENCES", "DgFlow"]

DIVERGENCES: Final = ("kl", "js", "logd", "wasserstein")


@dataclass(frozen=True)
class DgFlow:
    """Descend an f-divergence between the drawn pictures and the data: z ← z − η · ∇f'(1/r) + √(2γη) · noise.

    r = e^d is the density ratio of data to drawn pictures at G(z), and f' the derivative of a divergence's f:

    - `kl`: f(t) = t log t, so ∇f' = −∇d
    - `js`: f(t) = t log t − (t + 1) log((t + 1) / 2), so ∇f' = −σ(d) ∇d
    - `logd`: f(t) = (t + 1) log(t + 1) − 2 log 2, so ∇f' = −(1 − σ(d)) ∇d
    - `wasserstein`: ∇f' = −∇(critic), the critic's own slope without a calibration

    A finite flow: it improves pictures, and unlike Langevin steps does not sample a stated density.

    Args:
        steps: of a flow, which starts at a draw from the prior.
        step_size: η.
        noise: γ, the weight of the entropy.
        divergence: "kl", "js", "logd" or "wasserstein".
        calibration: default: the one saved with the preset; its logistic fit scales the score to d.

    Raises:
        InvalidArgumentError: a setting is out of range; when drawn from: no discriminator, no calibration
            (for another divergence than "wasserstein"), or steps so large that z overflows.

    Example:
        >>> gan.generate(16, sampler=DgFlow(steps=25, divergence="js"))

    Reference: [Ansari et al., 2021](https://arxiv.org/abs/2012.00780), equation 11, table 1
    """

    name: ClassVar[str] = "dgflow"
    steps: int = 10
    step_size: float = 0.05
    noise: float = 0.01
    divergence: str = "kl"
    calibration: Calibration | None = None

    def __post_init__(self) -> None:
        check_range(
            self.name,
            steps=(self.steps, 1, 100_000),
            step_size=(self.step_size, 1e-8, 100),
            noise=(self.noise, 0, 100),
        )
        if self.divergence not in DIVERGENCES:
            raise InvalidArgumentError(
                f"divergence must be one of {', '.join(DIVERGENCES)}. Received: {self.divergence!r}"
            )

    def draw(
        self, gan: Any, n: int, *, seed: int = 0, labels: ArrayLike | None = None, batch_size: int = 256
    ) -> Drawn:
        """See `Sampler.draw`."""
        check_prior(self.name, gan)
        cost, asked = Cost(), plan(gan, n, seed, labels, batch_size)
        scale, shift, head = 1.0, 0.0, None
        if self.divergence != "wasserstein":
            calibration = resolve(gan, self.calibration)
            scale, shift, head = calibration.slope, calibration.intercept, calibration.head
        passes = Passes(gan, cost, head=head)
        shake = float(np.sqrt(2 * self.noise * self.step_size))

        def run(z: Rows, labels: NDArray[np.int32] | None, shaken: Rows, unused: Rows) -> Rows:
            for step in range(self.steps):
                _, scores, gradient = passes.gradient(z.astype(np.float32), labels)
                factor = self.step_size * scale * self._factor(scale * scores + shift)
                new = z + factor[:, None] * gradient + shake * shaken[:, step]
                z = into_support(new, asked.prior)
            return z

        return Drawn(walked(asked, passes, run, steps=self.steps), cost)

    def _factor(self, d: Rows) -> Rows:
        """−∂f'(e^(−d)) / ∂d."""
        if self.divergence == "js":
            return special.expit(d)
        return special.expit(-d) if self.divergence == "logd" else np.ones_like(d)
