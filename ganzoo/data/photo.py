"""A photo of one's own as a picture that a model could have been trained on, and what was done to it."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from ganzoo.data.convert import fit
from ganzoo.data.picture import open_picture
from ganzoo.errors import DataError, InvalidArgumentError

__all__ = ["STYLES", "Prepared", "digit_from_photo", "prepare_picture", "read_photo"]

STYLES = ("digit", "photo")

# MNIST scales a digit into 20 x 20 pixels of its 28 x 28.
_BOX = 20 / 28
# A photo is worked on at this size; finer detail does not reach 28 pixels.
_WORKING = 256
# The share of each side that counts as border, where a photo shows nothing but paper.
_BORDER = 0.06
# Specks smaller than this part of the largest stroke are dirt.
_SPECK = 0.05
# Contrast of ink and paper, in grey levels of 255, below which there is no digit to be seen.
_LEAST_CONTRAST = 25


class Prepared(NamedTuple):
    """A picture for a model, uint8 (size, size, channels), and what was done to get it, in words."""

    image: NDArray[np.uint8]
    steps: list[str]


def read_photo(path: str | Path) -> Image.Image:
    """Read an image file.

    Args:
        path: PNG, JPEG, WebP, BMP or GIF.

    Returns:
        A Pillow picture of mode "L" or "RGB", the right way up.

    Raises:
        DataError: the file is missing, broken or of another kind.
    """
    file = Path(path).expanduser()
    try:
        return open_picture(file)[0]
    except FileNotFoundError:
        raise DataError(f"No such file: {str(path)!r}.") from None
    # Decoders fail in many ways: OSError, SyntaxError, struct.error, zlib.error…
    except Exception as error:
        said = str(error) or type(error).__name__
        raise DataError(f"Cannot read {str(path)!r} as an image: {said.splitlines()[0]}") from None


def prepare_picture(picture: Image.Image, *, size: int, channels: int, style: str = "photo") -> Prepared:
    """Bring a picture to a model's size, number of channels and, of a digit, ink and place.

    Args:
        picture: mode "L" or "RGB", as `read_photo` returns it.
        size: height and width that the model draws, in pixels.
        channels: 1 or 3.
        style: "digit", handwriting as MNIST has it: bright ink on black, in the middle; or "photo", the
            middle square, resized.

    Returns:
        The `Prepared` picture.

    Raises:
        DataError: no ink is found in a digit's photo.
        InvalidArgumentError: unknown style.

    Example:
        >>> image, steps = prepare_picture(read_photo("seven.jpg"), size=28, channels=1, style="digit")
        >>> steps
        ['dark ink on light paper, inverted', 'cut out and scaled to 20 pixels', 'centred by its mass']
    """
    if style not in STYLES:
        raise InvalidArgumentError(f"style must be one of {', '.join(STYLES)}. Received: {style!r}")
    if style == "digit":
        image, steps = digit_from_photo(picture, size=size)
        return Prepared(np.repeat(image, channels, axis=-1), steps)
    steps = [] if picture.width == picture.height else ["cut to the middle square"]
    if picture.size != (size, size):
        steps.append(f"resized from {picture.width}x{picture.height} to {size}x{size}")
    image, colour_lost = fit(picture, size=size, channels=channels)
    return Prepared(image, steps + ["colour to grey"] * colour_lost)


def digit_from_photo(picture: Image.Image, *, size: int = 28) -> Prepared:
    """Find the ink in a photo of a digit, and place it as MNIST does.

    Uneven light is taken out, specks are dropped, the ink is cut out, scaled so that its longer side has 20
    of 28 pixels, and put with its centre of mass in the middle. A picture of the right size that is bright
    on black already is left as it is.

    Args:
        picture: of any size, mode "L" or "RGB"; dark ink on light paper, or the reverse.
        size: height and width to give it.

    Returns:
        The `Prepared` picture, (size, size, 1).

    Raises:
        DataError: no ink is found.

    Reference: [LeCun et al., 1998](https://doi.org/10.1109/5.726791), section III.A
    """
    grey = np.asarray(picture.convert("L"))
    if grey.shape == (size, size) and np.median(_border(grey)) == 0 and grey.max() > 127:
        return Prepared(grey[..., None], ["taken as it is: bright ink on black, of the right size"])
    steps = ["colour to grey"] if picture.mode == "RGB" else []
    working = picture.convert("L")
    working.thumbnail((_WORKING, _WORKING), Image.Resampling.BICUBIC)
    levels = np.asarray(working, "float64")
    paper = np.median(_border(levels))
    low, high = np.percentile(levels, (1, 99))
    dark = paper - low >= high - paper
    if dark:
        levels = 255 - levels
        steps.append("dark ink on light paper, inverted")
    ink, uneven = _even(levels)
    if uneven:
        steps.append("uneven light taken out")
    mask = _strokes(ink)
    steps.append(f"cut out and scaled to {round(_BOX * size)} pixels")
    placed = _place(np.where(ndimage.binary_dilation(mask, iterations=2), ink, 0), mask, size)
    return Prepared(placed[..., None], [*steps, "centred by its mass"])


def _border(levels: NDArray[Any]) -> NDArray[Any]:
    inner = np.ones(levels.shape, "bool")
    height, width = (max(1, round(_BORDER * side)) for side in levels.shape)
    inner[height:-height, width:-width] = False
    return levels[inner]


def _even(levels: NDArray[np.float64]) -> tuple[NDArray[np.float64], bool]:
    """Bright ink over its paper, in [0, 1], and whether the paper was of different brightness."""
    reach = max(3, min(levels.shape) // 3)
    # An opening takes out what is narrower than its window, which strokes are and shadows are not.
    paper = ndimage.gaussian_filter(ndimage.grey_opening(levels, size=(reach, reach)), reach / 4)
    ink = np.clip(levels - paper, 0, None)
    top = np.percentile(ink, 99.5)
    if top < _LEAST_CONTRAST:
        raise DataError(
            "No digit is to be seen in the photo: ink and paper differ by "
            f"{top:.0f} grey levels of 255. Received: {levels.shape[1]}x{levels.shape[0]} pixels. "
            "Take one with more light, closer, of one digit."
        )
    return np.clip(ink / top, 0, 1), bool(np.ptp(paper) > 0.15 * 255)


def _strokes(ink: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where ink is: above Otsu's threshold, specks left out."""
    counts, edges = np.histogram(ink, 128, (0, 1))
    centres = (edges[1:] + edges[:-1]) / 2
    below = np.cumsum(counts).astype("float64")
    above = below[-1] - below
    sums = np.cumsum(counts * centres)
    with np.errstate(invalid="ignore", divide="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    mask = ink > edges[1:][int(np.nanargmax(between))]
    parts, count = ndimage.label(mask, structure=np.ones((3, 3)))
    sizes = ndimage.sum_labels(mask, parts, np.arange(1, count + 1))
    return np.isin(parts, 1 + np.flatnonzero(sizes >= _SPECK * sizes.max()))


def _place(ink: NDArray[np.float64], mask: NDArray[np.bool_], size: int) -> NDArray[np.uint8]:
    """Cut out, scale the longer side to the box, and move the centre of mass to the middle."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = _BOX * size / max(cut.shape)
    height, width = (max(1, round(scale * side)) for side in cut.shape)
    small = Image.fromarray((255 * cut).astype("uint8")).resize((width, height), Image.Resampling.BICUBIC)
    levels = np.asarray(small, "float64")
    y, x = ndimage.center_of_mass(levels)
    top = int(np.clip(round((size - 1) / 2 - y), 0, size - height))
    left = int(np.clip(round((size - 1) / 2 - x), 0, size - width))
    placed = np.zeros((size, size))
    placed[top : top + height, left : left + width] = levels
    return np.rint(placed * 255 / placed.max()).astype("uint8")
