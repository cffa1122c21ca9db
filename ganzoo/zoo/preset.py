"""What is known of a preset without loading it."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganzoo.zoo import files
from ganzoo.zoo.evaluation import Evaluation, read_evaluation
from ganzoo.zoo.manifest import Manifest

__all__ = ["Preset", "info"]


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
