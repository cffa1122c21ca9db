"""All figures of the scorecard, on features: each with its value, and with half of its interval."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._checks import check_features, check_same_width, random_state
from ganzoo.evaluate._kernel_blocks import kernel_within, kernel_without_blocks
from ganzoo.evaluate._manifold_blocks import manifold_without_blocks
from ganzoo.evaluate._neighbours import squared_radii
from ganzoo.evaluate.classes import class_histogram
from ganzoo.evaluate.frechet import distance_curve, extrapolated_distance, frechet_distance_from_statistics
from ganzoo.evaluate.inception import split_scores
from ganzoo.evaluate.jackknife import BLOCKS, half_width, jackknife
from ganzoo.evaluate.statistics import FeatureStatistics

__all__ = ["FEWEST", "LOWER_IS_BETTER", "METRICS", "Estimate", "RealSide", "curve", "estimates", "values"]

METRICS: Final = (
    "frechet_distance",
    "frechet_distance_infinity",
    "kernel_distance",
    "inception_score",
    "precision",
    "recall",
    "density",
    "coverage",
    "class_distance",
)
LOWER_IS_BETTER: Final = frozenset(METRICS[:3]) | {"class_distance"}

# Neighbours of precision, recall, density and coverage; splits of the Inception score; the seed of both
# that and FD∞'s permutations, which is no part of what is compared.
K: Final = 5
SPLITS: Final = 10
SEED: Final = 0

FEWEST: Final = 100
"""Samples: ten blocks of ten, and more in nine of them than neighbours."""


@dataclass(frozen=True)
class Estimate:
    """A figure, and half of its 95% interval."""

    value: float
    half_width: float


@dataclass(frozen=True, eq=False)
class RealSide:
    """What does not depend on the fakes.

    Args:
        statistics: of all reals.
        sample: float64 (m, d), features of some of them.
        squared_radii: (m,) the squared distance of each to its k-th neighbour.
        within: the mean kernel of all pairs of them.
        class_histogram: of all reals; None without a classifier.
    """

    statistics: FeatureStatistics
    sample: np.ndarray
    squared_radii: np.ndarray
    within: float
    class_histogram: np.ndarray | None

    @classmethod
    def of(
        cls, statistics: FeatureStatistics, sample: np.ndarray, class_histogram: np.ndarray | None
    ) -> "RealSide":
        """Prepares the reals.

        Raises:
            InvalidArgumentError: No more rows in the sample than neighbours, or NaN.
        """
        sample = check_features(sample, "sample", at_least=K + 1)
        return cls(statistics, sample, squared_radii(sample, K), kernel_within(sample), class_histogram)


def estimates(
    real: RealSide, fake: np.ndarray, logits: np.ndarray | None, *, labels: np.ndarray | None = None
) -> dict[str, Estimate]:
    """Every figure with its interval; those of a classifier only if there are logits.

    Args:
        real: what the fakes are held against.
        fake: (n, d) features, n >= FEWEST. All are used, but for precision, recall, density and coverage,
            which take as many as there are in the sample of reals: unequal numbers would favour one side.
        logits: (n, classes) or None.
        labels: integers (n,) that were asked for: adds `label_accuracy`.

    Raises:
        InvalidArgumentError: Too few rows, different d, NaN.
    """
    return {
        name: Estimate(value, half_width(replicates))
        for name, (value, replicates) in _all(real, fake, logits, labels, BLOCKS).items()
    }


def values(real: RealSide, fake: np.ndarray, logits: np.ndarray | None) -> dict[str, float]:
    """The figures of `estimates` without intervals, in half the time; n may be as small as 20."""
    return {name: value for name, (value, _) in _all(real, fake, logits, None, 0).items()}


def _all(
    real: RealSide, fake: np.ndarray, logits: np.ndarray | None, labels: np.ndarray | None, blocks: int
) -> dict[str, tuple[float, np.ndarray]]:
    fake = check_features(fake, "fake", at_least=FEWEST if blocks else 2 * SPLITS)
    check_same_width(real=real.sample, fake=fake)
    n, few = len(fake), fake[: len(real.sample)]

    def both(statistic: Callable[[np.ndarray], float]) -> tuple[float, np.ndarray]:
        return statistic(np.ones(n, bool)), jackknife(statistic, n, blocks)

    result = {
        "frechet_distance": both(lambda kept: _frechet(real, fake[kept])),
        "frechet_distance_infinity": both(
            lambda kept: extrapolated_distance(lambda rows: _frechet(real, fake[rows]), n, SEED, kept=kept)
        ),
        "kernel_distance": kernel_without_blocks(real.sample, fake, real_within=real.within, blocks=blocks),
    }
    manifold = manifold_without_blocks(
        real.sample, few, real_squared_radii=real.squared_radii, k=K, blocks=blocks
    )
    if logits is None:
        return {**result, **manifold}
    logits = check_features(logits, "logits")
    if len(logits) != n:
        raise InvalidArgumentError(f"logits must have {n} rows, one a feature. Received: {len(logits)}")
    order = random_state(SEED).permutation(n)
    # As with FD∞, one permutation for all replicates: another one's luck is no spread of the samples.
    result["inception_score"] = both(
        lambda kept: float(np.mean(split_scores(logits[order[kept[order]]], SPLITS)))
    )
    result |= manifold
    shares = real.class_histogram
    if shares is not None:
        result["class_distance"] = both(
            lambda kept: float(np.abs(class_histogram(logits[kept]) - shares).sum() / 2)
        )
    if labels is not None:
        right = logits.argmax(1) == np.asarray(labels)
        result["label_accuracy"] = both(lambda kept: float(right[kept].mean()))
    return result


def curve(real: RealSide, fake: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The points of FD∞: numbers of fakes, and the Fréchet distance of as many."""
    return distance_curve(lambda rows: _frechet(real, fake[rows]), len(fake), SEED)


def _frechet(real: RealSide, fake: np.ndarray) -> float:
    first, second = real.statistics, FeatureStatistics.of(fake)
    return frechet_distance_from_statistics(first.mean, first.covariance, second.mean, second.covariance)
