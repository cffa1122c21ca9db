"""Data by name or path."""

import contextlib
import difflib
import importlib
import os
import sys
from pathlib import Path
from typing import Any

from ganzoo.data.archive import from_npz
from ganzoo.data.folder import from_folder
from ganzoo.data.registry import DATASETS, DatasetInfo
from ganzoo.data.source import ImageSource, check_target, from_arrays
from ganzoo.errors import DataError, InvalidArgumentError

__all__ = ["list_datasets", "load"]


def list_datasets() -> list[str]:
    """Names that `load` takes: those of `keras.datasets`, and every `.npz` in the folder GANZOO_DATA.

    Returns:
        Sorted names.

    Example:
        >>> list_datasets()
        ['fashion-mnist', 'mnist']
    """
    names = {name for name, info in DATASETS.items() if info.keras_module}
    folder = _data_folder()
    if folder is not None and folder.is_dir():
        names |= {file.stem for file in folder.glob("*.npz")}
    return sorted(names)


def load(
    name_or_path: str | os.PathLike[str],
    *,
    split: str = "train",
    size: int | None = None,
    channels: int | None = None,
    download: bool = True,
    **options: Any,
) -> ImageSource:
    """Load a data set by name, an `.npz` file, or a folder of images.

    A name is looked for in the folder that the environment variable GANZOO_DATA names, then in
    `keras.datasets`, which downloads it once.

    Args:
        name_or_path: one of `list_datasets()`, an `.npz` file, or a folder of images.
        split: "train" or "test"; a folder of images has no splits.
        size: height and width to give the images, in pixels. A folder needs it; others stay as they are if
            None.
        channels: 1 (grey) or 3 (RGB). A folder needs it; others stay as they are if None.
        download: False takes a name only where the data is on this machine already.
        **options: for a folder: those of `from_folder`.

    Returns:
        The source, uint8, with labels where the data has them.

    Raises:
        DataError: when the name is unknown, the data is not here or its download fails, or it cannot be used.
        InvalidArgumentError: when a folder is given without `size` or `channels`.

    Example:
        >>> len(load("mnist"))
        60000
    """
    check_target(size, channels)
    text = os.fspath(name_or_path)
    is_name = isinstance(name_or_path, str) and Path(text).name == text and not text.endswith(".npz")
    name = text if text in list_datasets() else text.replace("_", "-")
    if is_name and name in list_datasets():
        return _load_named(name, split=split, size=size, channels=channels, download=download)
    path = Path(text).expanduser()
    if path.is_dir():
        if size is None or channels is None:
            raise InvalidArgumentError(
                f"A folder of images needs size and channels. Received: size={size}, channels={channels} for "
                f"{text!r}. Pass e.g. size=64, channels=3."
            )
        return from_folder(path, size=size, channels=channels, **options)
    if path.suffix.lower() == ".npz":
        return from_npz(path, split=split, size=size, channels=channels, **options)
    if path.is_file():
        raise DataError(f"Data must be an .npz file or a folder of images. Received: the file {text!r}.")
    if not is_name:
        raise DataError(f"No such file or folder: {text!r}. Pass a folder of images, or an .npz file.")
    raise DataError(_unknown(text))


def _load_named(
    name: str, *, split: str, size: int | None, channels: int | None, download: bool
) -> ImageSource:
    info = DATASETS.get(name)
    about: dict[str, Any] = {"name": name}
    if info is not None:
        about |= {"licence": info.licence, "credit": info.credit, "class_names": info.class_names or None}
    folder = _data_folder()
    if folder is not None and (folder / f"{name}.npz").is_file():
        return from_npz(folder / f"{name}.npz", split=split, size=size, channels=channels, **about)
    if split not in ("train", "test"):
        raise DataError(f"{name!r} has the splits 'train' and 'test'. Received: split={split!r}.")
    if not download and not _is_cached(info):
        raise DataError(
            f"{name!r} is not on this machine. Let GANZOO_DATA name a folder that holds {name}.npz, or fetch "
            f"it once: python -c \"import ganzoo; ganzoo.data.load('{name}')\""
        )
    module_name = info.keras_module if info is not None else None
    try:
        # Here and not above: Keras takes seconds to import, and most data needs none of it.
        module = importlib.import_module(f"keras.datasets.{module_name}")
        # Keras tells of a download on stdout, where a program may be reading JSON.
        with contextlib.redirect_stdout(sys.stderr):
            train, test = module.load_data()
    # Keras raises a bare Exception where a download fails.
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(
            f"Cannot download {name!r} through keras.datasets: {reason}. "
            f"Check the network, or let GANZOO_DATA name a folder that holds {name}.npz."
        ) from error
    images, labels = train if split == "train" else test
    return from_arrays(images, labels, size=size, channels=channels, **about)


def _is_cached(info: DatasetInfo | None) -> bool:
    """Whether `keras.datasets` keeps every file of a data set, so that it loads without a network."""
    if info is None or not info.keras_files:
        return False
    # Where Keras looks, without importing it.
    home = Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser()
    return all((home / "datasets" / file).is_file() for file in info.keras_files)


def _data_folder() -> Path | None:
    value = os.environ.get("GANZOO_DATA")
    return Path(value).expanduser() if value else None


def _unknown(text: str) -> str:
    names = list_datasets()
    nearest = difflib.get_close_matches(text.lower().replace("_", "-"), names, n=1)
    guess = f" Did you mean {nearest[0]!r}?" if nearest else ""
    where = "" if _data_folder() else "; more .npz files count once GANZOO_DATA names their folder"
    return (
        f"Unknown data set {text!r}.{guess} Known by name: {', '.join(names)}{where}. "
        "Otherwise pass a folder of images or an .npz file that exists."
    )
