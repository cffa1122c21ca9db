"""Mild augmentation for training an extractor, in NumPy: the same on every backend."""

import numpy as np

__all__ = ["random_affine", "random_mirror", "random_tone"]


def random_affine(
    images: np.ndarray,
    *,
    rng: np.random.Generator,
    degrees: float = 10.0,
    shift: float = 2.0,
    zoom: float = 0.1,
) -> np.ndarray:
    """Rotates, scales and shifts each image by its own draw, with bilinear sampling and black outside.

    Args:
        images: uint8 (n, height, width, channels).
        rng: the source of the draws.
        degrees: rotation is uniform in [-degrees, degrees].
        shift: each shift is uniform in [-shift, shift] pixels.
        zoom: the scale is uniform in [1 - zoom, 1 + zoom].

    Returns:
        uint8, of the same shape.
    """
    n, height, width, channels = images.shape
    angle = np.deg2rad(rng.uniform(-degrees, degrees, n))
    scale = rng.uniform(1 - zoom, 1 + zoom, n)
    dy, dx = rng.uniform(-shift, shift, (2, n))
    rows, cols = np.meshgrid(
        np.arange(height) - (height - 1) / 2, np.arange(width) - (width - 1) / 2, indexing="ij"
    )
    cos, sin = (np.cos(angle) / scale)[:, None, None], (np.sin(angle) / scale)[:, None, None]
    # A border of one black pixel, which indices outside the image are clipped to.
    y = np.clip(cos * rows - sin * cols + dy[:, None, None] + (height + 1) / 2, 0, height + 0.999)
    x = np.clip(sin * rows + cos * cols + dx[:, None, None] + (width + 1) / 2, 0, width + 0.999)
    top, left = y.astype(np.intp), x.astype(np.intp)
    fy, fx = (y - top)[..., None].astype("float32"), (x - left)[..., None].astype("float32")
    padded = np.zeros((n, height + 2, width + 2, channels), "float32")
    padded[:, 1:-1, 1:-1] = images
    flat = padded.reshape(n * (height + 2) * (width + 2), channels)
    index = (np.arange(n)[:, None, None] * (height + 2) + top) * (width + 2) + left
    below = index + width + 2
    upper = flat[index] * (1 - fx) + flat[index + 1] * fx
    lower = flat[below] * (1 - fx) + flat[below + 1] * fx
    return np.rint(upper * (1 - fy) + lower * fy).astype("uint8")


def random_mirror(images: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
    """Mirrors each image left to right with probability ½.

    Right for clothes, which are laid out about an upright axis; wrong for digits.

    Args:
        images: uint8 (n, height, width, channels).
        rng: the source of the draws.

    Returns:
        uint8, of the same shape.
    """
    return np.where(rng.random((len(images), 1, 1, 1)) < 0.5, images, images[:, :, ::-1])


def random_tone(
    images: np.ndarray,
    *,
    rng: np.random.Generator,
    contrast: float = 0.1,
    offset: float = 8.0,
    noise: float = 8.0,
) -> np.ndarray:
    """Changes contrast, black level and noise of each image by amounts that a person hardly sees.

    Without it, features answer to a background of 3 instead of 0 as strongly as to a wrong digit.

    Args:
        images: uint8 (n, height, width, channels).
        rng: the source of the draws.
        contrast: values are multiplied by a factor uniform in [1 - contrast, 1 + contrast].
        offset: and raised by an amount uniform in [0, offset] of 255.
        noise: and given Gaussian noise of a deviation uniform in [0, noise] of 255.

    Returns:
        uint8, of the same shape.
    """
    each = (len(images), 1, 1, 1)
    factor = rng.uniform(1 - contrast, 1 + contrast, each).astype("float32")
    raised = images * factor + rng.uniform(0, offset, each).astype("float32")
    deviation = rng.uniform(0, noise, each).astype("float32")
    noisy = raised + deviation * rng.standard_normal(images.shape, dtype="float32")
    return np.rint(np.clip(noisy, 0, 255)).astype("uint8")
