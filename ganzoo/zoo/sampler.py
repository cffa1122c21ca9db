"""A preset's `sampler.json`: written with its hash, and into the card."""

import os
from pathlib import Path

from ganzoo._sampler_file import SAMPLER_FILE, SavedSampler
from ganzoo.zoo import card, files
from ganzoo.zoo.evaluation import read_evaluation
from ganzoo.zoo.manifest import MANIFEST_FILE, to_text

__all__ = ["save_sampler"]


def save_sampler(folder: str | os.PathLike[str], saved: SavedSampler) -> None:
    """Save a sampler with a preset, whose `generate(sampler="best")` then uses it.

    Args:
        folder: of the preset.
        saved: as `ganzoo.latent.improve` gives it.

    Raises:
        WeightsError: the folder holds no preset.
        InvalidArgumentError: the folder cannot be written.

    Example:
        >>> save_sampler("my-gan", ganzoo.latent.improve(gan, images).saved)
    """
    target = files.find(Path(folder))
    manifest = files.read_manifest(target)
    with files.replace_files(target) as temporary:
        (temporary / SAMPLER_FILE).write_text(saved.to_text(), encoding="utf-8")
        entries = {**manifest.files, SAMPLER_FILE: files.entry(temporary / SAMPLER_FILE)}
        ordered = dict(sorted(entries.items()))
        changed = manifest.model_copy(update={"files": ordered})
        (temporary / MANIFEST_FILE).write_text(to_text(changed), encoding="utf-8")
        text = card.render(changed, read_evaluation(target), saved)
        (temporary / files.CARD).write_text(text, encoding="utf-8")
