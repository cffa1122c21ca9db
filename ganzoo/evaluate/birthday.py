"""The birthday paradox test: how many different images a model can draw, from how soon it repeats itself."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._checks import check_features, check_seed
from ganzoo.evaluate._neighbours import distance_blocks
from ganzoo.sampling import check_count

__all__ = ["BirthdayEstimate", "birthday_support", "closest_pairs"]

# Pairs that the batches are drawn over; more make it slower, not more exact.
MAX_PAIRS: Final = 100_000


@dataclass(frozen=True)
class BirthdayEstimate:
    """How soon samples repeat.

    Args:
        pairs: near-duplicate pairs among all rows.
        batch: smallest batch that holds one with probability 1/2; infinite if there are none at all.
        support: batch² / (2 ln 2), about the number of different images; infinite if there are no pairs,
            which says no more than that the support is large against n².
    """

    pairs: int
    batch: float
    support: float


def birthday_support(
    features: np.ndarray, *, threshold: float, trials: int = 1000, seed: int = 0
) -> BirthdayEstimate:
    """Estimates the size of a model's support from near-duplicates among its samples.

    With N equally likely images, a batch of s has a duplicate with probability 1/2 when s² is about
    2 ln 2 N = 1.39 N; with unequal ones sooner, so N is the size of the part that most samples come from.
    The batch size is the median, over orders of the rows, of how many come before the first duplicate is
    complete. It is well founded when it is far below n.

    Args:
        features: (n, d), n >= 2.
        threshold: rows at most this far apart are duplicates. None fits all extractors: take the distance of
            the closest pair among n real images, or look at `closest_pairs` as the paper does.
        trials: orders drawn.
        seed: of the draws.

    Raises:
        InvalidArgumentError: A threshold below 0, fewer than one trial or two rows, NaN.

    Example:
        >>> _, distances = closest_pairs(real_features, count=1)
        >>> birthday_support(fake_features, threshold=distances[0]).support

    Reference: [Arora and Zhang, 2018](https://arxiv.org/abs/1706.08224)
    """
    features = check_features(features, "features", at_least=2)
    trials = check_count(trials, name="trials")
    if not threshold >= 0:
        raise InvalidArgumentError(f"threshold must be a distance of at least 0. Received: {threshold}")
    rng = np.random.default_rng(check_seed(seed))
    count = (_count_within(features, threshold) - len(features)) // 2
    if count == 0:
        return BirthdayEstimate(0, math.inf, math.inf)
    if count > MAX_PAIRS:
        # Duplicates come so early that a part of the rows, drawn at random, shows them as well.
        rows = max(2, int(len(features) * math.sqrt(MAX_PAIRS / count)))
        features = features[rng.choice(len(features), rows, replace=False)]
    first, second = _pairs_within(features, threshold)
    complete = np.empty(trials)
    for trial in range(trials):
        place = rng.permutation(len(features))
        complete[trial] = np.maximum(place[first], place[second]).min() + 1
    batch = float(np.sort(complete)[(trials - 1) // 2])
    return BirthdayEstimate(count, batch, batch**2 / (2 * math.log(2)))


def closest_pairs(features: np.ndarray, *, count: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """The pairs of rows that are closest, to look at: are they the same picture?

    Args:
        features: (n, d), n >= 2.
        count: pairs, at most n (n - 1) / 2.

    Returns:
        Indices (count, 2) with the smaller first, and distances (count,), closest first.

    Raises:
        InvalidArgumentError: count out of range, fewer than two rows, NaN.

    Example:
        >>> pairs, distances = closest_pairs(extractor.features(images))
        >>> images[pairs[0]]  # the two that are most alike
    """
    features = check_features(features, "features", at_least=2)
    n = len(features)
    if not 1 <= check_count(count, name="count") <= n * (n - 1) // 2:
        raise InvalidArgumentError(f"count must be from 1 to {n * (n - 1) // 2}. Received: {count}")
    pairs, distances = np.zeros((0, 2), "int64"), np.zeros(0)
    for rows, block in distance_blocks(features, features):
        _leave_upper(block, rows)
        best = np.argpartition(block, min(count, block.size) - 1, axis=None)[:count]
        i, j = np.unravel_index(best, block.shape)
        distances = np.concatenate([distances, block[i, j]])
        pairs = np.concatenate([pairs, np.column_stack([i + rows.start, j])])
        order = np.lexsort((pairs[:, 1], pairs[:, 0], distances))[:count]
        pairs, distances = pairs[order], distances[order]
    return pairs, distances


def _count_within(features: np.ndarray, threshold: float) -> int:
    return sum(int(np.count_nonzero(block <= threshold)) for _, block in distance_blocks(features, features))


def _pairs_within(features: np.ndarray, threshold: float) -> tuple[np.ndarray, np.ndarray]:
    found = []
    for rows, block in distance_blocks(features, features):
        _leave_upper(block, rows)
        i, j = np.nonzero(block <= threshold)
        found.append(np.column_stack([i + rows.start, j]))
    pairs = np.concatenate(found)
    return pairs[:, 0], pairs[:, 1]


def _leave_upper(block: np.ndarray, rows: slice) -> None:
    """Puts what is not above the diagonal of the whole matrix out of reach, so that a pair comes once."""
    block[np.arange(block.shape[1]) <= np.arange(rows.start, rows.stop)[:, None]] = np.inf
