"""Weights in HDF5: looked at before they are read, and put into a network by us, not by Keras.

Keras' own reader opens a file by its path, which may lead to another one by now, and follows what is in it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

import h5py
import numpy as np
from h5py import h5a, h5g, h5s, h5t

from ganzoo._foreign import printable
from ganzoo._hdf5 import BROKEN, SIGNATURE, Plain, plain_datasets
from ganzoo.errors import WeightsError

__all__ = ["WeightsFile", "opened_weights"]

# What HDF5 needs beside the numbers: about 1 kB a layer.
_MAX_OVERHEAD: Final = 2**20
# No trained network has such a weight, and the next ones would be lost in rounding or overflow.
_LARGEST: Final = 1e8


class WeightsFile:
    """An open file of weights, whose structure was found to be plain.

    Args:
        path: for messages.
        root: group of the file.
        datasets: by their path in the file.
    """

    def __init__(self, path: Path, root: h5g.GroupID, datasets: Plain) -> None:
        self._path = path
        self._root = root
        self._datasets = datasets

    @property
    def numbers(self) -> int:
        """How many it holds."""
        return sum(int(np.prod(dataset.shape)) for dataset in self._datasets.values())

    def label(self, name: str) -> str:
        """A line of text that the file carries at its root; empty if it carries none.

        Args:
            name: of the attribute.
        """
        key = name.encode()
        try:
            if not h5a.exists(self._root, key):
                return ""
            attribute = h5a.open(self._root, key)
            kind = attribute.get_type()
            if attribute.shape != () or not isinstance(kind, h5t.TypeStringID):
                return ""
            return str(h5py.AttributeManager(h5py.Group(self._root))[name])
        except BROKEN as error:
            raise _no_hdf5(self._path, error) from None

    def check_fit(self, network: Any) -> None:
        """Hold the file to a network: the same variables, no more, of the same shapes.

        Args:
            network: a functional Keras model of stock layers.

        Raises:
            WeightsError: a variable is missing, too many, or has another shape.
        """
        wanted = {name: tuple(variable.shape) for name, variable in _variables(network)}
        for name in sorted(wanted.keys() ^ self._datasets.keys()):
            what = "lacks" if name in wanted else "has no place for"
            subject = str(self._path) if name in wanted else f"the {network.name}"
            raise self._misfit(network, f"{subject} {what} {printable(name, most=80)!r}")
        for name, shape in wanted.items():
            if self._datasets[name].shape != shape:
                raise self._misfit(network, f"{name!r} has shape {self._datasets[name].shape}, not {shape}")

    def fill(self, network: Any) -> None:
        """Put the numbers into a network.

        Args:
            network: that `check_fit` was asked of.

        Raises:
            WeightsError: it does not fit; or a number is not finite, or of a size that no weight has.
        """
        self.check_fit(network)
        for name, variable in _variables(network):
            values = np.empty(self._datasets[name].shape, "<f4")
            try:
                self._datasets[name].read(h5s.ALL, h5s.ALL, values)
            except BROKEN as error:
                raise _no_hdf5(self._path, error) from None
            # NaN fails the comparison as well.
            if not np.abs(values).max(initial=0) <= _LARGEST:
                raise WeightsError(
                    f"{self._path} is refused: {name!r} holds a NaN, an infinity or a number above "
                    f"{_LARGEST:g}. Get it again."
                )
            if variable.name == "moving_variance" and values.min(initial=0) < 0:
                raise WeightsError(
                    f"{self._path} is refused: {name!r} holds a negative variance. Get it again."
                )
            variable.assign(values)

    def _misfit(self, network: Any, why: str) -> WeightsError:
        return WeightsError(f"{self._path} does not fit the {network.name}: {why}. Get it again.")


@contextmanager
def opened_weights(file: BinaryIO, path: Path, parameters: int | None = None) -> Iterator[WeightsFile]:
    """Look at a file of weights without reading what is in it.

    Args:
        file: open, its place in it of no matter.
        path: of the file, for messages.
        parameters: that the network has, if that is known.

    Returns:
        A context manager that gives the `WeightsFile`, in use until it is left.

    Raises:
        WeightsError: it is no HDF5 file, holds anything but plain datasets of float32, or other than the
            declared number of parameters.
    """
    file.seek(0)
    if file.read(len(SIGNATURE)) != SIGNATURE:
        raise WeightsError(f"{path} is no HDF5 file. Get it again.")
    size = file.seek(0, 2)
    if parameters is not None and not 4 * parameters <= size <= 4 * parameters + _MAX_OVERHEAD:
        raise _wrong_number(path, f"has {size} bytes", parameters)
    file.seek(0)
    try:
        # By the open file and not by its path; it locks nothing, which a read-only cache would not grant.
        hdf5 = h5py.File(file, "r")
    except BROKEN as error:
        raise _no_hdf5(path, error) from None
    try:
        try:
            weights = WeightsFile(path, hdf5["/"].id, plain_datasets(hdf5, size, path))
        except BROKEN as error:
            raise _no_hdf5(path, error) from None
        if parameters is not None and weights.numbers != parameters:
            raise _wrong_number(path, f"holds {weights.numbers} numbers", parameters)
        yield weights
    finally:
        hdf5.close()


def _no_hdf5(path: Path, error: BaseException) -> WeightsError:
    return WeightsError(f"{path} is no HDF5 file that can be read: {printable(str(error))}. Get it again.")


def _wrong_number(path: Path, received: str, parameters: int) -> WeightsError:
    return WeightsError(f"{path} {received}, the network has {parameters} parameters. Get it again.")


def _variables(network: Any) -> Iterator[tuple[str, Any]]:
    """Every variable with its path in the file, as Keras lays it out: by class, the second layer as _1."""
    seen: dict[str, int] = {}
    for layer in network.layers:
        stem = _snake_case(type(layer).__name__)
        count = seen[stem] = seen.get(stem, -1) + 1
        name = f"{stem}_{count}" if count else stem
        for index, variable in enumerate(layer.weights):
            yield f"layers/{name}/vars/{index}", variable


def _snake_case(name: str) -> str:
    apart = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", apart).lower()
