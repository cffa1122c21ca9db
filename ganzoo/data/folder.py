"""A folder of images, of any size and kind -> one array. What cannot be read is named and skipped."""

import os
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ganzoo.data.convert import Crop, fit
from ganzoo.data.picture import open_picture
from ganzoo.data.source import ImageSource, check_target
from ganzoo.errors import DataError, InvalidArgumentError

__all__ = ["from_folder"]

_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"}
_MAX_BYTES = 8 * 2**30
_CHUNK = 1024


class _Picture(NamedTuple):
    size: tuple[int, int]
    mode: str
    colour_lost: bool


def from_folder(
    path: str | os.PathLike[str],
    *,
    size: int,
    channels: int,
    crop: Crop = "center",
    labels: Literal["folders"] | None = None,
    name: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ImageSource:
    """Read a folder of images and its sub-folders: PNG, JPEG, WebP, BMP, the first frame of a GIF.

    Any size and mode: transparency is put on white, 16-bit grey is rescaled, a camera's EXIF orientation is
    honoured. Files are taken in the order of their relative paths, hidden ones left out. Broken ones are
    named in `source.skipped`, and `source.report()` says in one line what was done.

    Args:
        path: the folder.
        size: height and width to give the images, in pixels.
        channels: 1 (grey) or 3 (RGB).
        crop: "center" cuts the largest square out of the middle before resizing; "none" stretches.
        labels: "folders" makes a class of each sub-folder, in the order of their names.
        name: what a recipe or a card calls the data; the folder's name by default.
        progress: called with (files done, files in all) while it reads.

    Returns:
        The source, decoded into one uint8 array.

    Raises:
        DataError: when there is no folder, no readable image, an image outside a sub-folder although
            `labels="folders"`, or more than 8 GiB of pixels.
        InvalidArgumentError: when an option is out of range.

    Example:
        >>> source = from_folder("photos", size=64, channels=3)
        >>> source.report()
        'read 198 images of 200 (2 broken: a.png, b.jpg), resized from 640x480 to 64x64'
    """
    check_target(size, channels)
    if crop not in ("center", "none"):
        raise InvalidArgumentError(f"crop must be 'center' or 'none'. Received: crop={crop!r}.")
    if labels not in (None, "folders"):
        raise InvalidArgumentError(f"labels must be 'folders' or None. Received: labels={labels!r}.")
    folder = Path(path).expanduser()
    files = _find(folder)
    if labels == "folders":
        _check_sub_folders(folder, files)
    needed = len(files) * size * size * channels
    if needed > _MAX_BYTES:
        raise DataError(
            f"The images would take {needed / 2**30:.1f} GiB at {size}x{size}x{channels}; the limit is "
            f"{_MAX_BYTES / 2**30:.0f}. Received: {len(files)} files in {str(folder)!r}. "
            "Use a smaller size or fewer files."
        )
    images = np.empty((len(files), size, size, channels), np.uint8)
    good: list[int] = []
    pictures: list[_Picture] = []
    skipped: list[tuple[str, str]] = []
    for index, outcome in enumerate(_read_all([folder / file for file in files], images, crop)):
        if isinstance(outcome, str):
            skipped.append((files[index], outcome))
        else:
            good.append(index)
            pictures.append(outcome)
        if progress is not None:
            progress(index + 1, len(files))
    if not good:
        raise DataError(
            f"None of the {len(files)} images in {str(folder)!r} can be read. "
            f"Received: {skipped[0][0]}: {skipped[0][1]}. Check the files."
        )
    class_names = class_labels = None
    if labels == "folders":
        classes = [files[index].split("/")[0] for index in good]
        unique, inverse = np.unique(classes, return_inverse=True)
        class_names, class_labels = tuple(unique.tolist()), inverse.astype(np.int32)
    kept = images[good] if skipped else images
    kept.flags.writeable = False
    return ImageSource(
        images=kept,
        labels=class_labels,
        name=name or folder.resolve().name,
        class_names=class_names,
        was_colour=any(picture.colour_lost for picture in pictures),
        skipped=tuple(skipped),
        summary=_summarise(pictures, skipped, size=size, channels=channels, class_names=class_names),
    )


def _find(folder: Path) -> list[str]:
    if not folder.is_dir():
        raise DataError(f"No such folder: {str(folder)!r}. Pass a folder that holds images.")
    found = []
    for root, folders, names in os.walk(folder):
        folders[:] = [entry for entry in folders if not entry.startswith((".", "__MACOSX"))]
        here = Path(root).relative_to(folder)
        for entry in names:
            if Path(entry).suffix.lower() in _SUFFIXES and not entry.startswith("."):
                found.append((here / entry).as_posix())
    if not found:
        raise DataError(
            f"No images in {str(folder)!r}. Received: no file ending in {', '.join(sorted(_SUFFIXES))}. "
            "Pass the folder that holds them, or one above."
        )
    return sorted(found)


def _check_sub_folders(folder: Path, files: list[str]) -> None:
    outside = [file for file in files if "/" not in file]
    if outside:
        raise DataError(
            f"labels='folders' needs every image in the sub-folder of its class. Received: {len(outside)} "
            f"of {len(files)} directly in {str(folder)!r}, e.g. {outside[0]!r}. Move them into one."
        )


def _read_all(files: list[Path], images: NDArray[np.uint8], crop: Crop) -> Iterator[_Picture | str]:
    def read(index: int) -> _Picture | str:
        try:
            images[index], picture = _decode(
                files[index], size=images.shape[1], channels=images.shape[3], crop=crop
            )
        # Decoders fail in many ways (OSError, SyntaxError, struct.error, zlib.error…): one broken file never
        # costs the others.
        except Exception as error:
            return (str(error) or type(error).__name__).replace(str(files[index]), files[index].name)
        return picture

    # Pillow decodes outside the interpreter's lock, so threads are enough; in chunks, so that a million files
    # do not queue at once.
    with warnings.catch_warnings(), ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        warnings.filterwarnings("ignore", module=r"PIL\.")
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        for start in range(0, len(files), _CHUNK):
            yield from pool.map(read, range(start, min(start + _CHUNK, len(files))))


def _decode(file: Path, *, size: int, channels: int, crop: Crop) -> tuple[NDArray[np.uint8], _Picture]:
    # A JPEG decodes several times faster at 1/2, 1/4 or 1/8; twice the target keeps the resize clean.
    picture, stored, mode = open_picture(file, draft=2 * size)
    image, colour_lost = fit(picture, size=size, channels=channels, crop=crop)
    return image, _Picture(stored, mode, colour_lost)


def _summarise(
    pictures: list[_Picture],
    skipped: list[tuple[str, str]],
    *,
    size: int,
    channels: int,
    class_names: tuple[str, ...] | None,
) -> str:
    total = len(pictures) + len(skipped)
    line = f"read {len(pictures)} image{'s' if len(pictures) > 1 else ''} of {total}"
    if skipped:
        names = ", ".join(name for name, _ in skipped[:3]) + (", …" if len(skipped) > 3 else "")
        line += f" ({len(skipped)} broken: {names})"
    sizes = sorted({picture.size for picture in pictures}, key=lambda wh: (wh[0] * wh[1], wh))
    if sizes != [(size, size)]:
        smallest, largest = (f"{width}x{height}" for width, height in (sizes[0], sizes[-1]))
        span = smallest if len(sizes) == 1 else f"{len(sizes)} sizes ({smallest} to {largest})"
        line += f", resized from {span} to {size}x{size}"
    if any(picture.colour_lost for picture in pictures):
        line += ", colour to grey"
    elif channels == 3 and all(
        picture.mode in ("1", "L", "LA") or picture.mode[0] == "I" for picture in pictures
    ):
        line += ", grey to RGB"
    return line if class_names is None else f"{line}, {len(class_names)} classes"
