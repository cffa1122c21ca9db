"""`ganzoo.json`: what a preset is, and the bounds that it is held to before anything is built from it."""

import json
import re
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from ganzoo._schema import validated
from ganzoo.errors import WeightsError

__all__ = [
    "MANIFEST_FILE",
    "SCHEMA_VERSION",
    "Cost",
    "Data",
    "FileEntry",
    "Manifest",
    "Name",
    "NetworkArguments",
    "Parameters",
    "Sha256",
    "parse",
    "read_json",
    "slug",
    "to_text",
]

MANIFEST_FILE: Final = "ganzoo.json"
SCHEMA_VERSION: Final = 1
# What a foreign file may make us read.
_MAX_JSON_BYTES = 4 * 2**20

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]
Line = Annotated[str, Field(max_length=500)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
# A builder's arguments: widths, kernel sizes, rates, switches. `zoo.build` bounds widths further.
Argument = (
    bool
    | Annotated[int, Field(ge=0, le=4096)]
    | Annotated[float, Field(ge=0, le=4096)]
    | Annotated[str, Field(max_length=40)]
)
Arguments = Annotated[dict[Annotated[str, Field(max_length=40)], Argument], Field(max_length=20)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class NetworkArguments(_Strict):
    """Arguments of `networks.build`."""

    size: Literal[28, 32, 64]
    channels: Literal[1, 3]
    latent_dim: Annotated[int, Field(ge=1, le=4096)]
    num_classes: Annotated[int, Field(ge=0, le=10_000)]
    generator: Arguments = {}
    discriminator: Arguments = {}


class Data(_Strict):
    """What the networks were trained on."""

    name: Line
    licence: Line | None = None
    credit: Line | None = None
    fingerprint: Sha256 | None = None
    n: Annotated[int, Field(ge=1)] | None = None


class Cost(_Strict):
    """What the training took.

    Attributes:
        seconds: of wall time, over all parts of a run that was stopped and resumed.
        steps: updates of the generator.
        machine: in words, such as "2 CPU cores".
        backend: "jax", "torch" or "tensorflow".
        date: of the end, ISO 8601.
    """

    seconds: Annotated[float, Field(ge=0)]
    steps: Annotated[int, Field(ge=0)]
    machine: Line
    backend: Literal["jax", "torch", "tensorflow"]
    date: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]


class Parameters(_Strict):
    """Numbers of parameters, moving statistics counted in."""

    generator: Annotated[int, Field(ge=1, le=200_000_000)]
    discriminator: Annotated[int, Field(ge=1, le=200_000_000)]


class FileEntry(_Strict):
    """One file of a preset."""

    sha256: Sha256
    bytes: Annotated[int, Field(ge=1, le=2**31)]


class Manifest(_Strict):
    """The whole of `ganzoo.json`.

    Attributes:
        schema_version: of this file.
        name: of the preset.
        parent: the preset that a fine-tuning started from, or None.
        architecture: one of `networks.architectures()`.
        network: arguments of its builders.
        latent_prior: the distribution of z.
        objective: that it was trained with.
        data: that it was trained on, or None if that is not known.
        recipe: a `training.recipe.Recipe` as JSON, which checks it where it is used; or None.
        seed: of the training, or None.
        cost: of the training, or None.
        curve: the log's line of each epoch.
        libraries: versions, by name.
        parameters: their numbers.
        files: every file that is loaded as data, by name.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    name: Name
    parent: Name | None = None
    architecture: Name
    network: NetworkArguments
    latent_prior: Literal["normal", "uniform", "truncated_normal", "hypersphere"]
    objective: Annotated[str, Field(max_length=80)]
    data: Data | None = None
    recipe: dict[str, Any] | None = None
    seed: Annotated[int, Field(ge=0)] | None = None
    cost: Cost | None = None
    curve: Annotated[
        list[Annotated[dict[Line, int | float], Field(max_length=20)]], Field(max_length=10_000)
    ] = []
    libraries: Annotated[dict[Line, Line], Field(max_length=20)]
    parameters: Parameters
    files: Annotated[
        dict[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,79}$")], FileEntry], Field(max_length=20)
    ]


def read_json(path: Path) -> Any:
    """Read a JSON file of a preset, of a bounded size.

    Args:
        path: the file.

    Returns:
        What it holds.

    Raises:
        WeightsError: it is missing, too large or no JSON.
    """
    try:
        if path.stat().st_size > _MAX_JSON_BYTES:
            raise ValueError(f"it is larger than {_MAX_JSON_BYTES} bytes")
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WeightsError(f"No preset in {path.parent}: {path.name} is missing.") from None
    # RecursionError: JSON nested without end
    except (OSError, ValueError, RecursionError) as error:
        raise WeightsError(f"Cannot read {path}: {error}. Get the preset again.") from None


def parse(raw: Any, path: Path) -> Manifest:
    """Check what stands in a `ganzoo.json`.

    Args:
        raw: JSON data.
        path: the file it came from, for the message.

    Returns:
        The `Manifest`.

    Raises:
        WeightsError: it breaks the schema, or is of a newer one.
    """
    return validated(Manifest, raw, path, version=SCHEMA_VERSION, remedy="Get the preset again.")


def to_text(model: BaseModel) -> str:
    """A model as the text of a JSON file."""
    return json.dumps(model.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"


def slug(text: str) -> str:
    """A name as presets have it: lower case, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:80].strip("-") or "gan"
