"""Plain draws from the prior, under the interface of the samplers: what they are compared with."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from numpy.typing import ArrayLike

from ganzoo.latent.samplers.base import Batch, Cost, Drawn
from ganzoo.latent.samplers.noise import Plan, plan
from ganzoo.latent.samplers.passes import Passes

__all__ = ["Plain"]


@dataclass(frozen=True)
class Plain:
    """What `generate` draws without a sampler, to the bit.

    Example:
        >>> gan.generate(16, sampler=Plain())
    """

    name: ClassVar[str] = "plain"

    def draw(
        self, gan: Any, n: int, *, seed: int = 0, labels: ArrayLike | None = None, batch_size: int = 256
    ) -> Drawn:
        """See `Sampler.draw`."""
        cost = Cost()
        return Drawn(self._run(plan(gan, n, seed, labels, batch_size), Passes(gan, cost)), cost)

    def _run(self, asked: Plan, passes: Passes) -> Iterator[Batch]:
        rng = asked.rng("latents")
        for labels, rows in asked.windows():
            z = asked.latents(rng, rows)
            passes.cost.images += rows
            yield Batch(z, passes.decode(z, labels))
