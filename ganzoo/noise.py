"""The random numbers of a training step."""

from collections.abc import Sequence
from typing import Any

import keras

__all__ = ["DeviceNoise"]

Tensor = Any


class DeviceNoise:
    """Draws on the device; public sampling draws z from NumPy instead, to be the same on every backend.

    A training step takes all its random numbers but dropout's from here, so that another object with these
    three methods can stand in as `gan.noise`: one that replays given numbers makes steps comparable between
    backends.

    Args:
        prior: of z, "normal" is N(0, 1), "uniform" is U(-1, 1).
        seed_generator: state of the stream, advanced by every draw.
    """

    def __init__(self, prior: str, seed_generator: keras.random.SeedGenerator) -> None:
        self.prior = prior
        self.seed_generator = seed_generator

    def latents(self, shape: Sequence[int]) -> Tensor:
        """Draw z from the prior."""
        if self.prior == "uniform":
            return keras.random.uniform(shape, -1.0, 1.0, seed=self.seed_generator)
        return self.normal(shape)

    def uniform(self, shape: Sequence[int]) -> Tensor:
        """Draw from U(0, 1)."""
        return keras.random.uniform(shape, seed=self.seed_generator)

    def normal(self, shape: Sequence[int]) -> Tensor:
        """Draw from N(0, 1)."""
        return keras.random.normal(shape, seed=self.seed_generator)
