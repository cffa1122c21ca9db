"""A preset folder as a GAN: every file checked before it is used, networks built from code."""

import os
from pathlib import Path
from typing import Any

import h5py
import keras

from ganzoo.errors import WeightsError
from ganzoo.gan import GAN
from ganzoo.zoo import files
from ganzoo.zoo.build import build

__all__ = ["load"]


def load(name_or_folder: str | os.PathLike[str]) -> GAN:
    """Load a pretrained GAN.

    Args:
        name_or_folder: one of `list_models()`, or a folder that `save` wrote.

    Returns:
        The `GAN`, uncompiled. `fit` trains it on from the pretrained weights of both networks, with the
        options that it was trained with and a lower learning rate.

    Raises:
        UnknownModelError: no preset has that name.
        WeightsError: a file is missing, altered, truncated, or of a newer schema.

    Example:
        >>> gan = ganzoo.load("mnist-dcgan")
        >>> gan.generate(16, seed=0).shape
        (16, 28, 28, 1)
    """
    folder = files.find(name_or_folder)
    manifest = files.read_manifest(folder)
    weights = {
        file: files.verified(folder, manifest, file) for file in (files.GENERATOR, files.DISCRIMINATOR)
    }
    _check_weights(weights[files.GENERATOR], manifest.parameters.generator)
    _check_weights(weights[files.DISCRIMINATOR], manifest.parameters.discriminator)
    generator, discriminator = build(manifest)
    _fill(generator, weights[files.GENERATOR])
    _fill(discriminator, weights[files.DISCRIMINATOR])
    gan = GAN(generator, discriminator, latent_prior=manifest.latent_prior, name=manifest.name)
    gan.manifest = manifest
    gan.saved_sampler = files.read_sampler(folder, manifest)
    return gan


def _check_weights(path: Path, parameters: int) -> None:
    """Refuse an HDF5 file that points outside of itself, or holds other than the declared parameters.

    Raises:
        WeightsError: it does, or it is no HDF5 file.
    """
    found = 0

    def visit(group: Any, depth: int) -> None:
        nonlocal found
        for key in group:
            if not isinstance(group.get(key, getlink=True), h5py.HardLink) or depth > 20:
                raise WeightsError(f"{path} is refused: {key!r} is a link. Weights are plain HDF5 datasets.")
            item = group[key]
            if isinstance(item, h5py.Group):
                visit(item, depth + 1)
            elif item.external is not None or item.is_virtual:
                raise WeightsError(f"{path} is refused: {key!r} points to another file.")
            else:
                found += item.size

    try:
        with h5py.File(path, "r") as file:
            visit(file, 0)
    except (OSError, KeyError, RuntimeError, TypeError) as error:
        raise WeightsError(f"{path} is no HDF5 file: {error}. Get the preset again.") from None
    # Seeds of dropout layers are in the file too, two numbers each, and are no parameters.
    if not parameters <= found <= parameters + 64:
        raise WeightsError(
            f"{path} holds {found} numbers, ganzoo.json says {parameters} parameters. Get the preset again."
        )


def _fill(network: keras.Model, path: Path) -> None:
    try:
        network.load_weights(path)
    except (OSError, ValueError, KeyError) as error:
        first = str(error).strip().splitlines()[0]
        raise WeightsError(f"{path} does not fit the {network.name}: {first} Get the preset again.") from None
