"""The distributions that z is drawn from: draws, densities, and where in space their draws lie."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganzoo import sampling
from ganzoo.errors import InvalidArgumentError
from ganzoo.latent._points import check_vectors

__all__ = ["Hypersphere", "Normal", "Prior", "TruncatedNormal", "Uniform", "get_prior", "prior_of"]

_STANDARD: Final = NormalDist()


class Prior(Protocol):
    """A distribution of z, all of its coordinates alike."""

    @property
    def name(self) -> str:
        """As `GAN.latent_prior` has it."""

    def draw(self, rng: np.random.Generator, shape: Sequence[int]) -> NDArray[np.float32]:
        """Draw z of a shape (n, d). The first m rows of the stream do not depend on n."""

    def log_density(self, z: ArrayLike) -> NDArray[np.float64]:
        """The logarithm of the density at z (n, d), float64 (n,); -inf where nothing is drawn."""

    def project(self, z: ArrayLike) -> NDArray[np.float64]:
        """Move z (n, d) to the nearest place where draws lie: the shell of a Gaussian, the cube."""

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """The value that a coordinate stays below with probability u in (0, 1), of any shape."""


@dataclass(frozen=True)
class Normal:
    """N(0, 1) in each coordinate. In many dimensions nearly all draws have a length near √d."""

    name = "normal"

    def draw(self, rng: np.random.Generator, shape: Sequence[int]) -> NDArray[np.float32]:
        """See `Prior`."""
        return sampling.draw(rng, "normal", shape)

    def log_density(self, z: ArrayLike) -> NDArray[np.float64]:
        """See `Prior`."""
        z = check_vectors(z, name="z")
        return -0.5 * np.sum(z**2 + math.log(2 * math.pi), axis=1)

    def project(self, z: ArrayLike) -> NDArray[np.float64]:
        """Scale to the length √d."""
        return sampling.to_sphere(check_vectors(z, name="z"))

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """See `Prior`."""
        return _normal_quantile(_check_probabilities(u))


@dataclass(frozen=True)
class Uniform:
    """U(-1, 1) in each coordinate."""

    name = "uniform"

    def draw(self, rng: np.random.Generator, shape: Sequence[int]) -> NDArray[np.float32]:
        """See `Prior`."""
        return sampling.draw(rng, "uniform", shape)

    def log_density(self, z: ArrayLike) -> NDArray[np.float64]:
        """See `Prior`."""
        z = check_vectors(z, name="z")
        return np.where((np.abs(z) <= 1).all(axis=1), -z.shape[1] * math.log(2), -np.inf)

    def project(self, z: ArrayLike) -> NDArray[np.float64]:
        """Clip to [-1, 1]."""
        return np.clip(check_vectors(z, name="z"), -1, 1)

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """See `Prior`."""
        return 2 * _check_probabilities(u) - 1


@dataclass(frozen=True)
class TruncatedNormal:
    """N(0, 1) with every |zᵢ| > τ drawn again: the "truncation trick" trades variety for quality.

    Args:
        truncation: τ, above 0.

    Raises:
        InvalidArgumentError: τ is not above 0.

    Reference: [Brock et al., 2018](https://arxiv.org/abs/1809.11096), section 3.1
    """

    truncation: float = sampling.TRUNCATION
    name = "truncated_normal"

    def __post_init__(self) -> None:
        # below, a draw would take hours
        if not 1e-3 <= self.truncation < math.inf:
            raise InvalidArgumentError(
                f"truncation must be at least 0.001 and finite. Received: truncation={self.truncation}"
            )

    def draw(self, rng: np.random.Generator, shape: Sequence[int]) -> NDArray[np.float32]:
        """See `Prior`."""
        return sampling.draw_truncated(rng, shape, self.truncation).astype(np.float32)

    def log_density(self, z: ArrayLike) -> NDArray[np.float64]:
        """See `Prior`."""
        z = check_vectors(z, name="z")
        inside = (np.abs(z) <= self.truncation).all(axis=1)
        mass = 1 - 2 * self._below
        return np.where(inside, Normal().log_density(z) - z.shape[1] * math.log(mass), -np.inf)

    def project(self, z: ArrayLike) -> NDArray[np.float64]:
        """Clip to [-τ, τ]."""
        return np.clip(check_vectors(z, name="z"), -self.truncation, self.truncation)

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """See `Prior`."""
        return _normal_quantile(self._below + _check_probabilities(u) * (1 - 2 * self._below))

    @property
    def _below(self) -> float:
        return _STANDARD.cdf(-self.truncation)


@dataclass(frozen=True)
class Hypersphere:
    """Uniform on the sphere of radius √d, the shell that a normal prior of many dimensions is close to."""

    name = "hypersphere"

    def draw(self, rng: np.random.Generator, shape: Sequence[int]) -> NDArray[np.float32]:
        """See `Prior`."""
        return sampling.draw(rng, "hypersphere", shape)

    def log_density(self, z: ArrayLike) -> NDArray[np.float64]:
        """By the area of the sphere; -inf where the length differs from √d by more than a thousandth."""
        z = check_vectors(z, name="z")
        d = z.shape[1]
        area = math.log(2) + d / 2 * math.log(math.pi) - math.lgamma(d / 2) + (d - 1) / 2 * math.log(d)
        on_it = np.abs(np.linalg.norm(z, axis=1) / math.sqrt(d) - 1) < 1e-3
        return np.where(on_it, -area, -np.inf)

    def project(self, z: ArrayLike) -> NDArray[np.float64]:
        """Scale to the length √d."""
        return sampling.to_sphere(check_vectors(z, name="z"))

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """That of N(0, 1), which a coordinate tends to as d grows."""
        return Normal().quantile(u)


def get_prior(name: str) -> Prior:
    """The prior of a name.

    Args:
        name: one of `ganzoo.sampling.PRIORS`.

    Returns:
        The `Prior`, with the settings that the name stands for.

    Raises:
        InvalidArgumentError: another name.

    Example:
        `get_prior("truncated_normal").draw(np.random.default_rng(0), (16, 100))`
    """
    priors: dict[str, Prior] = {
        prior.name: prior for prior in (Normal(), Uniform(), TruncatedNormal(), Hypersphere())
    }
    if name not in priors:
        raise InvalidArgumentError(f"A prior must be one of {', '.join(priors)}. Received: {name!r}")
    return priors[name]


def prior_of(gan: Any) -> Prior:
    """The prior that a model's z is drawn from.

    Args:
        gan: a `ganzoo.GAN`.

    Example:
        `prior_of(gan).project(z)`
    """
    return get_prior(gan.latent_prior)


def _normal_quantile(u: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([_STANDARD.inv_cdf(p) for p in u.ravel()]).reshape(u.shape)


def _check_probabilities(u: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(u, np.float64)
    if not ((array > 0) & (array < 1)).all():
        raise InvalidArgumentError(f"u must lie between 0 and 1, both left out. Received: {u!r}")
    return array
