"""How far the samples of one set are apart: the plainest measure of diversity."""

import numpy as np

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._checks import check_features
from ganzoo.evaluate._neighbours import distance_blocks

__all__ = ["mean_pairwise_distance"]


def mean_pairwise_distance(features: np.ndarray, *, labels: np.ndarray | None = None) -> float:
    """The mean Euclidean distance of two different rows, over all pairs, in blocks and exact.

    It says nothing by itself: compare with real images on the same extractor. Below them, samples are too
    alike; above them, they are noisier than the data.

    Args:
        features: (n, d), n >= 2.
        labels: integers (n,): pairs are then taken within a label, and the labels' means averaged. That
            shows a model that draws one picture a class, which the distances between classes hide.

    Returns:
        A number >= 0; 0 if all rows are alike.

    Raises:
        InvalidArgumentError: Fewer than two rows, of any label; labels that do not fit; NaN.

    Example:
        >>> mean_pairwise_distance(fake_features) / mean_pairwise_distance(real_features)

    Reference: pairs within a class, by perceptual distance, [Zhu et al., 2017](https://arxiv.org/abs/1711.11586)
    """
    features = check_features(features, "features", at_least=2)
    if labels is None:
        return _mean_distance(features)
    labels = np.asarray(labels)
    if labels.shape != (len(features),) or labels.dtype.kind not in "iu":
        raise InvalidArgumentError(
            f"labels must be {len(features)} integers, one a row. Received: {labels.dtype} {labels.shape}"
        )
    values, counts = np.unique(labels, return_counts=True)
    if counts.min() < 2:
        raise InvalidArgumentError(
            f"Every label must have at least 2 rows. Received: 1 row of label {values[counts.argmin()]}"
        )
    return float(np.mean([_mean_distance(features[labels == value]) for value in values]))


def _mean_distance(features: np.ndarray) -> float:
    n = len(features)
    # A row's distance to itself is 0 and adds nothing; only the count leaves it out.
    total = sum(float(block.sum()) for _, block in distance_blocks(features, features))
    return total / (n * (n - 1))
