"""All pairs of rows in one pass: how far apart they are and how many are near, without each block too."""

import numpy as np

from ganzoo.evaluate._neighbours import distance_blocks
from ganzoo.evaluate.jackknife import block_of_rows

__all__ = ["pairs_without_blocks"]


def pairs_without_blocks(
    features: np.ndarray, *, threshold: float, blocks: int
) -> tuple[tuple[float, np.ndarray], tuple[float, np.ndarray]]:
    """The mean distance of two rows, and the number of pairs at most `threshold` apart.

    Args:
        features: float64 (n, d), n at least twice the blocks.
        threshold: rows as near are near-duplicates.
        blocks: of consecutive rows, each left out in turn.

    Returns:
        The mean distance over all pairs and (blocks,) without each block; the number of near pairs and
        (blocks,) without each block, scaled up to as many pairs as there are among n rows.
    """
    n = len(features)
    block = block_of_rows(n, blocks)
    starts = np.searchsorted(block, np.arange(blocks))
    sums, near = np.zeros((n, blocks)), np.zeros((n, blocks))
    for rows, distances in distance_blocks(features, features):
        sums[rows] = np.add.reduceat(distances, starts, axis=1)
        near[rows] = np.add.reduceat((distances <= threshold).astype("float64"), starts, axis=1)
    # A row is no pair with itself; its distance of 0 adds nothing to the sums.
    near[np.arange(n), block] -= 1
    means, means_without = _mean_without_blocks(np.add.reduceat(sums, starts, axis=0), block)
    shares, shares_without = _mean_without_blocks(np.add.reduceat(near, starts, axis=0), block)
    pairs = n * (n - 1) / 2
    return (means, means_without), (round(shares * pairs), shares_without * pairs)


def _mean_without_blocks(sums: np.ndarray, block: np.ndarray) -> tuple[float, np.ndarray]:
    """The mean over ordered pairs, and without each block, from the sums over every two blocks.

    Args:
        sums: (blocks, blocks), of rows of one block with rows of another, no row with itself.
        block: (n,) the block of each row.
    """
    n, sizes, total = len(block), np.bincount(block), sums.sum()
    left = n - sizes
    without = total - sums.sum(0) - sums.sum(1) + sums.diagonal()
    return float(total / (n * (n - 1))), without / (left * (left - 1))
