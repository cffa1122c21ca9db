"""What a direction does: each factor's response to steps along it, over many z."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganzoo.errors import InvalidArgumentError
from ganzoo.images import to_uint8
from ganzoo.latent.direction import Direction, prior_deviation
from ganzoo.latent.factors import measure_factors

__all__ = ["LADDER", "Mean", "Response", "measure_response", "monotone", "responses", "slopes"]

# Standard deviations of a two-sided 95% interval.
_Z95 = 1.959963984540054

LADDER = (-3, -2, -1, 0, 1, 2, 3)
"""Steps, in standard deviations of the prior, at which pictures are drawn."""

# Steps over which an effect is measured: further out, class flips and faults take over.
_LOCAL = slice(1, -1)


@dataclass(frozen=True)
class Mean:
    """A mean over z, with its 95% interval.

    Args:
        value: the mean.
        low, high: its interval, by the normal approximation over the z.
    """

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, values: NDArray[np.float64], *, bound: float = np.inf) -> "Mean":
        """Over the finite ones of some values, none of which can pass `bound`; NaN if there is none."""
        finite = values[np.isfinite(values)]
        if not len(finite):
            return cls(float("nan"), float("nan"), float("nan"))
        centre = float(finite.mean())
        half = _Z95 * float(finite.std(ddof=1)) / len(finite) ** 0.5 if len(finite) > 1 else float("inf")
        return cls(centre, max(centre - half, -bound), min(centre + half, bound))


@dataclass(frozen=True, eq=False)
class Response:
    """The factors of the pictures at each step of the ladder.

    Args:
        steps: float64 (s,), in units of z.
        factors: float64 (n, s) by factor, a row a z.
    """

    steps: NDArray[np.float64]
    factors: dict[str, NDArray[np.float64]]

    @property
    def class_kept(self) -> float:
        """Share of z whose class, as a classifier reads it, is one at all local steps; NaN without one."""
        names = [name for name in self.factors if name.startswith("class ")]
        if not names:
            return float("nan")
        classes = np.stack([self.factors[name] for name in names]).argmax(0)[:, _LOCAL]
        return float(np.mean(np.all(classes == classes[:, :1], axis=1)))


def responses(
    gan: Any,
    directions: Sequence[Direction],
    *,
    n: int,
    seed: int,
    extractor: Any,
    names: list[str],
    progress: Callable[[int, int], None] | None = None,
) -> list[Response]:
    """The response to each direction, from the same z.

    Args:
        gan: a `ganzoo.GAN`; of a class-conditional one each class in turn.
        directions: of the model.
        n: z, at least 2.
        seed: of the z, by NumPy.
        extractor: for the class factors, or None.
        names: factors to measure.
        progress: called with directions done and directions in all.

    Raises:
        InvalidArgumentError: fewer than two z.
    """
    if n < 2:
        raise InvalidArgumentError(f"An interval over z needs n >= 2. Received: n={n}")
    z = gan.sample_latents(n, seed=seed)
    labels = np.arange(n) % gan.num_classes if gan.num_classes else None
    found = []
    for done, direction in enumerate(directions, 1):
        found.append(measure_response(gan, direction, z, labels=labels, extractor=extractor, names=names))
        if progress is not None:
            progress(done, len(directions))
    return found


def measure_response(
    gan: Any,
    direction: Direction,
    z: NDArray[np.float32],
    *,
    labels: NDArray[Any] | None,
    extractor: Any,
    names: list[str],
) -> Response:
    """Draw the ladder from each z, and measure the pictures."""
    steps = np.array(LADDER) * prior_deviation(gan.latent_prior)
    moved = np.concatenate([direction.move(z, step) for step in steps])
    classes = None if labels is None else np.tile(labels, len(steps))
    pictures = to_uint8(np.concatenate(list(_decoded(gan, moved, classes))))
    measured = measure_factors(pictures, names=names, extractor=extractor)
    return Response(steps, {name: values.reshape(len(steps), -1).T for name, values in measured.items()})


def slopes(response: Response, name: str) -> NDArray[np.float64]:
    """The least-squares change of a factor per step of 1, one for each z, over the local steps."""
    steps = response.steps[_LOCAL]
    values = response.factors[name][:, _LOCAL]
    centred = steps - steps.mean()
    return np.asarray(values @ centred / (centred @ centred), "float64")


def monotone(response: Response, name: str) -> NDArray[np.float64]:
    """Spearman's correlation of step and factor, one for each z, over the local steps; 0 if nothing moves."""
    from scipy.stats import rankdata

    values = response.factors[name][:, _LOCAL]
    ranks = rankdata(values, axis=1)
    ranks -= ranks.mean(1, keepdims=True)
    steps = np.arange(values.shape[1]) - (values.shape[1] - 1) / 2
    lengths = np.linalg.norm(ranks, axis=1) * np.linalg.norm(steps)
    correlations = ranks @ steps / np.where(lengths > 0, lengths, 1)
    return np.where(np.isfinite(values).all(1), correlations, np.nan)


def _decoded(gan: Any, z: NDArray[np.float32], labels: NDArray[Any] | None, batch: int = 256) -> Any:
    for start in range(0, len(z), batch):
        here = None if labels is None else labels[start : start + batch]
        yield gan.decode(z[start : start + batch], labels=here)
