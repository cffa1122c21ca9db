"""The second table of a scorecard: the figures that need the data set, and how each was measured."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from rich import box
from rich.table import Table
from rich.text import Text

from ganzoo._full_card import FullCard, FullFigure
from ganzoo._scorecard import Scorecard

__all__ = ["floor_text", "label", "parts", "score_text", "title"]

_TITLES: Final = {
    "classification_accuracy_score": "CAS",
    "path_length": "path length",
    "num_different_bins": "different bins (NDB)",
    "bin_divergence": "bins, JS",
    "pairwise_distance": "pairwise distance",
    "class_pairwise_distance": "  within a class",
    "near_duplicates": "near-duplicate pairs",
    "birthday_support": "birthday support",
    "modes_covered": "classes covered",
    "mode_divergence": "classes, KL",
    "authenticity": "AuthPct",
    "data_copying": "C_T",
}
_BEST: Final = {"low": "↓", "high": "↑", "zero": "→ 0", "real": "→ real"}
# Shown as whole numbers.
_COUNTS: Final = ("num_different_bins", "near_duplicates", "birthday_support", "modes_covered")


def title(metric: str) -> str:
    """The metric's name in a sentence."""
    return _TITLES.get(metric, metric).strip()


def label(figure: FullFigure) -> str:
    """The metric's name in a table, and where it is best."""
    return f"{_TITLES.get(figure.metric, figure.metric)} {_BEST[figure.best]}"


def score_text(figure: FullFigure | None) -> str:
    """A figure, and half of its interval where there is one; or nothing."""
    if figure is None:
        return ""
    value = _number(figure, figure.value)
    return value if figure.half_width is None else f"{value} ± {_number(figure, figure.half_width)}"


def floor_text(figure: FullFigure | None) -> str:
    """What real images get, or nothing."""
    return "" if figure is None or figure.floor is None else _number(figure, figure.floor)


def _number(figure: FullFigure, value: float) -> str:
    if figure.metric in _COUNTS:
        # A support is an estimate of two digits at most; as the others, it is a count.
        return f"{float(f'{value:.2g}'):,.0f}" if figure.metric == "birthday_support" else f"{value:,.0f}"
    return f"{value:.{_decimals(figure)}f}"


def _decimals(figure: FullFigure) -> int:
    """Two digits of the interval; without one, four of the value."""
    unit = figure.half_width or abs(figure.value) / 100 or 1.0
    return min(max(1 - math.floor(math.log10(unit)), 0), 6)


def parts(cards: Sequence[Scorecard]) -> Iterator[Table]:
    """Protocol, figures and notes of the cards that have such figures, side by side.

    Args:
        cards: one a model.

    Yields:
        Tables; those without a header are text.
    """
    columns = [(card.model, card.full) for card in cards if card.full is not None]
    for key in dict.fromkeys(_key(full) for _, full in columns):
        alike = [(name, full) for name, full in columns if _key(full) == key]
        yield _protocol(alike[0][1])
        yield _figures(alike)
        yield _notes(alike)


def _key(full: FullCard) -> tuple[str, ...]:
    return full.extractor_sha256, full.train_sha256, full.test_sha256, str(full.n)


def _protocol(full: FullCard) -> Table:
    return _text(
        [
            (
                "with the data",
                f"{full.n_train:,} training images of {full.data}; {full.n:,} samples, or as many test "
                f"images in their place (real), by {full.extractor_name}",
            )
        ]
    )


def _figures(columns: Sequence[tuple[str, FullCard]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    for name, _ in columns:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("real", justify="right", no_wrap=True, style="dim")
    for metric in _metrics(columns):
        figures = [full.figure(metric) for _, full in columns]
        known = next(figure for figure in figures if figure is not None)
        cells = [label(known), *(score_text(figure) for figure in figures), floor_text(known)]
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _notes(columns: Sequence[tuple[str, FullCard]]) -> Table:
    rows = []
    for metric in _metrics(columns):
        known = next(f for f in (full.figure(metric) for _, full in columns) if f is not None)
        rows.append((title(metric), known.protocol))
    for name, full in columns:
        which = f" of {name}" if len(columns) > 1 else ""
        rows += [(title(out.metric), f"left out{which}: {out.reason}") for out in full.left_out]
    return _text(rows)


def _metrics(columns: Sequence[tuple[str, FullCard]]) -> list[str]:
    found = {figure.metric for _, full in columns for figure in full.figures}
    return [metric for metric in _TITLES if metric in found] + sorted(found - set(_TITLES))


def _text(rows: Sequence[tuple[str, str]]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*(Text(word) for word in row))
    return table
