"""Everything that training changes, in one `.npz`, replaced in one move."""

import json
import os
import zipfile
import zlib
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ganzoo.errors import WeightsError

__all__ = ["FILE", "State", "capture", "not_finite", "put_back", "read", "write"]

FILE = "checkpoint.npz"
_META = "meta"
State = dict[str, np.ndarray]


def _variables(gan: Any) -> list[Any]:
    return [*gan.variables, *gan.optimizer.variables]


def capture(gan: Any) -> State:
    """Copy every variable to the host: both networks, the average, seeds, both optimizers.

    Args:
        gan: a compiled `GAN`.

    Returns:
        Arrays by index and path, in the order of the variables. Paths are there for a reader: Keras numbers
        layers by process, so they may differ between two runs of one recipe.
    """
    return {
        f"{index:04d}:{variable.path}": np.array(keras.ops.convert_to_numpy(variable.value))
        for index, variable in enumerate(_variables(gan))
    }


def not_finite(state: State) -> list[str]:
    """The paths of the arrays that hold a NaN or an infinity."""
    floats = ((key, array) for key, array in state.items() if array.dtype.kind == "f")
    return [key.partition(":")[2] for key, array in floats if not np.isfinite(array).all()]


def put_back(gan: Any, state: State) -> None:
    """Assign what `capture` copied.

    Args:
        gan: a `GAN` built and compiled as the one that was captured.
        state: from `capture` or `read`.

    Raises:
        WeightsError: the state belongs to another model, optimizer or set of options.
    """
    variables = _variables(gan)
    shapes = [tuple(v.shape) for v in variables]
    received = [state[key].shape for key in sorted(state)]
    if shapes != received:
        raise WeightsError(
            f"The checkpoint's {len(received)} arrays do not fit this model's {len(shapes)} variables. "
            "Resume with the recipe and the options that the run was started with."
        )
    for variable, key in zip(variables, sorted(state), strict=True):
        variable.assign(state[key])


def write(path: Path, state: State, meta: dict[str, Any]) -> None:
    """Write a checkpoint so that at any moment either the old or the new one is whole.

    Args:
        path: the file.
        state: from `capture`.
        meta: JSON data beside it: where in the run this is.
    """
    # one name, so that what a killed run left behind is written over
    temporary = path.with_name(f".{path.name}.part")
    arrays: dict[str, Any] = {**state, _META: np.array(json.dumps(meta))}
    with temporary.open("wb") as file:
        np.savez(file, **arrays)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def read(path: Path) -> tuple[State, dict[str, Any]]:
    """Read what `write` wrote.

    Args:
        path: the file.

    Returns:
        `(state, meta)`.

    Raises:
        WeightsError: the file is missing or broken.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            state = {key: file[key] for key in file.files}
        meta = json.loads(str(state.pop(_META)))
    except FileNotFoundError:
        raise WeightsError(
            f"No checkpoint to resume from. Received: {path}. Start without --resume."
        ) from None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise WeightsError(
            f"The checkpoint {path} cannot be read: {error}. Start without --resume."
        ) from None
    return state, meta
