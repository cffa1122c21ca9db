"""A direction for each factor of a model's pictures, learned from draws that were measured."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganzoo.errors import InvalidArgumentError
from ganzoo.latent._classes import class_extractor
from ganzoo.latent.direction import Direction, Directions
from ganzoo.latent.factors import measure_factors
from ganzoo.latent.fingerprint import fingerprint
from ganzoo.latent.naming import naming_factors
from ganzoo.latent.supervised import fit_direction
from ganzoo.sampling import check_count

__all__ = ["supervised_directions"]


def supervised_directions(
    gan: Any,
    *,
    factors: Sequence[str] | None = None,
    method: str = "logistic",
    n: int = 2000,
    seed: int = 0,
    extractor: Any = "auto",
) -> Directions:
    """Draw, measure, and fit a direction to each factor.

    In an unconditional model a 1 leans otherwise than an 8, so a direction fitted to slant alone would make
    ones out of eights. So each factor is compared within its class: a draw counts as slanting if it slants
    more than the median of the pictures that the classifier reads as the same class.

    Args:
        gan: a `ganzoo.GAN`.
        factors: names of factors; by default all that directions are named by.
        method: of `fit_direction`: "mean", "logistic" or "svm".
        n: draws.
        seed: of the draws, by NumPy.
        extractor: "auto" for the classifier shipped for the model's data, an `Extractor`, or None.

    Returns:
        The `Directions`, each with the factor's name and the held-out accuracy as its score. A class that is
        hardly ever drawn is left out.

    Raises:
        InvalidArgumentError: no factor has that name, or nothing could be fitted.

    Example:
        >>> directions = supervised_directions(gan, factors=["slant", "stroke width"])

    Reference: [Shen et al., 2020](https://arxiv.org/abs/1907.10786)
    """
    n = check_count(n)
    extractor = class_extractor(gan, extractor)
    known = [factor.name for factor in naming_factors(gan, extractor=extractor)]
    wanted = known if factors is None else list(factors)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise InvalidArgumentError(
            f"No factor {unknown[0]!r} in pictures of '{gan.name}'. Choose from: {', '.join(known)}."
        )
    labels = np.arange(n) % gan.num_classes if gan.num_classes else None
    pictures = gan.generate(n, seed=seed, labels=labels)
    measured = measure_factors(pictures, extractor=extractor)
    classes = _classes(measured, labels, n)
    z, model = gan.sample_latents(n, seed=seed), fingerprint(gan)
    entries = []
    for name in wanted:
        here = (classes == _class_of(name, measured)) if name.startswith("class ") else None
        fitted = _fit(z, measured[name], classes, here, method=method, name=name, model=model, seed=seed)
        if fitted is not None:
            entries.append(fitted)
    if not entries:
        raise InvalidArgumentError(
            f"No direction could be fitted: too few of {n} draws differ in {', '.join(wanted)}. Draw more."
        )
    protocol: dict[str, str | int | float] = {"method": f"supervised, {method}", "n": n, "seed": seed}
    if extractor is not None:
        protocol["extractor"] = f"{extractor.name} {extractor.version}"
    return Directions(tuple(entries), model, gan.name, protocol)


def _classes(
    measured: dict[str, NDArray[np.float64]], labels: NDArray[np.int64] | None, n: int
) -> NDArray[np.int64]:
    """The class of each picture: as asked for, as read, or one for all."""
    if labels is not None:
        return labels
    scores = [values for name, values in measured.items() if name.startswith("class ")]
    return np.stack(scores).argmax(0) if scores else np.zeros(n, "int64")


def _class_of(name: str, measured: dict[str, NDArray[np.float64]]) -> int:
    return [key for key in measured if key.startswith("class ")].index(name)


def _fit(
    z: NDArray[np.float32],
    values: NDArray[np.float64],
    classes: NDArray[np.int64],
    is_class: NDArray[np.bool_] | None,
    **options: Any,
) -> Direction | None:
    """A direction, or None where one side has too few draws."""
    usable = np.isfinite(values)
    if is_class is not None:
        target: NDArray[Any] = is_class
    else:
        target = values.copy()
        for label in np.unique(classes):
            mine = usable & (classes == label)
            target[mine] -= np.median(values[mine]) if mine.any() else 0
        target = target > 0
    sides = target[usable]
    if min(sides.sum(), (~sides).sum()) < 8:
        return None
    return fit_direction(z[usable], sides, **options)
