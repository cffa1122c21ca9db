"""Samplers by name."""

import difflib
from dataclasses import fields
from typing import Any, Final

from ganzoo._sampler_file import Calibration
from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.samplers.base import Sampler
from ganzoo.latent.samplers.ddls import Ddls
from ganzoo.latent.samplers.dgflow import DgFlow
from ganzoo.latent.samplers.drs import Drs
from ganzoo.latent.samplers.mh import MetropolisHastings
from ganzoo.latent.samplers.obrs import Obrs
from ganzoo.latent.samplers.plain import Plain
from ganzoo.latent.samplers.polarity import Polarity
from ganzoo.latent.samplers.truncation import Truncation

__all__ = ["BEST", "get", "make", "names"]

BEST: Final = "best"
_KINDS: Final[dict[str, Any]] = {
    kind.name: kind for kind in (Plain, Truncation, Drs, MetropolisHastings, Obrs, Ddls, DgFlow, Polarity)
}


def names() -> list[str]:
    """The names that `generate(sampler=…)` takes.

    Example:
        >>> names()
        ['best', 'ddls', 'dgflow', 'drs', 'mh', 'obrs', 'plain', 'polarity', 'truncation']
    """
    return sorted([BEST, *_KINDS])


def get(sampler: str | Sampler, gan: Any) -> Sampler:
    """A sampler by its name, with its default settings; one that is a sampler already as it is.

    Args:
        sampler: one of `names()`, or a sampler. "best" is the one saved with the preset.
        gan: that it will draw from.

    Raises:
        InvalidArgumentError: no sampler has that name, or none was saved with the model.
    """
    if not isinstance(sampler, str):
        if isinstance(sampler, Sampler):
            return sampler
        raise InvalidArgumentError(
            f"sampler must be a name or a sampler of ganzoo.latent.samplers. Received: {sampler!r}"
        )
    if sampler == BEST:
        return _best(gan)
    return make(sampler, {}, None)


def make(name: str, settings: dict[str, Any], calibration: Calibration | None) -> Sampler:
    """Build a sampler from its name and settings.

    Raises:
        InvalidArgumentError: no sampler has that name, it has no such setting, or a value is wrong.
    """
    kind = _KINDS.get(name)
    if kind is None:
        near = difflib.get_close_matches(name.lower(), names(), n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise InvalidArgumentError(f"Unknown sampler {name!r}.{hint} There are: {', '.join(names())}.")
    known = {field.name for field in fields(kind)}
    if unknown := sorted(set(settings) - known):
        raise InvalidArgumentError(f"Sampler '{name}' has no setting {unknown[0]!r}.")
    given = {**settings, "calibration": calibration} if "calibration" in known else settings
    sampler: Sampler = kind(**given)
    return sampler


def _best(gan: Any) -> Sampler:
    saved = getattr(gan, "saved_sampler", None)
    if saved is None or gan.compiled:
        received = "a model without sampler.json" if saved is None else "a model that was trained since"
        raise InvalidArgumentError(
            f"No best sampler was saved for these weights. Received: {received}. "
            "Type: ganzoo improve MODEL --data DATA --write"
        )
    best: Sampler = saved.build()
    return best
