"""Precision, recall, density and coverage: fidelity and diversity as two numbers each, not one."""

import numpy as np

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._checks import check_features, check_same_width
from ganzoo.evaluate._neighbours import squared_blocks, squared_radii

__all__ = ["precision_recall_density_coverage"]


def precision_recall_density_coverage(real: np.ndarray, fake: np.ndarray, *, k: int = 5) -> dict[str, float]:
    """Four numbers from the balls that reach from each point to its k-th neighbour in its own set.

    - precision: share of fakes inside a ball of a real (fidelity)
    - recall: share of reals inside a ball of a fake (diversity)
    - density: mean number of real balls that a fake is in, over k (fidelity, not moved by single outliers;
      above 1 is possible)
    - coverage: share of real balls with a fake inside (diversity)

    Higher is better. Inside means strictly nearer than the radius; a point is not its own neighbour.

    Args:
        real: (n_real, d) features, n_real > k.
        fake: (n_fake, d) features, n_fake > k.
        k: neighbours; 5 as in Naeem et al., while Kynkäänniemi et al. take 3 for precision and recall.

    Returns:
        The keys `precision`, `recall`, `density`, `coverage`.

    Raises:
        InvalidArgumentError: k below 1, n <= k, different d, NaN.

    Example:
        >>> precision_recall_density_coverage(real_features, fake_features)["coverage"]

    Reference: [Kynkäänniemi et al., 2019](https://arxiv.org/abs/1904.06991),
        [Naeem et al., 2020](https://arxiv.org/abs/2002.09797)
    """
    if k < 1:
        raise InvalidArgumentError(f"k must be at least 1. Received: {k}")
    # Features of reals that are all alike have radius 0, hence nothing inside: 0 is then the defined value.
    real = check_features(real, "real", at_least=k + 1)
    fake = check_features(fake, "fake", at_least=k + 1)
    check_same_width(real=real, fake=fake)
    real_radii, fake_radii = squared_radii(real, k), squared_radii(fake, k)
    balls_around_fake = np.zeros(len(fake), "int64")
    recalled, covered = np.zeros(len(real), bool), np.zeros(len(real), bool)
    for rows, squared in squared_blocks(real, fake, raised=True):
        inside = squared < real_radii[rows, None]
        balls_around_fake += inside.sum(0)
        covered[rows] = inside.any(1)
        recalled[rows] = (squared < fake_radii).any(1)
    return {
        "precision": float(np.mean(balls_around_fake > 0)),
        "recall": float(recalled.mean()),
        "density": float(balls_around_fake.mean() / k),
        "coverage": float(covered.mean()),
    }
