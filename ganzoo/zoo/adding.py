"""A file that is added to a preset after it was saved: with its hash, and into the card."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ganzoo.zoo import card, files
from ganzoo.zoo.evaluation import read_evaluation
from ganzoo.zoo.manifest import MANIFEST_FILE, to_text

if TYPE_CHECKING:
    from ganzoo._sampler_file import SavedSampler

__all__ = ["add_file"]


def add_file(
    target: Path, name: str, write: Callable[[Path], object], *, sampler: "SavedSampler | None" = None
) -> None:
    """Add a data file to a preset, or replace it.

    Args:
        target: the preset's folder.
        name: of the file, one of `manifest.DATA_FILES`.
        write: called with the path to write it to.
        sampler: what the card says is saved; by default, what the folder holds.

    Raises:
        InvalidArgumentError: the folder cannot be written.
    """
    manifest = files.read_manifest(target)
    known = sampler or files.read_sampler(target, manifest)
    with files.replace_files(target) as temporary:
        write(temporary / name)
        entries = {**manifest.files, name: files.entry(temporary / name)}
        changed = manifest.model_copy(update={"files": dict(sorted(entries.items()))})
        (temporary / MANIFEST_FILE).write_text(to_text(changed), encoding="utf-8")
        text = card.render(changed, read_evaluation(target), known)
        (temporary / files.CARD).write_text(text, encoding="utf-8")
