"""Truncation: z from the middle of the prior, where a generator was trained most."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ganzoo.latent.samplers.base import Batch, Cost, Drawn, check_range
from ganzoo.latent.samplers.noise import Plan, check_prior, plan
from ganzoo.latent.samplers.passes import Passes

__all__ = ["Truncation"]


@dataclass(frozen=True)
class Truncation:
    """Draw each z_i from the prior given |z_i| ≤ τ, which is what resampling those beyond τ does.

    It costs nothing and needs no discriminator; quality rises as variety falls.

    Args:
        threshold: τ, above 0. A uniform prior has no more than 1.

    Raises:
        InvalidArgumentError: τ is out of range.

    Example:
        >>> gan.generate(16, sampler=Truncation(threshold=1.5))

    Reference: [Brock et al., 2019](https://arxiv.org/abs/1809.11096), section 3.1
    """

    name: ClassVar[str] = "truncation"
    threshold: float = 2.0

    def __post_init__(self) -> None:
        check_range(self.name, threshold=(self.threshold, 0.01, 100))

    def draw(
        self, gan: Any, n: int, *, seed: int = 0, labels: ArrayLike | None = None, batch_size: int = 256
    ) -> Drawn:
        """See `Sampler.draw`."""
        check_prior(self.name, gan)
        cost = Cost()
        return Drawn(self._run(plan(gan, n, seed, labels, batch_size), Passes(gan, cost)), cost)

    def _run(self, asked: Plan, passes: Passes) -> Iterator[Batch]:
        rng = asked.rng("latents")
        for labels, rows in asked.windows():
            u = rng.random((rows, asked.latent_dim))
            if asked.prior == "uniform":
                wide = min(self.threshold, 1.0) * (2 * u - 1)
            else:
                # by the inverse of the distribution: one number a coordinate, however small τ is
                tail = special.ndtr(-self.threshold)
                wide = special.ndtri(tail + u * (1 - 2 * tail))
            z = np.clip(wide, -self.threshold, self.threshold).astype(np.float32)
            passes.cost.images += rows
            yield Batch(z, passes.decode(z, labels))
