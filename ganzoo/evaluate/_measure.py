"""From images to the statistics of their features, a batch at a time."""

from collections.abc import Iterable, Iterator

import numpy as np

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.extractors import Extractor
from ganzoo.evaluate.statistics import FeatureStatistics, RunningStatistics

__all__ = ["Measured", "measure_images", "read_images"]

Measured = tuple[np.ndarray, np.ndarray | None]
"""Features (n, d), and logits (n, classes) if the extractor is a classifier."""


def read_images(extractor: Extractor, images: np.ndarray, *, batch_size: int = 256) -> Measured:
    """Features of images, and their logits if there are any.

    Args:
        extractor: turns images into features.
        images: uint8 (n, height, width, channels).
        batch_size: images per compiled call.

    Raises:
        InvalidArgumentError: Images that do not fit the extractor.
    """
    if extractor.num_classes is None:
        return extractor.features(images, batch_size=batch_size), None
    return extractor.features_and_logits(images, batch_size=batch_size)


def measure_images(
    extractor: Extractor, images: np.ndarray | Iterable[np.ndarray], *, batch_size: int = 256
) -> tuple[FeatureStatistics, np.ndarray | None]:
    """The statistics of the features, and the logits if the extractor is a classifier.

    Memory does not grow with the number of images, but for their logits.

    Args:
        extractor: turns images into features.
        images: uint8 (n, height, width, channels), or an iterable of such batches.
        batch_size: images per compiled call.

    Raises:
        InvalidArgumentError: Images that do not fit the extractor, or fewer than two.
    """
    running = RunningStatistics()
    logits: list[np.ndarray] = []
    for batch in _batches(images, batch_size):
        if extractor.num_classes is None:
            running.update(extractor.features(batch, batch_size=batch_size))
        else:
            features, batch_logits = extractor.features_and_logits(batch, batch_size=batch_size)
            running.update(features)
            logits.append(batch_logits)
    return running.result(), np.concatenate(logits) if logits else None


def _batches(images: np.ndarray | Iterable[np.ndarray], batch_size: int) -> Iterator[np.ndarray]:
    if not isinstance(images, np.ndarray):
        yield from images
        return
    if batch_size < 1:
        raise InvalidArgumentError(f"batch_size must be at least 1. Received: {batch_size}")
    for start in range(0, len(images), batch_size):
        yield images[start : start + batch_size]
