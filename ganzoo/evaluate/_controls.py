"""Controls that the audit runs with: copies of training images, planted where the answer is known."""

import numpy as np

__all__ = ["NOISE", "PLANTED", "planted_images", "planted_rows"]

# A generator that copies this share of its samples has to be caught,
PLANTED = 0.05
# and so has one that adds Gaussian noise of this deviation, of 255, which a person hardly sees.
NOISE = 4.0


def planted_rows(n: int, *, rng: np.random.Generator) -> np.ndarray:
    """Which of n samples are replaced by training images: `PLANTED` of them, at least one."""
    return rng.choice(n, max(1, round(PLANTED * n)), replace=False)


def planted_images(train: np.ndarray, n: int, *, noise: float, rng: np.random.Generator) -> np.ndarray:
    """n training images, with noise.

    Args:
        train: uint8 (N, height, width, channels).
        n: how many, drawn with replacement.
        noise: deviation of the Gaussian noise, of 255.
        rng: the source of the draws.

    Returns:
        uint8 (n, height, width, channels).
    """
    copies = train[rng.integers(len(train), size=n)]
    noisy = np.rint(copies + rng.normal(0.0, noise, copies.shape))
    return np.clip(noisy, 0, 255).astype("uint8")
