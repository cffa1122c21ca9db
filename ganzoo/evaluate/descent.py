"""Gradient descent in z: where to start, and Adam that keeps the best place."""

from typing import Any

import numpy as np

from ganzoo.evaluate._neighbours import distance_blocks
from ganzoo.images import to_float

__all__ = ["Adam", "nearest_draws"]


def nearest_draws(gan: Any, inputs: list[np.ndarray], *, starts: int, pool: int, seed: int) -> np.ndarray:
    """The z of the draws that come nearest to each picture, pixel by pixel.

    Args:
        gan: a `ganzoo.GAN`.
        inputs: uint8 pictures (n, height, width, channels) and, for a class-conditional model, labels (n,),
            whose own class is drawn.
        starts: z for each picture.
        pool: draws to choose from, a class.
        seed: of the draws; the same on every backend.

    Returns:
        float32 (n · starts, latent_dim), those of a picture in a row.
    """
    images, classes = inputs[0], inputs[1] if len(inputs) > 1 else np.zeros(len(inputs[0]), "int32")
    draws = gan.sample_latents(pool, seed=seed)
    z = np.zeros((len(images), starts, draws.shape[1]), "float32")
    for label in np.unique(classes):
        pictures = gan.decode(draws, labels=label if gan.num_classes else None).reshape(pool, -1)
        mine = np.flatnonzero(classes == label)
        for rows, distances in distance_blocks(to_float(images[mine]).reshape(len(mine), -1), pictures):
            z[mine[rows]] = draws[np.argpartition(distances, starts - 1, axis=1)[:, :starts]]
    return z.reshape(-1, draws.shape[1])


class Adam:
    """Adam on z, a row a picture, that keeps the best place of each row (Kingma and Ba, algorithm 1)."""

    def __init__(self, z: np.ndarray, learning_rate: float, *, bounded: bool) -> None:
        """Begin at z (n, latent_dim); `bounded` keeps it in [-1, 1], where a uniform prior is."""
        self.z, self.learning_rate, self.bounded = z, learning_rate, bounded
        self.mean, self.square, self.time = np.zeros_like(z), np.zeros_like(z), 0
        self.best, self.best_z = np.full(len(z), np.inf), z.copy()

    def keep(self, errors: np.ndarray) -> None:
        """Note the rows that are better here than ever before."""
        better = errors < self.best
        self.best[better], self.best_z[better] = errors[better], self.z[better]

    def update(self, errors: np.ndarray, gradient: np.ndarray) -> None:
        """Note this place, and step on."""
        self.keep(errors)
        self.time += 1
        self.mean = 0.9 * self.mean + 0.1 * gradient
        self.square = 0.999 * self.square + 0.001 * gradient**2
        mean, square = self.mean / (1 - 0.9**self.time), self.square / (1 - 0.999**self.time)
        z = self.z - self.learning_rate * mean / (np.sqrt(square) + 1e-8)
        self.z = np.asarray(np.clip(z, -1, 1) if self.bounded else z, "float32")
