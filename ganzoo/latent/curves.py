"""Recovery curves: are pictures that were trained on nearer to a generator's range than unseen ones?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.membership import AucInterval, auc_interval
from ganzoo.evaluate.recovery import recover_latents

__all__ = ["RecoveryCurves", "recovery_curves"]


@dataclass(frozen=True, eq=False)
class RecoveryCurves:
    """The errors at which pictures are recovered, of both kinds.

    Args:
        shares: float64 (q,), rising from 0 to 1.
        train: float64 (q,), the root mean squared error, in grey levels of 255, that this share of the
            training pictures stays below.
        held_out: the same of pictures that were not trained on.
        auc: how well the error tells the two apart: 0.5 not at all, above it where training pictures are
            recovered better.
    """

    shares: NDArray[np.float64]
    train: NDArray[np.float64]
    held_out: NDArray[np.float64]
    auc: AucInterval


def recovery_curves(
    gan: Any,
    train: NDArray[np.uint8],
    held_out: NDArray[np.uint8],
    *,
    labels: tuple[NDArray[Any], NDArray[Any]] | None = None,
    shares: Sequence[float] = tuple(np.linspace(0, 1, 21)),
    **options: Any,
) -> RecoveryCurves:
    """Recover both kinds of pictures by the same descent, and compare the errors.

    Two curves on top of each other say that the generator does not know its training pictures by heart. Where
    the training curve starts lower, the first pictures of it are the suspects.

    Args:
        gan: a `ganzoo.GAN`.
        train: uint8 (n, height, width, channels), that it was trained on, n >= 2.
        held_out: uint8 (m, height, width, channels), that it was not, m >= 2.
        labels: of both, for a class-conditional model.
        shares: rising, within [0, 1].
        options: of `ganzoo.evaluate.recover_latents`, such as `starts`, `steps` and `seed`.

    Returns:
        The `RecoveryCurves`.

    Raises:
        InvalidArgumentError: shares out of range, or as `recover_latents`.

    Example:
        >>> curves = recovery_curves(gan, train_images[:200], test_images[:200])
        >>> curves.auc.low < 0.5 < curves.auc.high
        True

    Reference: [Webster et al., 2019](https://arxiv.org/abs/1901.03396), section 3
    """
    levels = np.asarray(shares, "float64")
    if (
        levels.ndim != 1
        or not len(levels)
        or levels.min() < 0
        or levels.max() > 1
        or (np.diff(levels) <= 0).any()
    ):
        raise InvalidArgumentError(f"shares must rise within [0, 1]. Received: {list(shares)}")
    errors = []
    for pictures, classes in zip((train, held_out), labels or (None, None), strict=True):
        squared = recover_latents(gan, pictures, labels=classes, **options)[1]
        errors.append(127.5 * np.sqrt(squared))
    train_curve, held_out_curve = (np.quantile(each, levels) for each in errors)
    return RecoveryCurves(levels, train_curve, held_out_curve, auc_interval(-errors[0], -errors[1]))
