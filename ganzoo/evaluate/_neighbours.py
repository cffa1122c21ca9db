"""Nearest neighbours in blocks: exact, and never more than 4 MB of distances at a time.

|a - b|² as |a|² + |b|² - 2ab is one matrix product, but it rounds, and not alike in two products. Features
tie more often than one thinks: a copy of a neighbour is as far as the neighbour, and whole numbers are
equally far apart in many ways. So a strict comparison is settled beyond the rounding.
"""

from collections.abc import Iterator

import numpy as np

__all__ = [
    "distance_blocks",
    "nearest",
    "nearest_other",
    "radii",
    "radii_at",
    "rounding",
    "squared_blocks",
    "squared_radii",
]

# Small enough for the cache, in which the passes over a block cost a tenth of what they cost in memory.
BLOCK_BYTES = 2**22
# Up to here, taking the minimum k times is faster than a partition.
FEW = 32


def rounding(d: int) -> float:
    """How far a squared distance between rows of length d can be off, over the sum of their squared norms."""
    return 4 * d * float(np.finfo("float64").eps)


def squared_blocks(
    x: np.ndarray, y: np.ndarray, *, raised: bool = False
) -> Iterator[tuple[slice, np.ndarray]]:
    """Squared Euclidean distances of all rows of x to all rows of y.

    Args:
        x: float64 (n, d).
        y: float64 (m, d).
        raised: add the largest error that rounding can have made, so that only what is nearer than a radius
            beyond doubt is below its square.

    Yields:
        A slice of rows of x, and their squared distances (rows, m); equal rows may be off 0 by rounding.
    """
    x, y, x_squared, y_squared = _centred(x, y)
    factor = 1 + rounding(x.shape[1]) if raised else 1.0
    # The norms ride along in the product: two passes less over every block.
    left = np.column_stack([-2 * x, factor * x_squared, np.ones(len(x))])
    right = np.ascontiguousarray(np.column_stack([y, np.ones(len(y)), factor * y_squared]).T)
    size = max(1, BLOCK_BYTES // (8 * len(y)))
    for start in range(0, len(x), size):
        rows = slice(start, min(start + size, len(x)))
        yield rows, left[rows] @ right


def distance_blocks(x: np.ndarray, y: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """Euclidean distances of all rows of x to all rows of y; those of equal rows are 0.

    Args:
        x: float64 (n, d).
        y: float64 (m, d).

    Yields:
        A slice of rows of x, and their distances (rows, m).
    """
    _, _, x_squared, y_squared = _centred(x, y)
    least = rounding(x.shape[1])
    for rows, squared in squared_blocks(x, y):
        # What is left of equal rows is rounding; a copy has to be at distance 0.
        squared[squared <= least * (x_squared[rows, None] + y_squared)] = 0
        yield rows, np.sqrt(squared, out=squared)


def nearest(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest row of y to each row of x, the first of equally near ones: indices and distances, (n,)."""
    return _nearest(x, y)


def nearest_other(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest other row of x to each of its rows, of which it has two or more: indices and distances."""
    return _nearest(x, x, own=np.arange(len(x)))


def radii(x: np.ndarray, k: int) -> np.ndarray:
    """The distance of each row of x to its k-th nearest neighbour among the other rows, (n,)."""
    return np.sqrt(squared_radii(x, k))


def squared_radii(x: np.ndarray, k: int) -> np.ndarray:
    """The squares of `radii`, to rounding."""
    result = np.zeros(len(x))
    for rows, block in squared_blocks(x, x):
        _ignore(block, np.arange(rows.start, rows.stop))
        result[rows] = _kth_smallest(block, k)
    return np.maximum(result, 0)


def radii_at(x: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The distance of some rows of x to their nearest neighbour among the other rows, (len(rows),)."""
    asked, inverse = np.unique(rows, return_inverse=True)
    return _nearest(x[asked], x, own=asked)[1][inverse]


def _nearest(x: np.ndarray, y: np.ndarray, *, own: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    indices = np.zeros(len(x), "int64")
    _, _, x_squared, y_squared = _centred(x, y)
    for rows, block in squared_blocks(x, y):
        if own is not None:
            _ignore(block, own[rows])
        best = block.argmin(1)
        slack = 2 * rounding(x.shape[1]) * (x_squared[rows] + y_squared[best])
        bound = block[np.arange(len(block)), best] + slack
        indices[rows] = (block <= bound[:, None]).argmax(1)
    # By differences, the same pair has the same distance whatever it is compared with.
    return indices, np.sqrt(_squared_norms(x - y[indices]))


def _kth_smallest(block: np.ndarray, k: int) -> np.ndarray:
    """The k-th smallest entry of each row; overwrites the block."""
    if k > FEW:
        return np.partition(block, k - 1, axis=1)[:, k - 1]
    every = np.arange(len(block))
    for _ in range(k - 1):
        block[every, block.argmin(1)] = np.inf
    return block.min(1)


def _ignore(block: np.ndarray, own: np.ndarray) -> None:
    block[np.arange(len(block)), own] = np.inf


def _centred(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    centre = y.mean(0)  # |a|² + |b|² - 2ab cancels least about the origin.
    x, y = x - centre, y - centre
    return x, y, _squared_norms(x), _squared_norms(y)


def _squared_norms(x: np.ndarray) -> np.ndarray:
    return np.einsum("ij,ij->i", x, x)
