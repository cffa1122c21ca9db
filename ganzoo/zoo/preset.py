"""What is known of a preset without loading it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganzoo.errors import InvalidArgumentError
from ganzoo.zoo import files
from ganzoo.zoo.evaluation import Evaluation, read_evaluation
from ganzoo.zoo.manifest import Manifest

__all__ = ["Preset", "info", "several"]


@dataclass(frozen=True)
class Preset:
    """A preset, as its JSON files describe it.

    Args:
        folder: where it is.
        manifest: its `ganzoo.json`.
        evaluation: its `evaluation.json`, or None if it was not scored.
    """

    folder: Path
    manifest: Manifest
    evaluation: Evaluation | None

    @property
    def name(self) -> str:
        """The preset's name."""
        return self.manifest.name

    @property
    def bytes(self) -> int:
        """Size of the files that are loaded as data."""
        return sum(entry.bytes for entry in self.manifest.files.values())

    def to_json(self) -> dict[str, Any]:
        """Everything as JSON types."""
        return {
            "folder": str(self.folder),
            **self.manifest.model_dump(mode="json"),
            "evaluation": self.evaluation.model_dump(mode="json") if self.evaluation else None,
        }


def info(name_or_folder: str | os.PathLike[str]) -> Preset:
    """Read what a preset is, without loading its networks or importing Keras.

    Args:
        name_or_folder: as `load`. A model on the Hub is fetched.

    Returns:
        The `Preset`.

    Raises:
        UnknownModelError: no preset has that name.
        WeightsError: its JSON files are missing, broken or of a newer schema.

    Example:
        >>> ganzoo.zoo.info("mnist-dcgan").manifest.data.licence
        'CC BY-SA 3.0'
    """
    folder = files.find(name_or_folder)
    return Preset(folder, files.read_manifest(folder), read_evaluation(folder))


def several(models: Sequence[str | os.PathLike[str]], *, least: int) -> list[Preset]:
    """Read what several presets are, each named once.

    Args:
        models: of `list_models()`, or presets' folders.
        least: how many there must be.

    Returns:
        The presets, in order.

    Raises:
        UnknownModelError: no preset has that name.
        WeightsError: the JSON files of one are missing, broken or of a newer schema.
        InvalidArgumentError: too few, or one of them twice.
    """
    presets = [info(model) for model in models]
    folders = [preset.folder.resolve() for preset in presets]
    for preset, folder in zip(presets, folders, strict=True):
        if folders.count(folder) > 1:
            raise InvalidArgumentError(f"Name each model once. Received: {preset.name} more than once.")
    if len(presets) < least:
        raise InvalidArgumentError(
            f"Name at least {least} models. Received: {', '.join(map(str, models)) or 'none'}"
        )
    return presets
