"""Mean and covariance of features, gathered batch by batch so that no more than one batch is ever held."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._checks import check_features, check_same_width

__all__ = ["FeatureStatistics", "RunningStatistics"]


@dataclass(frozen=True, eq=False)
class FeatureStatistics:
    """What a Fréchet distance needs to know about a set of features.

    Args:
        mean: float64 (d,).
        covariance: float64 (d, d), with ddof 1.
        n: number of rows they were taken from.
    """

    mean: np.ndarray
    covariance: np.ndarray
    n: int

    @classmethod
    def of(cls, features: np.ndarray | Iterable[np.ndarray]) -> "FeatureStatistics":
        """The statistics of an (n, d) array, or of an iterable of such batches."""
        running = RunningStatistics()
        for batch in [features] if isinstance(features, np.ndarray) else features:
            running.update(batch)
        return running.result()


class RunningStatistics:
    """Gathers mean and covariance from batches.

    Batches are merged by their own means, not by raw sums of squares, which cancel when the mean is large.

    Example:
        >>> running = RunningStatistics()
        >>> for batch in batches:
        ...     running.update(extractor.features(batch))
        >>> running.result().mean.shape
        (128,)

    Reference: [Chan, Golub and LeVeque, 1983](https://doi.org/10.1080/00031305.1983.10483115)
    """

    def __init__(self) -> None:
        """Starts with nothing gathered."""
        self.n = 0
        self._mean = np.zeros((0,))
        self._scatter = np.zeros((0, 0))

    def update(self, features: np.ndarray) -> None:
        """Adds a batch of features, (n, d).

        Raises:
            InvalidArgumentError: Not (n, d), empty, NaN, or another d than before.
        """
        features = check_features(features, "features")
        if self.n == 0:
            width = features.shape[1]
            self._mean, self._scatter = np.zeros(width), np.zeros((width, width))
        check_same_width(before=self._mean[None], features=features)
        mean = features.mean(0)
        centred, delta = features - mean, mean - self._mean
        total = self.n + len(features)
        self._scatter += centred.T @ centred + np.outer(delta, delta) * (self.n * len(features) / total)
        self._mean = self._mean + delta * (len(features) / total)
        self.n = total

    def result(self) -> FeatureStatistics:
        """The statistics of everything added so far.

        Raises:
            InvalidArgumentError: Fewer than two rows were added, so there is no covariance.
        """
        if self.n < 2:
            raise InvalidArgumentError(f"A covariance needs at least 2 rows of features. Received: {self.n}")
        return FeatureStatistics(self._mean, self._scatter / (self.n - 1), self.n)
