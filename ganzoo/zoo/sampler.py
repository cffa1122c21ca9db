"""A preset's `sampler.json`: written with its hash, read checked."""

import os
from pathlib import Path

from ganzoo.latent.samplers.saved import SAMPLER_FILE, SavedSampler, parse_sampler
from ganzoo.zoo import files
from ganzoo.zoo.manifest import MANIFEST_FILE, Manifest, read_json, to_text

__all__ = ["read_sampler", "save_sampler", "write_sampler"]


def read_sampler(folder: Path, manifest: Manifest) -> SavedSampler | None:
    """The sampler that was saved with a preset, or None.

    Args:
        folder: of the preset.
        manifest: of the preset.

    Raises:
        WeightsError: the file is missing though ganzoo.json names it, altered, or breaks its schema.
    """
    if SAMPLER_FILE not in manifest.files:
        return None
    path = files.verified(folder, manifest, SAMPLER_FILE)
    return parse_sampler(read_json(path), path)


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
        write_sampler(temporary, saved)
        entries = {**manifest.files, SAMPLER_FILE: files.entry(temporary / SAMPLER_FILE)}
        ordered = dict(sorted(entries.items()))
        changed = manifest.model_copy(update={"files": ordered})
        (temporary / MANIFEST_FILE).write_text(to_text(changed), encoding="utf-8")


def write_sampler(folder: Path, saved: SavedSampler) -> None:
    """Write the file alone."""
    (folder / SAMPLER_FILE).write_text(saved.to_text(), encoding="utf-8")
