"""Precision, recall, density and coverage, and each without every block of fakes, exactly, in one pass."""

import numpy as np

from ganzoo.evaluate._neighbours import squared_blocks
from ganzoo.evaluate.jackknife import block_of_rows

__all__ = ["manifold_without_blocks"]


def manifold_without_blocks(
    real: np.ndarray, fake: np.ndarray, *, real_squared_radii: np.ndarray, k: int, blocks: int
) -> dict[str, tuple[float, np.ndarray]]:
    """What `precision_recall_density_coverage` gives for all fakes, and for those outside of each block.

    Reals never change, so precision and density of a fake do not either, and a real is covered without a
    block if another block covers it. Only the balls of the fakes grow when a block is left out.

    Args:
        real: float64 (m, d).
        fake: float64 (n, d).
        real_squared_radii: (m,) squared distance of each real to its k-th neighbour.
        k: neighbours.
        blocks: of the jackknife; 0 for the values alone.

    Returns:
        For each of the four keys the value and the values without each block, (blocks,).
    """
    block = block_of_rows(len(fake), max(blocks, 1))
    radii = _squared_radii_without_blocks(fake, block, k=k, blocks=blocks)
    balls = np.zeros(len(fake), "int64")
    covered = np.zeros((max(blocks, 1), len(real)), bool)
    recalled = np.zeros((blocks + 1, len(real)), bool)
    # Raised, so that what is as far as a radius, such as a copy of that neighbour, is not inside by rounding.
    for rows, squared in squared_blocks(real, fake, raised=True):
        inside = squared < real_squared_radii[rows, None]
        balls += inside.sum(0)
        covered[:, rows] = np.logical_or.reduceat(inside, _starts(block), axis=1).T
        for i, radius in enumerate(radii):
            recalled[i, rows] = (squared < radius).any(1)
    kept = [block != left_out for left_out in range(blocks)]
    values = {
        "precision": [float(np.mean(balls[rows] > 0)) for rows in (slice(None), *kept)],
        "recall": [float(row.mean()) for row in recalled],
        "density": [float(balls[rows].mean() / k) for rows in (slice(None), *kept)],
        "coverage": [
            float(rows.any(0).mean())
            for rows in (covered, *(np.delete(covered, left_out, 0) for left_out in range(blocks)))
        ],
    }
    return {name: (row[0], np.array(row[1:])) for name, row in values.items()}


def _squared_radii_without_blocks(fake: np.ndarray, block: np.ndarray, *, k: int, blocks: int) -> np.ndarray:
    """Squared distances to the k-th neighbour: among all fakes, then without each block (-1 in it)."""
    starts = _starts(block)
    ends = [*starts[1:], len(fake)]
    near = np.full((len(fake), len(starts), k), np.inf)
    for rows, squared in squared_blocks(fake, fake):
        count = len(squared)
        squared[np.arange(count), np.arange(rows.start, rows.start + count)] = np.inf
        for b, (start, end) in enumerate(zip(starts, ends, strict=True)):
            # The k nearest of every block hold the k nearest of any union of blocks.
            width = min(k, end - start)
            near[rows, b, :width] = np.partition(squared[:, start:end], width - 1, axis=1)[:, :width]
    result = np.full((blocks + 1, len(fake)), -1.0)
    result[0] = _kth(near, k)
    for b in range(blocks):
        kept = block != b
        result[b + 1, kept] = _kth(np.delete(near[kept], b, 1), k)
    return result


def _kth(near: np.ndarray, k: int) -> np.ndarray:
    return np.maximum(np.partition(near.reshape(len(near), -1), k - 1, axis=1)[:, k - 1], 0)


def _starts(block: np.ndarray) -> np.ndarray:
    return np.flatnonzero(np.diff(block, prepend=-1))
