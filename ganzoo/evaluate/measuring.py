"""Measures a reference from real images, and the floors under everything that is held against it."""

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._checks import check_seed
from ganzoo.evaluate._measure import read_images
from ganzoo.evaluate.classes import class_histogram, label_accuracy, mean_confidence
from ganzoo.evaluate.extractors import Extractor
from ganzoo.evaluate.measures import RealSide, values
from ganzoo.evaluate.reference import Reference
from ganzoo.evaluate.statistics import FeatureStatistics

__all__ = ["measure_reference"]

SAMPLE_SIZE: Final = 5000


def measure_reference(
    extractor: Extractor,
    images: np.ndarray,
    *,
    data: str,
    split: str,
    labels: np.ndarray | None = None,
    sample_size: int = SAMPLE_SIZE,
    floor_images: np.ndarray | None = None,
    floor_split: str = "train",
    floor_n: Sequence[int] = (),
    floor_draws: int = 20,
    seed: int = 0,
) -> Reference:
    """Measures a reference, and the floor under every figure that is taken against it.

    Args:
        extractor: turns images into features.
        images: uint8 (n, height, width, channels) real images, n >= 6.
        data: name of the data set, for the protocol.
        split: their split, for the protocol.
        labels: integers (n,) of the images, if they have any: how well a classifier reads them.
        sample_size: of the images whose features are kept; all of them if there are no more.
        floor_images: uint8 real images of another split; without them there is no floor.
        floor_split: their split.
        floor_n: how many of them to hold against the reference; the floor is measured at each, at least 20.
        floor_draws: draws without replacement to average over.
        seed: of the draws, and of the sample.

    Raises:
        InvalidArgumentError: Images that do not fit the extractor, or a floor_n above their number.
    """
    sizes = np.array(sorted(floor_n if floor_images is not None else ()), dtype="int64")
    if floor_images is not None and len(sizes) and not 20 <= sizes[0] <= sizes[-1] <= len(floor_images):
        raise InvalidArgumentError(
            f"floor_n must be between 20 and {len(floor_images)}, the number of floor_images. "
            f"Received: {list(floor_n)}"
        )
    features, logits = read_images(extractor, images)
    statistics = FeatureStatistics.of(features)
    # A stream of its own, so that the floors do not depend on the size of the sample.
    rng = np.random.default_rng([check_seed(seed), 1])
    rows = np.sort(rng.choice(len(features), min(sample_size, len(features)), replace=False))
    sample = _half(features[rows])
    histogram = np.zeros(0) if logits is None else class_histogram(logits)
    real = RealSide.of(statistics, sample, histogram if len(histogram) else None)
    names, floors = _floors(extractor, real, floor_images, sizes, draws=floor_draws, seed=seed)
    return Reference(
        mean=statistics.mean,
        covariance=statistics.covariance,
        n=statistics.n,
        sample=sample,
        sample_rows=rows,
        data=data,
        split=split,
        images_sha256=hashlib.sha256(np.ascontiguousarray(images).tobytes()).hexdigest(),
        extractor_name=extractor.name,
        extractor_version=extractor.version,
        extractor_sha256=extractor.sha256,
        preprocessing=extractor.preprocessing,
        class_histogram=histogram,
        mean_confidence=float("nan") if logits is None else mean_confidence(logits),
        label_accuracy=float("nan") if logits is None or labels is None else label_accuracy(logits, labels),
        floor_n=sizes,
        floor_metrics=np.array(names),
        floor=floors.mean(2),
        floor_std=floors.std(2, ddof=1) if floor_draws > 1 else np.full(floors.shape[:2], np.nan),
        floor_split=floor_split,
        floor_draws=floor_draws,
        floor_seed=seed,
    )


def _floors(
    extractor: Extractor,
    real: RealSide,
    images: np.ndarray | None,
    sizes: np.ndarray,
    *,
    draws: int,
    seed: int,
) -> tuple[list[str], np.ndarray]:
    """The names of the metrics, and their values: (metrics, sizes, draws)."""
    if images is None or not len(sizes):
        return [], np.zeros((0, 0, max(draws, 1)))
    features, logits = read_images(extractor, images)
    rng = np.random.default_rng(seed)
    measured: list[list[dict[str, float]]] = []
    for size in sizes:
        rows = (rng.choice(len(features), size, replace=False) for _ in range(draws))
        measured.append([values(real, features[r], None if logits is None else logits[r]) for r in rows])
    names = list(measured[0][0])
    return names, np.array([[[draw[name] for draw in at_n] for at_n in measured] for name in names])


def _half(features: np.ndarray) -> np.ndarray:
    """Features in float16: half the file, and a rounding of 5e-4 that is the same for samples and floors."""
    if np.abs(features).max() > np.finfo("float16").max:
        raise InvalidArgumentError(
            f"Features must be below 65504 to be kept in a reference. Received: {np.abs(features).max():.3g}"
        )
    return features.astype("float16")
