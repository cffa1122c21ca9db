"""`directions.npz`: vectors as an array, the rest as JSON; bounded and checked before it is used."""

import contextlib
import os
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, FailFast, Field, ValidationError

from ganzoo._foreign import printable, read_plain
from ganzoo._foreign_json import parse_json
from ganzoo._foreign_npz import Array, read_arrays
from ganzoo._schema import Line, validated
from ganzoo.errors import InvalidArgumentError, WeightsError
from ganzoo.latent.direction import Direction, Directions

__all__ = ["DIRECTIONS_FILE", "SCHEMA_VERSION", "load_directions", "save_directions"]

DIRECTIONS_FILE: Final = "directions.npz"
"""A preset's own directions, in its folder."""

SCHEMA_VERSION: Final = 1
# What a foreign file may make us read.
_MAX_BYTES: Final = 2**26
_REMEDY: Final = "Find them again."
_ARRAYS: Final = {"header": Array("u", 1), "vectors": Array("f", 2)}

Name = Annotated[Line, Field(min_length=1, max_length=80)]
Whole = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class _Entry(_Strict):
    name: Name
    method: Name
    low: float
    high: float
    score: float | None
    score_name: Annotated[Line, Field(max_length=80)]
    per_step: Annotated[dict[Name, float], Field(max_length=1100)]


class _Header(_Strict):
    schema_version: Literal[1] = SCHEMA_VERSION
    model: Sha256
    model_name: Name
    protocol: Annotated[dict[Name, bool | Name | Whole | float], Field(max_length=40)]
    directions: Annotated[list[_Entry], Field(min_length=1, max_length=4096), FailFast()]


def save_directions(directions: Directions, path: str | os.PathLike[str]) -> Path:
    """Write directions: complete or not at all.

    Args:
        directions: of one model.
        path: of the file, ending in `.npz`.

    Returns:
        The path.

    Raises:
        InvalidArgumentError: another ending, names or a protocol that the file does not hold, or it cannot be
            written.

    Example:
        >>> save_directions(directions, "directions.npz")
    """
    target = Path(path).expanduser()
    if target.suffix.lower() != ".npz":
        raise InvalidArgumentError(f"The file's name must end in .npz. Received: {str(path)!r}")
    try:
        text = _header(directions).model_dump_json()
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidArgumentError(
            f"These directions cannot be written: {'.'.join(map(str, first['loc']))}: {first['msg']}."
        ) from None
    header = np.frombuffer(text.encode("utf-8"), "uint8")
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            np.savez(file, header=header, vectors=directions.vectors)
        temporary.replace(target)
    except OSError as error:
        raise InvalidArgumentError(
            f"Cannot write {str(target)!r}: {error.strerror or error}. Choose a place open to you."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return target


def load_directions(path: str | os.PathLike[str], *, gan: Any = None) -> Directions:
    """Read directions.

    Args:
        path: a file that `save_directions` wrote.
        gan: the `ganzoo.GAN` that they are to be used with, if they are.

    Raises:
        WeightsError: the file is missing, broken, too large, or of a newer schema.
        InvalidArgumentError: they are of another model than `gan`.

    Example:
        >>> slant = load_directions("directions.npz", gan=gan)["slant"]
    """
    source = Path(path).expanduser()
    raw, vectors = _read(source)
    header = validated(_Header, raw, source, version=SCHEMA_VERSION, remedy=_REMEDY)
    try:
        directions = _directions(header, vectors)
    except InvalidArgumentError as error:
        raise WeightsError(f"{source} is not valid: {printable(str(error))}. {_REMEDY}") from None
    if gan is not None:
        from ganzoo.latent.fingerprint import fingerprint

        directions.check(gan, fingerprint=fingerprint(gan))
    return directions


def _header(directions: Directions) -> _Header:
    entries = [
        _Entry(
            name=d.name,
            method=d.method,
            low=float(d.steps[0]),
            high=float(d.steps[1]),
            score=None if d.score is None else float(d.score),
            score_name=d.score_name,
            per_step={name: float(value) for name, value in d.per_step.items()},
        )
        for d in directions
    ]
    return _Header(
        model=directions.model,
        model_name=directions.model_name,
        protocol=dict(directions.protocol),
        directions=entries,
    )


def _directions(header: _Header, vectors: np.ndarray) -> Directions:
    if vectors.shape[0] != len(header.directions):
        raise InvalidArgumentError(
            f"{len(header.directions)} directions are described and {vectors.shape[0]} are there"
        )
    entries = tuple(
        Direction(
            name=entry.name,
            vector=vector,
            method=entry.method,
            steps=(entry.low, entry.high),
            score=entry.score,
            score_name=entry.score_name,
            per_step=entry.per_step,
            model=header.model,
        )
        for entry, vector in zip(header.directions, vectors, strict=True)
    )
    return Directions(entries, header.model, header.model_name, header.protocol)


def _read(path: Path) -> tuple[Any, np.ndarray]:
    if not os.path.lexists(path):
        raise WeightsError(f"No such file: {str(path)!r}. Write it: ganzoo directions MODEL -o FILE")
    content = read_plain(path, most=_MAX_BYTES, remedy=_REMEDY)
    arrays = read_arrays(content, path, _ARRAYS, most=_MAX_BYTES, what="holds no directions", remedy=_REMEDY)
    header, vectors = arrays["header"], arrays["vectors"]
    if header.dtype != np.uint8 or vectors.dtype != np.float32:
        raise WeightsError(f"{path} holds no directions: its arrays are of other types. {_REMEDY}")
    return parse_json(header.tobytes(), path, remedy=_REMEDY), vectors
