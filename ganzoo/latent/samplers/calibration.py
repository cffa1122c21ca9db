"""From a discriminator's score to the probability of being real, whose odds are the density ratio."""

from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from ganzoo._sampler_file import Calibration, Head
from ganzoo.errors import InvalidArgumentError

__all__ = ["LogRatio", "resolve"]

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
