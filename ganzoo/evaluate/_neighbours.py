"""Nearest neighbours in blocks: exact, and never more than 64 MB of distances at a time."""

from collections.abc import Iterator

import numpy as np

__all__ = ["distance_blocks", "nearest", "radii", "radii_at"]

BLOCK_BYTES = 2**26


def distance_blocks(x: np.ndarray, y: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """Euclidean distances of all rows of x to all rows of y.

    Args:
        x: float64 (n, d).
        y: float64 (m, d).

    Yields:
        A slice of rows of x, and their distances (rows, m).
    """
    centre = y.mean(0)  # |a|² + |b|² - 2ab cancels least about the origin.
    x, y = x - centre, y - centre
    x_squared, y_squared = np.einsum("ij,ij->i", x, x), np.einsum("ij,ij->i", y, y)
    rounding = x.shape[1] * np.finfo("float64").eps
    size = max(1, BLOCK_BYTES // (8 * len(y)))
    for start in range(0, len(x), size):
        rows = slice(start, start + size)
        norms = x_squared[rows, None] + y_squared
        squared = norms - 2 * x[rows] @ y.T
        # What is left of equal rows is rounding; a copy has to be at distance 0.
        yield rows, np.sqrt(np.where(squared > rounding * norms, squared, 0.0))


def nearest(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest row of y to each row of x: indices (n,) and distances (n,)."""
    indices, distances = np.zeros(len(x), "int64"), np.zeros(len(x))
    for rows, block in distance_blocks(x, y):
        indices[rows] = block.argmin(1)
        distances[rows] = block.min(1)
    return indices, distances


def radii(x: np.ndarray, k: int) -> np.ndarray:
    """The distance of each row of x to its k-th nearest neighbour among the other rows, (n,)."""
    result = np.zeros(len(x))
    for rows, block in distance_blocks(x, x):
        count = len(block)
        block[np.arange(count), np.arange(rows.start, rows.start + count)] = np.inf
        result[rows] = np.partition(block, k - 1, axis=1)[:, k - 1]
    return result


def radii_at(x: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The distance of some rows of x to their nearest neighbour among the other rows, (len(rows),)."""
    asked, inverse = np.unique(rows, return_inverse=True)
    result = np.zeros(len(asked))
    for part, block in distance_blocks(x[asked], x):
        block[np.arange(len(block)), asked[part]] = np.inf
        result[part] = block.min(1)
    return result[inverse]
