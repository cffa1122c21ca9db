"""What `ganzoo evaluate --full` adds to a scorecard: figures that need the data set, each with its protocol.

Apart from the code that measures it, so that a preset's `evaluation.json` is read without Keras.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ganzoo._schema import Line

__all__ = ["FullCard", "FullFigure", "LeftOut"]

Count = Annotated[int, Field(ge=0, lt=2**53)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class FullFigure(_Strict):
    """One metric.

    Args:
        metric: its name, of `ganzoo.evaluate.full.METRICS`.
        value: on the samples.
        half_width: half of its 95% interval; None where none was measured.
        floor: what as many real images get in place of the samples; None where that has no meaning.
        best: where better is: `low`, `high`, near `zero`, or near what `real` images get.
        protocol: how the value and the floor were measured.
    """

    metric: Line
    value: float
    half_width: Annotated[float, Field(ge=0)] | None
    floor: float | None
    best: Literal["low", "high", "zero", "real"]
    protocol: Line


class LeftOut(_Strict):
    """A metric that has no value for this model.

    Args:
        metric: its name.
        reason: why not.
    """

    metric: Line
    reason: Line


class FullCard(_Strict):
    """The figures that need the data set.

    Args:
        extractor_name, extractor_version, extractor_sha256: whose features were compared.
        data: the name of the data set.
        train_sha256, test_sha256: of its pixels and labels.
        n_train: training images.
        n: samples, and as many images of either split, that were compared.
        figures: the metrics.
        left_out: those that have no value, and why.
    """

    extractor_name: Line
    extractor_version: Line
    extractor_sha256: Line
    data: Line
    train_sha256: Line
    test_sha256: Line
    n_train: Count
    n: Count
    figures: Annotated[list[FullFigure], Field(max_length=100)]
    left_out: Annotated[list[LeftOut], Field(max_length=100)]

    def figure(self, metric: str) -> FullFigure | None:
        """The figure of a metric, if it has a value."""
        return next((figure for figure in self.figures if figure.metric == metric), None)
