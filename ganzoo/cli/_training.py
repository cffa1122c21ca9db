"""What `train` and `finetune` share: the bar while training, the result after it."""

import contextlib
import sys
import time
from typing import TYPE_CHECKING, Any

import keras
import typer

from ganzoo.cli._print import console, print_json, print_pairs
from ganzoo.cli.progress import bar

if TYPE_CHECKING:
    from ganzoo.training.run import RunResult

__all__ = ["TrainingBar", "figures", "report", "say"]


def say(line: str) -> None:
    """Tell a person, on stderr, so that stdout holds the figures alone."""
    console(stderr=True).print(line, markup=False)


class TrainingBar(keras.callbacks.Callback):
    """Shows epoch, step and figures: a bar on a terminal, else a line an epoch.

    Args:
        epochs: of the run.
    """

    def __init__(self, *, epochs: int) -> None:
        super().__init__()
        self.epochs = epochs
        self.epoch = 0
        self.looked = 0.0
        self._open = contextlib.ExitStack()

    def __enter__(self) -> "TrainingBar":
        self._move = self._open.enter_context(bar("training", self.epochs))
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Note the epoch."""
        self.epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Move the bar twice a second: reading a figure waits for the device."""
        if time.monotonic() - self.looked > 0.5:
            # of a resumed epoch, these are the steps that are left
            done = (batch + 1) / max(self.params.get("steps") or 1, batch + 1)
            self._move(self.epoch + done, f"epoch {self.epoch + 1}/{self.epochs} {figures(logs)}")
            self.looked = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Move the bar, or print a line."""
        line = f"epoch {epoch + 1}/{self.epochs} {figures(logs)}"
        self._move(epoch + 1, line)
        if not sys.stderr.isatty():
            say(line)


def figures(logs: dict[str, Any] | None) -> str:
    """The log's figures in a line."""
    return " ".join(f"{name} {float(value):.3f}" for name, value in (logs or {}).items())


def report(result: "RunResult", *, as_json: bool, resume: str) -> None:
    """Print what a run came to, and leave with 130 if Ctrl-C stopped it.

    Args:
        result: of the run.
        as_json: print JSON.
        resume: the line to type to go on.

    Raises:
        typer.Exit: the run was interrupted.
    """
    if as_json:
        print_json(result.to_json())
    if result.interrupted:
        say(f"Stopped and saved in epoch {result.epochs + 1}. Go on with: {resume}")
        raise typer.Exit(130)
    if as_json:
        return
    rows = [
        ("preset", str(result.folder)),
        ("trained", f"{result.epochs} epochs in {result.seconds:.0f} s"),
        ("last epoch", figures({k: v for k, v in result.last.items() if k not in ("epoch", "seconds")})),
    ]
    if result.score is not None:
        rows.append(("score", str(result.score)))
    rows.append(("draw from it", f"ganzoo sample {result.folder}"))
    print_pairs(rows)
