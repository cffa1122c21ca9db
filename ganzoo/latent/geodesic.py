"""Geodesics: the shortest way from one z to another, as the pictures see it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganzoo import backend, sampling
from ganzoo.errors import InvalidArgumentError
from ganzoo.latent._points import check_latents
from ganzoo.latent.interpolation import lerp

__all__ = ["Geodesic", "geodesic"]

Tensor = Any
Step = Callable[[NDArray[Any]], tuple[NDArray[np.float64], NDArray[np.float64]]]


@dataclass(frozen=True, eq=False)
class Geodesic:
    """Discrete curves between pairs of z.

    Args:
        points: float32 (m, n, latent_dim): each curve from its start to its end.
        length: float64 (m,): the sum of the distances from each picture to the next.
        energy: float64 (m,): (n - 1) times the sum of their squares. It is length² where all distances of a
            curve are the same, and more otherwise.
        straight_length: float64 (m,): the length of the straight line in z, for comparison.
    """

    points: NDArray[np.float32]
    length: NDArray[np.float64]
    energy: NDArray[np.float64]
    straight_length: NDArray[np.float64]


def geodesic(
    gan: Any,
    start: ArrayLike,
    end: ArrayLike,
    *,
    n: int = 16,
    labels: ArrayLike | None = None,
    features: Callable[[Tensor], Tensor] | None = None,
    project: Callable[[NDArray[Any]], NDArray[Any]] | None = None,
    steps: int = 200,
    learning_rate: float = 0.02,
    progress: Callable[[int], None] | None = None,
) -> Geodesic:
    """Find the curves on which the pictures change least: geodesics of the pullback metric.

    From the straight line on, Adam lessens the energy of all curves at once, one compiled call a step; of
    each the best curve seen is kept. With many latents the shortest way leads past where draws lie, through
    pictures of poor quality: `project` keeps it on the shell.

    Args:
        gan: a `ganzoo.GAN`.
        start: (m, latent_dim).
        end: (m, latent_dim).
        n: points on a curve, both ends counted in, at least 3.
        labels: for a class-conditional model, one label or one a curve.
        features: pictures (k, height, width, channels) to features (k, …) in `keras.ops`, to measure
            distances by; default: the pixels.
        project: where the points may lie, (k, latent_dim) to the same, such as `prior_of(gan).project`.
        steps: of Adam, at least 1.
        learning_rate: first step of a coordinate, in parts of the distance between the ends by √latent_dim.
            It falls to 0 along a cosine.
        progress: told how many steps are done.

    Returns:
        A `Geodesic` of m curves.

    Raises:
        InvalidArgumentError: start and end do not fit the model or each other, or an option is out of range.

    Example:
        >>> curve = geodesic(gan, z[:1], z[1:2], project=prior_of(gan).project)
        >>> frames = gan.decode(curve.points[0])

    Reference: [Shao et al., 2018](https://arxiv.org/abs/1711.08014), algorithm 1
    """
    first, last = check_latents(gan, start), check_latents(gan, end)
    if first.shape != last.shape:
        raise InvalidArgumentError(
            f"start and end must have one shape. Received: {first.shape} and {last.shape}"
        )
    if sampling.check_count(n) < 3 or sampling.check_count(steps, name="steps") < 1 or not learning_rate > 0:
        raise InvalidArgumentError(
            "geodesic needs n >= 3, steps >= 1 and learning_rate > 0. "
            f"Received: n={n}, steps={steps}, learning_rate={learning_rate}"
        )
    every_label = sampling.check_labels(labels, len(first), gan.num_classes)
    measure = _measure(gan, n, every_label, features)
    curves = np.stack([lerp(a, b, np.linspace(0, 1, n)) for a, b in zip(first, last, strict=True)])
    straight = measure(curves)[0]
    scale = np.linalg.norm(last - first, axis=1) / math.sqrt(gan.latent_dim)
    points, distances = _descend(
        curves,
        measure,
        rates=learning_rate * scale[:, None, None],
        steps=steps,
        project=project,
        progress=progress,
    )
    return Geodesic(
        points=points.astype(np.float32),
        length=distances.sum(axis=1),
        energy=(n - 1) * (distances**2).sum(axis=1),
        straight_length=straight.sum(axis=1),
    )


def _descend(
    curves: NDArray[np.float64],
    measure: Step,
    *,
    rates: NDArray[np.float64],
    steps: int,
    project: Callable[[NDArray[Any]], NDArray[Any]] | None,
    progress: Callable[[int], None] | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Adam (Kingma and Ba, algorithm 1) on all points but the ends: the best curves and their distances."""
    curves = _projected(curves, project)
    mean, square = np.zeros_like(curves), np.zeros_like(curves)
    best, best_distances = curves.copy(), np.full(curves.shape[:2], np.inf)[:, 1:]
    for step in range(steps + 1):
        distances, gradient = measure(curves)
        better = (distances**2).sum(axis=1) < (best_distances**2).sum(axis=1)
        best[better], best_distances[better] = curves[better], distances[better]
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.99 * square + 0.01 * gradient**2
        update = (mean / (1 - 0.9 ** (step + 1))) / (np.sqrt(square / (1 - 0.99 ** (step + 1))) + 1e-12)
        update[:, [0, -1]] = 0
        rate = rates * 0.5 * (1 + math.cos(math.pi * step / steps))
        curves = _projected(curves - rate * update, project)
        if progress is not None:
            progress(step)
    return best, best_distances


def _projected(
    curves: NDArray[np.float64], project: Callable[[NDArray[Any]], NDArray[Any]] | None
) -> NDArray[np.float64]:
    if project is None:
        return curves
    moved = curves.copy()
    inner = moved[:, 1:-1]
    inner[:] = project(inner.reshape(-1, curves.shape[2])).reshape(inner.shape)
    return moved


def _measure(
    gan: Any, n: int, labels: NDArray[np.int32] | None, features: Callable[[Tensor], Tensor] | None
) -> Step:
    """`(curves) -> (distances (m, n - 1), gradient of the sum of their squares by the curves)`."""

    def run(curves: Tensor, *labels: Tensor) -> Tensor:
        def total(curves: Tensor) -> tuple[Tensor, Tensor]:
            z = keras.ops.reshape(curves, (-1, curves.shape[2]))
            images = gan.generator([z, *labels] if labels else z, training=False)
            seen = images if features is None else features(images)
            seen = keras.ops.reshape(seen, (curves.shape[0], n, -1))
            squares = keras.ops.sum(keras.ops.square(seen[:, 1:] - seen[:, :-1]), axis=2)
            return keras.ops.sum(squares), squares

        (_, squares), gradient = backend.value_and_input_grad(total, curves)
        return squares, gradient

    call = backend.compiled_function(run)
    more = () if labels is None else (np.repeat(labels, n),)

    def measure(curves: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        squares, gradient = call(curves.astype(np.float32), *more)
        return np.sqrt(squares.astype(np.float64)), gradient.astype(np.float64)

    return measure
