"""How near images come to the training images, and whether too many come nearer than unseen real ones do."""

import math
from dataclasses import dataclass

import numpy as np

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._checks import check_features, check_same_width
from ganzoo.evaluate._neighbours import nearest, radii_at
from ganzoo.evaluate.copying import mann_whitney_z

__all__ = ["Closeness", "CopyFigures", "copy_figures", "least_count", "measure_closeness", "order_p_value"]

# Of unseen real images, this share is nearer to a training image than the threshold of a near-copy.
TAIL = 0.001
# A test alarms at this p-value, or at three standard deviations, which is about the same.
ALPHA = 0.001
ALARM_Z = 3.0


@dataclass(frozen=True, eq=False)
class Closeness:
    """Where images lie among the training images, by features.

    Args:
        indices: (n,) the nearest training image of each.
        distances: (n,) how far it is.
        ratios: (n,) that distance over the one from the training image to its own nearest neighbour among
            the others: 0 is a copy, near 1 is as usual. AuthPct is the share above 1.
    """

    indices: np.ndarray
    distances: np.ndarray
    ratios: np.ndarray

    def __len__(self) -> int:
        """Number of images."""
        return len(self.indices)

    def take(self, rows: np.ndarray | slice) -> "Closeness":
        """Some of the images."""
        return Closeness(self.indices[rows], self.distances[rows], self.ratios[rows])


def measure_closeness(train: np.ndarray, features: np.ndarray) -> Closeness:
    """Look for the nearest training image of each image.

    Args:
        train: (n_train, d) features of the training images, n_train >= 2.
        features: (n, d) features of the images.

    Raises:
        InvalidArgumentError: Too few rows, different d, NaN.
    """
    train, features = check_features(train, "train", at_least=2), check_features(features, "features")
    check_same_width(train=train, features=features)
    indices, distances = nearest(features, train)
    radius = radii_at(train, indices)
    # Two equal training images have radius 0: a copy of them is a copy, anything else infinitely far.
    beyond = np.where(distances > 0, np.inf, 0.0)
    ratios = np.divide(distances, radius, out=beyond, where=radius > 0)
    return Closeness(indices, distances, ratios)


@dataclass(frozen=True)
class CopyFigures:
    """Whether a set of images copies the training images, held against unseen real images.

    Args:
        n: images.
        near_copies: images with a ratio below that of the `threshold`.
        expected: near-copies to expect of unseen real images.
        p_value: of as many near-copies or more, if the images were unseen real ones.
        data_copying: C_T; below -3 means copying.
        authenticity: AuthPct, in percent.
        floor_authenticity: AuthPct of the unseen real images.
        authenticity_z: their difference as a z-score (two proportions, pooled); below -3 means copying.
        threshold: the ratio below which an image counts as a near-copy.
        least: near-copies that would have been an alarm.
    """

    n: int
    near_copies: int
    expected: float
    p_value: float
    data_copying: float
    authenticity: float
    floor_authenticity: float
    authenticity_z: float
    threshold: float
    least: int

    @property
    def alarms(self) -> tuple[str, ...]:
        """The tests that say copying, by name."""
        found = {
            "near-copies": self.p_value < ALPHA,
            "C_T": self.data_copying < -ALARM_Z,
            "AuthPct": self.authenticity_z < -ALARM_Z,
        }
        return tuple(name for name, alarm in found.items() if alarm)


def copy_figures(images: Closeness, unseen: Closeness) -> CopyFigures:
    """Test a set of images for copies of the training images.

    Args:
        images: of the images.
        unseen: of real images that were not trained on.
    """
    n, m = len(images), len(unseen)
    k = max(1, math.floor(TAIL * (m + 1)))
    threshold = float(np.sort(unseen.ratios)[k - 1])
    count = int((images.ratios < threshold).sum())
    share, floor = float((images.ratios > 1).mean()), float((unseen.ratios > 1).mean())
    pooled = (n * share + m * floor) / (n + m)
    deviation = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    return CopyFigures(
        n=n,
        near_copies=count,
        expected=n * k / (m + 1),
        p_value=order_p_value(count, n=n, k=k, m=m),
        data_copying=mann_whitney_z(images.distances, unseen.distances),
        authenticity=100 * share,
        floor_authenticity=100 * floor,
        authenticity_z=(share - floor) / deviation if deviation else 0.0,
        threshold=threshold,
        least=least_count(n=n, k=k, m=m),
    )


def order_p_value(count: int, *, n: int, k: int, m: int) -> float:
    """The probability that `count` or more of n numbers lie below the k-th smallest of m like them.

    Exact, whatever the distribution: of the `count + k - 1` smallest of all n + m, at most k - 1 are of the
    m. A binomial test would take the threshold for known, when it is the k-th of a sample itself.

    Raises:
        InvalidArgumentError: Not 0 <= count <= n or not 1 <= k <= m.

    Reference: [Wilks, 1942](https://doi.org/10.1214/aoms/1177731537), on tolerance limits
    """
    if not 0 <= count <= n or not 1 <= k <= m:
        raise InvalidArgumentError(
            f"count must be from 0 to n and k from 1 to m. Received: count={count}, n={n}, k={k}, m={m}"
        )
    drawn = count + k - 1
    terms = [
        _log_choose(m, x) + _log_choose(n, drawn - x) - _log_choose(n + m, drawn)
        for x in range(k)
        if 0 <= drawn - x <= n
    ]
    return min(1.0, math.fsum(math.exp(term) for term in terms))


def least_count(*, n: int, k: int, m: int) -> int:
    """The fewest near-copies of n that are an alarm; n + 1 if not even n are."""
    return next((c for c in range(n + 1) if order_p_value(c, n=n, k=k, m=m) < ALPHA), n + 1)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
