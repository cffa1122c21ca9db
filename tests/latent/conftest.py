"""Generators whose geometry is known."""

from collections.abc import Callable

import keras
import numpy as np
import pytest

import ganzoo
from ganzoo import networks

SIDE = 4


def _toy_gan(layer: keras.Layer, *, latent_dim: int, **options) -> ganzoo.GAN:
    z, image = keras.Input((latent_dim,)), keras.Input((SIDE, SIDE, 1))
    generator = keras.Model(z, keras.layers.Reshape((SIDE, SIDE, 1))(layer(z)))
    logits = keras.layers.Dense(1, kernel_initializer="ones")(keras.layers.Flatten()(image))
    return ganzoo.GAN(generator, keras.Model(image, logits), **options)


@pytest.fixture
def toy_gan() -> Callable[..., ganzoo.GAN]:
    """`toy_gan(layer, latent_dim=…)`: it draws what the layer, (n, latent_dim) -> (n, 16), gives."""
    return _toy_gan


@pytest.fixture
def linear_gan() -> Callable[..., tuple[ganzoo.GAN, np.ndarray]]:
    """`linear_gan(latent_dim=…)`: a model that draws z·W, and W (latent_dim, 16).

    Its discriminator's logit is the sum of the pixels.
    """

    def build(*, latent_dim: int, **options) -> tuple[ganzoo.GAN, np.ndarray]:
        matrix = 0.3 * np.random.default_rng(0).standard_normal((latent_dim, SIDE**2)).astype("float32")
        dense = keras.layers.Dense(SIDE**2, use_bias=False)
        gan = _toy_gan(dense, latent_dim=latent_dim, **options)
        dense.set_weights([matrix])
        return gan, matrix

    return build


@pytest.fixture
def small_gan() -> Callable[..., ganzoo.GAN]:
    """`small_gan(architecture, num_classes=0)`: narrow, with four latents, alike on every backend."""

    def build(architecture: str, *, num_classes: int = 0, **options) -> ganzoo.GAN:
        generator, discriminator = networks.build(
            architecture,
            latent_dim=4,
            num_classes=num_classes,
            generator={"width": 4},
            discriminator={"width": 4},
        )
        rng = np.random.default_rng(0)
        for network in (generator, discriminator):
            for kernel in (v for v in network.trainable_variables if len(v.shape) > 1):
                spread = (2 / np.prod(kernel.shape[:-1])) ** 0.5
                kernel.assign(spread * rng.standard_normal(kernel.shape))
        return ganzoo.GAN(generator, discriminator, **options)

    return build
