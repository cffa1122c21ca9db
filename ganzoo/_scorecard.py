"""What a scorecard holds: figures, each with its interval and floor, and the protocol they were taken by.

Apart from the code that measures it, so that a preset's `evaluation.json` is read without Keras.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ganzoo._full_card import FullCard
from ganzoo._schema import Line, Seed

__all__ = ["ExtractorCard", "Figure", "Scorecard"]

Count = Annotated[int, Field(ge=0, lt=2**53)]
Share = Annotated[float, Field(ge=0, le=1)]
Shares = Annotated[list[Share], Field(max_length=1000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Figure(_Strict):
    """One metric.

    Args:
        metric: its name, of `ganzoo.evaluate.measures.METRICS`, or `label_accuracy`.
        value: on the samples.
        half_width: half of its interval.
        floor: what as many real images get in place of the samples; None if it was not measured at that n. Of
            `label_accuracy`: how many of the real images the classifier reads as their label.
        best: where better is: `low` or `high`.
    """

    metric: Line
    value: float
    half_width: Annotated[float, Field(ge=0)]
    floor: float | None
    best: Literal["low", "high"]


class ExtractorCard(_Strict):
    """All figures by one extractor.

    Args:
        extractor_name, extractor_version, extractor_sha256, preprocessing: which extractor was used.
        role: `tuning`, or `confirmation` if no model may be chosen by it.
        reference_data, reference_split, n_real: what the samples were compared with.
        n_sample: how many of those images, and at most how many samples, the neighbour metrics compare; the
            kernel distance takes all samples, and as many of the images.
        floor_split, floor_draws: the floor's images, and how often they were drawn.
        figures: the metrics.
        class_histogram: share of samples read as each class; None without a classifier.
        class_half_widths: half of the interval of each share.
        reference_histogram: the shares of the real images.
        curve_n, curve: the Fréchet distance of that many samples, drawn from them all: FD∞'s points.
        curve_floor: the floors at those numbers; empty if they were not measured there.
        mean_confidence: of the classifier on the samples.
        reference_confidence: on the real images.
    """

    extractor_name: Line
    extractor_version: Line
    extractor_sha256: Line
    preprocessing: Line
    role: Line
    reference_data: Line
    reference_split: Line
    n_real: Count
    n_sample: Count
    floor_split: Line
    floor_draws: Count
    figures: Annotated[list[Figure], Field(max_length=100)]
    class_histogram: Shares | None
    class_half_widths: Annotated[list[float], Field(max_length=1000)] | None
    reference_histogram: Shares | None
    curve_n: Annotated[list[Count], Field(max_length=100)]
    curve: Annotated[list[float], Field(max_length=100)]
    curve_floor: Annotated[list[float], Field(max_length=100)]
    mean_confidence: Share | None
    reference_confidence: Share | None

    def figure(self, metric: str) -> Figure | None:
        """The figure of a metric, if it was measured."""
        return next((figure for figure in self.figures if figure.metric == metric), None)


class Scorecard(_Strict):
    """What a model scored, by every extractor, with the protocol without which it means nothing.

    Args:
        model: its name.
        n: number of samples.
        seed: that they were drawn with.
        interval: the method of every interval.
        settings: of the metrics, in words.
        extractors: the figures by each, those for tuning first.
        full: the figures that need the data set, if they were measured.
    """

    model: Line
    n: Count
    seed: Seed
    interval: Line
    settings: Line
    extractors: Annotated[list[ExtractorCard], Field(max_length=20)]
    full: FullCard | None = None

    def to_json(self) -> dict[str, Any]:
        """Everything as JSON types."""
        return self.model_dump(mode="json")

    def __str__(self) -> str:
        """The protocol and the tables, as `ganzoo evaluate` prints them."""
        from ganzoo._scorecard_table import to_text

        return to_text([self])
