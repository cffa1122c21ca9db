"""Images from an `.npz` file, never unpickled."""

import os
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganzoo.data.source import ImageSource, from_arrays
from ganzoo.errors import DataError

__all__ = ["from_npz"]

_MAX_BYTES = 8 * 2**30


def from_npz(
    path: str | os.PathLike[str],
    *,
    split: str = "train",
    size: int | None = None,
    channels: int | None = None,
    name: str | None = None,
    **about: Any,
) -> ImageSource:
    """Read an `.npz` file.

    It holds `x_train`, `y_train`, `x_test`, `y_test` as Keras has them, or `images` and `labels`, or one
    array.

    Args:
        path: the file.
        split: "train" or "test", or what follows `x_` in the file's keys. A file of `images` and `labels`, or
            of one array, is "train".
        size: height and width to give the images, in pixels; as they are if None.
        channels: 1 or 3, to convert them; as they are if None.
        name: what a recipe or a card calls the data; the file's name by default.
        **about: other fields of `ImageSource`: `licence`, `credit`, `class_names`.

    Returns:
        The source.

    Raises:
        DataError: when the file is not there, broken, pickled, above 8 GiB, or lacks the split.

    Example:
        >>> from_npz("mnist.npz", split="test").image_shape
        (28, 28, 1)
    """
    file = Path(path).expanduser()
    if not file.is_file():
        raise DataError(f"No such file: {str(file)!r}. Pass an .npz file of uint8 images.")
    try:
        loaded = np.load(file, allow_pickle=False)
        if not isinstance(loaded, np.lib.npyio.NpzFile):
            raise ValueError("it holds no named arrays")
        with loaded as archive:
            image_key, label_key = _keys(list(archive.files), split, file)
            _check_bytes(archive, image_key, file)
            images = archive[image_key]
            labels: NDArray[Any] | None = archive[label_key] if label_key else None
    except DataError:
        raise
    # What a broken, truncated or pickled archive raises, one after another.
    except (ValueError, OSError, EOFError, KeyError, MemoryError, zipfile.BadZipFile, zlib.error) as error:
        reason = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
        raise DataError(
            f"Cannot read {str(file)!r}: {reason}. "
            "Write it again with numpy.savez_compressed, plain arrays only."
        ) from error
    return from_arrays(images, labels, size=size, channels=channels, name=name or file.stem, **about)


def _keys(keys: list[str], split: str, file: Path) -> tuple[str, str | None]:
    def present(key: str) -> str | None:
        return key if key in keys else None

    if f"x_{split}" in keys:
        return f"x_{split}", present(f"y_{split}")
    if split == "train" and "images" in keys:
        return "images", present("labels")
    if split == "train" and len(keys) == 1:
        return keys[0], None
    wanted = f"'x_{split}'" + (" or 'images'" if split == "train" else "")
    raise DataError(
        f"{str(file)!r} has no {split!r} images. Received: arrays {', '.join(sorted(keys)) or 'none'}. "
        f"Name the array {wanted}, or choose another split."
    )


def _check_bytes(archive: Any, key: str, file: Path) -> None:
    # zipfile never unpacks more than the directory states: a small file that grows to a huge one stops here.
    stated = archive.zip.getinfo(f"{key}.npy" if f"{key}.npy" in archive.zip.namelist() else key).file_size
    if stated > _MAX_BYTES:
        raise DataError(
            f"{key!r} in {str(file)!r} would take {stated / 2**30:.1f} GiB; "
            f"the limit is {_MAX_BYTES / 2**30:.0f}. Split it into smaller files."
        )
