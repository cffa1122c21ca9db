"""Fits a calibration: scores of real and of drawn pictures, an isotonic and a logistic regression of them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from ganzoo import backend
from ganzoo._sampler_file import Calibration, Head
from ganzoo.errors import InvalidArgumentError
from ganzoo.images import to_float
from ganzoo.latent.samplers.head import features_of
from ganzoo.sampling import check_count

__all__ = ["calibrate", "calibration_of"]

_QUANTILES = 257


def calibrate(
    gan: Any,
    images: Any,
    *,
    labels: NDArray[np.int32] | None = None,
    n: int = 10_000,
    components: int = 16,
    seed: int = 0,
    batch_size: int = 256,
    data: str | None = None,
) -> Calibration:
    """Measure what a discriminator's scores mean, with real images at hand.

    A discriminator's own output is a log density ratio at best, at the end of training, for some
    objectives; a critic's never is. With `components` its last layer is refitted first, on half of the
    images: a linear logistic regression of its output and of the first principal components of what that
    layer sees, so that the ratio balances more than one number.

    Args:
        gan: a `ganzoo.GAN` with a discriminator.
        images: real images: uint8 (n, H, W, C) or an `ImageSource` of `ganzoo.data.load`. Not those that
            the result is scored by.
        labels: of the images, for a class-conditional model; default: the source's.
        n: of them to take, at most; as many pictures are drawn.
        components: principal components that the refitted head reads; 0 keeps the discriminator's output.
        seed: of the choice, and of the pictures drawn.
        batch_size: rows per compiled call.
        data: name of the images, for the record.

    Returns:
        A `Calibration`.

    Raises:
        InvalidArgumentError: fewer than 20 images, no discriminator, or labels missing.

    Example:
        >>> calibration = calibrate(ganzoo.load("mnist-dcgan"), ganzoo.data.load("mnist"))

    Reference: isotonic calibration, [Turner et al., 2019](https://arxiv.org/abs/1811.11357), section 3.2;
    training on of the discriminator before it rejects,
    [Azadi et al., 2019](https://arxiv.org/abs/1810.06758), section 4.1
    """
    pictures = getattr(images, "images", images)
    labels = getattr(images, "labels", None) if labels is None else labels
    check_count(n)
    rng = np.random.default_rng([seed, 10])
    rows = np.sort(rng.permutation(len(pictures))[:n])
    if len(rows) < 20 or getattr(gan, "discriminator", None) is None:
        raise InvalidArgumentError(
            "calibrate needs a model with a discriminator and at least 20 real images. "
            f"Received: {len(pictures)} images"
        )
    real = np.asarray(pictures[rows])
    asked = None if not gan.num_classes or labels is None else np.asarray(labels)[rows].astype("int32")
    # Its own seed, so that nothing is calibrated on the pictures that `generate` draws later.
    z = gan.sample_latents(len(rows), seed=int(rng.integers(2**31)))
    hidden = components > 0
    network = features_of(gan.discriminator) if hidden else gan.discriminator
    call = backend.compiled_call(network)
    real_side: list[NDArray[np.float64]] = []
    fake_side: list[NDArray[np.float64]] = []
    for start in range(0, len(rows), batch_size):
        # The last rows are repeated rather than the network compiled for fewer.
        here = np.minimum(np.arange(start, start + batch_size), len(rows) - 1)
        kept = min(batch_size, len(rows) - start)
        given = [] if asked is None else [asked[here]]
        fake = gan.decode(z[here], labels=None if asked is None else asked[here])
        for side, shown in ((real_side, to_float(real[here])), (fake_side, fake)):
            outputs = call(shown, *given)
            columns = outputs if hidden else [outputs]
            side.append(np.concatenate([np.asarray(x, "float64") for x in columns], axis=1)[:kept])
    name = data or getattr(images, "name", None) or "unnamed"
    first, second = np.concatenate(real_side), np.concatenate(fake_side)
    if not hidden:
        return calibration_of(first[:, 0], second[:, 0], data=str(name))
    # Every second one: a regression looks better on what it was fitted to.
    head = _fit_head(first[::2], second[::2], components)
    weights = np.array([head.logit, *head.features])
    scored = [side[1::2] @ weights + head.bias for side in (first, second)]
    return calibration_of(scored[0], scored[1], data=str(name), head=head)


def calibration_of(
    real: NDArray[np.float64], fake: NDArray[np.float64], *, data: str = "unnamed", head: Head | None = None
) -> Calibration:
    """Calibrate scores that are known already.

    Args:
        real: (m,) scores of real pictures.
        fake: (k,) scores of drawn ones; either side counts as a half, whatever its number.
        data: what the real ones are of.
        head: that the scores are of.

    Raises:
        InvalidArgumentError: a score is not finite, or there are none.
    """
    real, fake = np.asarray(real, "float64"), np.asarray(fake, "float64")
    scores = np.concatenate([real, fake])
    if not len(real) or not len(fake) or not np.isfinite(scores).all():
        raise InvalidArgumentError(
            f"A calibration needs finite scores. Received: {len(real)} real, {len(fake)} drawn, "
            f"{int((~np.isfinite(scores)).sum())} of them not finite"
        )
    weights = np.concatenate([np.full(len(real), 0.5 / len(real)), np.full(len(fake), 0.5 / len(fake))])
    is_real = np.concatenate([np.ones(len(real)), np.zeros(len(fake))])
    places, probabilities = _isotonic(scores, is_real, weights)
    # No certainty from a finite sample: as if one more of either kind had been seen everywhere.
    least = 1 / (min(len(real), len(fake)) + 2)
    slope, intercept = _logistic(scores[:, None], is_real, weights, ridge=0.0)
    ranks = np.linspace(0, 1, _QUANTILES)
    return Calibration(
        scores=tuple(places.tolist()),
        probabilities=tuple(np.clip(probabilities, least, 1 - least).tolist()),
        slope=float(slope),
        intercept=float(intercept),
        real_quantiles=tuple(np.quantile(real, ranks).tolist()),
        fake_quantiles=tuple(np.quantile(fake, ranks).tolist()),
        auc=_auc(real, fake),
        n=len(real),
        data=data,
        head=head,
    )


def _isotonic(
    scores: NDArray[np.float64], is_real: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The ends of the steps of the least-squares monotone fit, and their heights."""
    places, inverse = np.unique(scores, return_inverse=True)
    # Equal scores are one place, else their order in the file would matter.
    mass = np.bincount(inverse, weights)
    mean = np.bincount(inverse, weights * is_real) / mass
    fit = optimize.isotonic_regression(mean, weights=mass).x
    bends = np.flatnonzero(np.diff(fit) > 0)
    kept = np.unique(np.concatenate([[0], bends, bends + 1, [len(places) - 1]]))
    return places[kept], fit[kept]


def _logistic(
    columns: NDArray[np.float64], is_real: NDArray[np.float64], weights: NDArray[np.float64], *, ridge: float
) -> NDArray[np.float64]:
    """Weights and, last, the intercept of a weighted logistic regression, on standardised columns."""
    mean = np.average(columns, axis=0, weights=weights)
    scale = np.sqrt(np.average((columns - mean) ** 2, axis=0, weights=weights)) + 1e-12
    x, sign = (columns - mean) / scale, 2 * is_real - 1

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (x @ w[:-1] + w[-1])
        residual = -sign * weights * special.expit(-margin)
        value = float(weights @ np.logaddexp(0, -margin) + ridge * w[:-1] @ w[:-1] / 2)
        return value, np.append(x.T @ residual + ridge * w[:-1], residual.sum())

    found = optimize.minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B").x
    slopes = found[:-1] / scale
    return np.append(slopes, found[-1] - slopes @ mean)


def _fit_head(real: NDArray[np.float64], fake: NDArray[np.float64], components: int) -> Head:
    """A linear score of columns [logit, h], through the first principal components of the reals' h."""
    hidden = real[:, 1:] - real[:, 1:].mean(0)
    _, _, axes = np.linalg.svd(hidden, full_matrices=False)
    axes = axes[:components]
    columns = [np.concatenate([side[:, :1], side[:, 1:] @ axes.T], axis=1) for side in (real, fake)]
    is_real = np.concatenate([np.ones(len(real)), np.zeros(len(fake))])
    weights = np.concatenate([np.full(len(real), 0.5 / len(real)), np.full(len(fake), 0.5 / len(fake))])
    # A little shrinkage: an output that tells all apart would have no finite weight.
    fit = _logistic(np.concatenate(columns), is_real, weights, ridge=1e-3)
    features = fit[1:-1] @ axes
    return Head(logit=float(fit[0]), features=tuple(features.tolist()), bias=float(fit[-1]))


def _auc(real: NDArray[np.float64], fake: NDArray[np.float64]) -> float:
    from ganzoo.evaluate.membership import mid_ranks

    ranks = mid_ranks(np.concatenate([real, fake]))
    return float((ranks[: len(real)].mean() - (len(real) + 1) / 2) / len(fake))
