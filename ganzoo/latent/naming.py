"""Names for directions, by what they do to factors that can be measured."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from ganzoo.latent._classes import class_extractor
from ganzoo.latent.direction import Direction, Directions
from ganzoo.latent.effects import Mean, Response, monotone, responses, slopes
from ganzoo.latent.factors import Factor, factors_of

__all__ = ["Effect", "name_directions", "naming_factors"]

# A direction that moves a factor the same way for fewer z than this has no name.
_LEAST_MONOTONE = 0.5
# Where a step moves the factor by less than this part of a step in the middle, its useful range ends.
_LEAST_GAIN = 0.25


@dataclass(frozen=True)
class Effect:
    """What a direction does.

    Args:
        name: of the direction.
        factor: that it moves most steadily; "" if none moves steadily enough.
        unit: of the factor.
        monotone: the mean over z of Spearman's correlation of step and factor, 1 at best.
        per_step: mean change of the factor with a step of 1 in z.
        leakage: the largest change of another factor, over this one's, both in their standard deviations
            over z; 0 at best.
        leaks_to: that other factor.
        class_kept: share of z whose class stays the same over two standard deviations to both sides; NaN
            without a classifier.
    """

    name: str
    factor: str
    unit: str
    monotone: Mean
    per_step: Mean
    leakage: float
    leaks_to: str
    class_kept: float

    def to_json(self) -> dict[str, Any]:
        """As JSON types; what is not known is None."""
        return {key: _finite(value) for key, value in asdict(self).items()}


def naming_factors(gan: Any, *, extractor: Any = "auto") -> tuple[Factor, ...]:
    """The factors that directions of a model are named by.

    Height and width are left out, which size is made of; so is the class of a class-conditional model, which
    its label decides.

    Args:
        gan: a `ganzoo.GAN`.
        extractor: as `name_directions`.
    """
    known = factors_of(gan.image_shape[-1], extractor=class_extractor(gan, extractor))
    conditional = bool(gan.num_classes)
    return tuple(
        factor
        for factor in known
        if factor.name not in ("height", "width") and not (conditional and factor.name.startswith("class "))
    )


def name_directions(
    gan: Any,
    directions: Directions,
    *,
    n: int = 32,
    seed: int = 1,
    extractor: Any = "auto",
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Directions, list[Effect]]:
    """Measure what directions do, and name each by the factor that it moves most.

    From each of n draws, pictures are drawn at up to three standard deviations to both sides. A factor is a
    candidate if it rises, or falls, for most z; among candidates the one that moves furthest, in its own
    standard deviations, gives the name. A direction that lowers it is turned round. Steps are small and from
    draws that were not fitted to, because a long step often changes a digit into another one, which then
    leans otherwise: `class_kept` tells how often.

    Args:
        gan: a `ganzoo.GAN`.
        directions: of this model. Those named by a factor already, as `supervised_directions` does, keep it.
        n: draws, at least 2.
        seed: of the draws, by NumPy.
        extractor: "auto" for the classifier shipped for the model's data, an `Extractor`, or None.
        progress: called with directions done and directions in all.

    Returns:
        The directions, renamed, each with its useful steps and effects; and the table, in the same order:
        what was named first, the steadiest first.

    Raises:
        InvalidArgumentError: n below 2.

    Example:
        >>> named, table = name_directions(gan, ganspace_directions(gan))
        >>> named.names[:2]
        ['slant', 'class 1']
    """
    extractor = class_extractor(gan, extractor)
    factors = naming_factors(gan, extractor=extractor)
    measured = [factor.name for factor in factors_of(gan.image_shape[-1], extractor=extractor)]
    found = responses(
        gan, directions.entries, n=n, seed=seed, extractor=extractor, names=measured, progress=progress
    )
    pairs = [_effect(d, r, factors) for d, r in zip(directions, found, strict=True)]
    pairs.sort(key=lambda pair: (not pair[1].factor, -pair[1].monotone.value))
    entries, table = _numbered(pairs)
    protocol = {**directions.protocol, "named_by": "monotone effect", "named_n": n, "named_seed": seed}
    return replace(directions, entries=tuple(entries), protocol=protocol), table


def _effect(direction: Direction, response: Response, factors: Sequence[Factor]) -> tuple[Direction, Effect]:
    deviations = {f.name: _deviation(response, f.name) for f in factors}
    moved = {f.name: float(np.nanmean(slopes(response, f.name))) / deviations[f.name] for f in factors}
    steady = {f.name: Mean.of(monotone(response, f.name), bound=1.0) for f in factors}
    best = direction.name if direction.name in moved else _best(moved, steady)
    chosen = best or max(steady, key=lambda name: abs(steady[name].value))
    if moved[chosen] < 0 and direction.name not in moved:
        turned = Response(-response.steps[::-1], {k: v[:, ::-1] for k, v in response.factors.items()})
        return _effect(direction.reversed(), turned, factors)
    own_kind = chosen.startswith("class ")
    # Believing in one class is doubting the others: between classes that is no leak.
    others = {
        k: abs(v) for k, v in moved.items() if k != chosen and not (own_kind and k.startswith("class "))
    }
    leaks_to = max(others, key=lambda name: others[name], default="")
    per_step = {f.name: float(np.nanmean(slopes(response, f.name))) for f in factors}
    renamed = replace(direction, steps=_useful(response, chosen), per_step=per_step)
    effect = Effect(
        name=direction.name,
        factor=best,
        unit=next(f.unit for f in factors if f.name == chosen),
        monotone=steady[chosen],
        per_step=Mean.of(slopes(response, chosen)),
        leakage=others[leaks_to] / max(abs(moved[chosen]), 1e-12) if leaks_to else 0.0,
        leaks_to=leaks_to,
        class_kept=response.class_kept,
    )
    return renamed, effect


def _best(moved: dict[str, float], steady: dict[str, Mean]) -> str:
    candidates = [name for name in moved if abs(steady[name].value) >= _LEAST_MONOTONE]
    return max(candidates, key=lambda name: abs(moved[name]), default="")


def _deviation(response: Response, name: str) -> float:
    """Of a factor over z, where no step was taken."""
    middle = response.factors[name][:, len(response.steps) // 2]
    return float(np.nanstd(middle)) or 1.0


def _useful(response: Response, name: str) -> tuple[float, float]:
    """From the middle outwards, as long as the factor keeps rising."""
    means = np.nanmean(response.factors[name], 0)
    gains, middle = np.diff(means), len(means) // 2
    least = _LEAST_GAIN * (means[middle + 1] - means[middle - 1]) / 2
    low = high = middle
    while high < len(gains) and gains[high] >= least > 0:
        high += 1
    while low > 0 and gains[low - 1] >= least > 0:
        low -= 1
    return float(response.steps[low]), float(response.steps[high])


def _numbered(
    pairs: Sequence[tuple[Direction, Effect]],
) -> tuple[list[Direction], list[Effect]]:
    """A second direction of the same factor is "slant 2"."""
    count: dict[str, int] = {}
    entries, table = [], []
    for direction, effect in pairs:
        name = effect.factor or effect.name
        count[name] = count.get(name, 0) + 1
        numbered = name if count[name] == 1 else f"{name} {count[name]}"
        entries.append(replace(direction, name=numbered))
        table.append(replace(effect, name=numbered))
    return entries, table


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    return None if isinstance(value, float) and not np.isfinite(value) else value
