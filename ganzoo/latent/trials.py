"""A sampler held against real images: what it scores, and what it costs."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ganzoo.evaluate.extractors import Extractor
from ganzoo.evaluate.frechet import frechet_distance_from_statistics
from ganzoo.evaluate.manifold import precision_recall_density_coverage
from ganzoo.evaluate.measures import K
from ganzoo.evaluate.reference import Reference
from ganzoo.evaluate.statistics import FeatureStatistics
from ganzoo.images import to_uint8
from ganzoo.latent.samplers import Sampler
from ganzoo.latent.samplers.base import settings_of

__all__ = ["Judge", "Trial", "front", "seconds_per_image", "trial", "within_budget"]

Judge = tuple[Extractor, Reference]
# Rows of the neighbour metrics: their time grows with the square, and recall moves by less than 0.005 beyond.
_NEIGHBOURS = 3000


@dataclass(frozen=True)
class Trial:
    """What one sampler scored.

    Args:
        sampler: its name.
        settings: of it.
        head: whether it read a refitted last layer.
        extractor: that judged.
        n: pictures.
        seed: of them.
        frechet_distance: to the reference.
        floor: the same of as many real images.
        recall, precision, coverage: by neighbours.
        cost: times the seconds of plain `generate`, discriminator and gradients included.
        passes: of each network, and backward, per picture.
    """

    sampler: str
    settings: dict[str, Any]
    head: bool
    extractor: str
    n: int
    seed: int
    frechet_distance: float
    floor: float
    recall: float
    precision: float
    coverage: float
    cost: float
    passes: dict[str, float]

    @property
    def excess(self) -> float:
        """The distance beyond that of real images; 0 is as good as they are."""
        return self.frechet_distance - self.floor

    @property
    def words(self) -> str:
        """The sampler and the settings that tell it from others."""
        hidden = ("max_tries", "epsilon", "pilot", "start_from_real", "corrected", "gamma")
        told = ", ".join(
            f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in self.settings.items()
            if name not in hidden or (name == "pilot" and self.sampler == "polarity")
        )
        return f"{self.sampler}{' (head)' if self.head else ''}{': ' if told else ''}{told}"


def trial(
    gan: Any,
    sampler: Sampler,
    judges: Sequence[Judge],
    *,
    n: int,
    seed: int,
    plain_seconds: float,
    labels: np.ndarray | None = None,
    batch_size: int = 256,
    limit: float = math.inf,
    clock: Callable[[], float] = time.perf_counter,
) -> list[Trial]:
    """Draw n pictures and score them, by one extractor or several.

    Args:
        gan: a `ganzoo.GAN`.
        sampler: to try.
        judges: extractors with their references.
        n: pictures, within the floors that the references know.
        seed: of them.
        plain_seconds: of plain `generate` for a picture; see `seconds_per_image`.
        labels: for a class-conditional model.
        batch_size: rows per compiled call.
        limit: of the cost; drawing ends there.
        clock: what seconds are read from.

    Returns:
        A `Trial` a judge; none if the limit was met.
    """
    begun, parts = clock(), []
    drawn = sampler.draw(gan, n, seed=seed, labels=labels, batch_size=batch_size)
    for batch in drawn.batches:
        parts.append(to_uint8(batch.images))
        # One proposal of a huge ratio makes a rejection sampler refuse thousands after it.
        if clock() - begun > limit * plain_seconds * n:
            return []
    images = np.concatenate(parts)
    seconds = (clock() - begun) / n
    calibration = getattr(sampler, "calibration", None)
    found = []
    for extractor, reference in judges:
        features = extractor.features(images, batch_size=batch_size)
        real, fake = reference.real_side.statistics, FeatureStatistics.of(features)
        real_sample = np.asarray(reference.sample[:_NEIGHBOURS], "float64")
        few = features[:_NEIGHBOURS].astype("float64")
        manifold = precision_recall_density_coverage(real_sample, few, k=K)
        floor = reference.floor_at(n)
        found.append(
            Trial(
                sampler=sampler.name,
                settings=settings_of(sampler),
                head=calibration is not None and calibration.head is not None,
                extractor=extractor.name,
                n=n,
                seed=seed,
                frechet_distance=frechet_distance_from_statistics(
                    real.mean, real.covariance, fake.mean, fake.covariance
                ),
                floor=float("nan") if floor is None else floor,
                recall=manifold["recall"],
                precision=manifold["precision"],
                coverage=manifold["coverage"],
                cost=seconds / plain_seconds,
                passes=drawn.cost.per_image(),
            )
        )
    return found


def seconds_per_image(
    gan: Any,
    sampler: Sampler,
    *,
    n: int,
    labels: np.ndarray | None = None,
    batch_size: int = 256,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """What a picture costs, after a first batch that compiles; the better of two, since others disturb."""
    asked = None if labels is None else labels[:n]
    for _ in sampler.draw(gan, n, seed=0, labels=asked, batch_size=batch_size).batches:
        pass
    times = []
    for _ in range(2):
        begun = clock()
        for batch in sampler.draw(gan, n, seed=0, labels=asked, batch_size=batch_size).batches:
            to_uint8(batch.images)
        times.append((clock() - begun) / n)
    return min(times)


def within_budget(trials: Sequence[Trial], plain: Trial, *, budget: float, recall_loss: float) -> list[Trial]:
    """Those that cost no more than the budget and keep the recall, the least excess first."""
    kept = [t for t in trials if t.cost <= budget and t.recall >= plain.recall - recall_loss]
    return sorted(kept, key=lambda t: t.excess)


def front(trials: Sequence[Trial]) -> list[Trial]:
    """The trials that no other beats in excess, recall and cost at once (Pareto), the cheapest first."""

    def losses(t: Trial) -> tuple[float, float, float]:
        # a tenth: a clock is no finer
        return t.excess, -t.recall, round(t.cost, 1)

    def beaten(t: Trial) -> bool:
        mine = losses(t)
        others = [losses(o) for o in trials if o is not t]
        return any(all(a <= b for a, b in zip(o, mine, strict=True)) and o != mine for o in others)

    return sorted((t for t in trials if not beaten(t)), key=lambda t: t.cost)
