"""The delete-block jackknife: how far a score would move with other samples, from the samples at hand.

A naive bootstrap draws rows twice, and a copy is its own nearest neighbour: it moves distances between sets.
Leaving rows out duplicates nothing.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from ganzoo.errors import InvalidArgumentError

__all__ = ["BLOCKS", "INTERVAL", "block_of_rows", "half_width", "jackknife"]

BLOCKS: Final = 10
INTERVAL: Final = "95%, delete-block jackknife, 10 blocks of samples"

# The 97.5% point of Student's t with BLOCKS - 1 = 9 degrees of freedom.
T_QUANTILE: Final = 2.2621571628


def block_of_rows(n: int, blocks: int = BLOCKS) -> np.ndarray:
    """The block that each of n rows is in: consecutive rows, as equal in number as can be.

    Raises:
        InvalidArgumentError: n < blocks.
    """
    if n < blocks:
        raise InvalidArgumentError(f"A jackknife over {blocks} blocks needs as many rows. Received: {n}")
    return np.arange(n) * blocks // n


def jackknife(
    statistic: Callable[[np.ndarray], float | np.ndarray], n: int, blocks: int = BLOCKS
) -> np.ndarray:
    """A statistic without each block in turn.

    Args:
        statistic: of the rows that are True in a bool (n,).
        n: number of rows.
        blocks: number of blocks; 0 asks for nothing.

    Returns:
        float64 (blocks,), or (blocks, k) of a statistic of k numbers.
    """
    if blocks == 0:
        return np.zeros(0)
    block = block_of_rows(n, blocks)
    return np.array([statistic(block != left_out) for left_out in range(blocks)])


def half_width(replicates: np.ndarray) -> float:
    """Half of a 95% interval, from the values without each of `BLOCKS` blocks.

    Their deviations are taken from their own mean, not from the value on all rows: a bias that falls with n
    shifts all replicates alike and is no part of the spread. By the inequality of Efron and Stein it is
    rather too wide than too narrow; recall's was twice as wide as the spread of independent samples.

    Args:
        replicates: (BLOCKS,).

    Raises:
        InvalidArgumentError: There are not BLOCKS of them.

    Reference: [Kunsch, 1989](https://doi.org/10.1214/aos/1176347265), [Efron and Stein, 1981](
        https://doi.org/10.1214/aos/1176345462)
    """
    if len(replicates) != BLOCKS:
        raise InvalidArgumentError(f"An interval needs {BLOCKS} replicates. Received: {len(replicates)}")
    spread = (BLOCKS - 1) / BLOCKS * np.sum((replicates - replicates.mean()) ** 2)
    return float(T_QUANTILE * np.sqrt(spread))
