"""A scorecard in a model card: every metric, by every extractor, with its protocol."""

from collections.abc import Sequence

from ganzoo import _full_table
from ganzoo._full_card import FullCard
from ganzoo._scorecard import ExtractorCard, Scorecard
from ganzoo._scorecard_table import floor_text, score_text, title

__all__ = ["render"]

_BETTER = {"low": "lower", "high": "higher", "zero": "near 0", "real": "near the real one"}


def render(card: Scorecard) -> str:
    """Write a scorecard as Markdown.

    Args:
        card: with at least one extractor.

    Returns:
        A table with two columns an extractor, one of the shares of the classes, and the protocol; then the
        figures that need the data set, if they were measured.
    """
    parts = [_figures(card.extractors), *_classes(card.extractors), _protocol(card)]
    if card.full is not None:
        parts += _full(card.full)
    return "\n\n".join(parts)


def _figures(extractors: Sequence[ExtractorCard]) -> str:
    head = ["", *(name for by in extractors for name in (by.extractor_name, "real")), "better"]
    rows = []
    for metric in dict.fromkeys(figure.metric for by in extractors for figure in by.figures):
        figures = [by.figure(metric) for by in extractors]
        best = next(figure.best for figure in figures if figure is not None)
        cells = [cell for figure in figures for cell in (score_text(figure), floor_text(figure))]
        rows.append([title(metric, extractors[0].extractor_name), *cells, _BETTER[best]])
    return _table(head, rows)


def _classes(extractors: Sequence[ExtractorCard]) -> list[str]:
    shown = [by for by in extractors if by.class_histogram]
    if not shown or len(shown[0].class_histogram or ()) > 12:
        return []
    rows = []
    for by in shown:
        rows.append([f"{by.extractor_name}, samples", *_percent(by.class_histogram)])
        rows.append([f"{by.extractor_name}, real", *_percent(by.reference_histogram)])
    return [_table(["% read as", *map(str, range(len(shown[0].class_histogram or ())))], rows)]


def _percent(shares: Sequence[float] | None) -> list[str]:
    return [f"{100 * share:.1f}" for share in shares or ()]


def _protocol(card: Scorecard) -> str:
    first = card.extractors[0]
    used = "; ".join(
        f"{by.extractor_name} {by.extractor_version} ({by.role}), sha256 `{by.extractor_sha256[:16]}`"
        for by in card.extractors
    )
    return (
        f"Protocol: {card.n:,} samples, seed {card.seed}, against {first.n_real:,} images of "
        f"{first.reference_data} {first.reference_split}; kernel distance and neighbours against "
        f"{first.n_sample:,} of them. {card.settings[0].upper()}{card.settings[1:]}. ±: {card.interval}. "
        f"Real: as many {first.floor_split} images in place of the samples, mean of {first.floor_draws} "
        f"draws. Extractors: {used}; no model is chosen or tuned by one for confirmation."
    )


def _full(full: FullCard) -> list[str]:
    rows = [
        [
            _full_table.title(figure.metric),
            _full_table.score_text(figure),
            _full_table.floor_text(figure),
            _BETTER[figure.best],
            # The bar of |x| would end the cell.
            figure.protocol.replace("|", "\\|"),
        ]
        for figure in full.figures
    ]
    left_out = [f"Left out: {_full_table.title(each.metric)}, {each.reason}." for each in full.left_out]
    protocol = (
        f"With the data set at hand: {full.n_train:,} training images of {full.data}; {full.n:,} samples, or "
        f"as many test images in their place (real); by {full.extractor_name}."
    )
    return [_table(["", "samples", "real", "better", "how"], rows), " ".join([protocol, *left_out])]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
