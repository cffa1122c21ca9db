"""What the figures that need the data set have in common: the samples, and how a figure is made."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from ganzoo._full_card import FullFigure, LeftOut
from ganzoo.evaluate.extractors import Extractor
from ganzoo.evaluate.jackknife import half_width

__all__ = ["METRICS", "Found", "Subject", "Tell", "figure", "no_classifier"]

METRICS: Final[dict[str, Literal["low", "high", "zero", "real"]]] = {
    "classification_accuracy_score": "high",
    "path_length": "low",
    "num_different_bins": "low",
    "bin_divergence": "low",
    "pairwise_distance": "real",
    "class_pairwise_distance": "real",
    "near_duplicates": "low",
    "birthday_support": "high",
    "modes_covered": "high",
    "mode_divergence": "low",
    "authenticity": "real",
    "data_copying": "zero",
}
"""Every metric, and where it is best."""

Tell = Callable[[float], None]
"""Called with the part of a stage that is done, in [0, 1]."""
Found = Iterator[FullFigure | LeftOut]


@dataclass(frozen=True, eq=False)
class Subject:
    """The samples of a model.

    Args:
        gan: the model.
        features: float64 (n, d).
        logits: (n, classes), or None.
        labels: integers (n,) that they were asked for, or None.
        seed: that they were drawn with.
        batch_size: samples per compiled call.
    """

    gan: Any
    features: np.ndarray
    logits: np.ndarray | None
    labels: np.ndarray | None
    seed: int
    batch_size: int

    @property
    def n(self) -> int:
        """Number of samples."""
        return len(self.features)


def figure(
    metric: str,
    value: float,
    protocol: str,
    *,
    floor: float | None = None,
    replicates: np.ndarray | None = None,
    half: float | None = None,
) -> FullFigure:
    """A figure with its interval: from the replicates of a jackknife, or half of it as it is, or none."""
    return FullFigure(
        metric=metric,
        value=float(value),
        half_width=half if replicates is None else half_width(replicates),
        floor=None if floor is None else float(floor),
        best=METRICS[metric],
        protocol=protocol,
    )


def no_classifier(metric: str, extractor: Extractor) -> LeftOut:
    """A metric that needs a classifier."""
    return LeftOut(metric=metric, reason=f"{extractor.name} is no classifier")
