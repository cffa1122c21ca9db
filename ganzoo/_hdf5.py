"""The structure of an HDF5 file, walked without reading data, refused where it is more than plain arrays."""

import math
from pathlib import Path
from typing import Final

import h5py
from h5py import h5d, h5g, h5l, h5o, h5t

from ganzoo._foreign import printable
from ganzoo.errors import WeightsError

__all__ = ["BROKEN", "SIGNATURE", "Plain", "plain_datasets"]

SIGNATURE: Final = b"\x89HDF\r\n\x1a\n"
_MAX_DEPTH: Final = 6
_MAX_OBJECTS: Final = 4096
_MAX_RANK: Final = 8
# Keras writes one, the name of a layer.
_MAX_ATTRIBUTES: Final = 8

BROKEN: Final = (OSError, KeyError, ValueError, TypeError, RuntimeError, AttributeError, MemoryError)
"""What h5py raises where a file is no HDF5, or not a whole one."""

Plain = dict[str, h5d.DatasetID]
"""Datasets of float32, each in one piece within the file, by path."""


def plain_datasets(file: h5py.File, size: int, path: Path) -> Plain:
    """Find every dataset.

    Args:
        file: opened to be read.
        size: of the file in bytes.
        path: of the file, for the message.

    Returns:
        The datasets by path: float32 of little-endian bytes, whole and unpacked in the file.

    Raises:
        WeightsError: it holds anything but groups and such datasets; they overlap or claim more than the
            file has; or it is too large a tree.
    """
    walk = _Walk(path, size)
    if file.userblock_size:
        raise walk.refuse("the file", "has a user block")
    walk.group(file["/"].id, "", 0)
    return walk.found


class _Walk:
    def __init__(self, path: Path, size: int) -> None:
        self.path, self.size = path, size
        self.found: Plain = {}
        self.objects = 0
        self.claimed = 0

    def refuse(self, name: str, why: str) -> WeightsError:
        return WeightsError(
            f"{self.path} is refused: {printable(name, most=80)!r} {why}. "
            "Weights are plain HDF5 datasets. Get it again."
        )

    def group(self, group: h5g.GroupID, prefix: str, depth: int) -> None:
        self.objects += group.get_num_objs()
        if depth > _MAX_DEPTH or self.objects > _MAX_OBJECTS:
            raise self.refuse(prefix or "/", "is too large a tree of groups")
        for raw in group:
            name = f"{prefix}{raw.decode('utf-8', 'replace')}"
            if group.links.get_info(raw).type != h5l.TYPE_HARD:
                raise self.refuse(name, "is a link")
            kind = h5o.get_info(group, raw)
            if kind.num_attrs > _MAX_ATTRIBUTES:
                raise self.refuse(name, f"has {kind.num_attrs} attributes")
            if kind.type == h5o.TYPE_GROUP:
                self.group(h5g.open(group, raw), f"{name}/", depth + 1)
            elif kind.type == h5o.TYPE_DATASET:
                self.dataset(h5d.open(group, raw), name)
            else:
                raise self.refuse(name, "is a type")

    def dataset(self, dataset: h5d.DatasetID, name: str) -> None:
        how = dataset.get_create_plist()
        layout = how.get_layout()
        if layout == h5d.VIRTUAL or how.get_external_count():
            raise self.refuse(name, "points to another file")
        if how.get_nfilters() or layout != h5d.CONTIGUOUS:
            raise self.refuse(name, "is packed, or not in one piece")
        if not dataset.get_type().equal(h5t.IEEE_F32LE):
            raise self.refuse(name, "is not of float32")
        if len(dataset.shape) > _MAX_RANK:
            raise self.refuse(name, f"has {len(dataset.shape)} dimensions")
        # No storage is there for what was never written: a few bytes that read as gigabytes of zeros.
        claimed, start = 4 * math.prod(dataset.shape), dataset.get_offset()
        if dataset.get_storage_size() != claimed or start is None or start + claimed > self.size:
            raise self.refuse(name, f"claims {claimed} bytes, which the file does not hold")
        # Many that share one place on the disk would be many in memory.
        self.claimed += claimed
        if self.claimed > self.size:
            raise self.refuse(name, "shares its bytes with another one")
        self.found[name] = dataset
