"""A walk through latent space: the z of every frame, and the frames."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganzoo import images
from ganzoo.errors import InvalidArgumentError
from ganzoo.latent._points import check_latents
from ganzoo.latent.geodesic import geodesic
from ganzoo.latent.interpolation import great_circle, leg_times, path
from ganzoo.latent.priors import prior_of

__all__ = ["WALKS", "default_walk", "walk_frames", "walk_latents"]

WALKS: Final = ("slerp", "lerp", "geodesic", "circle")
"""Ways from z to z that `walk_latents` knows."""

# Points of a geodesic from one z to the next; the frames between are on straight lines.
_MOST_NODES = 12
_STEPS = 150
# Frames in a compiled call.
_BATCH = 64


def walk_latents(
    gan: Any,
    points: ArrayLike,
    n: int,
    *,
    kind: str | None = None,
    easing: str = "linear",
    loop: bool = False,
    labels: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> NDArray[np.float32]:
    """The z of every frame of a walk.

    Args:
        gan: a `ganzoo.GAN`.
        points: (k, latent_dim), k >= 2: z to pass.
        n: frames, at least 2.
        kind: of the way from point to point: "slerp" turns on the shell, "lerp" is straight, "geodesic"
            changes the picture least; "circle" is a whole turn through the first of two points, towards the
            second. Default: "slerp", but "lerp" where the prior is a cube.
        easing: of `ease`, from point to point.
        loop: return to the first point, and end one frame before it. A circle always does.
        labels: for a geodesic of a class-conditional model, the label that it is measured with.
        progress: for a geodesic, told how many steps are done, and of how many.

    Returns:
        float32 (n, latent_dim).

    Raises:
        InvalidArgumentError: fewer than two points, not two for a circle, or an option is out of range.

    Example:
        `z = walk_latents(gan, gan.sample_latents(3), 60, loop=True)`
    """
    corners = check_latents(gan, points, least=2)
    kind = kind or default_walk(gan)
    if kind not in WALKS:
        raise InvalidArgumentError(f"kind must be one of {', '.join(WALKS)}. Received: {kind!r}")
    if kind == "geodesic":
        z = _geodesic(gan, corners, n, easing=easing, loop=loop, labels=labels, progress=progress)
    elif kind == "circle":
        if len(corners) != 2 or easing != "linear":
            raise InvalidArgumentError(
                "A circle takes two points and easing 'linear'. "
                f"Received: {len(corners)} points, easing={easing!r}"
            )
        z = great_circle(corners[0], corners[1], n)
    else:
        z = path(corners, n, kind=kind, easing=easing, loop=loop)
    # An arc can leave the cube that a uniform prior draws from.
    return (prior_of(gan).project(z) if _draws_from_a_cube(gan) else z).astype(np.float32)


def default_walk(gan: Any) -> str:
    """The way that stays where a model's prior draws from: "lerp" in a cube, "slerp" on a shell.

    Args:
        gan: a `ganzoo.GAN`.
    """
    return "lerp" if _draws_from_a_cube(gan) else "slerp"


def _draws_from_a_cube(gan: Any) -> bool:
    return gan.latent_prior in ("uniform", "truncated_normal")


def _geodesic(
    gan: Any,
    corners: NDArray[np.float32],
    n: int,
    *,
    easing: str,
    loop: bool,
    labels: int | None,
    progress: Callable[[int, int], None] | None,
) -> NDArray[np.float64]:
    ends = np.roll(corners, -1, axis=0)
    starts = corners
    if not loop:
        starts, ends = starts[:-1], ends[:-1]
    leg, times = leg_times(len(starts), n, easing=easing, loop=loop)
    nodes = int(np.clip(-(-n // len(starts)) + 1, 3, _MOST_NODES))
    curves = geodesic(
        gan,
        starts,
        ends,
        n=nodes,
        labels=labels,
        project=prior_of(gan).project if _draws_from_a_cube(gan) else _at_even_lengths(starts, ends, nodes),
        steps=_STEPS,
        progress=None if progress is None else lambda done: progress(done, _STEPS),
    ).points.astype(np.float64)
    place = times * (nodes - 1)
    before = np.minimum(place.astype(int), nodes - 2)
    rest = (place - before)[:, None]
    return (1 - rest) * curves[leg, before] + rest * curves[leg, before + 1]


def _at_even_lengths(
    starts: NDArray[np.float32], ends: NDArray[np.float32], nodes: int
) -> Callable[[NDArray[Any]], NDArray[Any]]:
    """A projection of the points between, to lengths that change evenly, as those of `slerp` do.

    On the shell of the prior itself, a walk would jump where it meets a z that lies a little off it.
    """
    first, last = (np.linalg.norm(z, axis=1)[:, None] for z in (starts, ends))
    lengths = (first + np.linspace(0, 1, nodes)[1:-1] * (last - first)).reshape(-1, 1)
    return lambda z: z * (lengths / np.maximum(np.linalg.norm(z, axis=1, keepdims=True), 1e-300))


def walk_frames(
    gan: Any,
    z: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    padding: int = 2,
    progress: Callable[[int], None] | None = None,
) -> NDArray[np.uint8]:
    """The pictures of a walk; of a class-conditional model, each class that is asked for beside the others.

    Args:
        gan: a `ganzoo.GAN`.
        z: (n, latent_dim), of `walk_latents`.
        labels: for a class-conditional model, one label or several.
        padding: pixels between the classes.
        progress: told how many frames are done.

    Returns:
        uint8 (n, height, width, channels); with several labels each is a row of pictures.

    Raises:
        InvalidArgumentError: z or the labels do not fit the model.

    Example:
        `frames = walk_frames(gan, walk_latents(gan, gan.sample_latents(3), 60))`
    """
    points = check_latents(gan, z)
    classes = [None] if labels is None else [int(x) for x in np.atleast_1d(np.asarray(labels))]
    parts = []
    for start in range(0, len(points), _BATCH):
        here = points[start : start + _BATCH]
        drawn = [images.to_uint8(gan.decode(here, labels=label)) for label in classes]
        if len(classes) > 1:
            rows = np.stack(drawn, axis=1)
            drawn = [np.stack([images.grid(row, columns=len(row), padding=padding) for row in rows])]
        parts.append(drawn[0])
        if progress is not None:
            progress(start + len(here))
    return np.concatenate(parts)
