"""The loop around Keras' `fit`: data in, exact resume, roll back, clean stop."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from ganzoo import backend, data
from ganzoo.errors import InvalidArgumentError, TrainingDivergedError
from ganzoo.training import callbacks as our
from ganzoo.training import checkpoint
from ganzoo.training.batches import ForeignBatches, OrderedBatches, check_labels
from ganzoo.training.tensorboard import TensorBoard

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
    deterministic: bool = False,
    tensorboard: bool = False,
    meta: dict[str, Any] | None = None,
) -> keras.callbacks.History:
    """Train `gan`; `GAN.fit` documents the arguments.

    Args:
        meta: further JSON data for the checkpoint, which a resumed run must bring again.
    """
    _check_options(epochs=epochs, batch_size=batch_size, sample_every=sample_every, seed=seed)
    folder = None if output is None else Path(output)
    if folder is None and (resume or tensorboard):
        name = "resume" if resume else "tensorboard"
        raise InvalidArgumentError(f"{name} needs the run's folder. Received: output=None")
    if deterministic:
        backend.make_deterministic()
    source = _source(gan, x, y, batch_size=batch_size * gan.n_critic, steps_per_epoch=steps_per_epoch)
    ours = isinstance(source, data.ImageSource)
    about: dict[str, Any] = {"seed": seed, "batch_size": batch_size * gan.n_critic}
    if folder is not None:
        about |= {"data": source.fingerprint() if ours else None, **(meta or {})}

    gan.seed(seed)
    guard, ctrl_c = our.NanGuard(), our.StopCleanly()
    checkpoints = our.Checkpoints(folder, about, guard)
    checkpoints.set_model(gan)
    extra: list[keras.callbacks.Callback] = []
    if folder is not None:
        if resume:
            _resume(gan, folder, checkpoints, about, ours=ours)
        folder.mkdir(parents=True, exist_ok=True)
        extra.append(our.Journal(folder, resume_epoch=checkpoints.epoch))
        extra.append(our.SampleGrids(folder, every=sample_every))
        if tensorboard:
            extra.append(TensorBoard(folder / "tensorboard", sample_every=sample_every))
    if not resume:
        checkpoints.keep()
    measures = [callback for callback in callbacks if isinstance(callback, our.Measure)]
    others = [callback for callback in callbacks if not isinstance(callback, our.Measure)]
    # the checkpoint after the log: what it says is done has been written down
    run = our.OneRun(
        [ctrl_c, guard, *measures, *extra, checkpoints, *others],
        add_history=True,
        add_progbar=verbose != 0,
        model=gan,
        verbose=verbose,
        epochs=epochs,
        steps=None,
    )
    gan.stop_training = guard.found is not None
    with ctrl_c:
        while checkpoints.epoch < epochs and not gan.stop_training:
            _train(gan, source, checkpoints, run, epochs=epochs, seed=seed)
    checkpoints.write()
    if guard.found is not None:
        _roll_back(gan, checkpoints, guard.found)
    run.close()
    gan.interrupted = ctrl_c.asked
    return gan.history


def _check_options(*, seed: int, **positive: int) -> None:
    for name, value in positive.items():
        if value < 1:
            raise InvalidArgumentError(f"{name} must be at least 1. Received: {name}={value}")
    if not 0 <= seed < 2**31:
        raise InvalidArgumentError(f"seed must lie in 0 to 2**31 - 1. Received: seed={seed}")


def _source(gan: Any, x: Any, y: Any, *, batch_size: int, steps_per_epoch: int | None) -> Any:
    height, _, channels = gan.image_shape
    source = data.as_source(
        x, y, batch_size=batch_size, size=height, channels=channels, steps_per_epoch=steps_per_epoch
    )
    if isinstance(source, data.ForeignSource):
        return ForeignBatches(source, num_classes=gan.num_classes)
    if gan.num_classes:
        check_labels(source.labels, gan.num_classes)
    return source


def _train(
    gan: Any, source: Any, checkpoints: our.Checkpoints, run: our.OneRun, *, epochs: int, seed: int
) -> None:
    """One call of Keras' `fit`: for what is left of an epoch that was stopped, or for all that are left."""
    epoch, start = checkpoints.epoch, checkpoints.step
    if isinstance(source, data.ImageSource):
        batches: Any = OrderedBatches(
            source,
            batch_size=checkpoints.meta["batch_size"],
            seed=seed,
            labelled=bool(gan.num_classes),
            start=start,
            epoch=epoch,
        )
        steps = len(batches)
        checkpoints.begin(batches, steps=start + steps)
        given, until = backend.fit_data(batches), epoch + 1 if start else epochs
    else:
        # each epoch iterates the pipeline anew
        steps = None
        checkpoints.begin(source, steps=None)
        given, until = source.feed(), epoch + 1
    run.set_params({**run.params, "steps": steps})
    try:
        with warnings.catch_warnings():
            # Keras says so of every iterable whose length it does not know
            warnings.filterwarnings("ignore", message="Your input ran out of data")
            keras.Model.fit(gan, given, epochs=until, initial_epoch=epoch, callbacks=run, shuffle=False)
    except Exception:
        if getattr(source, "error", None) is not None:
            raise source.error from None
        raise


def _resume(
    gan: Any, folder: Path, checkpoints: our.Checkpoints, about: dict[str, Any], *, ours: bool
) -> None:
    state, saved = checkpoint.read(folder / checkpoint.FILE)
    for key, value in about.items():
        if saved.get(key, value) != value:
            raise InvalidArgumentError(
                f"The checkpoint is of another run: {key} was {saved[key]!r}. Received: {value!r}. "
                "Resume with the same recipe, data and seed."
            )
    checkpoint.put_back(gan, state)
    checkpoints.resume(state, saved, step=saved["step"] if ours else 0)


def _roll_back(gan: Any, checkpoints: our.Checkpoints, found: str) -> None:
    where = f"epoch {checkpoints.epoch + 1}, step {checkpoints.step}"
    if checkpoints.good is None:
        raise TrainingDivergedError(
            f"The model cannot be trained: it has {found} from the start. Build it anew."
        )
    state, meta = checkpoints.good
    checkpoint.put_back(gan, state)
    raise TrainingDivergedError(
        f"Training gave {found} near {where}; the weights are those of epoch {meta['epoch'] + 1}, "
        f"step {meta['step']} again. Lower the learning rate, or add a gradient penalty (R1) to the "
        "discriminator, or train in float32."
    )
