"""What all contestants share: the models' settings, the data, the order of the batches."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

__all__ = [
    "BACKENDS",
    "BATCH",
    "MODELS",
    "PICTURES",
    "Settings",
    "batches",
    "latents",
    "random_images",
    "to_uint8",
]

BACKENDS = ("torch", "tensorflow", "jax")
BATCH = 64
PICTURES = 2048  # in one turn of `benchmarks.generate`


@dataclass(frozen=True)
class Settings:
    """How a model is trained, in the words of its paper.

    Args:
        latent_dim: length of z.
        prior: "uniform", U(-1, 1), or "normal", N(0, 1).
        n_critic: discriminator updates to one of the generator.
        learning_rate, beta_1, beta_2: Adam's, of both players.
        penalty: weight of WGAN-GP's gradient penalty; 0 stands for the non-saturating loss without one.
        steps: of the generator in one round, about a second of work on two cores.
    """

    latent_dim: int
    prior: str
    n_critic: int
    learning_rate: float
    beta_1: float
    beta_2: float
    penalty: float
    steps: int


MODELS = {
    "mlp-gan": Settings(100, "normal", 1, 2e-4, 0.5, 0.999, 0.0, steps=30),
    "dcgan": Settings(100, "uniform", 1, 2e-4, 0.5, 0.999, 0.0, steps=6),
    "wgan-gp": Settings(128, "normal", 5, 1e-4, 0.0, 0.9, 10.0, steps=2),
}


def random_images(n: int = 60_000, *, seed: int = 0) -> np.ndarray:
    """Noise in the shape of MNIST, uint8 (n, 28, 28, 1): speed does not depend on what is in a picture."""
    return np.random.default_rng(seed).integers(0, 256, (n, 28, 28, 1), np.uint8)


def batches(images: np.ndarray, size: int, *, seed: int = 0) -> Iterator[np.ndarray]:
    """Shuffled batches without end, each uint8 (size, 28, 28, 1)."""
    rng = np.random.default_rng(seed)
    while True:
        order = rng.permutation(len(images))
        for start in range(0, len(images) - size + 1, size):
            yield images[order[start : start + size]]


def latents(n: int, model: str, *, seed: int = 0) -> np.ndarray:
    """z as `generate` draws it, float32 (n, latent_dim)."""
    settings = MODELS[model]
    rng = np.random.default_rng(seed)
    shape = (n, settings.latent_dim)
    z = rng.uniform(-1, 1, shape) if settings.prior == "uniform" else rng.standard_normal(shape)
    return z.astype(np.float32)


def to_uint8(images: np.ndarray) -> np.ndarray:
    """[-1, 1] -> [0, 255]."""
    return np.clip(np.rint((images + 1.0) * 127.5), 0, 255).astype(np.uint8)
