"""SeFa: the directions that a generator's first layer amplifies most, in closed form."""

from typing import Any

import numpy as np

from ganzoo.latent._head import affine_matrix
from ganzoo.latent.direction import Direction, Directions, prior_deviation, unit_vectors
from ganzoo.latent.fingerprint import fingerprint
from ganzoo.sampling import check_count

__all__ = ["sefa_directions"]


def sefa_directions(gan: Any, *, k: int = 10) -> Directions:
    """Factorise the first kernel, batch normalisation folded in.

    A step along the i-th direction moves what comes before the first activation further than any step
    orthogonal to those before it: they are the eigenvectors of A·Aᵀ for pre-activations z·A + b. No sample is
    drawn. Of a generator that is linear throughout, they are its singular vectors.

    Args:
        gan: a `ganzoo.GAN`.
        k: directions, at most latent_dim.

    Returns:
        The `Directions`, the strongest first; each one's score is its share of the sum of A's squares.

    Raises:
        InvalidArgumentError: k below 1, or the generator does not begin with a kernel.

    Example:
        >>> ganzoo.latent.sefa_directions(gan, k=5).vectors.shape
        (5, 100)

    Reference: [Shen and Zhou, 2021](https://arxiv.org/abs/2007.06600), equations 4 to 6
    """
    k = min(check_count(k, name="k"), gan.latent_dim)
    left, values, _ = np.linalg.svd(affine_matrix(gan), full_matrices=False)
    shares = values**2 / np.sum(values**2)
    reach = 3 * prior_deviation(gan.latent_prior)
    model = fingerprint(gan)
    vectors = unit_vectors(left.T[:k])
    entries = tuple(
        Direction(
            name=f"sefa {i + 1}",
            vector=vector,
            method="sefa",
            steps=(-reach, reach),
            score=float(shares[i]),
            score_name="share of the kernel",
            model=model,
        )
        for i, vector in enumerate(vectors)
    )
    return Directions(entries, model, gan.name, {"method": "sefa"})
