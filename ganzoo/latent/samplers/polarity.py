"""Polarity sampling."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.samplers.base import Batch, Cost, Drawn, check_range
from ganzoo.latent.samplers.noise import Plan, plan
from ganzoo.latent.samplers.passes import Passes

__all__ = ["Polarity"]


@dataclass(frozen=True)
class Polarity:
    """Draw z from p(z) · (σ₁ ⋯ σ_k)^ρ, σ the largest singular values of the generator's Jacobian at z.

    Their product is how much the generator stretches volume there, and its density is lower by as much. ρ
    below 0 draws towards the modes of the generator, above 0 towards its anti-modes, ρ = 0 is plain
    `generate`. It needs no discriminator. For each picture `pool` draws compete; as the pool grows, the
    density is met exactly.

    Args:
        polarity: ρ.
        top_k: k, at most latent_dim; the paper takes 10 to 100.
        pool: draws for a picture.

    Raises:
        InvalidArgumentError: a setting is out of range.

    Example:
        >>> gan.generate(16, sampler=Polarity(polarity=-0.5))

    Reference: [Humayun et al., 2022](https://arxiv.org/abs/2203.01993), equation 6, algorithm 1
    """

    name: ClassVar[str] = "polarity"
    polarity: float = -0.2
    top_k: int = 10
    pool: int = 4

    def __post_init__(self) -> None:
        check_range(
            self.name,
            polarity=(self.polarity, -1000, 1000),
            top_k=(self.top_k, 1, 65_536),
            pool=(self.pool, 1, 100_000),
        )

    def draw(
        self, gan: Any, n: int, *, seed: int = 0, labels: ArrayLike | None = None, batch_size: int = 256
    ) -> Drawn:
        """See `Sampler.draw`."""
        if self.top_k > gan.latent_dim:
            raise InvalidArgumentError(
                f"top_k must be at most latent_dim, {gan.latent_dim}. Received: top_k={self.top_k}"
            )
        cost = Cost()
        return Drawn(self._run(plan(gan, n, seed, labels, batch_size), Passes(gan, cost)), cost)

    def _run(self, asked: Plan, passes: Passes) -> Iterator[Batch]:
        latents, uniforms = asked.rng("latents"), asked.rng("uniforms")
        for labels, rows in asked.windows():
            z = asked.latents(latents, rows * self.pool)
            every = None if labels is None else np.repeat(labels, self.pool)
            volumes = self._log_volumes(passes, z, every).reshape(rows, self.pool)
            # the largest of log weight + Gumbel noise is a draw in proportion to the weights
            noise = -np.log(-np.log(uniforms.random((rows, self.pool))))
            best = np.argmax(self.polarity * volumes + noise, axis=1)
            chosen = z[np.arange(rows) * self.pool + best]
            passes.cost.images += rows
            yield Batch(chosen, passes.decode(chosen, labels))

    def _log_volumes(self, passes: Passes, z: Any, labels: Any) -> Any:
        """Σ log σ over the k largest, float64 (rows,)."""
        from ganzoo.latent.jacobian import jacobian

        volumes = np.empty(len(z))
        # a few hundred megabytes at most, and few calls: each is compiled anew
        pixels = int(np.prod(passes.gan.image_shape))
        rows = min(4096, max(1, 2**24 // (pixels * passes.gan.latent_dim)))
        for start in range(0, len(z), rows):
            part = slice(start, start + rows)
            matrices = jacobian(passes.gan, z[part], labels=None if labels is None else labels[part])
            tall = matrices.astype("float64")
            # σ² of J are the eigenvalues of JᵀJ, ten times sooner found; the largest ones lose no digits
            squares = np.linalg.eigvalsh(tall.transpose(0, 2, 1) @ tall)[:, -self.top_k :]
            volumes[part] = np.log(np.maximum(squares, 1e-300)).sum(1) / 2
        # one pass for each column of the Jacobian
        passes.cost.gradients += len(z) * passes.gan.latent_dim
        return volumes
