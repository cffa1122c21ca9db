"""Can it be told from a network's answers whether an image was trained on? An AUC, with its interval."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ganzoo import backend
from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.copying import mid_ranks
from ganzoo.images import to_float

__all__ = ["AucInterval", "auc_interval", "discriminator_scores", "network_inputs"]

# Standard deviations of a two-sided 95% interval.
Z95 = 1.959963984540054


@dataclass(frozen=True)
class AucInterval:
    """How well a score tells members from non-members.

    Args:
        auc: the probability that a member scores higher than a non-member, a tie counting half; 0.5 tells
            nothing, 1 all.
        low, high: its 95% interval by DeLong, cut to [0, 1].
        deviation: DeLong's standard deviation.
        n_members: number of members.
        n_non_members: number of non-members.
    """

    auc: float
    low: float
    high: float
    deviation: float
    n_members: int
    n_non_members: int

    @property
    def z(self) -> float:
        """Standard deviations above 0.5, by the deviation of scores that tell nothing (Mann-Whitney).

        DeLong's own is 0 where few scores happen to separate the two, and would make sure of anything.
        """
        m, n = self.n_members, self.n_non_members
        return (self.auc - 0.5) / math.sqrt((m + n + 1) / (12 * m * n))


def auc_interval(members: np.ndarray, non_members: np.ndarray) -> AucInterval:
    """The area under the ROC curve of a score, with DeLong's interval.

    The interval has no width where no member scores below a non-member: there the sample knows no variance.

    Args:
        members: (m,) scores of images that were trained on, m >= 2.
        non_members: (n,) scores of images that were not, n >= 2.

    Raises:
        InvalidArgumentError: Not one-dimensional, fewer than two, or not finite.

    Example:
        >>> auc_interval(np.array([1.0, 3.0]), np.array([0.0, 2.0])).auc
        0.75

    Reference: [DeLong et al., 1988](https://doi.org/10.2307/2531595), by the ranks of
        [Sun and Xu, 2014](https://doi.org/10.1109/LSP.2014.2337313)
    """
    x, y = _check_scores(members, "members"), _check_scores(non_members, "non_members")
    m, n = len(x), len(y)
    ranks = mid_ranks(np.concatenate([x, y]))
    # For each member the share of non-members below it, for each non-member the share of members above it.
    below = (ranks[:m] - mid_ranks(x)) / n
    above = 1 - (ranks[m:] - mid_ranks(y)) / m
    auc = float(below.mean())
    deviation = float(np.sqrt(below.var(ddof=1) / m + above.var(ddof=1) / n))
    low, high = max(0.0, auc - Z95 * deviation), min(1.0, auc + Z95 * deviation)
    return AucInterval(auc, low, high, deviation, m, n)


def discriminator_scores(
    gan: Any, images: np.ndarray, *, labels: np.ndarray | None = None, batch_size: int = 256
) -> np.ndarray:
    """The discriminator's logits of some images.

    Args:
        gan: a `ganzoo.GAN`.
        images: uint8 (n, height, width, channels), n >= 1.
        labels: integers (n,), for a class-conditional model.
        batch_size: images per compiled call.

    Returns:
        float64 (n,).

    Raises:
        InvalidArgumentError: A class-conditional model without labels.

    Reference: [Hayes et al., 2019](https://arxiv.org/abs/1705.07663)
    """
    inputs = network_inputs(gan, images, labels)
    call = backend.compiled_call(gan.discriminator)
    parts = []
    for start in range(0, len(images), batch_size):
        # The last rows are repeated rather than the network compiled for fewer.
        rows = np.minimum(np.arange(start, start + batch_size), len(images) - 1)
        logits = call(*(to_float(x[rows]) if x is images else x[rows] for x in inputs))
        parts.append(np.asarray(logits, "float64").reshape(batch_size, -1)[:, 0])
    return np.concatenate(parts)[: len(images)]


def network_inputs(gan: Any, images: np.ndarray, labels: np.ndarray | None) -> list[np.ndarray]:
    """Images, and the labels where the model takes them.

    Raises:
        InvalidArgumentError: A class-conditional model without a label an image.
    """
    if not gan.num_classes:
        return [images]
    if labels is None or len(labels) != len(images):
        raise InvalidArgumentError(
            f"A class-conditional model needs the label of each of the {len(images)} images. "
            f"Received: {'none' if labels is None else len(labels)}. Use data that has labels."
        )
    return [images, np.asarray(labels, "int32")]


def _check_scores(scores: np.ndarray, name: str) -> np.ndarray:
    array = np.asarray(scores, "float64")
    if array.ndim != 1 or len(array) < 2 or not np.isfinite(array).all():
        raise InvalidArgumentError(
            f"{name} must be at least 2 finite scores, (n,). Received: shape {array.shape}, "
            f"{int((~np.isfinite(array)).sum())} not finite"
        )
    return array
