"""Where a command writes, refused before anything is computed."""

import os
from pathlib import Path

from ganzoo.errors import InvalidArgumentError

__all__ = ["check_file", "check_folder"]


def check_file(output: str, suffix: str, *, option: str = "-o") -> Path:
    """The path of a file that can be written.

    Args:
        output: as it was typed.
        suffix: that it must have, such as ".png".
        option: that it was typed after.

    Raises:
        InvalidArgumentError: another ending, or no file can be made there.
    """
    path = Path(output).expanduser()
    if path.suffix.lower() != suffix:
        raise InvalidArgumentError(f"The output must end in {suffix}. Received: {option} {output}")
    _probe(path.parent, output)
    return path


def check_folder(output: str) -> Path:
    """The path of a folder that can be written to; it is made if it is not there.

    Args:
        output: as it was typed.

    Raises:
        InvalidArgumentError: it is a file, or nothing can be written there.
    """
    path = Path(output).expanduser()
    _probe(path, output)
    return path


def _probe(folder: Path, output: str) -> None:
    probe = folder / f".probe.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise InvalidArgumentError(
            f"Cannot write {output!r}: {error.strerror or error}. Choose a place open to you."
        ) from error
