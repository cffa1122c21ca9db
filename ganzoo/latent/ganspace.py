"""GANSpace: principal components of a generator's first activations, brought back to z."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import svds

from ganzoo.errors import InvalidArgumentError
from ganzoo.latent._head import first_activations
from ganzoo.latent.direction import Direction, Directions, prior_deviation, unit_vectors
from ganzoo.latent.fingerprint import fingerprint
from ganzoo.sampling import check_count

__all__ = ["ganspace_directions"]

# Up to here, all singular vectors take no longer than the first few.
_SMALL = 256


def ganspace_directions(gan: Any, *, k: int = 10, n: int = 2000, seed: int = 0) -> Directions:
    """Find where the first activations of random z spread most, and regress z on those coordinates.

    Of a class-conditional model each class is centred first: the directions are those within a class.

    Args:
        gan: a `ganzoo.GAN`.
        k: directions, at most latent_dim.
        n: draws, more than latent_dim.
        seed: of the draws, by NumPy.

    Returns:
        The `Directions`, the strongest first; each one's score is its share of the activations' variance.

    Raises:
        InvalidArgumentError: k or n out of range, or the generator does not begin with a kernel.

    Example:
        >>> ganzoo.latent.ganspace_directions(gan, k=5).names
        ['ganspace 1', 'ganspace 2', 'ganspace 3', 'ganspace 4', 'ganspace 5']

    Reference: [Härkönen et al., 2020](https://arxiv.org/abs/2004.02546), section 2.1
    """
    k, n = min(check_count(k, name="k"), gan.latent_dim), check_count(n)
    if n <= gan.latent_dim:
        raise InvalidArgumentError(f"n must be above latent_dim, {gan.latent_dim}. Received: n={n}")
    z = gan.sample_latents(n, seed=seed)
    labels = np.arange(n, dtype="int32") % gan.num_classes if gan.num_classes else None
    activations = first_activations(gan, z, labels)
    for label in range(gan.num_classes):
        activations[labels == label] -= activations[labels == label].mean(0)
    coordinates, shares = _principal(activations - activations.mean(0), k, seed)
    # Least squares from coordinates to z: a row of z for each coordinate.
    rows = np.linalg.lstsq(coordinates, z - z.mean(0, dtype="float64"), rcond=None)[0]
    reach = 3 * prior_deviation(gan.latent_prior)
    model = fingerprint(gan)
    entries = tuple(
        Direction(
            name=f"ganspace {i + 1}",
            vector=vector,
            method="ganspace",
            steps=(-reach, reach),
            score=float(shares[i]),
            score_name="share of the variance",
            model=model,
        )
        for i, vector in enumerate(unit_vectors(rows))
    )
    return Directions(entries, model, gan.name, {"method": "ganspace", "n": n, "seed": seed})


def _principal(
    centred: NDArray[np.float32], k: int, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The first k principal coordinates of centred rows, (n, k), and their shares of the variance."""
    k = min(k, *centred.shape)
    if min(centred.shape) <= _SMALL:
        left, values, _ = np.linalg.svd(centred.astype("float64"), full_matrices=False)
    else:
        start = np.random.default_rng(seed).standard_normal(min(centred.shape))
        left, values, _ = svds(centred, k, v0=start.astype("float32"))
        left, values = left[:, ::-1].astype("float64"), values[::-1].astype("float64")
    total = max(float(np.sum(centred.astype("float64") ** 2)), np.finfo("float64").tiny)
    return (left * values)[:, :k], (values**2 / total)[:k]
