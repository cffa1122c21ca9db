"""The number of statistically different bins: regions that a model draws too often or too seldom."""

import math
from dataclasses import dataclass

import numpy as np

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._checks import check_features, check_same_width, check_seed
from ganzoo.evaluate._neighbours import nearest

__all__ = ["BinComparison", "compare_counts", "k_means", "num_different_bins"]


@dataclass(frozen=True)
class BinComparison:
    """How differently two sets fill the same bins.

    Args:
        different: NDB, bins whose shares differ significantly; 0 is best, `significance * bins` is chance.
        bins: number of bins.
        jensen_shannon: divergence of the two histograms in nats, in [0, log 2]; 0 is best.
    """

    different: int
    bins: int
    jensen_shannon: float


def num_different_bins(
    real: np.ndarray,
    fake: np.ndarray,
    *,
    bins: int = 100,
    centres: np.ndarray | None = None,
    significance: float = 0.05,
    seed: int = 0,
) -> BinComparison:
    """Sorts both sets into the cells of a k-means of the real one and tests each cell's two shares.

    Args:
        real: (n_real, d) features of the training data.
        fake: (n_fake, d) features.
        bins: number of cells, found by k-means on `real`; at most n_real.
        centres: (bins, d) fixed centres instead.
        significance: level of the two-sided, two-proportion z-test, in (0, 1).
        seed: of the k-means.

    Raises:
        InvalidArgumentError: bins or significance out of range, different d, NaN.

    Example:
        >>> num_different_bins(train_features, fake_features, bins=100).different

    Reference: [Richardson and Weiss, 2018](https://arxiv.org/abs/1805.12462)
    """
    real, fake = check_features(real, "real"), check_features(fake, "fake")
    if not 0 < significance < 1:
        raise InvalidArgumentError(f"significance must be in (0, 1). Received: {significance}")
    if centres is None:
        if not 1 <= bins <= len(real):
            raise InvalidArgumentError(
                f"bins must be from 1 to {len(real)}, the rows of real. Received: {bins}"
            )
        centres = k_means(real, bins, np.random.default_rng(check_seed(seed)))
    centres = check_features(centres, "centres")
    check_same_width(real=real, fake=fake, centres=centres)
    counts = (np.bincount(nearest(x, centres)[0], minlength=len(centres)) for x in (real, fake))
    return compare_counts(*counts, significance=significance)


def compare_counts(real: np.ndarray, fake: np.ndarray, *, significance: float = 0.05) -> BinComparison:
    """The comparison of two sets whose members in each bin were counted already.

    Args:
        real: integers (bins,), of which not all are 0.
        fake: integers (bins,), of which not all are 0.
        significance: level of the two-sided, two-proportion z-test, in (0, 1).
    """
    n_real, n_fake = real.sum(), fake.sum()
    p, q = real / n_real, fake / n_fake
    pooled = (real + fake) / (n_real + n_fake)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n_real + 1 / n_fake))
    # A bin that is empty, or full, in both sets has no error and no difference.
    z = np.divide(np.abs(p - q), error, out=np.zeros_like(p), where=error > 0)
    p_values = np.array([math.erfc(value / math.sqrt(2)) for value in z])
    middle = (p + q) / 2
    divergence = (_kl(p, middle) + _kl(q, middle)) / 2
    return BinComparison(int((p_values < significance).sum()), len(real), divergence)


def _kl(p: np.ndarray, q: np.ndarray) -> float:
    rows = p > 0
    return float(np.sum(p[rows] * np.log(p[rows] / q[rows])))


def k_means(x: np.ndarray, k: int, rng: np.random.Generator, *, rounds: int = 50) -> np.ndarray:
    """Centres (k, d) by Lloyd's algorithm from k-means++ starts; stops when no point changes its cell."""
    centres = x[rng.integers(len(x))][None]
    squared = np.sum((x - centres[0]) ** 2, axis=1)
    for _ in range(k - 1):
        total = squared.sum()
        # Fewer distinct rows than bins: the rest of the centres coincide and their bins stay empty.
        row = rng.choice(len(x), p=squared / total) if total > 0 else 0
        centres = np.vstack([centres, x[row]])
        squared = np.minimum(squared, np.sum((x - x[row]) ** 2, axis=1))
    cells = np.full(len(x), -1)
    for _ in range(rounds):
        previous, cells = cells, nearest(x, centres)[0]
        if np.array_equal(previous, cells):
            break
        counts = np.bincount(cells, minlength=k)
        sums = np.zeros_like(centres)
        np.add.at(sums, cells, x)
        centres = np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], centres)
    return centres
