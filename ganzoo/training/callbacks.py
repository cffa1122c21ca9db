"""What runs while a GAN trains: the run's position, sample grids, the log, the NaN guard, Ctrl-C."""

import json
import math
import signal
import threading
import time
from pathlib import Path
from typing import Any

import keras

from ganzoo import images
from ganzoo.training import checkpoint

__all__ = ["Journal", "NanGuard", "Position", "SampleGrids", "StopCleanly"]

Logs = dict[str, Any] | None


class Position(keras.callbacks.Callback):
    """Knows the epoch and step, tells the batches, and keeps the last good state.

    Args:
        batches: an `OrderedBatches` whose epoch follows the run's, or None.
        folder: where to write the checkpoint; None keeps it in memory.
        meta: what a checkpoint says of the run beside its position.
        every: epochs between two checkpoints.
    """

    def __init__(self, batches: Any, folder: Path | None, meta: dict[str, Any], *, every: int = 1) -> None:
        super().__init__()
        self.batches = batches
        self.folder = folder
        self.meta = meta
        self.every = every
        self.epoch = 0
        self.step = 0
        self.steps = 0
        self.good: tuple[checkpoint.State, dict[str, Any]] | None = None

    def begin(self, *, epoch: int, start: int, steps: int) -> None:
        """Say where the coming call of `fit` starts and how long an epoch is."""
        self.epoch, self.start, self.steps = epoch, start, steps
        self.step = start

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        """Point the batches to this epoch's order."""
        self.epoch, self.step = epoch, self.start
        if self.batches is not None:
            self.batches.epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        """Count the steps that are done."""
        self.step = self.start + batch + 1

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Move on, and keep the state."""
        if self.steps == 0 or self.step >= self.steps:
            self.epoch, self.step = epoch + 1, 0
        self.start = self.step
        stopping = self.model.stop_training
        if _finite(logs) and (stopping or self.epoch % self.every == 0):
            self.keep()

    def keep(self) -> None:
        """Capture the state at this position, and write it if there is a folder."""
        meta = {**self.meta, "epoch": self.epoch, "step": self.step}
        self.good = (checkpoint.capture(self.model), meta)
        if self.folder is not None:
            checkpoint.write(self.folder / checkpoint.FILE, *self.good)


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
            self._look(logs)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Look at the epoch's figures."""
        self._look(logs)

    def _look(self, logs: Logs) -> None:
        if self.found is None and not _finite(logs):
            self.found = ", ".join(
                f"{k} = {float(v)}" for k, v in (logs or {}).items() if not _finite({k: v})
            )
            self.model.stop_training = True


class SampleGrids(keras.callbacks.Callback):
    """Writes `samples/epoch-0001.png`, the same z each time.

    Args:
        folder: the run's folder.
        n: pictures in a grid.
        every: epochs between two grids.
    """

    def __init__(self, folder: Path, *, n: int = 64, every: int = 1) -> None:
        super().__init__()
        self.folder = folder / "samples"
        self.n = n
        self.every = every

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Draw and write."""
        if (epoch + 1) % self.every == 0:
            self.folder.mkdir(parents=True, exist_ok=True)
            classes = self.model.num_classes
            labels = [i % classes for i in range(self.n)] if classes else None
            pictures = self.model.generate(self.n, seed=0, labels=labels)
            images.save_png(self.folder / f"epoch-{epoch + 1:04d}.png", images.grid(pictures, scale=2))


class Journal(keras.callbacks.Callback):
    """Appends a JSON line an epoch to `log.jsonl`: the figures and the seconds so far.

    Args:
        folder: the run's folder.
        resume_epoch: lines of this epoch and later are dropped first.
    """

    def __init__(self, folder: Path, *, resume_epoch: int = 0) -> None:
        super().__init__()
        self.path = folder / "log.jsonl"
        kept = [line for line in read_journal(folder) if line["epoch"] <= resume_epoch]
        self.path.write_text("".join(json.dumps(line) + "\n" for line in kept))
        self.before = kept[-1]["seconds"] if kept else 0.0
        self.started = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Write this epoch's line."""
        line = {"epoch": epoch + 1, **{k: round(float(v), 6) for k, v in (logs or {}).items()}}
        line["seconds"] = round(self.before + time.monotonic() - self.started, 1)
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")


def read_journal(folder: Path) -> list[dict[str, Any]]:
    """The lines of a run's `log.jsonl`, empty if there is none."""
    path = folder / "log.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip().endswith("}")]


class StopCleanly(keras.callbacks.Callback):
    """The first Ctrl-C ends the step and stops, so that the state can be saved; the second interrupts."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = False
        self._before: Any = None

    def __enter__(self) -> "StopCleanly":
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, *error: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _ask(self, number: int, frame: object) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        """Stop between two steps."""
        if self.asked:
            self.model.stop_training = True


def _finite(logs: Logs) -> bool:
    return all(math.isfinite(float(value)) for value in (logs or {}).values())
