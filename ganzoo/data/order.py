"""The order of the data: a pure function of (seed, epoch, step), so that a resumed run loses nothing."""

import functools

import numpy as np
from numpy.typing import NDArray

from ganzoo.errors import InvalidArgumentError

__all__ = ["batch_indices", "epoch_permutation", "steps_per_epoch"]


def epoch_permutation(n: int, *, seed: int, epoch: int) -> NDArray[np.int64]:
    """The order in which an epoch visits n images.

    Args:
        n: number of images, at least 1.
        seed: seed of the run, at least 0.
        epoch: number of the epoch, from 0.

    Returns:
        int64 array (n,), each of 0..n-1 once; read-only, because it is shared between the steps.

    Raises:
        InvalidArgumentError: when an argument is out of range.

    Example:
        >>> sorted(epoch_permutation(3, seed=0, epoch=1).tolist())
        [0, 1, 2]
    """
    return _shuffled(*_checked(n=n, seed=seed, epoch=epoch), 1)


def steps_per_epoch(n: int, batch_size: int) -> int:
    """Full batches in an epoch, at least one.

    The n % batch_size images that end an epoch's order sit it out: others in every epoch.

    Args:
        n: number of images.
        batch_size: images a step.

    Returns:
        max(1, n // batch_size).

    Raises:
        InvalidArgumentError: when an argument is below 1.

    Example:
        >>> steps_per_epoch(60_000, 64)
        937
    """
    _checked(n=n, batch_size=batch_size)
    return max(1, n // batch_size)


def batch_indices(n: int, batch_size: int, *, seed: int, epoch: int, step: int) -> NDArray[np.int64]:
    """The images of one step.

    With fewer images than a batch, the epoch's permutation is followed by further ones, so that each image
    appears floor(batch_size / n) or ceil(batch_size / n) times.

    Args:
        n: number of images, at least 1.
        batch_size: images a step, at least 1.
        seed: seed of the run, at least 0.
        epoch: number of the epoch, from 0.
        step: number of the step in this epoch, from 0 to below `steps_per_epoch(n, batch_size)`.

    Returns:
        int64 array (batch_size,), read-only.

    Raises:
        InvalidArgumentError: when an argument is out of range.

    Example:
        >>> images[batch_indices(len(images), 64, seed=0, epoch=3, step=12)]
    """
    _checked(n=n, batch_size=batch_size, seed=seed, epoch=epoch, step=step)
    steps = steps_per_epoch(n, batch_size)
    if step >= steps:
        raise InvalidArgumentError(
            f"step must be below the {steps} steps of an epoch. Received: step={step}. "
            f"Go on with epoch={epoch + 1}."
        )
    order = _shuffled(int(n), int(seed), int(epoch), -(-batch_size // n) if n < batch_size else 1)
    return order[step * batch_size : (step + 1) * batch_size]


# A step would otherwise pay for the shuffle of a whole epoch. Two, for training and validation.
@functools.lru_cache(maxsize=2)
def _shuffled(n: int, seed: int, epoch: int, rounds: int) -> NDArray[np.int64]:
    rng = np.random.default_rng([seed, epoch])
    order = np.concatenate([rng.permutation(n) for _ in range(rounds)]).astype(np.int64, copy=False)
    order.flags.writeable = False
    return order


def _checked(**arguments: int) -> list[int]:
    for name, value in arguments.items():
        least = 1 if name in ("n", "batch_size") else 0
        if not isinstance(value, int | np.integer) or value < least:
            raise InvalidArgumentError(
                f"{name} must be an integer of at least {least}. Received: {name}={value!r}."
            )
    return [int(value) for value in arguments.values()]
