"""Fits the small classifiers that metrics read: extractors, and the one behind the accuracy score."""

from collections.abc import Callable

import keras
import numpy as np

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.extractor_recipes import AUGMENTATIONS, Augmentation

__all__ = ["fit_classifier", "initialise", "settle"]


def fit_classifier(
    model: keras.Model,
    images: np.ndarray,
    labels: np.ndarray,
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    seed: int,
    augmentation: Augmentation = AUGMENTATIONS["mnist"],
    progress: Callable[[int, float], None] | None = None,
) -> None:
    """Trains a classifier with Adam, cosine decay and mild augmentation of shape and tone.

    Args:
        model: images -> [features, logits].
        images: uint8 (n, height, width, channels).
        labels: integers (n,).
        epochs: passes over the data.
        batch_size: images per step, at most n; a last, smaller batch is dropped.
        learning_rate: at the first step.
        seed: of the order and the augmentation.
        augmentation: of every batch.
        progress: called after each epoch with its number, from 1, and its mean loss.

    Raises:
        InvalidArgumentError: Fewer images than a batch takes.
    """
    steps = len(images) // batch_size
    if steps == 0:
        raise InvalidArgumentError(
            f"batch_size must be at most the number of images, {len(images)}. Received: {batch_size}"
        )
    rng = np.random.default_rng(seed)
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, steps * epochs)
    classifier = keras.Model(model.input, model.output[1])
    classifier.compile(
        optimizer=keras.optimizers.Adam(schedule),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    for epoch in range(epochs):
        order = rng.permutation(len(images))
        losses = []
        for step in range(steps):
            rows = order[step * batch_size : (step + 1) * batch_size]
            batch = augmentation.apply(images[rows], rng)
            losses.append(float(classifier.train_on_batch(batch, labels[rows])))
        if progress is not None:
            progress(epoch + 1, float(np.mean(losses)))


def settle(model: keras.Model, images: np.ndarray, *, batch_size: int, seed: int, batches: int = 20) -> None:
    """Replaces the moving statistics of batch normalisation by plain means over batches of images.

    After a few hundred steps moving averages still lag behind the weights, and a classifier that has learnt
    its images reads others wrongly.

    Args:
        model: images -> [features, logits], trained.
        images: uint8 (n, height, width, channels) that it was trained on.
        batch_size: images in a batch, at most n.
        seed: of the images' order.
        batches: to average over, or as many as there are.

    Reference: means in place of moving averages, [Wu and Johnson, 2021](https://arxiv.org/abs/2105.07576)
    """
    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    momenta = [layer.momentum for layer in norms]
    order = np.random.default_rng(seed).permutation(len(images))
    try:
        for done in range(min(batches, len(images) // batch_size)):
            for layer in norms:
                layer.momentum = done / (done + 1)
            # new = done/(done+1) · old + 1/(done+1) · batch: the mean of the batches so far
            rows = order[done * batch_size : (done + 1) * batch_size]
            model(images[rows].astype("float32"), training=True)
    finally:
        for layer, momentum in zip(norms, momenta, strict=True):
            layer.momentum = momentum


def initialise(model: keras.Model, *, seed: int) -> None:
    """Draws the kernels anew by NumPy, as Glorot and Bengio do: the same on every backend.

    Keras' own initialisers give other numbers on each backend, and seeding them changes the caller's stream.
    """
    rng = np.random.default_rng(seed)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D | keras.layers.Dense):
            shape = tuple(layer.kernel.shape)
            fan_in, fan_out = np.prod(shape[:-1]), np.prod(shape[:-2]) * shape[-1]
            limit = np.sqrt(6 / (fan_in + fan_out))
            layer.kernel.assign(rng.uniform(-limit, limit, shape).astype("float32"))
