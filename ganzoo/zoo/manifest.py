"""`ganzoo.json`: what a preset is, and the bounds that it is held to before anything is built from it."""

import json
import re
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, FailFast, Field

from ganzoo import _foreign_json
from ganzoo._schema import Line, Seed, validated

__all__ = [
    "DATA_FILES",
    "MANIFEST_FILE",
    "MAX_PARAMETERS",
    "REMEDY",
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
# of a network: a DCGAN for 64 x 64 pixels, eight times as wide as the paper's, has a quarter of it
MAX_PARAMETERS: Final = 100_000_000
REMEDY: Final = "Get the preset again."

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]
# All that a preset may hold as data. Nothing that stands in a file becomes part of a path.
DATA_FILES: Final = (
    "model.weights.h5",
    "discriminator.weights.h5",
    "config.json",
    "metadata.json",
    "reference.npz",
    "sampler.json",
    "directions.npz",
    "encoder.weights.h5",
)
FileName = Annotated[str, Field(pattern=f"^({'|'.join(map(re.escape, DATA_FILES))})$")]
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


def _bounded(recipe: dict[str, Any]) -> dict[str, Any]:
    """A recipe is checked where it is used; whatever it is, it is short."""
    if len(json.dumps(recipe)) > 20_000:
        raise ValueError("it is too long")
    return recipe


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
    n: Annotated[int, Field(ge=1, lt=2**53)] | None = None


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
    steps: Annotated[int, Field(ge=0, lt=2**53)]
    machine: Line
    backend: Literal["jax", "torch", "tensorflow"]
    date: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]


class Parameters(_Strict):
    """Numbers of parameters, moving statistics counted in."""

    generator: Annotated[int, Field(ge=1, le=MAX_PARAMETERS)]
    discriminator: Annotated[int, Field(ge=1, le=MAX_PARAMETERS)]


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
    objective: Annotated[Line, Field(max_length=80)]
    data: Data | None = None
    recipe: Annotated[dict[Line, Any], Field(max_length=100), AfterValidator(_bounded)] | None = None
    seed: Seed | None = None
    cost: Cost | None = None
    curve: Annotated[
        list[Annotated[dict[Line, int | float], Field(max_length=20)]], Field(max_length=10_000), FailFast()
    ] = []
    libraries: Annotated[dict[Line, Line], Field(max_length=20)]
    parameters: Parameters
    files: dict[FileName, FileEntry]


def read_json(path: Path) -> Any:
    """Read a JSON file of a preset.

    Args:
        path: the file.

    Returns:
        What it holds.

    Raises:
        WeightsError: it is missing, too large or deep, or no JSON.
    """
    return _foreign_json.read_json(path, remedy=REMEDY)


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
    return validated(Manifest, raw, path, version=SCHEMA_VERSION, remedy=REMEDY)


def to_text(model: BaseModel) -> str:
    """A model as the text of a JSON file."""
    return json.dumps(model.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"


def slug(text: str) -> str:
    """A name as presets have it: lower case, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:80].strip("-") or "gan"
