"""What stands in an extractor's `extractor.json`, and the bounds that it is held to."""

import json
import os
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from ganzoo._foreign_json import read_json
from ganzoo._schema import Line, validated
from ganzoo.errors import WeightsError

__all__ = ["CONFIG_FILE", "PREPROCESSING", "SCHEMA_VERSION", "ExtractorConfig", "read_config", "write_config"]

CONFIG_FILE = "extractor.json"
SCHEMA_VERSION: Final = 2
PREPROCESSING: Final = "uint8 NHWC / 255, in the network; no resize"

Side = Annotated[int, Field(ge=4, le=1024)]
Number = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ExtractorConfig(BaseModel):
    """The description of a trained extractor; the network is built from it in code."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    schema_version: Literal[1, 2]
    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")]
    version: Annotated[str, Field(pattern=r"^[0-9]{1,6}\.[0-9]{1,6}$")]
    role: Annotated[
        Literal["tuning", "confirmation"],
        Field(description="`confirmation`: never used to choose, tune or search, only to look afterwards."),
    ] = "tuning"
    architecture: Literal["classifier_cnn", "classifier_resnet"]
    input_shape: Annotated[list[Annotated[int, Field(ge=1, le=1024)]], Field(min_length=3, max_length=3)]
    widths: Annotated[list[Annotated[int, Field(ge=1, le=1024)]], Field(min_length=1, max_length=16)]
    num_classes: Annotated[int, Field(ge=2, le=1000)]
    preprocessing: Literal["uint8 NHWC / 255, in the network; no resize"]
    feature_scale: Annotated[Line, Field(description="How the features were given a fixed scale.")]
    data: Line
    recipe: Annotated[dict[Line, Number | float | Line], Field(max_length=40)]
    test_accuracy: Annotated[float, Field(ge=0, le=1)]
    training_seconds: Annotated[float, Field(ge=0)]
    libraries: Annotated[dict[Line, Line], Field(max_length=20)]
    sha256: dict[Literal["model.weights.h5", "reference-test.npz"], Sha256]


def read_config(folder: Path) -> ExtractorConfig:
    """Reads and checks the `extractor.json` of a folder.

    Raises:
        WeightsError: The file is missing, is no JSON, breaks the schema or is of a newer schema.
    """
    path = folder / CONFIG_FILE
    if folder.is_dir() and not os.path.lexists(path):
        raise WeightsError(f"No extractor in {folder}: {CONFIG_FILE} is missing. Reinstall ganzoo.")
    raw = read_json(path, remedy="Reinstall ganzoo.")
    return validated(ExtractorConfig, raw, path, version=SCHEMA_VERSION, remedy="Reinstall ganzoo.")


def write_config(folder: Path, config: ExtractorConfig) -> None:
    """Writes `extractor.json` into a folder."""
    text = json.dumps(config.model_dump(), indent=2) + "\n"
    (folder / CONFIG_FILE).write_text(text, encoding="utf-8")
