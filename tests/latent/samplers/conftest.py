"""GANs of one or two numbers, whose density ratio is known."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from scipy import special

import ganzoo

Curve = Callable[[Any], Any]


def build(
    picture: Curve, logit: Curve, *, dim: int = 1, num_classes: int = 0, **options: Any
) -> "ganzoo.GAN":
    """A GAN of `dim` pixels: `picture(z)` draws them, `logit(x)` judges them, both (n, dim) -> (n, …).

    A class adds its number to every pixel.
    """
    z, image = keras.Input((dim,)), keras.Input((1, dim, 1))
    drawn, inputs, shown = picture(z), z, image
    seen = logit(keras.layers.Flatten()(image))
    if num_classes:
        label = keras.Input((), dtype="int32")
        level = keras.layers.Embedding(num_classes, 1)
        drawn = keras.layers.Add()([drawn, level(label)])
        level.embeddings.assign(np.arange(num_classes, dtype="float32")[:, None])
        unused = keras.layers.Embedding(num_classes, 1, embeddings_initializer="zeros")
        seen = keras.layers.Add()([seen, unused(label)])
        inputs, shown = [z, label], [image, label]
    generator = keras.Model(inputs, keras.layers.Reshape((1, dim, 1))(drawn))
    return ganzoo.GAN(generator, keras.Model(shown, seen), **options)


@pytest.fixture(scope="session")
def toy() -> Callable[..., "ganzoo.GAN"]:
    """`toy(picture, logit, dim=1, num_classes=0)`."""
    return build


CENTRES, WIDTHS = (-0.8, 1.0), (0.5, 0.4)


def mixture_log_ratio(x: Any) -> Any:
    """log of the density of the mixture over that of N(0, 1), (n, 1)."""
    parts = [
        -0.5 * keras.ops.square((x - centre) / width) - float(np.log(2 * width))
        for centre, width in zip(CENTRES, WIDTHS, strict=True)
    ]
    return keras.ops.logaddexp(*parts) + 0.5 * keras.ops.square(x)


def mixture_cdf(x: np.ndarray) -> np.ndarray:
    """Half of each of the two normals."""
    return sum(special.ndtr((x - c) / w) / 2 for c, w in zip(CENTRES, WIDTHS, strict=True))


@pytest.fixture(scope="session")
def mixture() -> tuple[Callable[[float, float, str], "ganzoo.GAN"], Callable[[np.ndarray], np.ndarray]]:
    """`build(scale, shift, objective)`, which draws N(0, 1) and scores scale · log r + shift; and the CDF."""

    def make(scale: float = 1.0, shift: float = 0.0, objective: str = "non_saturating") -> "ganzoo.GAN":
        return build(lambda z: z + 0.0, lambda x: scale * mixture_log_ratio(x) + shift, objective=objective)

    return make, mixture_cdf


@pytest.fixture(scope="session")
def mixture_sample() -> Callable[[int], np.ndarray]:
    """`draw(n)`: pictures of the mixture, (n, 1, 1, 1)."""

    def draw(n: int) -> np.ndarray:
        rng = np.random.default_rng(5)
        which = rng.integers(0, 2, n)
        x = np.array(CENTRES)[which] + np.array(WIDTHS)[which] * rng.standard_normal(n)
        return x.astype("float32").reshape(n, 1, 1, 1)

    return draw


@pytest.fixture(scope="session")
def pictures() -> Callable[..., np.ndarray]:
    """`draw(sampler, gan, n, **options)`: all that a sampler draws, (n, pixels)."""

    def draw(sampler: Any, gan: Any, n: int, **options: Any) -> np.ndarray:
        drawn = sampler.draw(gan, n, **options)
        return np.concatenate([batch.images for batch in drawn.batches]).reshape(n, -1)

    return draw
