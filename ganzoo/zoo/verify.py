"""The files of a preset held to `ganzoo.json`: size and sha256 before a byte of them is used."""

import hashlib
import io
import os
from pathlib import Path
from typing import Final

from ganzoo._foreign import open_plain
from ganzoo.errors import WeightsError
from ganzoo.zoo.hub_cache import remedy
from ganzoo.zoo.manifest import REMEDY, FileEntry, Manifest

__all__ = ["MAX_BYTES", "REMEDY", "check_complete", "open_verified", "read_verified", "verified"]

# of a file that is read whole, and of what it unpacks to
MAX_BYTES: Final = 2**26


def verified(folder: Path, manifest: Manifest, name: str) -> Path:
    """The path of a file of a preset that is as the manifest says, for others to read.

    Args:
        folder: of the preset.
        manifest: of the preset.
        name: of the file.

    Raises:
        WeightsError: as `open_verified`.
    """
    with open_verified(folder, manifest, name):
        return folder / name


def open_verified(folder: Path, manifest: Manifest, name: str) -> io.FileIO:
    """Open a file of a preset, held to the size and sha256 that the manifest gives.

    What is read from it are the bytes that were hashed, also if another file takes its place meanwhile.

    Args:
        folder: of the preset.
        manifest: of the preset.
        name: of the file.

    Returns:
        The file, at its beginning.

    Raises:
        WeightsError: the file is missing, truncated or altered, no regular file, or a link out of the folder.
    """
    path, entry = folder / name, manifest.files.get(name)
    if entry is None:
        raise WeightsError(f"Preset '{manifest.name}' lacks {name} in {folder}. {REMEDY}")
    file = open_plain(path, remedy=REMEDY)
    try:
        _check_size(path, os.fstat(file.fileno()).st_size, entry)
        received = hashlib.file_digest(file, "sha256").hexdigest()
        if received != entry.sha256:
            raise WeightsError(
                f"{path} was altered: sha256 {received[:12]}…, ganzoo.json says {entry.sha256[:12]}…. "
                f"{remedy(path)}"
            )
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def read_verified(folder: Path, manifest: Manifest, name: str, *, most: int = MAX_BYTES) -> bytes:
    """What is in a file of a preset, which is held to the manifest as by `open_verified`.

    Args:
        folder: of the preset.
        manifest: of the preset.
        name: of the file.
        most: bytes that it may have.

    Raises:
        WeightsError: as `open_verified`; or it is larger.
    """
    path, entry = folder / name, manifest.files.get(name)
    if entry is not None and entry.bytes > most:
        raise WeightsError(f"{path} is refused: it is larger than {most} bytes. {REMEDY}")
    with open_verified(folder, manifest, name) as file:
        return file.read(most)


def check_complete(folder: Path, manifest: Manifest) -> None:
    """Hold the folder to the list of files in its manifest, by their sizes.

    Args:
        folder: of the preset.
        manifest: of the preset.

    Raises:
        WeightsError: a file is missing, truncated, no regular file, or a link out of the folder.
    """
    for name, entry in manifest.files.items():
        with open_plain(folder / name, remedy=REMEDY) as file:
            _check_size(folder / name, os.fstat(file.fileno()).st_size, entry)


def _check_size(path: Path, size: int, entry: FileEntry) -> None:
    if size != entry.bytes:
        raise WeightsError(
            f"{path} is truncated or altered: it has {size} bytes, ganzoo.json says {entry.bytes}. "
            f"{remedy(path)}"
        )
