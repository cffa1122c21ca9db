"""Images: uint8 outside, float32 in [-1, 1] inside. This module alone converts and writes them."""

import contextlib
import math
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from ganzoo._image_checks import check_finite, check_range, check_shape, check_size
from ganzoo.errors import DataError, InvalidArgumentError

__all__ = ["check_images", "grid", "save_png", "to_float", "to_pillow", "to_uint8", "write_file"]


def to_uint8(images: ArrayLike) -> NDArray[np.uint8]:
    """Floats in [-1, 1] to bytes: -1 is 0, 1 is 255, values beyond are clipped.

    Args:
        images: float array of any shape.

    Returns:
        uint8 array of the same shape.

    Raises:
        DataError: when the images are not floats or hold a NaN or an infinity.

    Example:
        >>> to_uint8(np.array([-1.0, 0.0, 1.0]))
        array([  0, 128, 255], dtype=uint8)
    """
    array = np.asarray(images)
    if not np.issubdtype(array.dtype, np.floating):
        raise DataError(f"to_uint8 takes floats in [-1, 1]. Received: dtype {array.dtype}. uint8 is final.")
    check_finite(array, "images")
    scaled = np.add(array, 1, dtype=np.float32)
    scaled *= 127.5
    return np.clip(np.rint(scaled, out=scaled), 0, 255, out=scaled).astype(np.uint8)


def to_float(images: ArrayLike) -> NDArray[np.float32]:
    """Bytes to floats: 0 is -1, 255 is 1.

    Args:
        images: uint8 array of any shape.

    Returns:
        float32 array of the same shape, in [-1, 1].

    Raises:
        DataError: when the images are not uint8.

    Example:
        >>> to_float(np.array([0, 255], "uint8"))
        array([-1.,  1.], dtype=float32)
    """
    array = np.asarray(images)
    if array.dtype != np.uint8:
        raise DataError(f"to_float takes uint8. Received: dtype {array.dtype}. Use check_images first.")
    # The dtype is given because NumPy 1 would choose float16 for uint8 divided by a scalar.
    scaled = np.divide(array, 127.5, dtype=np.float32)
    scaled -= 1
    return scaled


def check_images(
    images: ArrayLike,
    *,
    size: int | None = None,
    channels: int | None = None,
    name: str = "images",
    allow_positive: bool = False,
) -> NDArray[np.uint8]:
    """Accept the images that a person passes, as uint8 NHWC, or say in one line what is wrong with them.

    Args:
        images: (N, H, W, C) or grey (N, H, W); uint8, or floats in [-1, 1]; C is 1, 3 or 4.
        size: height and width in pixels that the images must have; any if None.
        channels: number of channels that the images must have; any of 1, 3, 4 if None.
        name: what the error calls the array.
        allow_positive: accept floats of which none is negative. They are refused otherwise: no pixel below
            mid-grey nearly always means images in [0, 1].

    Returns:
        uint8 array (N, H, W, C), the input itself where it was that already.

    Raises:
        DataError: on a wrong rank, size, number of channels, dtype or range, a NaN, or no image at all.

    Example:
        >>> check_images(np.zeros((2, 28, 28), "uint8"), size=28, channels=1).shape
        (2, 28, 28, 1)
    """
    try:
        array = np.asarray(images)
    except ValueError as error:
        raise DataError(f"{name} must be one array, all of one shape. Received: {error}.") from error
    array = check_shape(array, name=name)
    check_size(array, size=size, channels=channels, name=name)
    if array.dtype == np.uint8:
        return array
    check_range(array, name=name, allow_positive=allow_positive)
    return to_uint8(array)


def grid(
    images: ArrayLike,
    *,
    columns: int | None = None,
    padding: int = 2,
    background: int | Sequence[int] = 255,
    scale: int = 1,
) -> NDArray[np.uint8]:
    """Tile images into one picture, row by row.

    Args:
        images: as `check_images` takes them, (N, H, W, C).
        columns: images a row; by default the fullest nearly square rectangle, not higher than wide.
        padding: pixels of background between the images and around them, not scaled.
        background: grey level 0-255, or one value a channel.
        scale: whole factor by which each image is enlarged, pixel by pixel, so that 28x28 can be seen.

    Returns:
        uint8 array (height, width, C).

    Raises:
        DataError: when the images cannot be used.
        InvalidArgumentError: when an option is out of range.

    Example:
        >>> grid(np.zeros((10, 28, 28, 1), "uint8"), scale=2).shape
        (118, 292, 1)
    """
    array = check_images(images, allow_positive=True)
    for option, value, least in (("columns", columns, 1), ("padding", padding, 0), ("scale", scale, 1)):
        if value is not None and value < least:
            raise InvalidArgumentError(f"{option} must be at least {least}. Received: {option}={value}.")
    colour = np.asarray(background)
    if colour.size not in (1, array.shape[-1]) or colour.min() < 0 or colour.max() > 255:
        raise InvalidArgumentError(
            f"background must be 0-255, one value or one a channel ({array.shape[-1]}). "
            f"Received: background={background}."
        )
    count, height, width, channels = array.shape
    across = min(columns, count) if columns is not None else _fullest_columns(count)
    down = math.ceil(count / across)
    step_y, step_x = height * scale + padding, width * scale + padding
    picture = np.empty((down * step_y + padding, across * step_x + padding, channels), np.uint8)
    picture[:] = colour
    for index, image in enumerate(array):
        top, left = padding + index // across * step_y, padding + index % across * step_x
        enlarged = image.repeat(scale, axis=0).repeat(scale, axis=1)
        picture[top : top + height * scale, left : left + width * scale] = enlarged
    return picture


def save_png(path: str | os.PathLike[str], image: ArrayLike) -> Path:
    """Write one picture as a PNG: complete or not at all, never half a file.

    Args:
        path: file to write, ending in `.png`; folders that lack are made.
        image: uint8 (H, W, C) or grey (H, W).

    Returns:
        The path written.

    Raises:
        DataError: when the picture is not a uint8 image.
        InvalidArgumentError: when the file cannot be written.

    Example:
        >>> save_png("samples.png", grid(gan.generate(16, seed=0), scale=3))
    """
    picture = to_pillow(image)
    return write_file(path, ".png", lambda file: picture.save(file, "PNG", optimize=True))


def to_pillow(image: ArrayLike) -> Image.Image:
    """Turn one picture into Pillow's form.

    Args:
        image: uint8 (H, W, C) or grey (H, W).

    Returns:
        An image of mode L, RGB or RGBA.

    Raises:
        DataError: when the picture is not a uint8 image.
    """
    array = np.asarray(image)
    if array.ndim == 2:
        array = array[..., None]
    if array.dtype != np.uint8 or array.ndim != 3 or 0 in array.shape or array.shape[-1] not in (1, 3, 4):
        raise DataError(
            "A picture must be uint8 (H, W, C) with 1, 3 or 4 channels. "
            f"Received: {array.dtype}, shape {array.shape}. Use to_uint8, and grid for a batch."
        )
    return Image.fromarray(array[..., 0] if array.shape[-1] == 1 else array)


def write_file(path: str | os.PathLike[str], suffix: str, encode: Callable[[BinaryIO], object]) -> Path:
    """Write a file complete or not at all: beside its place first, then moved there.

    Args:
        path: file to write; folders that lack are made.
        suffix: that its name must end in.
        encode: writes the content.

    Returns:
        The path written.

    Raises:
        InvalidArgumentError: when the name ends otherwise or the file cannot be written.
    """
    target = Path(path).expanduser()
    if target.suffix.lower() != suffix:
        raise InvalidArgumentError(
            f"The file's name must end in {suffix}. Received: {str(path)!r}. "
            f"Use {str(target.with_name(target.stem + suffix)) if target.name else suffix!r}."
        )
    # Beside the target, so that replacing is one atomic rename within a file system.
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            encode(file)
        temporary.replace(target)
    except OSError as error:
        raise InvalidArgumentError(
            f"Cannot write {str(target)!r}: {error.strerror or error}. Choose a file in a folder open to you."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return target


def _fullest_columns(count: int) -> int:
    side = math.ceil(math.sqrt(count))
    # -count % c is the number of places left empty in the last row; min keeps the squarest of equals.
    return min(range(side, min(2 * side, count) + 1), key=lambda c: -count % c)
