"""How figures are shown: a table for a person, JSON for a program."""

import json
from collections.abc import Iterable
from typing import Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

__all__ = ["console", "print_json", "print_pairs", "print_table"]


def console(*, stderr: bool = False) -> Console:
    """A console that prints words as they are, without colouring what looks like a number."""
    return Console(stderr=stderr, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """Print JSON on stdout, and nothing else."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def print_table(columns: Iterable[str], rows: Iterable[Iterable[str]], *, fold_first: bool = False) -> None:
    """Print rows under their columns; `fold_first` breaks the first one where lines are short."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for index, column in enumerate(columns):
        table.add_column(column, no_wrap=index > 0 or not fold_first)
    for row in rows:
        table.add_row(*row)
    out = console()
    # A table keeps its width where the console is narrower: half a figure is a wrong one.
    measured = out.measure(table, options=out.options.update(max_width=10_000))
    out.width = max(out.width, measured.minimum if fold_first else measured.maximum)
    out.print(table, soft_wrap=False)


def print_pairs(rows: Iterable[tuple[str, str]]) -> None:
    """Print names and what they stand for."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*row)
    console().print(table)
