"""The Fréchet distance between two sets of features, each taken as a Gaussian.

It is the FID when the features are those of the 2015 Inception graph; on another extractor it is a Fréchet
distance, and the extractor has to be named. Best value: 0. Biased upwards at finite n, so compare with the
distance between two sets of real images at the same n.
"""

from collections.abc import Callable

import numpy as np

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._checks import check_features, check_same_width, random_state
from ganzoo.evaluate.statistics import FeatureStatistics

__all__ = [
    "distance_curve",
    "extrapolated_distance",
    "frechet_distance",
    "frechet_distance_from_statistics",
    "frechet_distance_infinity",
]


def frechet_distance(real: np.ndarray, fake: np.ndarray) -> float:
    """The Fréchet distance |μ₁ - μ₂|² + tr S₁ + tr S₂ - 2 tr √(S₁S₂), in float64.

    Args:
        real: (n_real, d) features, n_real >= 2.
        fake: (n_fake, d) features, n_fake >= 2.

    Returns:
        A number >= 0; 0 is best. Symmetric in its arguments.

    Raises:
        InvalidArgumentError: Fewer than two rows, different d, NaN or infinity.

    Example:
        >>> frechet_distance(extractor.features(real_images), extractor.features(fake_images))

    Reference: [Heusel et al., 2017](https://arxiv.org/abs/1706.08500)
    """
    real, fake = check_features(real, "real", at_least=2), check_features(fake, "fake", at_least=2)
    check_same_width(real=real, fake=fake)
    if min(len(real), len(fake)) >= real.shape[1]:
        first, second = FeatureStatistics.of(real), FeatureStatistics.of(fake)
        return frechet_distance_from_statistics(first.mean, first.covariance, second.mean, second.covariance)
    # Fewer rows than features: the centred rows themselves are roots of the covariances, and exact ones.
    x = (real - real.mean(0)) / np.sqrt(len(real) - 1)
    y = (fake - fake.mean(0)) / np.sqrt(len(fake) - 1)
    cross = _nuclear_norm(x @ y.T)
    return _distance(real.mean(0), np.sum(x * x), fake.mean(0), np.sum(y * y), cross)


def frechet_distance_from_statistics(
    mu1: np.ndarray, cov1: np.ndarray, mu2: np.ndarray, cov2: np.ndarray
) -> float:
    """The Fréchet distance between two Gaussians.

    Args:
        mu1: (d,) mean.
        cov1: (d, d) covariance, symmetric and not negative.
        mu2: (d,) mean.
        cov2: (d, d) covariance.

    Returns:
        A number >= 0; 0 is best.

    Raises:
        InvalidArgumentError: Shapes that do not fit, NaN, or a matrix that is no covariance.

    Example:
        >>> frechet_distance_from_statistics([0, 0], np.diag([1, 9]), [3, 0], np.diag([4, 9]))
        10.0

    Reference: [Dowson and Landau, 1982](https://doi.org/10.1016/0047-259X(82)90077-X)
    """
    mu1, cov1 = _check_gaussian(mu1, cov1, "1")
    mu2, cov2 = _check_gaussian(mu2, cov2, "2")
    if mu1.shape != mu2.shape:
        raise InvalidArgumentError(
            f"Both means must have the same length. Received: {mu1.shape}, {mu2.shape}"
        )
    # With Sᵢ = RᵢᵀRᵢ, tr √(S₁S₂) = |R₁R₂ᵀ|_*: singular values are real and, unlike the square roots of the
    # eigenvalues of S₁S₂, exact to rounding when a feature is constant.
    cross = _nuclear_norm(_root(cov1, "cov1") @ _root(cov2, "cov2").T)
    return _distance(mu1, np.trace(cov1), mu2, np.trace(cov2), cross)


def frechet_distance_infinity(
    real: np.ndarray, fake: np.ndarray, *, seed: int = 0, points: int = 15
) -> float:
    """FD∞: the Fréchet distance extrapolated to infinitely many fakes, which removes most of its bias.

    A least-squares line through the distances of the first m of a new permutation of the fakes, against 1/m,
    read at 0; m runs evenly from a tenth of the fakes to all of them. The bias of the real set stays.

    Args:
        real: (n_real, d) features, n_real >= 2.
        fake: (n_fake, d) features, n_fake >= 4.
        seed: of the `numpy.random.RandomState` that permutes.
        points: numbers of fakes, at least 2.

    Returns:
        0 is best; an extrapolation can fall below.

    Raises:
        InvalidArgumentError: Too few rows or points, different d, NaN.

    Example:
        >>> frechet_distance_infinity(real_features, fake_features, seed=0)

    Reference: [Chong and Forsyth, 2020](https://arxiv.org/abs/1911.07023)
    """
    real, fake = check_features(real, "real", at_least=2), check_features(fake, "fake", at_least=4)
    check_same_width(real=real, fake=fake)
    return extrapolated_distance(lambda rows: frechet_distance(real, fake[rows]), len(fake), seed, points)


def extrapolated_distance(
    distance: Callable[[np.ndarray], float],
    n: int,
    seed: int = 0,
    points: int = 15,
    *,
    kept: np.ndarray | None = None,
) -> float:
    """The extrapolation of FD∞, whatever computes the distances.

    Args:
        distance: of the fakes whose row numbers it is given.
        n: number of fakes.
        seed: of the `numpy.random.RandomState` that permutes.
        points: numbers of fakes, at least 2.
        kept: bool (n,), the fakes that still take part, in the order that all n of them are permuted to; a
            jackknife then leaves out rows, and does not measure another permutation's luck.

    Returns:
        The intercept of the distances against 1 / (number of fakes).

    Raises:
        InvalidArgumentError: Too few points.
    """
    sizes, distances = distance_curve(distance, n, seed, points, kept=kept)
    return float(np.polyfit(1 / sizes, distances, 1)[1])


def distance_curve(
    distance: Callable[[np.ndarray], float],
    n: int,
    seed: int = 0,
    points: int = 15,
    *,
    kept: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """The points that FD∞ is extrapolated from: numbers of fakes, ascending, and the distance of as many.

    Args:
        distance, n, seed, points, kept: as for `extrapolated_distance`.
    """
    if points < 2:
        raise InvalidArgumentError(f"points must be at least 2. Received: {points}")
    rng = random_state(seed)
    rows = [rng.permutation(n)[:size] for size in np.linspace(max(n // 10, 2), n, points).astype(int)]
    if kept is not None:
        rows = [part[kept[part]] for part in rows]
    return np.array([len(part) for part in rows]), np.array([distance(part) for part in rows])


def _distance(mu1: np.ndarray, trace1: float, mu2: np.ndarray, trace2: float, cross: float) -> float:
    distance = np.sum((mu1 - mu2) ** 2) + trace1 + trace2 - 2 * cross
    return max(float(distance), 0.0)  # Equal sets may round to -1e-13.


def _nuclear_norm(matrix: np.ndarray) -> float:
    return float(np.linalg.svd(matrix, compute_uv=False).sum())


def _root(covariance: np.ndarray, name: str) -> np.ndarray:
    values, vectors = np.linalg.eigh(covariance)
    # Below this an eigenvalue is rounding, and its square root would be a thousand times what it is worth.
    noise = max(values[-1], 0.0) * len(values) * np.finfo("float64").eps
    if values[0] < -1e-6 * max(values[-1], 0.0) or values[-1] < 0:
        raise InvalidArgumentError(
            f"{name} must be a covariance, which has no negative eigenvalue. Received: one of {values[0]:.3g}"
        )
    return np.where(values > noise, np.sqrt(np.clip(values, 0, None)), 0.0)[:, None] * vectors.T


def _check_gaussian(mu: np.ndarray, cov: np.ndarray, number: str) -> tuple[np.ndarray, np.ndarray]:
    mu, cov = np.asarray(mu, "float64"), np.asarray(cov, "float64")
    if mu.ndim != 1 or len(mu) == 0 or cov.shape != (len(mu), len(mu)):
        raise InvalidArgumentError(
            f"mu{number} and cov{number} must have shapes (d,) and (d, d). Received: {mu.shape}, {cov.shape}"
        )
    if not (np.isfinite(mu).all() and np.isfinite(cov).all()):
        raise InvalidArgumentError(f"mu{number} and cov{number} must be finite. Received: NaN or infinity")
    if not np.allclose(cov, cov.T, rtol=1e-6, atol=1e-6 * np.abs(cov).max()):
        raise InvalidArgumentError(f"cov{number} must be symmetric. Received: a matrix that is not")
    return mu, (cov + cov.T) / 2
