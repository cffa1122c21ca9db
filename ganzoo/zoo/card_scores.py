"""What a preset scored, in its model card: every metric, by every extractor, with its protocol."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ganzoo import _full_table
from ganzoo._full_card import FullCard
from ganzoo._scorecard import ExtractorCard, Scorecard
from ganzoo._scorecard_table import floor_text, score_text, title
from ganzoo.zoo.markdown import table

if TYPE_CHECKING:
    from ganzoo.zoo.evaluation import Evaluation, Score

__all__ = ["section"]

_BETTER = {"low": "lower", "high": "higher", "zero": "near 0", "real": "near the real one"}


def section(evaluation: "Evaluation | None") -> str:
    """Write the section.

    Args:
        evaluation: of the preset, or None.

    Returns:
        For a scorecard a table with two columns an extractor, one of the shares of the classes, and the
        protocol; then the figures that need the data set, if they were measured. Else the Fréchet distances.
    """
    if evaluation is None or not evaluation.scores:
        return "## Evaluation\n\nNot measured."
    parts = _scorecard(evaluation.card) if evaluation.card else map(_score, evaluation.scores)
    return "\n\n".join(["## Evaluation", *parts])


def _scorecard(card: Scorecard) -> list[str]:
    parts = [_figures(card.extractors), *_classes(card.extractors), _protocol(card)]
    return parts if card.full is None else parts + _full(card.full)


def _score(score: "Score") -> str:
    rows = [("Fréchet distance", f"{score.frechet_distance:.4f}", "0 is best")]
    if score.floor is not None and score.floor_ratio is not None:
        rows.append(
            ("Floor", f"{score.floor:.4f}", f"the same for {score.n_fake:,} real {score.floor_split} images")
        )
        rows.append(("Times the floor", f"{score.floor_ratio:.2f}", "1 is as close as real images are"))
    if score.class_histogram is not None:
        low, high = min(score.class_histogram), max(score.class_histogram)
        rows.append(("Share of a class", f"{low:.1%} to {high:.1%}", "as the extractor reads the samples"))
    if score.mean_confidence is not None:
        real = score.reference_confidence
        beside = "" if real is None else f"{real:.4f} on real images"
        rows.append(("Mean confidence", f"{score.mean_confidence:.4f}", beside))
    if score.label_accuracy is not None:
        rows.append(("Read as the label asked for", f"{score.label_accuracy:.1%}", ""))
    return (
        f"{table(['', '', ''], rows)}\n\n"
        f"Protocol: {score.n_fake:,} samples, seed {score.seed}, against {score.n_real:,} images of "
        f"{score.reference_data} {score.reference_split}; extractor {score.extractor_name} "
        f"{score.extractor_version}, sha256 `{score.extractor_sha256[:16]}`."
    )


def _figures(extractors: Sequence[ExtractorCard]) -> str:
    head = ["", *(name for by in extractors for name in (by.extractor_name, "real")), "better"]
    rows = []
    for metric in dict.fromkeys(figure.metric for by in extractors for figure in by.figures):
        figures = [by.figure(metric) for by in extractors]
        best = next(figure.best for figure in figures if figure is not None)
        cells = [cell for figure in figures for cell in (score_text(figure), floor_text(figure))]
        rows.append([title(metric, extractors[0].extractor_name), *cells, _BETTER[best]])
    return table(head, rows)


def _classes(extractors: Sequence[ExtractorCard]) -> list[str]:
    shown = [by for by in extractors if by.class_histogram]
    if not shown or len(shown[0].class_histogram or ()) > 12:
        return []
    rows = []
    for by in shown:
        rows.append([f"{by.extractor_name}, samples", *_percent(by.class_histogram)])
        rows.append([f"{by.extractor_name}, real", *_percent(by.reference_histogram)])
    return [table(["% read as", *map(str, range(len(shown[0].class_histogram or ())))], rows)]


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
    return [table(["", "samples", "real", "better", "how"], rows), " ".join([protocol, *left_out])]
