"""A comparison in words: the rows of its table, and the notes without which they mean nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ganzoo._scorecard import ExtractorCard
from ganzoo._scorecard_table import score_text, title
from ganzoo.zoo.comparison import Compared, Comparison
from ganzoo.zoo.evaluation import Score
from ganzoo.zoo.preset import Preset

__all__ = ["Row", "main_scores", "notes", "table_rows"]

_METRICS: Final = {
    "inception_score": "↑",
    "precision": "↑",
    "recall": "↑",
    "coverage": "↑",
    "label_accuracy": "↑",
}


@dataclass(frozen=True)
class Row:
    """One row of the table.

    Args:
        label: what it tells.
        cells: one a model, empty where that is not known.
        head: it begins a part of the table.
    """

    label: str
    cells: tuple[str, ...]
    head: bool = False


@dataclass(frozen=True)
class _Protocol:
    """What must agree for two scores to stand in one row."""

    extractor: str
    sha256: str
    reference: str
    n: int
    seed: int | None

    def __str__(self) -> str:
        seed = "" if self.seed is None else f", seed {self.seed}"
        return (
            f"{self.n:,} samples{seed}, against {self.reference}, extractor {self.extractor}, sha256 "
            f"{self.sha256[:12]}"
        )


def table_rows(comparison: Comparison) -> list[Row]:
    """The rows of the table: size, then the scores by each protocol, then speed.

    Args:
        comparison: of at least two models.

    Returns:
        The rows; scores of different protocols never share one.
    """
    manifests = [model.preset.manifest for model in comparison.models]
    rows = [
        Row("architecture", tuple(manifest.architecture for manifest in manifests)),
        Row("draws", tuple(_draws(model.preset) for model in comparison.models)),
        Row("classes", tuple(str(manifest.network.num_classes or "") for manifest in manifests)),
        Row("parameters", tuple(f"{manifest.parameters.generator:,}" for manifest in manifests)),
    ]
    rows = [row for row in rows if any(row.cells)]
    for number, protocol in enumerate(_protocols(comparison.models), 1):
        rows += _scores(comparison.models, protocol, number)
    rows.append(Row("images a second", tuple(f"{v:,.0f}" for v in comparison.images_per_second), head=True))
    rows.append(Row("times as fast", tuple(f"{ratio:.2f}" for ratio in comparison.times_as_fast)))
    return rows


def notes(comparison: Comparison) -> list[str]:
    """What the rows rest on.

    Args:
        comparison: of at least two models.

    Returns:
        The protocol of each part of scores, and that of the speed.
    """
    lines = [f"({i}) {protocol}" for i, protocol in enumerate(_protocols(comparison.models), 1)]
    unmeasured = [model.name for model in comparison.models if not _by_protocol(model.preset)]
    if unmeasured:
        lines.append(f"not measured: {', '.join(unmeasured)}. Type: ganzoo evaluate NAME --write")
    if lines:
        lines.append("±: 95% interval. Floor: the same of as many real images in the samples' place")
    lines.append(
        f"speed: gan.generate of {comparison.batch_size} at once, warmed up, on {comparison.backend}, median "
        f"of {len(comparison.models[0].seconds)} turns; as fast as {comparison.models[0].name} is 1"
    )
    return lines


def main_scores(comparison: Comparison, model: Compared) -> list[str]:
    """The few lines that fit under a grid: size, distance and speed.

    Args:
        comparison: that the model is of.
        model: one of it.

    Returns:
        Lines; a score names its protocol by the number that `notes` gives it.
    """
    lines = [f"{model.preset.manifest.parameters.generator:,} parameters, {_draws(model.preset)}"]
    known = _by_protocol(model.preset)
    for number, protocol in enumerate(_protocols(comparison.models), 1):
        if protocol in known:
            score, card = known[protocol]
            floor = "" if score.floor_ratio is None else f", {score.floor_ratio:.2f} times the floor"
            lines.append(f"Fréchet distance {_distance(score, card)}{floor} ({number})")
    place = comparison.models.index(model)
    speed, ratio = comparison.images_per_second[place], comparison.times_as_fast[place]
    lines.append(f"{speed:,.0f} images a second, {ratio:.2f} times as fast")
    return lines


def _draws(preset: Preset) -> str:
    network = preset.manifest.network
    return f"{network.size}x{network.size} {'RGB' if network.channels == 3 else 'grey'}"


def _by_protocol(preset: Preset) -> dict[_Protocol, tuple[Score, ExtractorCard | None]]:
    """Scores by what they rest on, and the card of the same extractor if there is one."""
    evaluation = preset.evaluation
    if evaluation is None:
        return {}
    cards = {by.extractor_sha256: by for by in (evaluation.card.extractors if evaluation.card else [])}
    return {
        _Protocol(
            extractor=f"{score.extractor_name} {score.extractor_version}",
            sha256=score.extractor_sha256,
            reference=f"{score.n_real:,} images of {score.reference_data} {score.reference_split}",
            n=score.n_fake,
            seed=score.seed,
        ): (score, cards.get(score.extractor_sha256))
        for score in evaluation.scores
    }


def _protocols(models: Sequence[Compared]) -> list[_Protocol]:
    return list(dict.fromkeys(protocol for model in models for protocol in _by_protocol(model.preset)))


def _distance(score: Score, card: ExtractorCard | None) -> str:
    figure = card.figure("frechet_distance") if card is not None else None
    return f"{score.frechet_distance:.2f}" if figure is None else score_text(figure)


def _scores(models: Sequence[Compared], protocol: _Protocol, number: int) -> list[Row]:
    known = [_by_protocol(model.preset).get(protocol) for model in models]
    distances = tuple("" if found is None else _distance(*found) for found in known)
    ratios = tuple(
        "" if found is None or found[0].floor_ratio is None else f"{found[0].floor_ratio:.2f}"
        for found in known
    )
    name = title("frechet_distance", protocol.extractor.split()[0])
    rows = [Row(f"{name} ({number}) ↓", distances, head=True), Row("times the floor", ratios)]
    for metric, arrow in _METRICS.items():
        cells = tuple(
            score_text(found[1].figure(metric)) if found is not None and found[1] is not None else ""
            for found in known
        )
        if any(cells):
            rows.append(Row(f"{title(metric)} ({number}) {arrow}", cells))
    return rows
