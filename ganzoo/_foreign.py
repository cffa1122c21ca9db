"""Files that a stranger may have made: opened without being led elsewhere, waiting, or reading without end.

Every file of a preset or of an extractor is opened here, and what is in it goes through one of
`_foreign_json`, `_foreign_npz` and `_weights_file`. Together they see to it that:

- no file but those with a fixed name is opened, and no link leads out of the folder, save to where the Hub's
  client keeps the files of that very repository, or those that its repositories share;
- nothing waits on a pipe or reads a device, and no size is taken from a file on trust: JSON is measured in
  bytes, depth and values, arrays by their headers, weights by what HDF5 says of their storage, before memory
  is asked for;
- nothing in a file is run: no pickle, no Keras deserialisation, no module named by a file is imported;
- the bytes whose sha256 was compared are those that are used, since a file is opened once.

What this does not defend against: a fault in the HDF5 library itself, which reads the structure of weights
before we can judge it, in C. It is given files whose hash is known, with every feature refused that
weights do not need, but it is not run apart from this process. Nor is a stranger's network honest because
it loads: what it draws is up to its weights.
"""

import io
import os
import stat
from pathlib import Path

from ganzoo.errors import WeightsError

__all__ = ["open_plain", "printable", "read_plain"]

# Without O_NONBLOCK, opening a pipe waits for a writer; O_BINARY is Windows'.
_FLAGS = os.O_RDONLY
for _flag in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"):
    _FLAGS |= getattr(os, _flag, 0)


def open_plain(path: Path, *, remedy: str) -> io.FileIO:
    """Open a regular file that lies in the folder it seems to lie in.

    Args:
        path: of the file.
        remedy: the end of an error's message.

    Returns:
        The file, unbuffered.

    Raises:
        WeightsError: it is missing, no regular file, or a link that leaves its folder.
    """
    try:
        target = path.resolve(strict=True)
        if not _belongs(target, path.parent.resolve(strict=True)):
            raise WeightsError(f"{path} is refused: it is a link that leaves its folder. {remedy}")
        # Looked at first, because opening some devices does something.
        if not stat.S_ISREG(target.stat().st_mode):
            raise WeightsError(f"{path} is refused: it is no regular file. {remedy}")
        descriptor = os.open(target, _FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        raise WeightsError(f"{path} is missing. {remedy}") from None
    # RuntimeError: a link to itself, before Python 3.13
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise WeightsError(f"{path} cannot be read: {reason}. {remedy}") from None
    file = io.FileIO(descriptor, "rb")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise WeightsError(f"{path} is refused: it is no regular file. {remedy}")
    return file


def read_plain(path: Path, *, most: int, remedy: str) -> bytes:
    """Read a whole file.

    Args:
        path: of the file.
        most: bytes that it may have.
        remedy: the end of an error's message.

    Raises:
        WeightsError: as `open_plain`; or it is larger.
    """
    with open_plain(path, remedy=remedy) as file:
        # One more than allowed, whatever its size was said to be: it may grow.
        content = file.read(most + 1)
    if len(content) > most:
        raise WeightsError(f"{path} is refused: it is larger than {most} bytes. {remedy}")
    return content


def printable(text: str, *, most: int = 200) -> str:
    """Foreign text for a message: one line, no control characters, not too long."""
    cut = text if len(text) <= most else f"{text[:most]}…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)


def _belongs(target: Path, home: Path) -> bool:
    if target.is_relative_to(home):
        return True
    # models--user--name/snapshots/COMMIT/FILE -> models--user--name/blobs/HASH, which may be a link in turn:
    # to blobs/HA/HASH, where the client keeps what several repositories share.
    repository = home.parent.parent
    is_snapshot = home.parent.name == "snapshots" and repository.name.startswith("models--")
    return is_snapshot and (
        target.parent == repository / "blobs" or target.parent.parent == repository.parent / "blobs"
    )
