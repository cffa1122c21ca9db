"""Contestants that train through Keras' `fit` and draw through Keras: ganzoo, and the keras.io way.

Initial weights are not seeded: `keras.utils.set_random_seed` imports TensorFlow wherever it is installed, on
any backend, and its memory would be counted as theirs.
"""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from benchmarks.settings import MODELS, latents, to_uint8
from ganzoo import networks, penalties
from ganzoo.gan import GAN

__all__ = ["gate_callback", "new_gan", "prepare", "prepare_generation"]


def gate_callback(gate: Any) -> keras.callbacks.Callback:
    """The gate after each step, so that `fit` runs as it is, without an end between two turns."""

    class Turns(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            gate(lambda: float(logs["d_loss"]))

    return Turns()


def _optimizer(model: str) -> keras.optimizers.Optimizer:
    settings = MODELS[model]
    return keras.optimizers.Adam(settings.learning_rate, beta_1=settings.beta_1, beta_2=settings.beta_2)


def _parameters(*models: keras.Model) -> int:
    return sum(int(np.prod(v.shape)) for m in models for v in m.trainable_variables)


def new_gan(model: str) -> GAN:
    """A compiled GAN as its paper trains it."""
    settings = MODELS[model]
    generator, discriminator = networks.build(model)
    gan = GAN(generator, discriminator, latent_prior=settings.prior)
    gan.compile(
        objective="wasserstein" if settings.penalty else "non_saturating",
        penalties=[penalties.GradientPenalty(weight=settings.penalty)] if settings.penalty else [],
        generator_optimizer=_optimizer(model),
        discriminator_optimizer=_optimizer(model),
        n_critic=settings.n_critic,
    )
    return gan


def prepare(
    contestant: str, model: str, images: np.ndarray, *, batch: int
) -> tuple[Callable[[keras.callbacks.Callback], Any], int]:
    """Build a contestant.

    Args:
        contestant: "ganzoo" or "keras-io".
        model: "mlp-gan", "dcgan" or "wgan-gp".
        images: uint8 (n, 28, 28, 1).
        batch: images in one update of the discriminator.

    Returns:
        `fit(callback)`, and the number of trainable parameters.
    """
    if contestant == "ganzoo":
        gan = new_gan(model)

        def fit(callback: keras.callbacks.Callback) -> Any:
            return gan.fit(images, batch_size=batch, epochs=10_000, verbose=0, callbacks=[callback])

        return fit, _parameters(gan.online_generator, gan.discriminator)

    from benchmarks.peers.keras_io import build

    generator, discriminator = networks.build(model)
    peer = build(model, generator, discriminator, _optimizer(model), _optimizer(model))
    # a whole number of batches: a smaller last one would be compiled anew
    floats = images[: len(images) // batch * batch].astype("float32") / 127.5 - 1.0

    def fit_floats(callback: keras.callbacks.Callback) -> Any:
        return peer.fit(floats, batch_size=batch, epochs=10_000, verbose=0, callbacks=[callback])

    return fit_floats, _parameters(generator, discriminator)


def prepare_generation(contestant: str, model: str, *, batch: int) -> tuple[Callable[[int], np.ndarray], int]:
    """Build a contestant that draws.

    Args:
        contestant: "ganzoo" or "keras-predict".
        model: as `prepare`.
        batch: pictures per call.

    Returns:
        `draw(n) -> uint8 (n, 28, 28, 1)`, and the number of trainable parameters of both networks.
    """
    if contestant == "ganzoo":
        generator, discriminator = networks.build(model)
        gan = GAN(generator, discriminator, latent_prior=MODELS[model].prior)
        return lambda n: gan.generate(n, batch_size=batch), _parameters(generator, discriminator)
    generator, discriminator = networks.build(model)

    def draw(n: int) -> np.ndarray:
        return to_uint8(generator.predict(latents(n, model), batch_size=batch, verbose=0))

    return draw, _parameters(generator, discriminator)
