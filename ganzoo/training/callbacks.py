"""What runs while a GAN trains: checkpoints, sample grids, the log, the NaN guard, Ctrl-C."""

import json
import math
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ganzoo import backend, images
from ganzoo.errors import DataError
from ganzoo.training import checkpoint

__all__ = [
    "Checkpoints",
    "Journal",
    "Measure",
    "NanGuard",
    "OneRun",
    "SampleGrids",
    "StopCleanly",
    "read_journal",
    "sample_grid",
]

Logs = dict[str, Any] | None


class OneRun(keras.callbacks.CallbackList):
    """The callbacks of a run that takes several calls of Keras' `fit`: it begins once and ends once.

    So `EarlyStopping` counts on, `CSVLogger` writes on, and one `History` holds all epochs.
    """

    begun = False
    last: Logs = None

    def on_train_begin(self, logs: Logs = None) -> None:
        """Pass the first call on."""
        if not self.begun:
            self.begun = True
            super().on_train_begin(logs)

    def on_train_end(self, logs: Logs = None) -> None:
        """Wait for `close`."""
        self.last = logs

    def close(self) -> None:
        """End the run."""
        if self.begun:
            super().on_train_end(self.last)


class NanGuard(keras.callbacks.Callback):
    """Stops the run when a figure of the log is no longer finite.

    Args:
        every: steps between two looks, since each waits for the device; the log's means keep a NaN.
    """

    def __init__(self, *, every: int = 50) -> None:
        super().__init__()
        self.every = every
        self.found: str | None = None

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        """Look now and then."""
        if (batch + 1) % self.every == 0:
            self.look(logs)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Look at the epoch's figures."""
        self.look(logs)

    def look(self, logs: Logs) -> None:
        """Stop where a figure is not finite."""
        figures = {key: float(value) for key, value in (logs or {}).items()}
        bad = [f"{key} = {value}" for key, value in figures.items() if not math.isfinite(value)]
        if bad:
            self.stop(", ".join(bad))

    def stop(self, found: str) -> None:
        """Stop the run; the first finding is the one that is reported."""
        self.found = self.found or found
        self.model.stop_training = True


class Measure(keras.callbacks.Callback):
    """A callback that adds figures to an epoch's log: `fit` calls it before those that read the log."""


class Checkpoints(keras.callbacks.Callback):
    """Knows where the run is and keeps its last good state, in memory and in a file.

    A state is kept at the end of each epoch, every few minutes within a long one, and where the run is
    stopped. The file is written as often, unless that would take more than a twentieth of the time.

    Args:
        folder: where to write the file; None writes none.
        meta: what the file says of the run beside its place.
        guard: is told of weights that are not finite, which are never kept.
    """

    seconds = 300.0
    share = 0.05

    def __init__(self, folder: Path | None, meta: dict[str, Any], guard: NanGuard) -> None:
        super().__init__()
        self.folder = folder
        self.meta = meta
        self.guard = guard
        self.batches: Any = None
        self.epoch = self.step = self.start = 0
        self.steps: int | None = None
        self.good: tuple[checkpoint.State, dict[str, Any]] | None = None
        self._kept_at = time.monotonic()
        self._written: tuple[checkpoint.State, dict[str, Any]] | None = None
        self._write_again_at = 0.0

    def resume(self, state: checkpoint.State, meta: dict[str, Any], *, step: int) -> None:
        """Take a state that was read as the last good one; go on at `step` of its epoch."""
        self.epoch, self.step = meta["epoch"], step
        self.good = self._written = (state, meta)

    def begin(self, batches: Any, *, steps: int | None) -> None:
        """Say what the coming call of `fit` reads, and the steps of a whole epoch if known."""
        self.batches, self.steps, self.start = batches, steps, self.step

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        """Point the batches to this epoch's order."""
        self.epoch, self.step = epoch, self.start
        self.batches.epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        """Count the steps that are done; now and then keep the state."""
        self.step = self.start + batch + 1
        if time.monotonic() - self._kept_at >= self.seconds and self.step != self.steps:
            self.guard.look(logs)
            backend.sync(self.model)
            self.keep()

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Move on, and keep the state."""
        # how long an epoch of a foreign iterable is, nobody knows: unless it was stopped, it is over
        over = self.step >= self.steps if self.steps else not self.model.stop_training
        if over:
            self.epoch, self.step = epoch + 1, 0
        self.start = self.step
        self.keep()

    def keep(self) -> None:
        """Capture the state at this place, unless something is not finite."""
        if self.guard.found is None:
            state = checkpoint.capture(self.model)
            bad = checkpoint.not_finite(state)
            if bad:
                more = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
                self.guard.stop(f"weights that are not finite ({bad[0]}{more})")
                return
            self.good = (state, {**self.meta, "epoch": self.epoch, "step": self.step})
            self._kept_at = time.monotonic()
            if self._kept_at >= self._write_again_at or self.model.stop_training:
                self.write()

    def write(self) -> None:
        """Write the last good state, if it is not in the file yet."""
        if self.folder is None or self.good is None or self.good is self._written:
            return
        started = time.monotonic()
        checkpoint.write(self.folder / checkpoint.FILE, *self.good)
        ended = time.monotonic()
        self._written = self.good
        self._write_again_at = ended + (ended - started) / self.share


class SampleGrids(keras.callbacks.Callback):
    """Writes `samples/epoch-0001.png`, the same z each time.

    Args:
        folder: the run's folder.
        n: pictures in a grid.
        every: epochs between two grids.

    Example:
        `gan.fit(images, callbacks=[SampleGrids("run/", every=5)])`
    """

    def __init__(self, folder: str | Path, *, n: int = 64, every: int = 1) -> None:
        super().__init__()
        self.folder = Path(folder) / "samples"
        self.n = n
        self.every = every

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Draw and write."""
        if (epoch + 1) % self.every == 0:
            self.folder.mkdir(parents=True, exist_ok=True)
            grid = sample_grid(self.model, self.n)
            if grid is not None:
                images.save_png(self.folder / f"epoch-{epoch + 1:04d}.png", grid)


def sample_grid(gan: Any, n: int) -> NDArray[np.uint8] | None:
    """n pictures from the z of seed 0; a class-conditional model draws its classes in turn.

    None where the generator has diverged: it is the NaN guard's part to say so.
    """
    classes = gan.num_classes
    try:
        pictures = gan.generate(n, seed=0, labels=[i % classes for i in range(n)] if classes else None)
    except DataError:
        return None
    return images.grid(pictures, scale=2)


class Journal(keras.callbacks.Callback):
    """Appends a JSON line an epoch to `log.jsonl`: the figures and the seconds so far.

    Args:
        folder: the run's folder.
        resume_epoch: epochs that are done; later lines are dropped first.
    """

    def __init__(self, folder: str | Path, *, resume_epoch: int = 0) -> None:
        super().__init__()
        self.path = Path(folder) / "log.jsonl"
        kept = [line for line in read_journal(folder) if line["epoch"] <= resume_epoch]
        temporary = self.path.with_name(".log.jsonl.part")
        temporary.write_text("".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8")
        temporary.replace(self.path)
        self.before = kept[-1]["seconds"] if kept else 0.0
        self.started = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Write this epoch's line; what is not finite is null, which JSON has."""
        figures = {key: float(value) for key, value in (logs or {}).items()}
        line: dict[str, Any] = {"epoch": epoch + 1}
        line.update({key: round(v, 6) if math.isfinite(v) else None for key, v in figures.items()})
        line["seconds"] = round(self.before + time.monotonic() - self.started, 1)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def read_journal(folder: str | Path) -> list[dict[str, Any]]:
    """The lines of a run's `log.jsonl`, empty if there is none; one that was cut off is left out."""
    path = Path(folder) / "log.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.endswith("}")]


class StopCleanly(keras.callbacks.Callback):
    """The first Ctrl-C ends the step and stops, so that the state can be saved; the second interrupts."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = False
        self._installed = False
        self._before: Any = None

    def __enter__(self) -> "StopCleanly":
        # elsewhere Python allows no handler
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._ask)
            self._installed = True
        return self

    def __exit__(self, *error: object) -> None:
        if self._installed:
            signal.signal(signal.SIGINT, self._before or signal.default_int_handler)

    def _ask(self, number: int, frame: object) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        os.write(2, b"\nStopping after this step; Ctrl-C again to stop at once.\n")

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        """Stop between two steps."""
        if self.asked:
            self.model.stop_training = True
