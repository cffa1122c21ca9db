"""`.npz` archives that a stranger may have made: every array is measured by its header before it is unpacked.

NumPy's own reader allocates what a header asks for, and parses it as Python.
"""

import io
import math
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np

from ganzoo._foreign import printable
from ganzoo.errors import WeightsError

__all__ = ["Array", "read_arrays"]

# magic, version 1.0, length of the header, then the dictionary as NumPy writes it
_MAGIC: Final = b"\x93NUMPY\x01\x00"
_MAX_HEADER: Final = 1024
_MAX_ENTRIES: Final = 100
_HEADER = re.compile(
    r"\{'descr': '([<|][biufU]\d{1,4})', 'fortran_order': (True|False), 'shape': \(([\d, ]{0,80})\), \} *\n"
)


@dataclass(frozen=True)
class Array:
    """What an array of an archive has to be.

    Args:
        kinds: NumPy's letters of the types that it may have: "f" float, "iu" integer, "U" text.
        ndim: number of dimensions.
        finite: whether it may hold neither NaN nor infinity.
        required: whether it must be there.
    """

    kinds: str
    ndim: int
    finite: bool = True
    required: bool = True


def read_arrays(
    content: bytes, path: Path, arrays: Mapping[str, Array], *, most: int, what: str, remedy: str
) -> dict[str, np.ndarray]:
    """Unpack an archive.

    Args:
        content: of the file.
        path: the file it came from, for the message.
        arrays: all that may be in it.
        most: bytes that all arrays together may have.
        what: is wrong with a file that is refused, such as "is no reference".
        remedy: the end of an error's message.

    Returns:
        The arrays by name, those that are there.

    Raises:
        WeightsError: it is no archive of such arrays, or unpacks to more.
    """
    try:
        # zipfile makes an object of every entry that it is told of, before we could count them.
        if content.count(b"PK\x01\x02") > _MAX_ENTRIES:
            raise ValueError(f"it holds more than {_MAX_ENTRIES} arrays")
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = _members(archive, arrays, most)
            return {
                name: _array(archive, member, name, arrays[name], most) for name, member in members.items()
            }
    except (
        OSError,
        ValueError,
        RuntimeError,  # encrypted
        NotImplementedError,  # packed in a way that Python does not know
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
        OverflowError,
    ) as error:
        raise WeightsError(f"{path} {what}: {printable(str(error))}. {remedy}") from None


def _members(archive: zipfile.ZipFile, arrays: Mapping[str, Array], most: int) -> dict[str, zipfile.ZipInfo]:
    entries = archive.infolist()
    found = {entry.filename.removesuffix(".npy"): entry for entry in entries}
    if sum(entry.file_size for entry in entries) > most:
        raise ValueError(f"more than {most} bytes unpacked")
    if len(found) < len(entries):
        raise ValueError("it holds a name twice")
    if unknown := sorted(name for name in found if name not in arrays):
        raise ValueError(f"it holds {unknown[0][:40]!r}, which does not belong there")
    if missing := sorted(name for name, array in arrays.items() if array.required and name not in found):
        raise ValueError(f"it lacks {missing[0]!r}")
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise ValueError("it is packed in a way that NumPy does not write")
    return found


def _array(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, wanted: Array, most: int
) -> np.ndarray:
    with archive.open(entry) as file:
        # zipfile never unpacks more than the directory states, which was bounded.
        raw = file.read(most + 1)
    data, dtype, shape, order = _parsed(raw, name)
    if dtype.kind not in wanted.kinds or len(shape) != wanted.ndim:
        raise ValueError(f"{name!r} is {dtype.str} of {len(shape)} dimensions")
    if math.prod(shape) * dtype.itemsize != len(data):
        raise ValueError(f"{name!r} has {len(data)} bytes, which do not fit its shape {shape}")
    values = np.frombuffer(data, dtype).reshape(list(shape), order=order)
    if wanted.finite and dtype.kind == "f" and not np.isfinite(values).all():
        raise ValueError(f"{name!r} holds a NaN or an infinity")
    # frombuffer's are read-only, np.load's are not
    return values.copy()


def _parsed(raw: bytes, name: str) -> tuple[memoryview, np.dtype, tuple[int, ...], Literal["C", "F"]]:
    start = len(_MAGIC) + 2
    length = int.from_bytes(raw[len(_MAGIC) : start], "little")
    text = raw[start : start + length]
    header = _HEADER.fullmatch(text.decode("ascii", "replace"))
    if not raw.startswith(_MAGIC) or length > _MAX_HEADER or len(text) < length or header is None:
        raise ValueError(f"{name!r} is no array of numbers or text")
    try:
        dtype = np.dtype(header[1])
        shape = tuple(int(side) for side in header[3].split(",") if side.strip())
    except TypeError:
        raise ValueError(f"{name!r} is of an unknown type {header[1]!r}") from None
    return memoryview(raw)[start + length :], dtype, shape, "F" if header[2] == "True" else "C"
