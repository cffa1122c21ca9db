"""What the ink of a picture looks like: slant, stroke width, height, width. Bright ink on a dark ground.

Every measure is of grey levels, not of a thresholded picture, or of one enlarged first: a direction moves a
factor by little, and whole pixels would hide that.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

__all__ = ["extent", "slant", "stroke_width"]

# Times that a picture is enlarged before distances to its edge are counted in pixels.
_ENLARGED = 2
# Where the grey level passes half of the brightest one, ink begins.
_EDGE = 0.5
# The tails of ink that an extent leaves out, and what is left of a bar of even grey.
_TAIL = 0.02


def slant(ink: NDArray[np.float64]) -> NDArray[np.float64]:
    """The angle by which a picture leans to the right: that of the shear that its moments show.

    Shearing a picture to the right by tan(angle) adds exactly that to tan(slant).

    Args:
        ink: (n, height, width), >= 0.

    Returns:
        Degrees in (-90, 90), float64 (n,): 0 upright, above 0 like "/"; NaN without ink or without height.

    Reference: [Castro et al., 2019](https://arxiv.org/abs/1809.10780), section 3
    """
    mass, y, x = _centre(ink)
    rows, columns = np.arange(ink.shape[1]) - y[:, None], np.arange(ink.shape[2]) - x[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        both = np.einsum("nij,ni,nj->n", ink, rows, columns) / mass
        vertical = np.einsum("nij,ni->n", ink, rows**2) / mass
        # Rows count downwards, so what leans to the right has a negative moment.
        return np.degrees(np.arctan(np.where(vertical > 0, -both / vertical, np.nan)))


def stroke_width(ink: NDArray[np.float64]) -> NDArray[np.float64]:
    """How thick the strokes are: four times the mean distance of ink to its edge.

    Across a stroke of width w these distances run evenly from 0 to w/2, so their mean is w/4. No skeleton is
    needed, whose spurs make it jump.

    Args:
        ink: (n, height, width), >= 0.

    Returns:
        Pixels, float64 (n,); NaN without ink.
    """
    return np.array([_stroke_width(picture) for picture in ink], "float64")


def extent(ink: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """How high or wide the ink is: the span that holds all of it but 2% at either end.

    Args:
        ink: (n, height, width), >= 0.
        axis: 1 for the height, 2 for the width.

    Returns:
        Pixels, float64 (n,), in full for a bar of even grey; NaN without ink.
    """
    profile = ink.sum(3 - axis)
    total = profile.sum(1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        below = np.pad(np.cumsum(profile, 1) / total, ((0, 0), (1, 0)))
    edges = np.arange(below.shape[1])
    span = [np.ptp(np.interp([_TAIL, 1 - _TAIL], row, edges)) for row in below]
    return np.where(total[:, 0] > 0, np.array(span) / (1 - 2 * _TAIL), np.nan)


def _centre(ink: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    mass = ink.sum((1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        y = ink.sum(2) @ np.arange(ink.shape[1]) / mass
        x = ink.sum(1) @ np.arange(ink.shape[2]) / mass
    return mass, y, x


def _stroke_width(picture: NDArray[np.float64]) -> float:
    if not picture.max() > 0:
        return float("nan")
    # A border of ground: ink that touches the frame ends there.
    large = ndimage.zoom(np.pad(picture, 1), _ENLARGED, order=1, grid_mode=True, mode="nearest")
    inside = large > _EDGE * large.max()
    distance = ndimage.distance_transform_edt(inside)[inside]
    # Distances are counted between pixels' centres, the edge lies half a pixel before the first one outside.
    return 4 * float(distance.mean() - 0.5) / _ENLARGED
