"""The directions in which the picture itself changes most, at a point or on average over some."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.direction import Direction, Directions, prior_deviation, unit_vectors
from ganzoo.latent.fingerprint import fingerprint
from ganzoo.sampling import check_count

__all__ = ["jacobian_directions"]

# Jacobians held at a time: one of a 64 x 64 colour picture takes 12 MB in float64.
_BATCH = 8


def jacobian_directions(
    gan: Any,
    z: NDArray[np.float32] | None = None,
    *,
    k: int = 10,
    n: int = 32,
    seed: int = 0,
    labels: Any = None,
) -> Directions:
    """The right singular vectors of the generator's Jacobian; over many points, of all Jacobians stacked.

    At one z they are that point's own: the i-th moves the picture further, for a small step, than any step
    orthogonal to those before it. Stacked, they are the eigenvectors of the mean of JᵀJ, and hold everywhere
    a little.

    Args:
        gan: a `ganzoo.GAN`.
        z: (m, latent_dim), the points; by default n draws.
        k: directions, at most latent_dim.
        n: draws, where z is not given.
        seed: of the draws, by NumPy.
        labels: for a class-conditional model, one label or one a point; by default each class in turn.

    Returns:
        The `Directions`, the strongest first; each one's score is its share of the squared change.

    Raises:
        InvalidArgumentError: an argument is out of range.

    Example:
        >>> here = ganzoo.latent.jacobian_directions(gan, gan.sample_latents(1, seed=7), k=3)

    Reference: [Ramesh et al., 2018](https://arxiv.org/abs/1812.01161), section 3
    """
    from ganzoo.latent.jacobian import jacobian

    k, n = min(check_count(k, name="k"), gan.latent_dim), check_count(n)
    drawn = z is None
    points = gan.sample_latents(n, seed=seed) if z is None else np.asarray(z, "float32")
    if points.ndim != 2 or points.shape[1] != gan.latent_dim or not len(points):
        raise InvalidArgumentError(f"z must have shape (n, {gan.latent_dim}). Received: shape {points.shape}")
    if gan.num_classes and labels is None:
        labels = np.arange(len(points)) % gan.num_classes
    squares = np.zeros((gan.latent_dim, gan.latent_dim))
    for start in range(0, len(points), _BATCH):
        rows = slice(start, start + _BATCH)
        here = labels if labels is None or np.ndim(labels) == 0 else labels[rows]
        stacked = jacobian(gan, points[rows], labels=here).reshape(-1, gan.latent_dim).astype("float64")
        squares += stacked.T @ stacked / len(points)
    values, vectors = np.linalg.eigh(squares)
    order = np.argsort(-values)[:k]
    total = max(float(values.sum()), np.finfo("float64").tiny)
    reach = 3 * prior_deviation(gan.latent_prior)
    model = fingerprint(gan)
    entries = tuple(
        Direction(
            name=f"jacobian {i + 1}",
            vector=vector,
            method="jacobian",
            steps=(-reach, reach),
            score=float(values[j]) / total,
            score_name="share of the change",
            model=model,
        )
        for i, (j, vector) in enumerate(zip(order, unit_vectors(vectors.T[order]), strict=True))
    )
    where = {"points": len(points), "seed": seed} if drawn else {"points": len(points)}
    return Directions(entries, model, gan.name, {"method": "jacobian", **where})
