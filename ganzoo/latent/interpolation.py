"""Ways from one z to another: lines, arcs, paths through many points, loops, and their pace."""

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganzoo.errors import InvalidArgumentError
from ganzoo.latent._points import check_vectors
from ganzoo.sampling import check_count

__all__ = ["EASINGS", "ease", "great_circle", "leg_times", "lerp", "path", "slerp"]

Floats = NDArray[np.float64]

EASINGS: Final[dict[str, Callable[[Floats], Floats]]] = {
    "linear": lambda t: t,
    "smoothstep": lambda t: t * t * (3 - 2 * t),
    "sine": lambda t: np.sin(np.pi / 2 * t) ** 2,
}
_KINDS: Final = ("lerp", "slerp")
# Two directions closer than this, or as close to opposite, span no plane.
_PARALLEL: Final = 1e-9


def ease(t: ArrayLike, easing: str = "smoothstep") -> Floats:
    """Let a movement set off and arrive gently.

    Args:
        t: times in [0, 1], of any shape.
        easing: "linear" leaves them; "smoothstep", 3t² - 2t³, and "sine", sin²(πt/2), start and end at rest.

    Returns:
        float64 of the same shape, in [0, 1]: rising, with 0, 1/2 and 1 where they were.

    Raises:
        InvalidArgumentError: t is out of range, or the easing is unknown.

    Example:
        >>> ease([0.0, 0.25, 0.5, 1.0])
        array([0.     , 0.15625, 0.5    , 1.     ])
    """
    if easing not in EASINGS:
        raise InvalidArgumentError(f"easing must be one of {', '.join(EASINGS)}. Received: {easing!r}")
    times = np.asarray(t, np.float64)
    if not ((times >= 0) & (times <= 1)).all():
        raise InvalidArgumentError(f"t must lie in [0, 1]. Received: {t!r}")
    return EASINGS[easing](times)


def lerp(a: ArrayLike, b: ArrayLike, t: ArrayLike) -> Floats:
    """Points of the straight line from a to b.

    Args:
        a: (d,), where t is 0.
        b: (d,), where t is 1.
        t: (k,), of any value.

    Returns:
        float64 (k, d). Between two normal z it passes nearer to 0 than draws ever lie: see `slerp`.

    Raises:
        InvalidArgumentError: a and b are no two vectors of one length, or t is no row of numbers.
    """
    (a, b), times = _check_pair(a, b), _check_times(t)
    # In this form, both ends come out exactly.
    return (1 - times) * a + times * b


def slerp(a: ArrayLike, b: ArrayLike, t: ArrayLike) -> Floats:
    """Points of the arc from a to b, at a constant angular speed.

    The direction turns in the plane of both, the length changes evenly from one to the other. Opposite
    vectors lie in many planes; one is chosen, always the same.

    Args:
        a: (d,), not zero, where t is 0.
        b: (d,), not zero, where t is 1.
        t: (k,), of any value.

    Returns:
        float64 (k, d), a and b themselves at 0 and 1.

    Raises:
        InvalidArgumentError: as `lerp`; or one of the vectors is zero, or d is 1 and they are opposite.

    Example:
        >>> slerp([2.0, 0.0], [0.0, 2.0], [0.5])
        array([[1.41421356, 1.41421356]])

    Reference: [White, 2016](https://arxiv.org/abs/1609.04468)
    """
    (a, b), times = _check_pair(a, b), _check_times(t)
    first, second, angle = _plane(a, b)
    lengths = (1 - times) * np.linalg.norm(a) + times * np.linalg.norm(b)
    arc = lengths * (np.cos(times * angle) * first + np.sin(times * angle) * second)
    return np.where(times == 0, a, np.where(times == 1, b, arc))


def path(
    points: ArrayLike, n: int, *, kind: str = "slerp", easing: str = "linear", loop: bool = False
) -> Floats:
    """A path through several points, as much time from each to the next.

    Args:
        points: (k, d), k >= 2.
        n: steps on the path, the first at the first point.
        kind: "slerp" or "lerp", from point to point.
        easing: of `ease`, from point to point.
        loop: go on from the last point to the first, and end one step before it: played over and over, it
            runs evenly. Without, the last step is at the last point.

    Returns:
        float64 (n, d). Every point is met exactly if n - 1 is a multiple of k - 1, or n of k in a loop.

    Raises:
        InvalidArgumentError: fewer than two points, n < 2, or an unknown kind or easing.

    Example:
        `frames = gan.decode(path(gan.sample_latents(3), 60, loop=True))`
    """
    corners = check_vectors(points, name="points", least=2)
    if kind not in _KINDS:
        raise InvalidArgumentError(f"kind must be one of {', '.join(_KINDS)}. Received: {kind!r}")
    if loop:
        corners = np.concatenate([corners, corners[:1]])
    leg, times = leg_times(len(corners) - 1, n, easing=easing, loop=loop)
    between = slerp if kind == "slerp" else lerp
    return np.concatenate([between(corners[i], corners[i + 1], times[leg == i]) for i in np.unique(leg)])


def leg_times(
    legs: int, n: int, *, easing: str = "linear", loop: bool = False
) -> tuple[NDArray[np.int64], Floats]:
    """Where each step of a path is: on which leg, and how far along it.

    Args:
        legs: from a point to the next; in a loop, the way back counted in.
        n: steps, at least 2.
        easing: of `ease`, on each leg.
        loop: as `path`.

    Returns:
        int64 (n,), rising from 0 to legs - 1, and float64 (n,) in [0, 1].

    Raises:
        InvalidArgumentError: n < 2, or an unknown easing.
    """
    if check_count(n) < 2:
        raise InvalidArgumentError(f"A path has at least 2 steps. Received: n={n}")
    # in whole numbers, so that no rounding moves a step past a point
    whole, rest = np.divmod(np.arange(n) * legs, n if loop else n - 1)
    leg = np.minimum(whole, legs - 1)
    return leg, ease((whole - leg) + rest / (n if loop else n - 1), easing)


def great_circle(a: ArrayLike, b: ArrayLike, n: int) -> Floats:
    """A whole turn on the sphere through a, by way of the direction of b: a loop that stays on the shell.

    Args:
        a: (d,), not zero: the first step. Its length is the radius.
        b: (d,), not zero: its direction is passed, or nearly so.
        n: steps at a constant speed; one more would be a again.

    Returns:
        float64 (n, d), all of the length of a.

    Raises:
        InvalidArgumentError: a and b are no vectors of one length of at least 2, one is zero, or n < 1.

    Example:
        `frames = gan.decode(great_circle(*gan.sample_latents(2), 60))`
    """
    a, b = _check_pair(a, b)
    first, second, _ = _plane(a, b, span=True)
    turn = 2 * math.pi * np.arange(check_count(n))[:, None] / n
    circle = np.linalg.norm(a) * (np.cos(turn) * first + np.sin(turn) * second)
    circle[0] = a
    return circle


def _plane(a: Floats, b: Floats, *, span: bool = False) -> tuple[Floats, Floats, float]:
    """Two orthogonal unit vectors, the first along a, whose plane holds b, and the angle from a to b.

    Between parallel vectors the second is zero, unless `span` asks for a plane all the same.
    """
    if not a.any() or not b.any():
        raise InvalidArgumentError("An arc needs two vectors that are not zero. Received: a zero vector.")
    first, target = a / np.linalg.norm(a), b / np.linalg.norm(b)
    cosine = float(first @ target)
    across = target - cosine * first
    sine = float(np.linalg.norm(across))
    if sine > _PARALLEL:
        return first, across / sine, math.atan2(sine, cosine)
    if cosine > 0 and not span:
        return first, np.zeros_like(first), 0.0
    if len(a) < 2:
        raise InvalidArgumentError("On a line there is no arc between opposite points. Received: d=1.")
    axis = np.eye(len(a))[np.abs(first).argmin()]
    across = axis - (axis @ first) * first
    return first, across / np.linalg.norm(across), 0.0 if cosine > 0 else math.pi


def _check_pair(a: ArrayLike, b: ArrayLike) -> tuple[Floats, Floats]:
    if np.ndim(a) != 1 or np.shape(a) != np.shape(b):
        raise InvalidArgumentError(
            f"a and b must be two vectors of one length. Received: shapes {np.shape(a)} and {np.shape(b)}"
        )
    first, second = check_vectors(np.stack([np.asarray(a), np.asarray(b)]), name="a and b")
    return first, second


def _check_times(t: ArrayLike) -> Floats:
    return check_vectors(np.atleast_1d(np.asarray(t))[:, None], name="t", least=0)
