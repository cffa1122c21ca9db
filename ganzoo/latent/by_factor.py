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

_CLASS = "class "
_LEAST_PER_SIDE = 8
# Singular values of the classes' directions, over the largest one, that count for nothing.
_NOISE = 0.2


def supervised_directions(
    gan: Any,
    *,
    factors: Sequence[str] | None = None,
    method: str = "logistic",
    n: int = 2000,
    seed: int = 0,
    keep_class: bool = True,
    extractor: Any = "auto",
) -> Directions:
    """Draw, measure, and fit a direction to each factor.

    In an unconditional model a 1 leans otherwise than an 8, so a direction fitted to slant alone would make
    ones out of eights. So each factor is compared within its class: a draw counts as slanting if it slants
    more than the median of the pictures that the classifier reads as the same class. And it is fitted to what
    is left of z without the directions of the classes, so that a step leaves the class alone if it can.

    Args:
        gan: a `ganzoo.GAN`.
        factors: names of factors; by default all that directions are named by.
        method: of `fit_direction`: "mean", "logistic" or "svm".
        n: draws.
        seed: of the draws, by NumPy.
        keep_class: keep the other factors' directions orthogonal to those of the classes.
        extractor: "auto" for the classifier shipped for the model's data, an `Extractor`, or None.

    Returns:
        The `Directions`, each with the factor's name and the held-out accuracy as its score. A class that is
        hardly ever drawn is left out.

    Raises:
        InvalidArgumentError: no factor has that name, or nothing could be fitted.

    Example:
        >>> directions = supervised_directions(gan, factors=["slant", "stroke width"])

    Reference: [Shen et al., 2020](https://arxiv.org/abs/1907.10786), sections 3.1 and 3.3
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
    measured = measure_factors(gan.generate(n, seed=seed, labels=labels), extractor=extractor)
    classes = _classes(measured, labels, n)
    z, model = gan.sample_latents(n, seed=seed), fingerprint(gan)
    options = {"method": method, "seed": seed, "model": model}
    found = _fit_classes(z, classes, [name for name in known if name.startswith(_CLASS)], options)
    rest = _without(z, list(found.values())) if keep_class else z
    for name in wanted:
        if not name.startswith(_CLASS):
            found |= _fit_factor(rest, measured[name], classes, name, options)
    entries = tuple(found[name] for name in wanted if name in found)
    if not entries:
        raise InvalidArgumentError(
            f"No direction could be fitted: too few of {n} draws differ in {', '.join(wanted)}. Draw more."
        )
    protocol: dict[str, str | int | float] = {"method": f"supervised, {method}", "n": n, "seed": seed}
    if extractor is not None:
        protocol |= {"extractor": f"{extractor.name} {extractor.version}", "keep_class": keep_class}
    return Directions(entries, model, gan.name, protocol)


def _classes(
    measured: dict[str, NDArray[np.float64]], labels: NDArray[np.int64] | None, n: int
) -> NDArray[np.int64]:
    """The class of each picture: as asked for, as read, or one for all."""
    if labels is not None:
        return labels
    scores = [values for name, values in measured.items() if name.startswith(_CLASS)]
    return np.stack(scores).argmax(0) if scores else np.zeros(n, "int64")


def _fit_classes(
    z: NDArray[np.float32], classes: NDArray[np.int64], names: list[str], options: dict[str, Any]
) -> dict[str, Direction]:
    """Each class against all others, but for those that are hardly ever, or always, drawn."""
    found = {}
    for index, name in enumerate(names):
        if _enough(classes == index):
            found[name] = fit_direction(z, classes == index, name=name, **options)
    return found


def _fit_factor(
    z: NDArray[np.float32],
    values: NDArray[np.float64],
    classes: NDArray[np.int64],
    name: str,
    options: dict[str, Any],
) -> dict[str, Direction]:
    """Above or below the median of a picture's own class; nothing where the factor does not vary."""
    usable = np.isfinite(values)
    z, values, classes = z[usable], values[usable], classes[usable]
    above = np.zeros(len(values), "bool")
    for label in np.unique(classes):
        mine = classes == label
        above[mine] = values[mine] > np.median(values[mine])
    return {name: fit_direction(z, above, name=name, **options)} if _enough(above) else {}


def _without(z: NDArray[np.float32], directions: list[Direction]) -> NDArray[np.float32]:
    """z without its part in the span of some directions, unless these are more than half of z."""
    if not directions or 2 * len(directions) > z.shape[1]:
        return z
    _, values, right = np.linalg.svd(np.stack([direction.vector for direction in directions]))
    # To be one class is to be none of the others: their directions nearly cancel, and one of their span is
    # noise.
    span = right[: len(values)][values > _NOISE * values[0]]
    return np.asarray(z - (z @ span.T) @ span, "float32")


def _enough(sides: NDArray[np.bool_]) -> bool:
    return bool(min(sides.sum(), (~sides).sum()) >= _LEAST_PER_SIDE)
