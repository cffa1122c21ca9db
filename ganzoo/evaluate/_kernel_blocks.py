"""The kernel distance over all pairs, and without each block of fakes, from one pass over the kernel."""

import numpy as np

from ganzoo.evaluate.jackknife import block_of_rows

__all__ = ["kernel_within", "kernel_without_blocks"]

SIDE = 1000


def kernel_within(x: np.ndarray) -> float:
    """The mean of (x·y/d + 1)³ over all pairs of different rows of x, (n, d)."""
    total = sum(
        (2 if j > i else 1) * _sum(x[i : i + SIDE], x[j : j + SIDE])
        for i in range(0, len(x), SIDE)
        for j in range(i, len(x), SIDE)
    )
    return (total - _trace(x)) / (len(x) * (len(x) - 1))


def kernel_without_blocks(
    real: np.ndarray, fake: np.ndarray, *, real_within: float, blocks: int
) -> tuple[float, np.ndarray]:
    """The unbiased squared discrepancy: `kernel_distance`, but over all pairs instead of random subsets.

    Args:
        real: float64 (m, d).
        fake: float64 (n, d).
        real_within: `kernel_within(real)`, which no block changes.
        blocks: of the jackknife; 0 for the value alone.

    Returns:
        The value, and the value without each block, (blocks,).
    """
    count = blocks or -(-len(fake) // SIDE)
    block = block_of_rows(len(fake), count)
    parts = [fake[block == b] for b in range(count)]
    within, across = np.zeros((len(parts), len(parts))), np.zeros(len(parts))
    for i, part in enumerate(parts):
        across[i] = sum(_sum(part, real[j : j + SIDE]) for j in range(0, len(real), SIDE))
        for j in range(i, len(parts)):
            within[i, j] = within[j, i] = _sum(part, parts[j])
    sizes, traces = np.array([len(part) for part in parts]), np.array([_trace(part) for part in parts])

    def distance(kept: np.ndarray) -> float:
        n = sizes[kept].sum()
        among = (within[np.ix_(kept, kept)].sum() - traces[kept].sum()) / (n * (n - 1))
        return float(real_within + among - 2 * across[kept].sum() / (n * len(real)))

    everything = np.ones(len(parts), bool)
    without = [distance(np.arange(blocks) != b) for b in range(blocks)]
    return distance(everything), np.array(without)


def _sum(x: np.ndarray, y: np.ndarray) -> float:
    total = 0.0
    for start in range(0, len(x), SIDE):
        kernel = x[start : start + SIDE] @ y.T
        kernel /= x.shape[1]
        kernel += 1
        # The sum of cubes as an inner product: one pass less than cubing and summing.
        total += float(np.dot((kernel * kernel).ravel(), kernel.ravel()))
    return total


def _trace(x: np.ndarray) -> float:
    return float(np.sum((np.einsum("ij,ij->i", x, x) / x.shape[1] + 1) ** 3))
