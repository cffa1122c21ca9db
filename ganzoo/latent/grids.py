"""Two-dimensional sheets of z: between four corners, of an analogy, and over the quantiles of a prior."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganzoo.errors import InvalidArgumentError
from ganzoo.latent._points import check_vectors
from ganzoo.latent.interpolation import lerp, slerp
from ganzoo.latent.priors import get_prior
from ganzoo.sampling import check_count

__all__ = ["analogy", "corner_grid", "j_diagram", "manifold_grid"]

Floats = NDArray[np.float64]


def corner_grid(corners: ArrayLike, rows: int, columns: int, *, kind: str = "slerp") -> Floats:
    """A sheet between four points: arcs down its two sides, and across from one to the other.

    Args:
        corners: (4, d): top left, top right, bottom left, bottom right.
        rows: at least 2.
        columns: at least 2.
        kind: "slerp", or "lerp" for a flat sheet.

    Returns:
        float64 (rows, columns, d), the corners themselves in its corners.

    Raises:
        InvalidArgumentError: no four corners, fewer than two rows or columns, or an unknown kind.

    Example:
        `pictures = gan.decode(corner_grid(gan.sample_latents(4), 8, 8).reshape(64, -1))`
    """
    points = check_vectors(corners, name="corners", least=4)
    if len(points) != 4 or kind not in ("lerp", "slerp"):
        raise InvalidArgumentError(
            f"A grid has 4 corners and kind 'slerp' or 'lerp'. Received: {len(points)} corners, kind={kind!r}"
        )
    down, across = _steps(rows, "rows"), _steps(columns, "columns")
    between = slerp if kind == "slerp" else lerp
    left, right = (between(points[i], points[i + 2], down) for i in (0, 1))
    return np.stack([between(a, b, across) for a, b in zip(left, right, strict=True)])


def analogy(a: ArrayLike, b: ArrayLike, c: ArrayLike) -> Floats:
    """What is to c as a is to b: a - b + c.

    Averaged over several z of each kind, it carries over what sets a's kind apart from b's.

    Args:
        a: (n, d).
        b: (n, d).
        c: (n, d).

    Returns:
        float64 (n, d). `Prior.project` brings it back to where draws lie.

    Raises:
        InvalidArgumentError: the three have different shapes.

    Example:
        `z = prior_of(gan).project(analogy(smiling_woman, neutral_woman, neutral_man))`

    Reference: [Radford et al., 2015](https://arxiv.org/abs/1511.06434), section 6.3.2
    """
    vectors = [check_vectors(x, name=name) for x, name in ((a, "a"), (b, "b"), (c, "c"))]
    if len({x.shape for x in vectors}) > 1:
        shapes = ", ".join(str(x.shape) for x in vectors)
        raise InvalidArgumentError(f"a, b and c must have one shape. Received: {shapes}")
    return vectors[0] - vectors[1] + vectors[2]


def j_diagram(
    a: ArrayLike, b: ArrayLike, c: ArrayLike, rows: int, columns: int, *, kind: str = "slerp"
) -> Floats:
    """The analogy a - b + c with all that lies between its terms.

    Args:
        a: (d,), top right.
        b: (d,), top left: what a and c are compared with.
        c: (d,), bottom left.
        rows: at least 2.
        columns: at least 2.
        kind: "slerp", or "lerp" for the plane of the three.

    Returns:
        float64 (rows, columns, d), at the bottom right a - b + c; with "slerp" at the three's mean length.

    Raises:
        InvalidArgumentError: as `analogy` and `corner_grid`.

    Reference: [White, 2016](https://arxiv.org/abs/1609.04468)
    """
    made = analogy(np.atleast_2d(a), np.atleast_2d(b), np.atleast_2d(c))
    corners = np.concatenate([np.atleast_2d(b), np.atleast_2d(a), np.atleast_2d(c), made])
    if kind == "slerp":
        lengths = np.linalg.norm(corners, axis=1)
        corners[3] *= lengths[:3].mean() / max(lengths[3], 1e-300)
    return corner_grid(corners, rows, columns, kind=kind)


def manifold_grid(
    axes: ArrayLike, rows: int, columns: int, *, prior: str = "normal", centre: ArrayLike | None = None
) -> Floats:
    """A plane of z at evenly spaced quantiles of the prior: each cell stands for as much of it.

    With two latents and the identity as axes it shows the whole of a model.

    Args:
        axes: (2, d): how z changes down and across, orthogonal unit vectors as a rule.
        rows: at least 1.
        columns: at least 1.
        prior: one of `ganzoo.sampling.PRIORS`.
        centre: (d,), the point that the axes start from; default: zero.

    Returns:
        float64 (rows, columns, d), at the quantiles (i + 1/2) / rows and (j + 1/2) / columns.

    Raises:
        InvalidArgumentError: no two axes, a centre of another length, an unknown prior, or no row or column.

    Example:
        `z = manifold_grid(np.eye(2), 20, 20)`

    Reference: [Kingma and Welling, 2013](https://arxiv.org/abs/1312.6114), appendix A
    """
    directions = check_vectors(axes, name="axes", least=2)
    middle = np.zeros(directions.shape[1]) if centre is None else np.asarray(centre, np.float64)
    if len(directions) != 2 or middle.shape != directions.shape[1:] or not np.isfinite(middle).all():
        raise InvalidArgumentError(
            "manifold_grid needs two axes and a finite centre of their length. "
            f"Received: axes {directions.shape}, centre {middle.shape}"
        )
    quantile = get_prior(prior).quantile
    down, across = (
        quantile((np.arange(check_count(n, name=name)) + 0.5) / n)
        for n, name in ((rows, "rows"), (columns, "columns"))
    )
    return middle + down[:, None, None] * directions[0] + across[None, :, None] * directions[1]


def _steps(n: int, name: str) -> Floats:
    if check_count(n, name=name) < 2:
        raise InvalidArgumentError(f"{name} must be at least 2. Received: {name}={n}")
    return np.linspace(0, 1, n)
