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
        width = 16 if architecture == "mlp-gan" else 4  # fewer of an MLP's units can all be dead
        generator, discriminator = networks.build(
            architecture,
            latent_dim=4,
            num_classes=num_classes,
            generator={"width": width},
            discriminator={"width": width},
        )
        rng = np.random.default_rng(0)
        for network in (generator, discriminator):
            for kernel in (v for v in network.trainable_variables if len(v.shape) > 1):
                spread = (2 / np.prod(kernel.shape[:-1])) ** 0.5
                kernel.assign(spread * rng.standard_normal(kernel.shape))
        return ganzoo.GAN(generator, discriminator, **options)

    return build


@pytest.fixture
def conditional_gan() -> Callable[..., ganzoo.GAN]:
    """`conditional_gan(latent_dim=…, num_classes=…)`: it draws z·W and a grey level of the class's own."""

    def build(*, latent_dim: int, num_classes: int) -> ganzoo.GAN:
        z, image, label = (
            keras.Input((latent_dim,)),
            keras.Input((SIDE, SIDE, 1)),
            keras.Input((), dtype="int32"),
        )
        dense, level = keras.layers.Dense(SIDE**2, use_bias=False), keras.layers.Embedding(num_classes, 1)
        drawn = keras.layers.Add()([dense(z), level(label)])
        generator = keras.Model([z, label], keras.layers.Reshape((SIDE, SIDE, 1))(drawn))
        logits = keras.layers.Dense(1, kernel_initializer="ones")(keras.layers.Flatten()(image))
        logits = keras.layers.Add()([logits, keras.layers.Embedding(num_classes, 1)(label)])
        rng = np.random.default_rng(0)
        dense.set_weights([0.3 * rng.standard_normal((latent_dim, SIDE**2))])
        level.set_weights([np.linspace(-0.5, 0.5, num_classes)[:, None]])
        return ganzoo.GAN(generator, keras.Model([image, label], logits))

    return build
