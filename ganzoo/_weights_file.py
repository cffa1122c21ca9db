"""Weights in HDF5, looked at before Keras reads them."""

from pathlib import Path
from typing import Any

import h5py

from ganzoo.errors import WeightsError

__all__ = ["check_weights_file"]


def check_weights_file(path: Path, parameters: int) -> None:
    """Refuse an HDF5 file that points outside of itself, or holds other than the declared parameters.

    Args:
        path: of the file.
        parameters: that the network has.

    Raises:
        WeightsError: it does, or it is no HDF5 file.
    """
    found = 0

    def visit(group: Any, depth: int) -> None:
        nonlocal found
        for key in group:
            if not isinstance(group.get(key, getlink=True), h5py.HardLink) or depth > 20:
                raise WeightsError(f"{path} is refused: {key!r} is a link. Weights are plain HDF5 datasets.")
            item = group[key]
            if isinstance(item, h5py.Group):
                visit(item, depth + 1)
            elif item.external is not None or item.is_virtual:
                raise WeightsError(f"{path} is refused: {key!r} points to another file.")
            else:
                found += item.size

    try:
        with h5py.File(path, "r") as file:
            visit(file, 0)
    except (OSError, KeyError, RuntimeError, TypeError) as error:
        raise WeightsError(f"{path} is no HDF5 file: {error}. Get it again.") from None
    # Seeds of dropout layers are in the file too, two numbers each, and are no parameters.
    if not parameters <= found <= parameters + 64:
        raise WeightsError(
            f"{path} holds {found} numbers, the network has {parameters} parameters. Get it again."
        )
