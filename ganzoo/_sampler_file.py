"""`sampler.json`: the sampler that was found best for a preset, its calibration, and what it scored.

Apart from the code that draws with it, so that a preset's files are read without Keras.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ganzoo._schema import Line, Seed, validated
from ganzoo.errors import InvalidArgumentError, WeightsError

if TYPE_CHECKING:
    from ganzoo.latent.samplers.base import Sampler

__all__ = ["SAMPLER_FILE", "Calibration", "Head", "Measurement", "SavedSampler", "parse_sampler"]

SAMPLER_FILE: Final = "sampler.json"
SCHEMA_VERSION: Final = 1

Name = Annotated[Line, Field(max_length=40)]
Numbers = Annotated[tuple[float, ...], Field(max_length=4096, strict=False)]
# Samplers hold their settings to narrower ranges of their own.
Setting = bool | Annotated[int, Field(ge=-(10**9), le=10**9)] | float | Name | None


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Head(_Strict):
    """score = logit · D(x) + features · h(x) + bias, where h is what the discriminator's last layer sees.

    Args:
        logit: weight of the discriminator's own output.
        features: weights (d,) of h(x).
        bias: added.
    """

    logit: float
    features: Annotated[tuple[float, ...], Field(max_length=65_536, strict=False)]
    bias: float


class Calibration(_Strict):
    """A monotone map of scores to probabilities, fitted on real and drawn pictures in equal parts.

    It is all that a sampler needs of the real images, and holds none of them.

    Args:
        scores: ascending, the places where the isotonic fit bends.
        probabilities: of being real there, ascending, above 0 and below 1; between them on a line.
        slope, intercept: of the logistic fit, log r ≈ slope · score + intercept: the smooth ratio that
            gradients need, since a step function has none.
        real_quantiles: scores of real pictures at evenly spaced ranks.
        fake_quantiles: the same of drawn ones.
        auc: share of pairs of which the real one scores higher; 0.5 means that the samplers that read it
            have nothing to go by.
        n: real pictures that were used, and as many were drawn.
        data: what they were of.
        head: a refitted last layer whose score is calibrated in place of the discriminator's own; or None.

    Example:
        >>> calibration = calibrate(gan, ganzoo.data.load("mnist"))
        >>> gan.generate(16, sampler=Obrs(budget=2, calibration=calibration))

    Reference: [Turner et al., 2019](https://arxiv.org/abs/1811.11357), section 3.2
    """

    kind: Literal["isotonic"] = "isotonic"
    scores: Numbers
    probabilities: Numbers
    slope: float
    intercept: float
    real_quantiles: Numbers
    fake_quantiles: Numbers
    auc: Annotated[float, Field(ge=0, le=1)]
    n: Annotated[int, Field(ge=1, lt=2**53)]
    data: Line
    head: Head | None = None

    @model_validator(mode="after")
    def _ordered(self) -> "Calibration":
        p = self.probabilities
        if not p or len(p) != len(self.scores) or p[0] <= 0 or p[-1] >= 1:
            raise ValueError("it needs as many probabilities, above 0 and below 1, as scores")
        if not self.real_quantiles or not self.fake_quantiles:
            raise ValueError("it needs quantiles of real and of drawn pictures")
        for numbers in (self.scores, p, self.real_quantiles, self.fake_quantiles):
            if np.any(np.diff(numbers) < 0):
                raise ValueError("its numbers must ascend")
        return self

    def probability(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probability that a picture of each score is real, in (0, 1)."""
        p: NDArray[np.float64] = np.interp(scores, self.scores, self.probabilities)
        return p

    def log_ratio(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """log r = log p / (1 - p), the log density ratio of real to drawn pictures."""
        p = self.probability(scores)
        return np.log(p) - np.log1p(-p)


class Measurement(_Strict):
    """What a sampler scored on the confirming extractor, or plain `generate` beside it.

    Args:
        sampler: in words, with its settings.
        extractor: that judged.
        n, seed: pictures, and what they were drawn with.
        excess: of the Fréchet distance over that of as many real images.
        recall, precision: by neighbours.
        cost: times the seconds of plain `generate`.
    """

    sampler: Line
    extractor: Line
    n: Annotated[int, Field(ge=1, lt=2**53)]
    seed: Seed
    excess: float
    recall: float
    precision: float
    cost: float


class SavedSampler(_Strict):
    """The whole of `sampler.json`.

    Args:
        schema_version: of this file.
        sampler: its name; "plain" if nothing was better than plain `generate`.
        settings: of it.
        calibration: that it reads, and every other sampler that is given none.
        budget: times the seconds of plain `generate` that it was looked for within; None if it was made by
            hand.
        measured: plain `generate` and the best of each kind, as they were confirmed.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    sampler: Name
    settings: Annotated[dict[Name, Setting], Field(max_length=20)]
    calibration: Calibration
    budget: float | None = None
    measured: Annotated[list[Measurement], Field(max_length=50)] = []

    def build(self) -> "Sampler":
        """The sampler with its settings and calibration.

        Raises:
            WeightsError: there is none of that name, or a setting is wrong.
        """
        # Here and not above: SciPy's optimisers take a while to import, and loading a preset needs none.
        from ganzoo.latent.samplers.registry import make

        try:
            return make(self.sampler, self.settings, self.calibration)
        except InvalidArgumentError as error:
            raise WeightsError(f"{SAMPLER_FILE} is not valid: {error} Get the preset again.") from None

    def to_text(self) -> str:
        """The text of the file."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False) + "\n"


def parse_sampler(raw: Any, path: Path) -> SavedSampler:
    """Check what stands in a `sampler.json`.

    Args:
        raw: JSON data.
        path: the file it came from, for the message.

    Raises:
        WeightsError: it breaks the schema, or is of a newer one.
    """
    return validated(SavedSampler, raw, path, version=SCHEMA_VERSION, remedy="Get the preset again.")
