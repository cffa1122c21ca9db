"""The loop around Keras' `fit`: data in, exact resume, roll back, clean stop."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from ganzoo import backend, data
from ganzoo.errors import DataError, InvalidArgumentError, TrainingDivergedError
from ganzoo.training import callbacks as our
from ganzoo.training import checkpoint
from ganzoo.training.batches import OrderedBatches

__all__ = ["fit"]


def fit(
    gan: Any,
    x: Any,
    y: Any = None,
    *,
    batch_size: int,
    epochs: int,
    seed: int,
    callbacks: Sequence[keras.callbacks.Callback],
    verbose: str | int,
    output: str | Path | None,
    resume: bool,
    steps_per_epoch: int | None,
    sample_every: int,
    meta: dict[str, Any] | None = None,
) -> keras.callbacks.History:
    """Train `gan`; `GAN.fit` documents the arguments."""
    if epochs < 1 or batch_size < 1:
        raise InvalidArgumentError(
            f"epochs and batch_size must be at least 1. Received: epochs={epochs}, batch_size={batch_size}"
        )
    height, _, channels = gan.image_shape
    per_step = batch_size * gan.n_critic
    source = data.as_source(
        x, y, batch_size=per_step, size=height, channels=channels, steps_per_epoch=steps_per_epoch
    )
    ours = isinstance(source, data.ImageSource)
    if ours and gan.num_classes:
        _check_labels(source, gan.num_classes)
    folder = None if output is None else Path(output)
    gan.seed(seed)
    meta = {"seed": seed, "data": source.fingerprint() if ours else None, **(meta or {})}
    epoch = start = 0
    if resume:
        if folder is None:
            raise InvalidArgumentError("resume needs the run's folder. Received: output=None")
        state, saved = checkpoint.read(folder / checkpoint.FILE)
        _check_same_run(saved, meta)
        checkpoint.put_back(gan, state)
        epoch, start = saved["epoch"], saved["step"] if ours else 0

    position = our.Position(None, folder, meta)
    guard = our.NanGuard()
    ctrl_c = our.StopCleanly()
    extra: list[keras.callbacks.Callback] = []
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        extra.append(our.Journal(folder, resume_epoch=epoch))
        extra.append(our.SampleGrids(folder, every=sample_every))
    every_callback = [ctrl_c, guard, position, *extra, *callbacks]
    position.set_model(gan)
    if not resume:
        position.begin(epoch=0, start=0, steps=0)
        position.keep()
    history = keras.callbacks.History()
    with ctrl_c:
        while epoch < epochs and not ctrl_c.asked and guard.found is None:
            # one call for what is left of an interrupted epoch, then one for all the others
            if ours:
                batches = OrderedBatches(
                    source,  # type: ignore[arg-type]
                    batch_size=per_step,
                    seed=seed,
                    labelled=bool(gan.num_classes),
                    start=start,
                )
                batches.epoch = epoch
                position.batches = batches
                given, until = backend.fit_data(batches), epoch + 1 if start else epochs
                position.begin(epoch=epoch, start=start, steps=start + len(batches))
            else:
                given, until = source.epoch(), epoch + 1  # type: ignore[union-attr]
                position.begin(epoch=epoch, start=0, steps=0)
            part = keras.Model.fit(
                gan,
                given,
                epochs=until,
                initial_epoch=epoch,
                callbacks=every_callback,
                verbose=verbose,
                shuffle=False,
            )
            _extend(history, part)
            if gan.stop_training:
                break
            epoch, start = until, 0
    if guard.found is not None:
        _roll_back(gan, position, guard.found)
    gan.interrupted = ctrl_c.asked
    gan.history = history
    return history


def _extend(history: keras.callbacks.History, part: keras.callbacks.History) -> None:
    history.epoch = [*getattr(history, "epoch", []), *part.epoch]
    for key, values in part.history.items():
        history.history.setdefault(key, []).extend(values)


def _check_labels(source: Any, num_classes: int) -> None:
    if source.labels is None:
        raise DataError(
            "This model is class-conditional and the data has no labels. Pass fit(images, labels)."
        )
    if int(source.labels.max()) >= num_classes:
        raise DataError(
            f"Labels must lie in 0 to {num_classes - 1}. Received: a label {int(source.labels.max())}"
        )


def _check_same_run(saved: dict[str, Any], meta: dict[str, Any]) -> None:
    for key, value in meta.items():
        if saved.get(key) != value:
            raise InvalidArgumentError(
                f"The checkpoint is of another run: {key} was {saved.get(key)!r}. Received: {value!r}. "
                "Resume with the same recipe, data and seed."
            )


def _roll_back(gan: Any, position: Any, found: str) -> None:
    where = f"epoch {position.epoch + 1}, step {position.step}"
    state, meta = position.good
    checkpoint.put_back(gan, state)
    raise TrainingDivergedError(
        f"Training gave {found} near {where} and was rolled back to the start of epoch {meta['epoch'] + 1}. "
        "Lower the learning rate, or add a gradient penalty (R1) to the discriminator, or train in float32."
    )
