"""GANSpace: principal components of a generator's first activations, brought back to z."""

from typing import Any

import numpy as np

from ganzoo.latent._head import first_activations
from ganzoo.latent.direction import Direction, Directions, prior_deviation, unit_vectors
from ganzoo.latent.fingerprint import fingerprint
from ganzoo.sampling import check_count

__all__ = ["ganspace_directions"]


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
    from sklearn.decomposition import PCA

    from ganzoo.errors import InvalidArgumentError

    k, n = min(check_count(k, name="k"), gan.latent_dim), check_count(n)
    if n <= gan.latent_dim:
        raise InvalidArgumentError(f"n must be above latent_dim, {gan.latent_dim}. Received: n={n}")
    z = gan.sample_latents(n, seed=seed)
    labels = np.arange(n, dtype="int32") % gan.num_classes if gan.num_classes else None
    activations = first_activations(gan, z, labels).astype("float32")
    if labels is not None:
        for label in range(gan.num_classes):
            activations[labels == label] -= activations[labels == label].mean(0)
    pca = PCA(min(k, activations.shape[1]), random_state=seed)
    coordinates = np.asarray(pca.fit_transform(activations), "float64")
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
            score=float(pca.explained_variance_ratio_[i]),
            score_name="share of the variance",
            model=model,
        )
        for i, vector in enumerate(unit_vectors(rows))
    )
    return Directions(entries, model, gan.name, {"method": "ganspace", "n": n, "seed": seed})
