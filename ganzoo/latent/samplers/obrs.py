"""Optimal budgeted rejection sampling."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

from ganzoo._sampler_file import Calibration
from ganzoo.latent.samplers.base import Cost, Drawn, check_range
from ganzoo.latent.samplers.calibration import resolve
from ganzoo.latent.samplers.noise import plan
from ganzoo.latent.samplers.passes import Passes
from ganzoo.latent.samplers.rejection import accepted, known_scores

__all__ = ["Obrs", "log_scale"]


@dataclass(frozen=True)
class Obrs:
    """Accept a picture with probability min(1, c · r(x) / M), c such that one in `budget` is accepted.

    M is the largest ratio. For any f-divergence and any budget, no other acceptance gets nearer to the data;
    at a budget of M it is rejection sampling, at 1 it is plain `generate`. Only c / M matters, and is solved
    for.

    Args:
        budget: mean number of proposals for a picture, at least 1.
        exponent: accept by r^exponent. 1 is the paper's; below 1 trusts an estimated ratio less, since
            pictures whose ratio was overestimated are those that rejection keeps.
        pilot: fresh draws to solve for c with, whose passes count as cost; 0: the quantiles of drawn
            pictures' scores that the calibration holds, or 1024 draws without one.
        max_tries: proposals in a row that may bring no picture.
        calibration: default: the one saved with the preset.

    Raises:
        InvalidArgumentError: a setting is out of range; when drawn from: no discriminator, no calibration.

    Example:
        >>> gan.generate(16, sampler=Obrs(budget=2))

    Reference: [Verine et al., 2024](https://arxiv.org/abs/2311.00460), theorem 3.3
    """

    name: ClassVar[str] = "obrs"
    budget: float = 2.0
    exponent: float = 1.0
    pilot: int = 0
    max_tries: int = 100_000
    calibration: Calibration | None = None

    def __post_init__(self) -> None:
        check_range(
            self.name,
            budget=(self.budget, 1, 10_000),
            exponent=(self.exponent, 0, 10),
            pilot=(self.pilot, 0, 10**7),
            max_tries=(self.max_tries, 1, 10**9),
        )

    def draw(
        self, gan: Any, n: int, *, seed: int = 0, labels: ArrayLike | None = None, batch_size: int = 256
    ) -> Drawn:
        """See `Sampler.draw`."""
        cost, calibration = Cost(), resolve(gan, self.calibration)
        asked = plan(gan, n, seed, labels, batch_size)
        passes = Passes(gan, cost, head=calibration.head)
        scale: list[float] = []

        def accept(log_ratios: NDArray[np.float64]) -> NDArray[np.float64]:
            if not scale:
                known = known_scores(calibration, asked, passes, self.pilot)
                scale.append(log_scale(self.exponent * calibration.log_ratio(known), self.budget))
            return np.exp(np.minimum(0.0, scale[0] + self.exponent * log_ratios))

        batches = accepted(self.name, asked, passes, calibration, accept, max_tries=self.max_tries)
        return Drawn(batches, cost)


def log_scale(log_ratios: NDArray[np.float64], budget: float) -> float:
    """log(c / M) at which the mean of min(1, c · r / M) over some draws is 1 / budget.

    Args:
        log_ratios: (m,) of draws.
        budget: at least 1.
    """
    highest, lowest = float(log_ratios.max()), float(log_ratios.min())
    if budget <= 1 or math.isclose(budget, 1):
        return -lowest

    def excess(log_c: float) -> float:
        return float(np.exp(np.minimum(0.0, log_c + log_ratios)).mean()) - 1 / budget

    # at the left end every acceptance is below 1 / budget, at the right one all are 1
    return float(optimize.brentq(excess, -highest - math.log(budget) - 1, -lowest, xtol=1e-10))
