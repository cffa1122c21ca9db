"""A preset folder as a GAN: every file checked before it is used, networks built from code."""

import os
from pathlib import Path

import keras

from ganzoo._weights_file import check_weights_file
from ganzoo.errors import WeightsError
from ganzoo.gan import GAN
from ganzoo.zoo import files
from ganzoo.zoo.build import build

__all__ = ["load"]


def load(name_or_folder: str | os.PathLike[str]) -> GAN:
    """Load a pretrained GAN.

    Args:
        name_or_folder: one of `list_models()`, a folder that `save` wrote, or a model on the Hugging Face
            Hub: "hf://user/name", or "hf://user/name@revision" for a branch, a tag or a commit. What was
            fetched once is in the Hub client's cache; pinned to a commit, it is never asked about again.

    Returns:
        The `GAN`, uncompiled. `fit` trains it on from the pretrained weights of both networks, with the
        options that it was trained with and a lower learning rate.

    Raises:
        UnknownModelError: no preset has that name, or the Hub shows you none.
        WeightsError: a file is missing, altered, truncated, of a newer schema, or cannot be fetched.

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
    check_weights_file(weights[files.GENERATOR], manifest.parameters.generator)
    check_weights_file(weights[files.DISCRIMINATOR], manifest.parameters.discriminator)
    generator, discriminator = build(manifest)
    _fill(generator, weights[files.GENERATOR])
    _fill(discriminator, weights[files.DISCRIMINATOR])
    gan = GAN(generator, discriminator, latent_prior=manifest.latent_prior, name=manifest.name)
    gan.manifest = manifest
    gan.folder = folder
    gan.saved_sampler = files.read_sampler(folder, manifest)
    return gan


def _fill(network: keras.Model, path: Path) -> None:
    try:
        network.load_weights(path)
    except (OSError, ValueError, KeyError) as error:
        first = str(error).strip().splitlines()[0]
        raise WeightsError(f"{path} does not fit the {network.name}: {first} Get the preset again.") from None
