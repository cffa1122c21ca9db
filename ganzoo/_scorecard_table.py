"""A scorecard for a person: the protocol, the tables under it, the shares of the classes."""

import io
import itertools
import math
from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ganzoo import _full_table
from ganzoo._scorecard import ExtractorCard, Figure, Scorecard

__all__ = ["amount", "floor_text", "print_cards", "score_text", "title", "to_text"]

_TITLES = {
    "frechet_distance": "Fréchet distance",
    "frechet_distance_infinity": "FD∞",
    "kernel_distance": "kernel distance ×10³",
    "inception_score": "Inception score",
    "class_distance": "class shares off",
    "label_accuracy": "label accuracy",
}
# What the 2015 Inception graph alone gives the right to.
_TITLES_OF_INCEPTION = {
    "frechet_distance": "FID",
    "frechet_distance_infinity": "FID∞",
    "kernel_distance": "KID ×10³",
}
# Shown in thousandths, as papers do: its differences lie in the third decimal and below.
_SCALES = {"kernel_distance": 1000.0}
_ARROWS = {"low": "↓", "high": "↑"}


def title(metric: str, extractor: str = "") -> str:
    """The metric's name in a table; it is FID and KID on the 2015 Inception graph only."""
    titles = _TITLES | (_TITLES_OF_INCEPTION if extractor == "inception-2015" else {})
    return titles.get(metric, metric)


def amount(value: float, half_width: float) -> str:
    """A value to two digits of its uncertainty."""
    return f"{value:.{_decimals(half_width)}f}"


def to_text(cards: Sequence[Scorecard], *, width: int = 100) -> str:
    """Scorecards as plain text, those of several models side by side."""
    file = io.StringIO()
    print_cards(cards, Console(file=file, width=width, highlight=False, color_system=None))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()).strip("\n")


def print_cards(cards: Sequence[Scorecard], console: Console) -> None:
    """Prints one model by every extractor, or several models by each extractor in turn.

    Args:
        cards: of one n and seed.
        console: to print on.
    """
    for part in itertools.chain(_parts(cards), _full_table.parts(cards)):
        if part.show_header:
            # A table keeps its width where the console is narrower: half a figure is a wrong one.
            narrow = console.width
            wide = console.options.update(max_width=10_000)
            console.width = max(narrow, console.measure(part, options=wide).maximum)
            console.print(part, crop=False, soft_wrap=False)
            console.width = narrow
        else:
            console.print(part, soft_wrap=False)


def _parts(cards: Sequence[Scorecard]) -> Iterator[Table]:
    if len(cards) == 1:
        extractors = cards[0].extractors
        columns = [(by.extractor_name.removeprefix(f"{by.reference_data}-"), by) for by in extractors]
        yield _protocol(cards, extractors)
        yield _table(columns, floors=True)
        yield from _classes(columns)
        return
    for key in dict.fromkeys(_key(by) for card in cards for by in card.extractors):
        judged = [(card, by) for card in cards for by in card.extractors if _key(by) == key]
        columns = [(card.model, by) for card, by in judged]
        yield _protocol([card for card, _ in judged], [judged[0][1]])
        yield _table(columns, floors=False)
        yield from _classes(columns)


def _key(by: ExtractorCard) -> tuple[str, str, str]:
    return f"{by.extractor_name} {by.extractor_sha256}", by.reference_data, by.reference_split


def _protocol(cards: Sequence[Scorecard], extractors: Sequence[ExtractorCard]) -> Table:
    card, first = cards[0], extractors[0]
    rows = [
        ("model", ", ".join(card.model for card in cards)),
        ("samples", f"{card.n:,}, seed {card.seed}"),
        (
            "against",
            f"{first.n_real:,} images of {first.reference_data} {first.reference_split}; kernel distance and "
            f"neighbours against {first.n_sample:,} of them",
        ),
    ]
    for by in extractors:
        use = "confirmation only, never tuned by" if by.role == "confirmation" else by.role
        rows.append(
            (
                "extractor",
                f"{by.extractor_name} {by.extractor_version}, sha256 {by.extractor_sha256[:12]} ({use})",
            )
        )
    rows.append(("settings", card.settings))
    rows.append(("±", card.interval))
    if any(figure.floor is not None for figure in first.figures):
        rows.append(
            (
                "real",
                f"as many {first.reference_data} {first.floor_split} images in place of the samples, mean of "
                f"{first.floor_draws} draws",
            )
        )
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*(Text(word) for word in row))
    return table


def _table(columns: Sequence[tuple[str, ExtractorCard]], *, floors: bool) -> Table:
    """Rows are metrics. `floors`: each column has its own; else one for all stands at the end."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    for name, _ in columns:
        table.add_column(name, justify="right", no_wrap=True)
        if floors:
            table.add_column("real", justify="right", no_wrap=True, style="dim")
    if not floors:
        table.add_column("real", justify="right", no_wrap=True, style="dim")
    for metric in dict.fromkeys(figure.metric for _, by in columns for figure in by.figures):
        table.add_row(*_row(metric, columns, floors=floors))
    return table


def _row(metric: str, columns: Sequence[tuple[str, ExtractorCard]], *, floors: bool) -> list[Text]:
    figures = [by.figure(metric) for _, by in columns]
    known = [figure for figure in figures if figure is not None]
    cells = [f"{title(metric, columns[0][1].extractor_name)} {_ARROWS[known[0].best]}"]
    for figure in figures:
        cells.append(score_text(figure))
        if floors:
            cells.append(floor_text(figure))
    if not floors:
        cells.append(floor_text(min(known, key=lambda figure: figure.half_width)))
    return [Text(cell) for cell in cells]


def score_text(figure: Figure | None) -> str:
    """A figure and half of its interval, or nothing."""
    if figure is None:
        return ""
    scale = _SCALES.get(figure.metric, 1.0)
    value, half_width = figure.value * scale, figure.half_width * scale
    return f"{amount(value, half_width)} ± {amount(half_width, half_width)}"


def floor_text(figure: Figure | None) -> str:
    """The floor of a figure, or nothing."""
    if figure is None or figure.floor is None:
        return ""
    scale = _SCALES.get(figure.metric, 1.0)
    floor, half_width = figure.floor * scale, figure.half_width * scale
    # A floor far below the score would round to nothing at the score's own precision.
    return amount(floor, min(half_width, abs(floor) / 10 or half_width))


def _decimals(half_width: float) -> int:
    return 3 if half_width <= 0 else min(max(1 - math.floor(math.log10(half_width)), 0), 6)


def _classes(columns: Sequence[tuple[str, ExtractorCard]]) -> Iterator[Table]:
    shown = [(name, by) for name, by in columns if by.class_histogram]
    if not shown or len(shown[0][1].class_histogram or ()) > 12:
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("% read as", no_wrap=True)
    for number in range(len(shown[0][1].class_histogram or ())):
        table.add_column(str(number), justify="right", no_wrap=True)
    for i, (name, by) in enumerate(shown):
        table.add_row(Text(name), *_percent(by.class_histogram))
        table.add_row(Text("  ±", style="dim"), *_percent(by.class_half_widths), style="dim")
        following = shown[i + 1][1].reference_histogram if i + 1 < len(shown) else None
        if by.reference_histogram != following:
            table.add_row(Text("  real", style="dim"), *_percent(by.reference_histogram), style="dim")
    yield table


def _percent(shares: Sequence[float] | None) -> list[str]:
    return [f"{100 * share:.1f}" for share in shares or ()]
