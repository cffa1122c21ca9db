"""The Metropolis-Hastings GAN."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganzoo._sampler_file import Calibration
from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.samplers.base import Batch, Cost, Drawn, check_range
from ganzoo.latent.samplers.calibration import LogRatio, resolve
from ganzoo.latent.samplers.noise import Plan, plan
from ganzoo.latent.samplers.passes import Passes

__all__ = ["MetropolisHastings"]


@dataclass(frozen=True)
class MetropolisHastings:
    """The last state of a chain that the generator proposes to, for each picture a chain of its own.

    A proposal x' takes the place of x with probability min(1, r(x') / r(x)), the paper's
    (D(x)⁻¹ − 1) / (D(x')⁻¹ − 1) for a calibrated D. A chain starts at the score of a real picture, so that it
    is at home in the data already; no real picture is returned: a chain that never moved starts anew from a
    drawn one.

    Args:
        length: proposals to a chain.
        start_from_real: False starts at a draw, and needs a longer chain.
        calibration: default: the one saved with the preset.

    Raises:
        InvalidArgumentError: a setting is out of range; when drawn from: no discriminator, no calibration.

    Example:
        >>> gan.generate(16, sampler=MetropolisHastings(length=20))

    Reference: [Turner et al., 2019](https://arxiv.org/abs/1811.11357), algorithm 1
    """

    name: ClassVar[str] = "mh"
    length: int = 20
    start_from_real: bool = True
    calibration: Calibration | None = None

    def __post_init__(self) -> None:
        check_range(self.name, length=(self.length, 1, 100_000))

    def draw(
        self, gan: Any, n: int, *, seed: int = 0, labels: ArrayLike | None = None, batch_size: int = 256
    ) -> Drawn:
        """See `Sampler.draw`."""
        cost, calibration = Cost(), resolve(gan, self.calibration)
        if self.start_from_real and not calibration.real_quantiles:
            raise InvalidArgumentError(
                "Sampler 'mh' starts at scores of real pictures, and only a calibration knows those. "
                "Pass calibration=calibrate(gan, images), or start_from_real=False."
            )
        passes = Passes(gan, cost, head=calibration.head)
        return Drawn(self._run(plan(gan, n, seed, labels, batch_size), passes, calibration), cost)

    def _run(self, asked: Plan, passes: Passes, calibration: LogRatio) -> Iterator[Batch]:
        latents, uniforms = asked.rng("latents"), asked.rng("uniforms")
        noise, restarts = asked.rng("noise"), asked.rng("pilot")
        starts = np.array(calibration.real_quantiles)
        for labels, rows in asked.windows():
            # All numbers of a chain at once: its proposals do not depend on the batch it is in.
            z = self._proposals(asked, latents, rows)
            u = uniforms.random((rows, self.length + 1))
            chains = _Chains(passes, calibration, labels)
            if self.start_from_real:
                # the quantile at a uniform rank is the score of a real picture at random
                scores = np.interp(u[:, 0], np.linspace(0, 1, len(starts)), starts)
                chains.start(z[:, 0], calibration.log_ratio(scores))
            else:
                chains.begin(z[:, 0])
            chains.run(z[:, 1:], u[:, 1:])
            still = np.flatnonzero(~chains.moved)
            if len(still):
                # Fresh numbers: those that were refused are known to be bad.
                z = asked.latents(noise, len(still) * (self.length + 1)).reshape(
                    len(still), self.length + 1, -1
                )
                again = _Chains(passes, calibration, None if labels is None else labels[still])
                again.begin(z[:, 0])
                again.run(z[:, 1:], restarts.random((len(still), self.length)))
                chains.put(still, again)
            passes.cost.images += rows
            yield Batch(chains.z, chains.images)

    def _proposals(self, asked: Plan, rng: np.random.Generator, rows: int) -> NDArray[np.float32]:
        """z (rows, length + 1, latent_dim), the first of each to start at."""
        return asked.latents(rng, rows * (self.length + 1)).reshape(rows, self.length + 1, -1)


class _Chains:
    """A batch of chains side by side: a step proposes to all of them in one call."""

    def __init__(self, passes: Passes, calibration: LogRatio, labels: NDArray[np.int32] | None) -> None:
        self.passes, self.calibration, self.labels = passes, calibration, labels

    def start(self, z: NDArray[np.float32], log_ratios: NDArray[np.float64]) -> None:
        """At a score; z only stands there until the first move."""
        self.z, self.log_ratios = z.copy(), log_ratios.copy()
        self.images = np.zeros((len(z), *self.passes.gan.image_shape), np.float32)
        self.moved = np.zeros(len(z), bool)

    def begin(self, z: NDArray[np.float32]) -> None:
        """At a draw."""
        images, scores = self.passes.score(z, self.labels)
        self.start(z, self.calibration.log_ratio(scores))
        self.images, self.moved = images.copy(), np.ones(len(z), bool)

    def run(self, z: NDArray[np.float32], u: NDArray[np.float64]) -> None:
        """Propose z (rows, length, latent_dim) one after another."""
        for step in range(z.shape[1]):
            images, scores = self.passes.score(z[:, step], self.labels)
            log_ratios = self.calibration.log_ratio(scores)
            go = np.log(u[:, step]) < log_ratios - self.log_ratios
            self.z[go], self.images[go] = z[go, step], images[go]
            self.log_ratios[go] = log_ratios[go]
            self.moved |= go

    def put(self, rows: NDArray[np.int64], other: "_Chains") -> None:
        """Take the states of other chains for some rows."""
        self.z[rows], self.images[rows], self.moved[rows] = other.z, other.images, True
