"""From a discriminator's score to the probability of being real, whose odds are the density ratio."""

from typing import Annotated, Any, Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.samplers.head import Head

__all__ = ["Calibration", "LogRatio", "resolve"]

Numbers = Annotated[tuple[float, ...], Field(max_length=4096, strict=False)]

# Objectives whose optimal discriminator's logit is the log density ratio itself.
_LOGITS: Final = ("minimax", "non_saturating")


class LogRatio(Protocol):
    """What samplers read of a calibration, or of logits that need none."""

    @property
    def slope(self) -> float:
        """With `intercept`, the smooth log ratio of a score."""

    @property
    def intercept(self) -> float:
        """See `slope`."""

    @property
    def head(self) -> Head | None:
        """What gives the score; None: the discriminator itself."""

    @property
    def real_quantiles(self) -> tuple[float, ...]:
        """Scores of real pictures; empty if they are not known."""

    @property
    def fake_quantiles(self) -> tuple[float, ...]:
        """Scores of drawn pictures; empty if they are not known."""

    def log_ratio(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scores (m,) to log density ratios (m,)."""


class Calibration(BaseModel):
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

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    kind: Literal["isotonic"] = "isotonic"
    scores: Numbers
    probabilities: Numbers
    slope: float
    intercept: float
    real_quantiles: Numbers
    fake_quantiles: Numbers
    auc: Annotated[float, Field(ge=0, le=1)]
    n: Annotated[int, Field(ge=1)]
    data: Annotated[str, Field(max_length=500)]
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


class _Logits:
    """Stands for a calibration where the logit is the log ratio already, and nothing was measured."""

    slope: float = 1.0
    intercept: float = 0.0
    head: Head | None = None
    real_quantiles: tuple[float, ...] = ()
    fake_quantiles: tuple[float, ...] = ()

    def log_ratio(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """The scores."""
        return scores


def resolve(gan: Any, calibration: Calibration | None) -> LogRatio:
    """The calibration to use: the one given, else the one saved with the preset, else the logits' own.

    Raises:
        InvalidArgumentError: there is none, and the model's objective gives no logits; or the model was
            trained since.
    """
    if calibration is not None:
        return calibration
    saved = getattr(gan, "saved_sampler", None)
    if saved is not None and not gan.compiled:
        known: Calibration = saved.calibration
        return known
    objective = getattr(gan, "objective", "")
    manifest = getattr(gan, "manifest", None)
    objective = manifest.objective if manifest is not None else getattr(objective, "name", objective)
    if objective in _LOGITS:
        return _Logits()
    why = "was trained since it was calibrated" if saved is not None else "has no saved calibration"
    raise InvalidArgumentError(
        f"This sampler reads density ratios, and a discriminator of the objective {objective!r} gives none: "
        f"its scores have to be calibrated first. Received: a model that {why}. Type: ganzoo improve MODEL "
        "--data DATA --write, or pass calibration=ganzoo.latent.samplers.calibrate(gan, images)."
    )
