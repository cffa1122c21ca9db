"""A GAN small enough to train in a moment, and images for it."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from ganzoo import GAN
from ganzoo.networks import mlp


@pytest.fixture
def images() -> np.ndarray:
    """20 pictures, none like another."""
    return np.random.default_rng(0).integers(0, 256, (20, 28, 28, 1), dtype=np.uint8)


@pytest.fixture
def build() -> Callable[..., GAN]:
    """A builder of small GANs, each with the same first weights; options go to `compile`."""

    def build(*, num_classes: int = 0, **options: Any) -> GAN:
        keras.utils.set_random_seed(0)
        gan = GAN(
            mlp.generator(latent_dim=4, width=4, depth=1, num_classes=num_classes),
            mlp.discriminator(width=4, depth=1, pieces=2, num_classes=num_classes),
        )
        # eager, since compiling a step takes longer than the few steps of a test
        gan.compile(**{"run_eagerly": True, **options})
        return gan

    return build
