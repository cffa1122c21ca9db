"""One picture of any mode and size -> grey or RGB of the size asked for."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["Crop", "fit", "flatten", "is_colour"]

Crop = Literal["center", "none"]

# JPEG stores grey as colour with a little noise in it; real colour is far above this.
_COLOUR_TOLERANCE = 16


def flatten(picture: Image.Image) -> Image.Image:
    """Any Pillow mode -> "L" or "RGB": transparency becomes white, 16-bit grey is rescaled.

    Args:
        picture: loaded picture of any mode.

    Returns:
        A picture of mode "L" (there is no colour in the file) or "RGB".

    Example:
        >>> flatten(Image.new("RGBA", (1, 1), (0, 0, 0, 0))).getpixel((0, 0))
        (255, 255, 255)
    """
    if picture.mode.startswith("I"):
        # Pillow's own convert("L") clips 16-bit grey at 255 instead of rescaling it. 65535 = 257 * 255.
        levels = np.asarray(picture).astype(np.int64).clip(0, 65535)
        return Image.fromarray(((levels + 128) // 257).astype(np.uint8))
    if picture.has_transparency_data:
        grey = picture.mode in ("1", "L", "LA", "La")
        rgba = picture.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("L" if grey else "RGB")
    if picture.mode in ("1", "L"):
        return picture.convert("L")
    return picture.convert("RGB")


def fit(
    picture: Image.Image, *, size: int | None, channels: int | None, crop: Crop = "center"
) -> tuple[NDArray[np.uint8], bool]:
    """Crop, resize and convert one picture.

    Resizing is Pillow's bicubic, the antialiased filter that
    [Parmar et al., 2022](https://arxiv.org/abs/2104.11222) found right where those of other libraries alias.

    Args:
        picture: mode "L" or "RGB", as `flatten` returns it.
        size: height and width to give it, in pixels; as it is if None.
        channels: 1 or 3; as it is if None.
        crop: "center" cuts the largest square out of the middle first; "none" stretches.

    Returns:
        uint8 array (H, W, C), and whether colour was lost on the way.

    Example:
        >>> fit(Image.new("RGB", (64, 48), "red"), size=28, channels=1)[0].shape
        (28, 28, 1)
    """
    if size is not None and picture.size != (size, size):
        width, height = picture.size
        if crop == "center" and width != height:
            side = min(width, height)
            left, top = (width - side) // 2, (height - side) // 2
            # Not resize(box=…), whose filter reaches beyond the box for its outermost pixels.
            picture = picture.crop((left, top, left + side, top + side))
        picture = picture.resize((size, size), Image.Resampling.BICUBIC)
    colour_lost = False
    if channels == 1 and picture.mode == "RGB":
        colour_lost = is_colour(np.asarray(picture))
        picture = picture.convert("L")
    elif channels == 3 and picture.mode == "L":
        picture = picture.convert("RGB")
    array = np.asarray(picture)
    return (array[..., None] if array.ndim == 2 else array), colour_lost


def is_colour(rgb: NDArray[np.uint8]) -> bool:
    """Whether an RGB array (..., 3) shows colour, beyond what JPEG does to grey."""
    return bool((rgb.max(axis=-1) - rgb.min(axis=-1)).max() > _COLOUR_TOLERANCE)
