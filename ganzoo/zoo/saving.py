"""A GAN as a preset folder: both networks, what they are, golden pictures, a grid, a card."""

import contextlib
import importlib.metadata
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ganzoo import images, networks
from ganzoo._sampler_file import SAMPLER_FILE
from ganzoo._version import __version__
from ganzoo.errors import InvalidArgumentError
from ganzoo.gan import GAN
from ganzoo.zoo import card, files
from ganzoo.zoo.build import build
from ganzoo.zoo.golden import draw_golden
from ganzoo.zoo.manifest import (
    MANIFEST_FILE,
    Cost,
    Data,
    Manifest,
    NetworkArguments,
    Parameters,
    slug,
    to_text,
)

__all__ = ["plain_config", "sample_grid", "save", "without_sharing"]

_GOLDEN = 16


def save(
    gan: GAN,
    folder: str | os.PathLike[str],
    *,
    name: str | None = None,
    recipe: Any = None,
    data: Data | None = None,
    cost: Cost | None = None,
    curve: Sequence[dict[str, Any]] = (),
) -> Path:
    """Write a GAN as a preset folder, which `load` reads and `keras.saving.load_model` too.

    Only the generator that `generate` draws with and the discriminator are kept, in float32 and
    uncompiled: no optimizer, no checkpoint.

    Args:
        gan: its networks made by `networks.build`, or loaded from the zoo.
        folder: to write. Files of a preset that are in it are replaced, others stay.
        name: of the preset; default: the recipe's, else the folder's.
        recipe: the `training.recipe.Recipe` that it was trained by, if any.
        data: what it was trained on, if known.
        cost: of the training, if known.
        curve: the log's line of each epoch.

    Returns:
        The folder.

    Raises:
        InvalidArgumentError: the networks are not of `networks.build`, or the folder cannot be written.

    Example:
        >>> gan = ganzoo.load("mnist-dcgan")
        >>> gan.fit("my-digits/", epochs=5)
        >>> ganzoo.zoo.save(gan, "my-gan")
    """
    target = Path(folder).expanduser()
    facts = _facts(gan, name or (recipe.name if recipe else slug(target.resolve().name)))
    facts |= _provenance(gan, recipe=recipe, data=data, cost=cost, curve=curve)
    draft = Manifest(**facts, files={})
    generator, discriminator = build(draft)
    try:
        generator.set_weights(gan.generator.get_weights())
        discriminator.set_weights(gan.discriminator.get_weights())
    except ValueError:
        raise InvalidArgumentError(_NOT_OURS) from None
    with files.replace_files(target) as temporary:
        _write_networks(temporary, generator, discriminator)
        _write_golden(temporary / files.REFERENCE, gan, generator)
        loaded = [files.GENERATOR, files.DISCRIMINATOR, files.REFERENCE, files.CONFIG, files.METADATA]
        # Weights that were trained since are not those that it was calibrated on.
        kept = None if gan.compiled else gan.saved_sampler
        if kept is not None:
            (temporary / SAMPLER_FILE).write_text(kept.to_text(), encoding="utf-8")
            loaded.append(SAMPLER_FILE)
        entries = {file: files.entry(temporary / file) for file in sorted(loaded)}
        manifest = draft.model_copy(update={"files": entries})
        (temporary / MANIFEST_FILE).write_text(to_text(manifest), encoding="utf-8")
        images.save_png(temporary / files.PICTURE, sample_grid(gan))
        (temporary / files.CARD).write_text(card.render(manifest, None, kept), encoding="utf-8")
        # New weights: what the old ones scored is no longer true.
        (target / files.EVALUATION).unlink(missing_ok=True)
        if SAMPLER_FILE not in entries:
            (target / SAMPLER_FILE).unlink(missing_ok=True)
    return target


def sample_grid(gan: GAN, *, seed: int = 0) -> np.ndarray:
    """Ten rows of ten pictures; the rows of a class-conditional model are its first ten classes."""
    rows = min(gan.num_classes, 10) or 10
    labels = np.repeat(np.arange(rows), 10) if gan.num_classes else None
    scale = 2 if gan.image_shape[0] < 64 else 1
    return images.grid(gan.generate(rows * 10, seed=seed, labels=labels), columns=10, scale=scale)


_NOT_OURS = (
    "Only networks made by ganzoo.networks.build can be saved as a preset folder, because it is built from "
    "code again. Save other networks with gan.save('file.keras')."
)


def _facts(gan: GAN, name: str) -> dict[str, Any]:
    made = networks.arguments_of(gan.generator)
    if made is None:
        raise InvalidArgumentError(_NOT_OURS)
    architecture, arguments = made
    objective = gan.objective if isinstance(gan.objective, str) else gan.objective.name
    return {
        "name": name,
        "architecture": architecture,
        "network": NetworkArguments(**arguments, latent_dim=gan.latent_dim),
        "latent_prior": gan.latent_prior,
        "objective": objective,
        "libraries": _libraries(),
        "parameters": Parameters(
            generator=gan.generator.count_params(), discriminator=gan.discriminator.count_params()
        ),
    }


def _provenance(
    gan: GAN, *, recipe: Any, data: Data | None, cost: Cost | None, curve: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    origin: Manifest | None = gan.manifest
    if origin is not None and not gan.compiled and recipe is None:
        # Loaded and not trained since: what was known of it is still true.
        kept = ("parent", "data", "recipe", "seed", "cost", "curve", "name")
        return {key: getattr(origin, key) for key in kept}
    return {
        "parent": origin.name if origin is not None else None,
        "data": data,
        "recipe": recipe.model_dump(mode="json") if recipe else None,
        "seed": recipe.seed if recipe else None,
        "cost": cost,
        "curve": list(curve),
    }


def _write_networks(folder: Path, generator: keras.Model, discriminator: keras.Model) -> None:
    # Keras' own directory layout, so that keras.saving.load_model reads it where ganzoo is not installed.
    keras.saving.save_model(generator, folder, zipped=False)
    # It makes a folder for assets, which these networks do not have, where the path is absolute.
    with contextlib.suppress(FileNotFoundError):
        (folder / "assets").rmdir()
    config = folder / files.CONFIG
    content = json.loads(config.read_text(encoding="utf-8"))
    _settle(content, {})
    config.write_text(json.dumps(content) + "\n", encoding="utf-8")
    # Keras' own would hold the time of day, and two equal presets would differ.
    (folder / files.METADATA).write_text(json.dumps({"keras_version": keras.__version__}) + "\n")
    discriminator.save_weights(folder / files.DISCRIMINATOR)


def plain_config(generator: keras.Model) -> Any:
    """What stands in `config.json` of a generator, but for the numbers of shared objects: JSON types."""
    content = json.loads(json.dumps(keras.saving.serialize_keras_object(generator)))
    _settle(content, {})
    return without_sharing(content)


def without_sharing(config: Any) -> Any:
    """The JSON of a `config.json` without those numbers."""
    if isinstance(config, dict):
        return {key: without_sharing(value) for key, value in config.items() if key != "shared_object_id"}
    return [without_sharing(value) for value in config] if isinstance(config, list) else config


def _settle(config: Any, numbers: dict[int, int]) -> None:
    """Take out what differs between two processes: initializers' seeds, addresses that stand for identity."""
    if isinstance(config, dict):
        if config.get("module") == "keras.initializers" and "seed" in config["config"]:
            config["config"]["seed"] = None
        if "shared_object_id" in config:
            config["shared_object_id"] = numbers.setdefault(config["shared_object_id"], len(numbers))
    if isinstance(config, dict | list):
        for inner in config.values() if isinstance(config, dict) else config:
            _settle(inner, numbers)


def _write_golden(path: Path, gan: GAN, generator: keras.Model) -> None:
    golden: dict[str, Any] = {"z": gan.sample_latents(_GOLDEN, seed=0)}
    if gan.num_classes:
        golden["labels"] = (np.arange(_GOLDEN) % gan.num_classes).astype(np.int32)
    golden["images"] = draw_golden(generator, golden)
    with path.open("wb") as file:
        np.savez(file, **golden)


def _libraries() -> dict[str, str]:
    backend = keras.config.backend()
    framework = getattr(sys.modules.get(backend), "__version__", "unknown")
    return {
        "ganzoo": __version__,
        "keras": keras.__version__,
        backend: str(framework),
        "numpy": importlib.metadata.version("numpy"),
    }
