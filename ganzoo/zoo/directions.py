"""A preset's `directions.npz`: named directions that travel with it."""

import os
from pathlib import Path
from typing import Any

from ganzoo.latent.direction import Directions
from ganzoo.latent.directions_file import DIRECTIONS_FILE
from ganzoo.latent.directions_file import load_directions as _load
from ganzoo.latent.directions_file import save_directions as _save
from ganzoo.zoo import files
from ganzoo.zoo.adding import add_file

__all__ = ["load_directions", "save_directions"]


def save_directions(folder: str | os.PathLike[str], directions: Directions) -> None:
    """Save directions with a preset, in the place of those that it has.

    Args:
        folder: of the preset that they were found in.
        directions: as `ganzoo.latent.find_directions` gives them.

    Raises:
        WeightsError: the folder holds no preset.
        InvalidArgumentError: the folder cannot be written.

    Example:
        >>> save_directions("my-gan", ganzoo.latent.find_directions(gan)[0])
    """
    add_file(files.find(Path(folder)), DIRECTIONS_FILE, lambda path: _save(directions, path))


def load_directions(name_or_folder: str | os.PathLike[str], *, gan: Any = None) -> Directions | None:
    """The directions that were saved with a preset.

    Args:
        name_or_folder: as `load`.
        gan: the `ganzoo.GAN` that they are to be used with, if they are: the preset's, not trained since.

    Returns:
        The `Directions`, or None if none were saved.

    Raises:
        WeightsError: the file is missing though ganzoo.json names it, altered or broken.
        InvalidArgumentError: they are of other weights than those of `gan`.

    Example:
        >>> slant = ganzoo.zoo.load_directions("mnist-dcgan")["slant"]
        >>> leaning = gan.decode(slant.move(gan.sample_latents(4), 1.5))
    """
    folder = files.find(name_or_folder)
    manifest = files.read_manifest(folder)
    if DIRECTIONS_FILE not in manifest.files:
        return None
    return _load(files.verified(folder, manifest, DIRECTIONS_FILE), gan=gan)
