"""A progress bar on stderr, for what takes longer than two seconds."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from ganzoo.cli._print import console

__all__ = ["bar"]

_PATIENCE = 2.0


@contextmanager
def bar(what: str, total: int) -> Iterator[Callable[[float, str], None]]:
    """Show how far a task is.

    Args:
        what: its name.
        total: of its units.

    Returns:
        A context manager that gives `move(done, text)`: units done in all, and what to show beside the bar.
    """
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[text]}"),
        console=console(stderr=True),
    )
    task = progress.add_task(what, total=total, text="")
    started, shown = time.monotonic(), False

    def move(done: float, text: str) -> None:
        nonlocal shown
        progress.update(task, completed=done, text=text)
        # In a file, a bar is but a line of noise.
        if not shown and sys.stderr.isatty() and time.monotonic() - started > _PATIENCE:
            progress.start()
            shown = True

    try:
        yield move
    finally:
        if shown:
            progress.stop()
