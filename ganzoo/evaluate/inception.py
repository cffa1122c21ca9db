"""The Inception score, on the logits of any classifier; it has that name only on Inception's own."""

import numpy as np

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._checks import check_features, random_state
from ganzoo.evaluate.classes import softmax

__all__ = ["inception_score", "split_scores"]


def inception_score(logits: np.ndarray, *, splits: int = 10, seed: int = 0) -> tuple[float, float]:
    """exp of the mean KL(p(y|x) ‖ p(y)): sure about each image, and undecided over all of them.

    Args:
        logits: (n, classes) of the generated images, n >= splits.
        splits: parts that the score is taken on.
        seed: of the `numpy.random.RandomState` that shuffles before splitting, as torch-fidelity does.

    Returns:
        Mean and standard deviation (ddof 0) over the splits, in [1, classes]; higher is better. Real data is
        never looked at, so whatever the classifier misses is missed.

    Raises:
        InvalidArgumentError: splits out of range, not (n, classes), NaN.

    Example:
        >>> _, logits = extractor.features_and_logits(images)
        >>> mean, std = inception_score(logits)

    Reference: [Salimans et al., 2016](https://arxiv.org/abs/1606.03498)
    """
    logits = check_features(logits, "logits")
    n = len(logits)
    if not 1 <= splits <= n:
        raise InvalidArgumentError(f"splits must be from 1 to {n}, the number of rows. Received: {splits}")
    scores = split_scores(logits[random_state(seed).permutation(n)], splits)
    return float(np.mean(scores)), float(np.std(scores))


def split_scores(logits: np.ndarray, splits: int) -> list[float]:
    """The score of each of `splits` parts of logits (n, classes) that are in random order."""
    n = len(logits)
    return [_score(logits[i * n // splits : (i + 1) * n // splits]) for i in range(splits)]


def _score(logits: np.ndarray) -> float:
    p = softmax(logits)
    # Where p underflows to 0 its term is 0; the floor only keeps the logarithm finite.
    tiny = np.finfo("float64").tiny
    divergence = np.sum(p * (np.log(np.maximum(p, tiny)) - np.log(np.maximum(p.mean(0), tiny))), axis=1)
    return float(np.exp(divergence.mean()))
