"""`evaluation.json`: what a preset scored, each number with its protocol."""

import os
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from ganzoo._audit_card import AuditCard
from ganzoo._schema import Line, Seed, validated
from ganzoo._scorecard import ExtractorCard, Scorecard
from ganzoo.errors import WeightsError
from ganzoo.zoo import card, files
from ganzoo.zoo.manifest import read_json, to_text

__all__ = ["Evaluation", "Score", "read_evaluation", "save_audit", "save_evaluation"]

SCHEMA_VERSION: Final = 3

Share = Annotated[float, Field(ge=0, le=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Score(_Strict):
    """A `ganzoo.evaluate.scores.SampleScore` as JSON."""

    frechet_distance: Annotated[float, Field(ge=0)]
    floor: float | None
    floor_ratio: float | None
    floor_split: Line | None
    class_histogram: Annotated[list[Share], Field(max_length=10_000)] | None
    mean_confidence: Share | None
    label_accuracy: Share | None
    reference_confidence: Share | None
    extractor_name: Line
    extractor_version: Line
    extractor_sha256: Line
    reference_data: Line
    reference_split: Line
    n_real: Annotated[int, Field(ge=1, lt=2**53)]
    n_fake: Annotated[int, Field(ge=1, lt=2**53)]
    seed: Seed | None


class Evaluation(_Strict):
    """The whole of `evaluation.json`.

    Args:
        scores: Fréchet distances, those of the extractors for tuning first.
        card: every metric, if `ganzoo evaluate --write` measured them; version 1 had none.
        audit: what `ganzoo audit --write` found; versions 1 and 2 had none.
    """

    schema_version: Literal[1, 2, 3] = SCHEMA_VERSION
    scores: Annotated[list[Score], Field(max_length=100)]
    card: Scorecard | None = None
    audit: AuditCard | None = None


def read_evaluation(folder: Path) -> Evaluation | None:
    """Read a preset's `evaluation.json`.

    Args:
        folder: of the preset.

    Returns:
        The `Evaluation`, or None if the preset was not scored.

    Raises:
        WeightsError: it breaks the schema, or is of a newer one.
    """
    path = folder / files.EVALUATION
    # A link to nowhere or a folder of that name is not the same as no file.
    if not os.path.lexists(path):
        return None
    raw = read_json(path)
    return validated(Evaluation, raw, path, version=SCHEMA_VERSION, remedy="Get the preset again.")


def save_evaluation(folder: str | os.PathLike[str], score: Any) -> None:
    """Write what a preset scored into its `evaluation.json`, and its card anew; an audit stays.

    Args:
        folder: of the preset.
        score: a `Scorecard`, or a `SampleScore`, or several of the latter.

    Raises:
        WeightsError: the folder holds no preset.
        InvalidArgumentError: the folder cannot be written.

    Example:
        >>> save_evaluation("my-gan", ganzoo.evaluate.scorecard(gan))
    """
    target = files.find(Path(folder))
    before = read_evaluation(target)
    audit = before.audit if before else None
    if isinstance(score, Scorecard):
        scores = [_score(score, by) for by in score.extractors]
        evaluation = Evaluation(scores=scores, card=score, audit=audit)
    else:
        several = list(score) if isinstance(score, list | tuple) else [score]
        # Through JSON types, which turns the tuples of a dataclass into lists.
        raw = [{k: list(v) if isinstance(v, tuple) else v for k, v in s.to_json().items()} for s in several]
        evaluation = Evaluation(scores=[Score.model_validate(each) for each in raw], audit=audit)
    _write(target, evaluation)


def save_audit(folder: str | os.PathLike[str], audit: Any) -> None:
    """Write what an audit found into a preset's `evaluation.json`, and its card anew; scores stay.

    The pictures of the audit, which show training images, are not written.

    Args:
        folder: of the preset.
        audit: an `evaluate.audit.Audit` of it.

    Raises:
        WeightsError: the folder holds no preset.
        InvalidArgumentError: the folder cannot be written.

    Example:
        >>> save_audit("my-gan", ganzoo.evaluate.audit_model(gan, train, unseen))
    """
    target = files.find(Path(folder))
    found = AuditCard.model_validate(audit.to_json())
    before = read_evaluation(target)
    scores, card_before = (before.scores, before.card) if before else ([], None)
    _write(target, Evaluation(scores=scores, card=card_before, audit=found))


def _write(target: Path, evaluation: Evaluation) -> None:
    manifest = files.read_manifest(target)
    text = card.render(manifest, evaluation, files.read_sampler(target, manifest))
    with files.replace_files(target) as temporary:
        (temporary / files.EVALUATION).write_text(to_text(evaluation), encoding="utf-8")
        (temporary / files.CARD).write_text(text, encoding="utf-8")


def _score(scored: Scorecard, by: ExtractorCard) -> Score:
    """The Fréchet distance of a card with its protocol, which is what `list` and `info` show."""
    distance, accuracy = by.figure("frechet_distance"), by.figure("label_accuracy")
    if distance is None:
        raise WeightsError("A scorecard without a Fréchet distance cannot be kept.")
    floor = distance.floor
    return Score(
        frechet_distance=distance.value,
        floor=floor,
        floor_ratio=distance.value / floor if floor else None,
        floor_split=by.floor_split if floor is not None else None,
        class_histogram=by.class_histogram,
        mean_confidence=by.mean_confidence,
        label_accuracy=accuracy.value if accuracy else None,
        reference_confidence=by.reference_confidence,
        extractor_name=by.extractor_name,
        extractor_version=by.extractor_version,
        extractor_sha256=by.extractor_sha256,
        reference_data=by.reference_data,
        reference_split=by.reference_split,
        n_real=by.n_real,
        n_fake=scored.n,
        seed=scored.seed,
    )
