"""A preset folder as a GAN: every file checked before it is used, networks built from code."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ganzoo._weights_file import WeightsFile, opened_weights
from ganzoo.gan import GAN
from ganzoo.zoo import files
from ganzoo.zoo.build import build
from ganzoo.zoo.keras_config import CONFIG_FILE, check_config
from ganzoo.zoo.manifest import Manifest
from ganzoo.zoo.verify import check_complete, open_verified, read_verified

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
        WeightsError: a file is missing, altered, truncated, of a newer schema, not what a preset holds, or
            cannot be fetched; `ganzoo._foreign` says what a stranger's folder is kept from doing.

    Example:
        >>> gan = ganzoo.load("mnist-dcgan")
        >>> gan.generate(16, seed=0).shape
        (16, 28, 28, 1)
    """
    folder = files.find(name_or_folder)
    manifest = files.read_manifest(folder)
    check_complete(folder, manifest)
    saved_sampler = files.read_sampler(folder, manifest)
    declared = manifest.parameters
    with (
        _weights(folder, manifest, files.GENERATOR, declared.generator) as of_generator,
        _weights(folder, manifest, files.DISCRIMINATOR, declared.discriminator) as of_discriminator,
    ):
        generator, discriminator = build(manifest)
        # Both before either is read.
        of_generator.check_fit(generator)
        of_discriminator.check_fit(discriminator)
        if CONFIG_FILE in manifest.files:
            config = read_verified(folder, manifest, CONFIG_FILE)
            check_config(config, folder / CONFIG_FILE, generator)
        of_generator.fill(generator)
        of_discriminator.fill(discriminator)
    gan = GAN(generator, discriminator, latent_prior=manifest.latent_prior, name=manifest.name)
    gan.manifest = manifest
    gan.folder = folder
    gan.saved_sampler = saved_sampler
    return gan


@contextmanager
def _weights(folder: Path, manifest: Manifest, name: str, parameters: int) -> Iterator[WeightsFile]:
    with (
        open_verified(folder, manifest, name) as file,
        opened_weights(file, folder / name, parameters) as weights,
    ):
        yield weights
