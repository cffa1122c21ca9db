"""An atlas as one picture: what is drawn, and beside it a heat map of each figure."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ganzoo import images
from ganzoo.latent.atlas import Atlas
from ganzoo.sampling import check_count

__all__ = ["atlas_picture"]

Picture = NDArray[np.uint8]

_CAPTION, _GAP = 16, 8
# From low to high, equally far apart to the eye, and told apart by those who see few colours.
_RAMP = np.array(
    [[13, 8, 60], [84, 39, 143], [166, 54, 120], [231, 111, 71], [252, 191, 73], [252, 247, 200]]
)
# Classes next to each other in number need to look different, not alike.
_CLASS_COLOURS = np.array(
    [
        [31, 119, 180],
        [255, 187, 120],
        [44, 160, 44],
        [214, 39, 40],
        [197, 176, 213],
        [140, 86, 75],
        [247, 182, 210],
        [127, 127, 127],
        [219, 219, 141],
        [23, 190, 207],
    ]
)


def atlas_picture(atlas: Atlas, *, scale: int = 1) -> Picture:
    """Draw an atlas.

    Args:
        atlas: of `ganzoo.latent.atlas`.
        scale: whole factor by which each picture is enlarged.

    Returns:
        uint8 (height, width, 3): the pictures; log volume, log10 of the condition number and the
        discriminator's logit, dark where low, each with its range above it; and the classes by number.

    Raises:
        InvalidArgumentError: scale is no whole number of at least 1.

    Example:
        >>> ganzoo.images.save_png("atlas.png", atlas_picture(maps))
    """
    cell = max(atlas.pictures.shape[2:4]) * check_count(scale, name="scale")
    drawn = images.grid(
        atlas.pictures.reshape(-1, *atlas.pictures.shape[2:]),
        columns=atlas.z.shape[1],
        padding=0,
        scale=scale,
    )
    panels = [_panel(np.broadcast_to(drawn[..., :3], (*drawn.shape[:2], 3)), "pictures")]
    with np.errstate(divide="ignore"):
        figures = {
            "log volume": atlas.log_volume,
            "log10 condition": np.log10(atlas.condition_number),
            "D logit": atlas.score,
        }
    panels += [_heat(values, name, cell) for name, values in figures.items()]
    if atlas.classes is not None:
        panels.append(_classes(atlas.classes, cell))
    return _arrange(panels)


def _heat(values: NDArray[np.float64], name: str, cell: int) -> Picture:
    finite = values[np.isfinite(values)]
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
    place = np.clip((values - low) / max(high - low, 1e-12), 0, 1) * (len(_RAMP) - 1)
    channels = [np.interp(place, np.arange(len(_RAMP)), _RAMP[:, channel]) for channel in range(3)]
    return _panel(_enlarged(np.stack(channels, axis=-1), cell), f"{name} {low:.3g} to {high:.3g}")


def _classes(classes: NDArray[np.int64], cell: int) -> Picture:
    colours = _enlarged(_CLASS_COLOURS[classes % len(_CLASS_COLOURS)], cell)
    picture = Image.fromarray(colours)
    pen = ImageDraw.Draw(picture)
    for (row, column), value in np.ndenumerate(classes):
        pen.text(((column + 0.5) * cell, (row + 0.5) * cell), str(value), fill="black", anchor="mm")
    return _panel(np.asarray(picture), "class")


def _enlarged(cells: NDArray[np.generic], cell: int) -> Picture:
    return np.rint(cells).astype(np.uint8).repeat(cell, axis=0).repeat(cell, axis=1)


def _panel(content: Picture, caption: str) -> Picture:
    band = Image.new("RGB", (content.shape[1], _CAPTION), "white")
    ImageDraw.Draw(band).text((1, 2), caption, fill="black")
    return np.concatenate([np.asarray(band), content])


def _arrange(panels: list[Picture]) -> Picture:
    """Three panels a row, as `images.grid` would, but with room between them."""
    return images.grid(np.stack(panels), columns=3, padding=_GAP)
