"""A ring of eight Gaussians: the first objective loses modes, relativistic pairing with R1 and R2 keeps all.

Same data, networks, initial weights, optimizers and steps; the objective and its penalties alone differ.

Reference: [Metz et al., 2017](https://arxiv.org/abs/1611.02163), section 3.1, for the ring;
[Huang et al., 2024](https://arxiv.org/abs/2501.05441) for the remedy
"""

import keras
import numpy as np

from ganzoo import backend
from ganzoo.gan import GAN
from ganzoo.penalties import R1, R2

ANGLES = 2 * np.pi * np.arange(8) / 8
MODES = 2.0 * np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)
SIGMA = 0.02
BATCH = 128


class _Ring(keras.utils.PyDataset):
    """Batches of points; each step draws its own."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self.steps = steps

    def __len__(self) -> int:
        return self.steps

    def __getitem__(self, step: int) -> tuple[np.ndarray]:
        rng = np.random.default_rng([0, step])
        points = MODES[rng.integers(8, size=BATCH)] + SIGMA * rng.normal(size=(BATCH, 2))
        return (points.astype("float32"),)


def _train(steps: int, **options: object) -> np.ndarray:
    """Train from the same start and return 2000 samples (2000, 2)."""
    keras.utils.set_random_seed(0)
    dense = keras.layers.Dense
    generator = keras.Sequential([keras.Input((2,)), dense(64, "relu"), dense(64, "relu"), dense(2)])
    discriminator = keras.Sequential([keras.Input((2,)), dense(64, "relu"), dense(64, "relu"), dense(1)])
    gan = GAN(generator, discriminator)
    rates = keras.optimizers.schedules.CosineDecay(2e-2, steps)
    players = ("generator_optimizer", "discriminator_optimizer")
    gan.compile(
        ema_decay=0.99,
        **{player: keras.optimizers.Adam(rates, beta_1=0.5, beta_2=0.99) for player in players},
        **options,
    )
    gan.seed(0)
    # Keras' own fit: the package's is for images
    keras.Model.fit(gan, backend.fit_data(_Ring(steps)), shuffle=False, verbose=0)
    return gan.decode(gan.sample_latents(2000, seed=1))


def _shares(samples: np.ndarray, radius: float) -> np.ndarray:
    """The share of the samples within `radius` of each mode, (8,)."""
    return np.mean(np.linalg.norm(samples[:, None] - MODES, axis=2) < radius, axis=0)


def test_the_first_objective_loses_modes_that_the_remedy_keeps() -> None:
    """A mode is kept that has at least half of its fair share of the samples."""
    collapsed = _shares(_train(1000, objective="minimax"), 10 * SIGMA)  # a generous radius
    assert (collapsed >= 1 / 16).sum() <= 6

    penalties = [R1(weight=0.03, interval=4), R2(weight=0.03, interval=4)]
    restored = _shares(_train(3000, objective="relativistic", penalties=penalties), 3 * SIGMA)  # a strict one
    assert (restored >= 1 / 16).sum() == 8
    assert restored.sum() >= 0.9
