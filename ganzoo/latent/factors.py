"""What can be measured in a picture: the factors by which directions are named."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from ganzoo.errors import InvalidArgumentError
from ganzoo.images import check_images
from ganzoo.latent import shapes

__all__ = ["COLOUR_FACTORS", "INK_FACTORS", "Factor", "class_factor", "factors_of", "measure_factors"]

Measure = Callable[[NDArray[np.float64]], NDArray[np.float64]]

# Weights of red, green and blue in what the eye sees as brightness (ITU-R BT.601).
_LUMA = np.array([0.299, 0.587, 0.114])


@dataclass(frozen=True)
class Factor:
    """Something that can be measured in a picture.

    Args:
        name: in words, such as "stroke width".
        unit: of its numbers.
        measure: pictures float64 (n, height, width, channels) in [0, 1] to numbers (n,).
    """

    name: str
    unit: str
    measure: Measure


def _ink(measure: Measure) -> Measure:
    return lambda pictures: measure(pictures[..., 0])


def _luma(pictures: NDArray[np.float64]) -> NDArray[np.float64]:
    return pictures @ _LUMA


def _saturation(pictures: NDArray[np.float64]) -> NDArray[np.float64]:
    high, low = pictures.max(-1), pictures.min(-1)
    return 100 * np.where(high > 0, (high - low) / np.where(high > 0, high, 1), 0).mean((1, 2))


INK_FACTORS = (
    Factor("slant", "degrees", _ink(shapes.slant)),
    Factor("stroke width", "px", _ink(shapes.stroke_width)),
    Factor("brightness", "%", _ink(lambda ink: 100 * ink.mean((1, 2)))),
    Factor("size", "px", _ink(lambda ink: np.sqrt(shapes.extent(ink, 1) * shapes.extent(ink, 2)))),
    Factor("height", "px", _ink(lambda ink: shapes.extent(ink, 1))),
    Factor("width", "px", _ink(lambda ink: shapes.extent(ink, 2))),
)
"""Factors of grey pictures of something bright on a dark ground."""

COLOUR_FACTORS = (
    Factor("brightness", "%", lambda pictures: 100 * _luma(pictures).mean((1, 2))),
    Factor("contrast", "%", lambda pictures: 100 * _luma(pictures).std((1, 2))),
    Factor("saturation", "%", _saturation),
    Factor("warmth", "%", lambda pictures: 100 * (pictures[..., 0] - pictures[..., 2]).mean((1, 2))),
)
"""Factors of colour pictures, in % of white; warmth is red less blue."""


def class_factor(index: int, name: str | None = None) -> Factor:
    """How much more a classifier believes in one class than in all others: the log of the odds.

    Its `measure` takes logits (n, classes), not pictures.

    Args:
        index: of the class.
        name: of the class; its index by default.
    """
    label = str(index) if name is None else name

    def measure(logits: NDArray[np.float64]) -> NDArray[np.float64]:
        others = np.delete(logits, index, axis=1)
        return np.asarray(logits[:, index] - logsumexp(others, axis=1), "float64")

    return Factor(f"class {label}", "nats", measure)


def factors_of(channels: int, *, extractor: Any = None) -> tuple[Factor, ...]:
    """The factors that pictures of a kind have.

    Args:
        channels: 1 (grey) or 3 (RGB).
        extractor: a `ganzoo.evaluate.Extractor`; of a classifier each class is a factor.
    """
    classes = 0 if extractor is None else extractor.num_classes or 0
    return (INK_FACTORS if channels == 1 else COLOUR_FACTORS) + tuple(map(class_factor, range(classes)))


def measure_factors(
    images: NDArray[np.uint8], *, names: Sequence[str] | None = None, extractor: Any = None
) -> dict[str, NDArray[np.float64]]:
    """Measure pictures.

    Args:
        images: uint8 (n, height, width, channels); grey ones have bright ink on a dark ground.
        names: the factors wanted; all that these pictures have by default.
        extractor: a `ganzoo.evaluate.Extractor` for the class factors; they are left out without one.

    Returns:
        Numbers float64 (n,) by factor; NaN where there is nothing to measure, as in a blank picture.

    Raises:
        DataError: the images cannot be used.
        InvalidArgumentError: no factor has that name.

    Example:
        >>> measure_factors(gan.generate(100), names=["slant"])["slant"].mean()
    """
    images = check_images(images, name="images")
    known = {factor.name: factor for factor in factors_of(images.shape[-1], extractor=extractor)}
    wanted = list(known) if names is None else list(names)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise InvalidArgumentError(
            f"No factor {unknown[0]!r} of these pictures. Choose from: {', '.join(known)}."
        )
    pictures = images / 255.0
    logits = np.empty(0)
    if any(name.startswith("class ") for name in wanted):
        logits = np.asarray(extractor.features_and_logits(images)[1], "float64")
    return {name: known[name].measure(logits if name.startswith("class ") else pictures) for name in wanted}
