"""Does a model copy its training data? Two tests on nearest neighbours in feature space."""

import numpy as np

from ganzoo.evaluate._checks import check_features, check_same_width
from ganzoo.evaluate._neighbours import nearest, nearest_other

__all__ = ["authenticity", "data_copying"]


def authenticity(train: np.ndarray, fake: np.ndarray) -> float:
    """The percentage of fakes that are no near-copies: AuthPct.

    A fake is authentic if its nearest training point has another training point nearer than the fake is.

    Args:
        train: (n_train, d) features of the images that the model was trained on, n_train >= 2.
        fake: (n_fake, d) features.

    Returns:
        In [0, 100]; 0 if every fake is a copy. Fresh data of the same distribution gives a little above 50.

    Raises:
        InvalidArgumentError: Too few rows, different d, NaN.

    Example:
        >>> authenticity(extractor.features(train_images), extractor.features(fake_images))

    Reference: [Alaa et al., 2022](https://arxiv.org/abs/2102.08921)
    """
    train, fake = check_features(train, "train", at_least=2), check_features(fake, "fake")
    check_same_width(train=train, fake=fake)
    indices, distances = nearest(fake, train)
    return float(100 * np.mean(nearest_other(train)[1][indices] < distances))


def data_copying(train: np.ndarray, test: np.ndarray, fake: np.ndarray) -> float:
    """C_T: are fakes nearer to the training data than unseen real data is? A z-score, in one cell.

    The Mann-Whitney statistic of the distances to the nearest training point, fakes against test, as a z.

    Args:
        train: (n_train, d) features of the training images.
        test: (n_test, d) features of real images that were not trained on.
        fake: (n_fake, d) features.

    Returns:
        About 0 is best; far below 0 (-3) means copying, far above means fakes unlike the data.

    Raises:
        InvalidArgumentError: Empty, different d, NaN.

    Example:
        >>> data_copying(train_features, test_features, fake_features)

    Reference: [Meehan et al., 2020](https://arxiv.org/abs/2004.05675); the correction of 1/2 is
        dgm-eval's, [Stein et al., 2023](https://arxiv.org/abs/2306.04675)
    """
    train, test = check_features(train, "train"), check_features(test, "test")
    fake = check_features(fake, "fake")
    check_same_width(train=train, test=test, fake=fake)
    n, m = len(fake), len(test)
    ranks = _ranks(np.concatenate([nearest(fake, train)[1], nearest(test, train)[1]]))
    u = ranks[:n].sum() - n * (n + 1) / 2
    return float((u - (n * m / 2 - 0.5)) / np.sqrt(n * m * (n + m + 1) / 12))


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1, equal values sharing their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse]
