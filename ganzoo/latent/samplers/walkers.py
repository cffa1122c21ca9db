"""Steps in z along a gradient: what Langevin sampling and gradient flow share."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.samplers.base import Batch
from ganzoo.latent.samplers.noise import Plan
from ganzoo.latent.samplers.passes import Passes

__all__ = ["Walk", "into_support", "walked"]

Rows = NDArray[np.float64]

# (z, labels, noise of all steps (rows, steps, latent_dim), uniforms (rows, steps)) to the last z
Walk = Callable[[Rows, NDArray[np.int32] | None, Rows, Rows], Rows]


def walked(asked: Plan, passes: Passes, walk: Walk, *, steps: int) -> Iterator[Batch]:
    """Yield the pictures at the end of walks that start at draws from the prior.

    Raises:
        InvalidArgumentError: a walk left the finite numbers.
    """
    latents, noise, uniforms = asked.rng("latents"), asked.rng("noise"), asked.rng("uniforms")
    for labels, rows in asked.windows():
        z = asked.latents(latents, rows).astype("float64")
        # All numbers of a walk at once, so that they do not depend on the batch it is in.
        shaken = noise.standard_normal((rows, steps, asked.latent_dim))
        z = walk(z, labels, shaken, uniforms.random((rows, steps)))
        if not np.isfinite(z).all():
            raise InvalidArgumentError("A walk left the finite numbers: take a smaller step.")
        last = z.astype(np.float32)
        passes.cost.images += rows
        yield Batch(last, passes.decode(last, labels))


def into_support(z: Rows, prior: str) -> Rows:
    """Reflect at the walls of a uniform prior, which leaves its density as it is; a normal one has none."""
    if prior != "uniform":
        return z
    folded = np.mod(z + 1, 4)
    return np.asarray(np.where(folded > 2, 4 - folded, folded) - 1, "float64")
