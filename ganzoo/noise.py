"""The random numbers of a training step."""

import math
from collections.abc import Sequence
from typing import Any

import keras

from ganzoo.sampling import TRUNCATION

__all__ = ["DeviceNoise"]

Tensor = Any


class DeviceNoise:
    """Draws on the device; public sampling draws z from NumPy instead, to be the same on every backend.

    A training step takes all its random numbers but dropout's from here, so that another object with these
    three methods can stand in as `gan.noise`: one that replays given numbers makes steps comparable between
    backends.

    Args:
        prior: of z, one of `ganzoo.sampling.PRIORS`.
        seed_generator: state of the stream, advanced by every draw.
    """

    def __init__(self, prior: str, seed_generator: keras.random.SeedGenerator) -> None:
        self.prior = prior
        self.seed_generator = seed_generator

    def latents(self, shape: Sequence[int]) -> Tensor:
        """Draw z from the prior."""
        if self.prior == "uniform":
            return keras.random.uniform(shape, -1.0, 1.0, seed=self.seed_generator)
        if self.prior == "truncated_normal":
            # by its quantiles: on PyTorch, keras.random.truncated_normal draws beyond ±2
            mass = math.erf(TRUNCATION / math.sqrt(2))
            spread = keras.random.uniform(shape, -mass, mass, seed=self.seed_generator)
            return math.sqrt(2) * keras.ops.erfinv(spread)
        z = self.normal(shape)
        if self.prior == "hypersphere":
            return z * keras.ops.rsqrt(keras.ops.mean(keras.ops.square(z), axis=-1, keepdims=True))
        return z

    def uniform(self, shape: Sequence[int]) -> Tensor:
        """Draw from U(0, 1)."""
        return keras.random.uniform(shape, seed=self.seed_generator)

    def normal(self, shape: Sequence[int]) -> Tensor:
        """Draw from N(0, 1)."""
        return keras.random.normal(shape, seed=self.seed_generator)
