"""Trains the MNIST extractor: `python -m ganzoo.evaluate.train_extractor mnist --seed 0`.

The weights that ganzoo ships were made by this command. A few minutes on two cores; fastest on TensorFlow.
"""

import importlib.metadata
import time
from pathlib import Path
from typing import Annotated, Literal

import keras
import numpy as np
import typer

from ganzoo import data as datasets
from ganzoo._files import sha256_of_file
from ganzoo.errors import DataError
from ganzoo.evaluate._classifier import fit_classifier
from ganzoo.evaluate._networks import classifier_cnn
from ganzoo.evaluate.extractor_config import PREPROCESSING, SCHEMA_VERSION, ExtractorConfig, write_config
from ganzoo.evaluate.extractors import WEIGHTS_FILE, load_extractor

__all__ = ["fold_feature_scale", "main"]

INPUT_SHAPE = (28, 28, 1)
WIDTHS = (32, 48, 64, 128)


def fold_feature_scale(model: keras.Model, features: np.ndarray) -> float:
    """Rescales the features to a mean variance of 1, inside the weights; the logits stay as they are.

    ReLU and averaging commute with a positive factor, so it goes into the last batch norm, and its inverse
    into the classifying layer. Scores of two trainings of the extractor are then of the same size.

    Args:
        model: a `classifier_cnn`.
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


def main(
    data: Annotated[Literal["mnist"], typer.Argument(help="What to train on.")],
    *,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    epochs: Annotated[int, typer.Option(min=1)] = 8,
    batch_size: Annotated[int, typer.Option(min=1)] = 128,
    learning_rate: Annotated[float, typer.Option(min=0)] = 2e-3,
    output: Annotated[Path, typer.Option(help="Folder to write.")] = Path("weights/extractors/mnist-cnn"),
) -> None:
    """Trains an extractor and writes its weights and description into a folder."""
    start = time.monotonic()
    train, test = datasets.load(data), datasets.load(data, split="test")
    if train.labels is None or test.labels is None:
        raise DataError(
            f"A classifier is trained on labels, and '{data}' has none. Received: {train.report()}"
        )
    keras.utils.set_random_seed(seed)
    model = classifier_cnn(input_shape=INPUT_SHAPE, widths=WIDTHS, num_classes=10)
    fit_classifier(
        model,
        train.images,
        train.labels,
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        seed=seed,
        progress=lambda epoch, loss: typer.echo(f"epoch {epoch}/{epochs}: loss {loss:.4f}"),
    )
    fold_feature_scale(model, model.predict(train.images, batch_size=500, verbose=0)[0])
    logits = model.predict(test.images, batch_size=500, verbose=0)[1]
    accuracy = float(np.mean(logits.argmax(1) == test.labels))
    output.mkdir(parents=True, exist_ok=True)
    model.save_weights(output / WEIGHTS_FILE)
    config = ExtractorConfig(
        schema_version=SCHEMA_VERSION,
        name=f"{data}-cnn",
        version="1.1",
        architecture="classifier_cnn",
        input_shape=list(INPUT_SHAPE),
        widths=list(WIDTHS),
        num_classes=10,
        preprocessing=PREPROCESSING,
        feature_scale="mean variance 1 over the 60,000 training images, folded into the weights",
        data="MNIST, 60,000 training images (LeCun, Cortes, Burges; CC BY-SA 3.0)",
        recipe={
            "command": f"python -m ganzoo.evaluate.train_extractor {data} --seed {seed}",
            "seed": seed,
            "epochs": epochs,
            "batch_size": batch_size,
            "learning_rate": learning_rate,
            "schedule": "cosine",
            "augmentation": "random_affine: 10 degrees, 2 pixels, 10% zoom; "
            "random_tone: contrast 10%, offset 8, noise 8",
        },
        test_accuracy=accuracy,
        training_seconds=round(time.monotonic() - start, 1),
        libraries={
            "keras": keras.__version__,
            keras.backend.backend(): importlib.metadata.version(keras.backend.backend()),
        },
        sha256={WEIGHTS_FILE: sha256_of_file(output / WEIGHTS_FILE)},
    )
    write_config(output, config)
    load_extractor(folder=output)
    typer.echo(f"test accuracy {accuracy:.4f}; wrote {output}")


if __name__ == "__main__":
    typer.run(main)
