"""Perceptual path length: how much pictures change under a small step in latent space.

A smooth latent space has short paths. A short path is no merit of its own: a model that draws one picture has
length 0, so the number stands beside a distance to real images, never alone.
"""

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._checks import check_features, check_same_width, check_seed
from ganzoo.evaluate.extractors import Extractor, load_extractor
from ganzoo.sampling import check_count, draw

__all__ = ["LatentModel", "latent_steps", "path_length", "perceptual_path_length"]


class LatentModel(Protocol):
    """Anything that maps latents to float images, as `ganzoo.GAN` does."""

    latent_prior: str
    """"normal" or "uniform"."""
    num_classes: int
    """0 if the model is unconditional."""

    @property
    def latent_dim(self) -> int:
        """Length of z."""

    def decode(self, z: NDArray[np.float32], *, labels: ArrayLike | None = None) -> NDArray[np.float32]:
        """z (n, latent_dim) to float images (n, height, width, channels) in [-1, 1]."""


def path_length(
    first: np.ndarray,
    second: np.ndarray,
    *,
    epsilon: float = 1e-4,
    keep: tuple[float, float] = (1.0, 99.0),
) -> float:
    """The mean of |first - second|² / ε² over the pairs of rows, the extremes left out.

    Args:
        first: (n, d) features of the images at the beginning of each step.
        second: (n, d) features of those at its end.
        epsilon: length of a step, as a part of its path.
        keep: percentiles from which and up to which lengths are kept; (0, 100) keeps all.

    Returns:
        A number >= 0; lower is smoother.

    Raises:
        InvalidArgumentError: Different shapes, epsilon or keep out of range, empty, NaN.

    Example:
        >>> path_length(features_at_t, features_at_t_plus_epsilon, epsilon=1e-4)

    Reference: [Karras et al., 2019](https://arxiv.org/abs/1812.04948), section 4.1
    """
    first, second = check_features(first, "first"), check_features(second, "second")
    check_same_width(first=first, second=second)
    if len(first) != len(second):
        raise InvalidArgumentError(
            f"first and second must be pairs of rows. Received: {len(first)} and {len(second)} rows"
        )
    low, high = keep
    if not (epsilon > 0 and 0 <= low < high <= 100):
        raise InvalidArgumentError(
            "epsilon must be above 0 and keep two rising percentiles from 0 to 100. "
            f"Received: epsilon={epsilon}, keep={keep}"
        )
    lengths = np.sum((first - second) ** 2, axis=1) / epsilon**2
    least = np.percentile(lengths, low, method="lower")
    most = np.percentile(lengths, high, method="higher")
    return float(lengths[(lengths >= least) & (lengths <= most)].mean())


def perceptual_path_length(
    model: LatentModel,
    *,
    n: int = 10_000,
    seed: int = 0,
    extractor: Extractor | str = "mnist-cnn",
    epsilon: float = 1e-4,
    keep: tuple[float, float] = (1.0, 99.0),
    batch_size: int = 256,
) -> float:
    """Draws pairs of latents, takes a step of ε somewhere between each two, and measures it by features.

    Steps lie at t uniform in [0, 1], on a great circle (slerp) for the normal prior, whose draws lie near a
    sphere that a straight line would leave, and on a straight line (lerp) for the uniform one. The images
    stay floats: rounded to bytes, a step of 1e-4 is nothing or one grey level, and the length grows as 1/ε.
    Distances are squared Euclidean ones of the extractor's features; StyleGAN's own is LPIPS, so numbers
    compare only with those of the same extractor.

    Args:
        model: a `ganzoo.GAN`; of a class-conditional one both ends have the same label, each class in turn.
        n: pairs.
        seed: of the draws, by NumPy: the same pairs on every backend.
        extractor: the name of a shipped extractor, or one of your own that takes floats.
        epsilon: length of a step, as a part of its path; 1e-4 is far above the rounding of float32.
        keep: percentiles of the lengths that are kept.
        batch_size: pairs per compiled call.

    Returns:
        A number >= 0; lower is smoother.

    Raises:
        InvalidArgumentError: An argument out of range, or an extractor that takes bytes alone.

    Example:
        >>> perceptual_path_length(ganzoo.load("mnist-dcgan"), n=2000)

    Reference: [Karras et al., 2019](https://arxiv.org/abs/1812.04948), section 4.1
    """
    first, second = latent_steps(
        model, n=n, seed=seed, extractor=extractor, epsilon=epsilon, batch_size=batch_size
    )
    return path_length(first, second, epsilon=epsilon, keep=keep)


def latent_steps(
    model: LatentModel,
    *,
    n: int,
    seed: int,
    extractor: Extractor | str,
    epsilon: float = 1e-4,
    batch_size: int = 256,
) -> tuple[np.ndarray, np.ndarray]:
    """The features before and after each step that `perceptual_path_length` takes: float32, (n, d) each."""
    n, batch_size = check_count(n), check_count(batch_size, name="batch_size")
    if isinstance(extractor, str):
        extractor = load_extractor(extractor)
    rng = np.random.default_rng(check_seed(seed))
    start, stop = (draw(rng, model.latent_prior, (n, model.latent_dim)) for _ in range(2))
    between = _lerp if model.latent_prior == "uniform" else _slerp
    # A step forward from t <= 1 - ε would bias t; one beyond the end is on the same curve.
    t = rng.random((n, 1))
    labels = np.arange(n) % model.num_classes if model.num_classes else None
    ends: list[list[np.ndarray]] = [[], []]
    for begin in range(0, n, batch_size):
        rows = slice(begin, begin + batch_size)
        for features, time in zip(ends, (t[rows], t[rows] + epsilon), strict=True):
            z = between(start[rows], stop[rows], time).astype("float32")
            images = model.decode(z, labels=None if labels is None else labels[rows])
            features.append(extractor.features_of_floats(images, batch_size=batch_size))
    return np.concatenate(ends[0]), np.concatenate(ends[1])


def _lerp(a: np.ndarray, b: np.ndarray, t: np.ndarray) -> np.ndarray:
    a, b = a.astype("float64"), b.astype("float64")
    return a + t * (b - a)


def _slerp(a: np.ndarray, b: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Along the arc from a to b, whose lengths may differ: [White, 2016](https://arxiv.org/abs/1609.04468)."""
    a, b = a.astype("float64"), b.astype("float64")
    cosine = np.sum(a * b, 1, keepdims=True) / np.maximum(
        np.linalg.norm(a, axis=1, keepdims=True) * np.linalg.norm(b, axis=1, keepdims=True), 1e-300
    )
    angle = np.arccos(np.clip(cosine, -1, 1))
    sine = np.sin(angle)
    # Two directions that are the same, or opposite, have no arc between them; a line takes its place.
    straight = sine < 1e-6
    safe = np.where(straight, 1.0, sine)
    arc = (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / safe
    return np.where(straight, a + t * (b - a), arc)
