"""A preset's `sampler.json`: written with its hash, and into the card."""

import os
from pathlib import Path

from ganzoo._sampler_file import SAMPLER_FILE, SavedSampler
from ganzoo.zoo import files
from ganzoo.zoo.adding import add_file

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
    add_file(
        target,
        SAMPLER_FILE,
        lambda path: path.write_text(saved.to_text(), encoding="utf-8"),
        sampler=saved,
    )
