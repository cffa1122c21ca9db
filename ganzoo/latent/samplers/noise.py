"""What was asked of a sampler, and its random numbers: all from NumPy, so the same on every backend."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganzoo import sampling
from ganzoo.errors import InvalidArgumentError

__all__ = ["Plan", "check_prior", "plan"]

# Apart from each other, so that none depends on how many numbers another took. The first is plain generate's.
_STREAMS: Final = ("latents", "uniforms", "noise", "pilot")


@dataclass(frozen=True, eq=False)
class Plan:
    """A checked request.

    Args:
        n: pictures.
        seed: of every stream.
        labels: int32 (n,), or None for an unconditional model.
        batch_size: rows per compiled call.
        latent_dim: length of z.
        prior: "normal" or "uniform".
    """

    n: int
    seed: int
    labels: NDArray[np.int32] | None
    batch_size: int
    latent_dim: int
    prior: str

    def rng(self, stream: str) -> np.random.Generator:
        """A stream of its own: "latents", "uniforms", "noise" or "pilot"."""
        index = _STREAMS.index(stream)
        return np.random.default_rng([self.seed, index] if index else self.seed)

    def latents(self, rng: np.random.Generator, rows: int) -> NDArray[np.float32]:
        """z of the prior, (rows, latent_dim)."""
        return sampling.draw(rng, self.prior, (rows, self.latent_dim))

    def windows(self) -> Iterator[tuple[NDArray[np.int32] | None, int]]:
        """The labels of each batch of pictures, or None, and how many they are."""
        for start in range(0, self.n, self.batch_size):
            rows = min(self.batch_size, self.n - start)
            yield None if self.labels is None else self.labels[start : start + rows], rows


def check_prior(name: str, gan: Any) -> None:
    """Refuse a prior whose shape a sampler does not know, rather than leave it.

    Raises:
        InvalidArgumentError: it is neither normal nor uniform.
    """
    if gan.latent_prior not in ("normal", "uniform"):
        raise InvalidArgumentError(
            f"Sampler '{name}' knows normal and uniform priors. Received: a model with the prior "
            f"{gan.latent_prior!r}. Use obrs, drs, mh or polarity."
        )


def plan(gan: Any, n: int, seed: int, labels: ArrayLike | None, batch_size: int) -> Plan:
    """Check what was asked.

    Raises:
        InvalidArgumentError: n, seed or batch_size is out of range, or labels do not fit the model.
    """
    n = sampling.check_count(n)
    return Plan(
        n=n,
        seed=sampling.check_seed(seed),
        labels=sampling.check_labels(labels, n, gan.num_classes),
        batch_size=sampling.check_count(batch_size, name="batch_size"),
        latent_dim=gan.latent_dim,
        prior=gan.latent_prior,
    )
