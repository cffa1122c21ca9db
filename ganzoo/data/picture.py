"""One image file -> a Pillow picture, without trusting the file."""

import contextlib
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageOps

from ganzoo.data.convert import flatten
from ganzoo.errors import DataError

__all__ = ["open_picture"]

# Only these decoders run, whatever a file's name says.
_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
# Above this Pillow itself warns of a decompression bomb.
_MAX_PIXELS = 89_478_485


def open_picture(
    file: Path | BinaryIO, *, draft: int | None = None
) -> tuple[Image.Image, tuple[int, int], str]:
    """Decode a PNG, JPEG, WebP, BMP or the first frame of a GIF, the right way up.

    Args:
        file: to read: its path, or open for reading in binary.
        draft: a JPEG may be decoded at a half, a quarter or an eighth, but not below this many pixels a side.

    Returns:
        The picture, of mode "L" or "RGB"; and the width and height, and the mode, that the file has.

    Raises:
        DataError: it has too many pixels.
        Exception: whatever a decoder makes of a broken file.
    """
    with Image.open(file, formats=_FORMATS) as opened:
        width, height = opened.size
        if width * height > _MAX_PIXELS:
            raise DataError(f"{width}x{height} pixels are refused as a decompression bomb")
        mode = opened.mode
        if draft is not None:
            opened.draft(None, (draft, draft))
        opened.load()
        picture: Image.Image = opened
        # Damaged EXIF data is common and costs an image at most its orientation.
        with contextlib.suppress(Exception):
            picture = ImageOps.exif_transpose(opened)
        return flatten(picture), (width, height), mode
