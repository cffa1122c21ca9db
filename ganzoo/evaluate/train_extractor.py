"""Trains a shipped extractor: `python -m ganzoo.evaluate.train_extractor mnist-cnn`.

The weights that ganzoo ships were made by this command. A few minutes on two cores; fastest on TensorFlow.
"""

import importlib.metadata
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import keras
import numpy as np
import typer

from ganzoo import data as datasets
from ganzoo._files import sha256_of_file
from ganzoo.errors import DataError, InvalidArgumentError
from ganzoo.evaluate._classifier import fit_classifier
from ganzoo.evaluate._networks import CLASSIFIERS
from ganzoo.evaluate.extractor_config import PREPROCESSING, SCHEMA_VERSION, ExtractorConfig, write_config
from ganzoo.evaluate.extractor_recipes import AUGMENTATIONS, RECIPES, ExtractorRecipe
from ganzoo.evaluate.extractors import WEIGHTS_FILE, load_extractor

__all__ = ["fold_feature_scale", "main", "recipe_of"]


def fold_feature_scale(model: keras.Model, features: np.ndarray) -> float:
    """Rescales the features to a mean variance of 1, inside the weights; the logits stay as they are.

    ReLU and averaging commute with a positive factor, so it goes into the last batch norm, and its inverse
    into the classifying layer. Scores of two trainings of the extractor are then of the same size.

    Args:
        model: a classifier of `_networks.CLASSIFIERS`.
        features: (n, d), its features of the training images.

    Returns:
        The factor.
    """
    scale = float(1 / np.sqrt(np.var(features, axis=0, dtype="float64").mean()))
    norm = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)][-1]
    norm.gamma.assign(norm.gamma * scale)
    norm.beta.assign(norm.beta * scale)
    dense = model.get_layer("logits")
    dense.kernel.assign(dense.kernel / scale)
    return scale


def recipe_of(name: str) -> ExtractorRecipe:
    """The recipe of a shipped extractor.

    Raises:
        InvalidArgumentError: There is none of that name.
    """
    if name not in RECIPES:
        raise InvalidArgumentError(f"Unknown extractor '{name}'. There are: {', '.join(RECIPES)}.")
    return RECIPES[name]


def main(
    name: Annotated[str, typer.Argument(help=f"What to train: {', '.join(RECIPES)}.")],
    *,
    seed: Annotated[int | None, typer.Option(min=0, help="Default: the recipe's.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Default: the recipe's.")] = None,
    batch_size: Annotated[int | None, typer.Option(min=1, help="Default: the recipe's.")] = None,
    learning_rate: Annotated[float | None, typer.Option(min=0, help="Default: the recipe's.")] = None,
    output: Annotated[
        Path | None, typer.Option(help="Folder to write; default: weights/extractors/NAME.")
    ] = None,
) -> None:
    """Trains an extractor and writes its weights and description into a folder."""
    start = time.monotonic()
    asked: dict[str, Any] = {
        "seed": seed,
        "epochs": epochs,
        "batch_size": batch_size,
        "learning_rate": learning_rate,
    }
    changed = {key: value for key, value in asked.items() if value is not None}
    recipe = replace(recipe_of(name), **changed)
    options = "".join(f" --{key.replace('_', '-')} {value}" for key, value in changed.items())
    folder = output or Path("weights/extractors") / name
    train, test = datasets.load(recipe.data), datasets.load(recipe.data, split="test")
    if train.labels is None or test.labels is None:
        raise DataError(
            f"A classifier is trained on labels, and '{recipe.data}' has none. Received: {train.report()}"
        )
    keras.utils.set_random_seed(recipe.seed)
    shape = (28, 28, 1)
    model = CLASSIFIERS[recipe.architecture](input_shape=shape, widths=recipe.widths, num_classes=10)
    augmentation = AUGMENTATIONS[recipe.data]
    fit_classifier(
        model,
        train.images,
        train.labels,
        epochs=recipe.epochs,
        batch_size=recipe.batch_size,
        learning_rate=recipe.learning_rate,
        seed=recipe.seed,
        augmentation=augmentation,
        progress=lambda epoch, loss: typer.echo(f"epoch {epoch}/{recipe.epochs}: loss {loss:.4f}"),
    )
    fold_feature_scale(model, model.predict(train.images, batch_size=500, verbose=0)[0])
    logits = model.predict(test.images, batch_size=500, verbose=0)[1]
    accuracy = float(np.mean(logits.argmax(1) == test.labels))
    folder.mkdir(parents=True, exist_ok=True)
    model.save_weights(folder / WEIGHTS_FILE)
    info = datasets.DATASETS[recipe.data]
    config = ExtractorConfig(
        schema_version=SCHEMA_VERSION,
        name=name,
        version=recipe.version,
        role=recipe.role,
        architecture=recipe.architecture,
        input_shape=list(shape),
        widths=list(recipe.widths),
        num_classes=10,
        preprocessing=PREPROCESSING,
        feature_scale=f"mean variance 1 over the {len(train):,} training images, folded into the weights",
        data=f"{info.title}, {len(train):,} training images ({info.credit}; {info.licence})",
        recipe={
            "command": f"python -m ganzoo.evaluate.train_extractor {name}{options}",
            "seed": recipe.seed,
            "epochs": recipe.epochs,
            "batch_size": recipe.batch_size,
            "learning_rate": recipe.learning_rate,
            "schedule": "cosine",
            "augmentation": augmentation.words,
        },
        test_accuracy=accuracy,
        training_seconds=round(time.monotonic() - start, 1),
        libraries={
            "keras": keras.__version__,
            keras.backend.backend(): importlib.metadata.version(keras.backend.backend()),
        },
        sha256={WEIGHTS_FILE: sha256_of_file(folder / WEIGHTS_FILE)},
    )
    write_config(folder, config)
    load_extractor(folder=folder)
    typer.echo(f"test accuracy {accuracy:.4f}; wrote {folder}")


if __name__ == "__main__":
    typer.run(main)
