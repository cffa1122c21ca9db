"""The samplers that a preset was measured with, and what each of them draws."""

import contextlib
import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ganzoo._sampler_file import Measurement, SavedSampler
from ganzoo.explorer.shelf import Shown
from ganzoo.explorer.view import View
from ganzoo.latent.samplers.base import settings_of
from ganzoo.latent.samplers.registry import make

__all__ = ["PICTURES", "Row", "draw_row", "rows", "sampler_of"]

PICTURES: Final = 10
# Samplers that read no ratio, so that any calibration will do.
_WITHOUT_RATIO: Final = ("plain", "truncation", "polarity")


@dataclass(frozen=True)
class Row:
    """A sampler and its scores.

    Args:
        measured: as `sampler.json` has it.
        sampler: that draws as it was measured; None if the preset does not keep what it read.
        best: whether `generate(sampler="best")` draws with it.
    """

    measured: Measurement
    sampler: Any
    best: bool


def rows(shown: Shown) -> list[Row]:
    """The table of `ganzoo improve`, in its order; empty for a preset without one.

    Args:
        shown: a model.
    """
    saved = shown.gan.saved_sampler
    if saved is None:
        return []
    best = saved.build()
    table = []
    for measured in saved.measured:
        sampler = sampler_of(measured.sampler, saved)
        same = _same(sampler, best, measured.sampler)
        table.append(Row(measured, best if same else sampler, same))
    return table


def sampler_of(words: str, saved: SavedSampler) -> Any:
    """The sampler that a table's words stand for.

    Args:
        words: such as "dgflow: steps 2, step_size 0.005, divergence kl" or "obrs (head): budget 5".
        saved: the file they are from.

    Returns:
        The sampler with that file's calibration. None where it read another one: the file keeps that of the
        best sampler alone, so those of a refitted head and those without one exclude each other.
    """
    match = re.fullmatch(r"([a-z]+)( \(head\))?(?:: (.*))?", words)
    if match is None:
        return None
    name, head, told = match.groups()
    if name not in _WITHOUT_RATIO and bool(head) != (saved.calibration.head is not None):
        return None
    # A sampler that a later version renamed has its scores still.
    with contextlib.suppress(ValueError):
        return make(name, _settings(told or ""), saved.calibration)
    return None


def draw_row(shown: Shown, view: View, sampler: Any) -> NDArray[np.uint8]:
    """What a sampler draws from the view's seed: uint8 (PICTURES, height, width, channels)."""
    pictures: NDArray[np.uint8] = shown.gan.generate(
        PICTURES, seed=view.seed, labels=view.label, sampler=sampler
    )
    return pictures


def _settings(told: str) -> dict[str, Any]:
    return dict(_setting(part) for part in told.split(", ") if part)


def _setting(text: str) -> tuple[str, Any]:
    name, _, value = text.rpartition(" ")
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return name, kind(value)
    return name, {"True": True, "False": False, "None": None}.get(value, value)


def _same(one: Any, other: Any, words: str) -> bool:
    """Whether a sampler rebuilt from words is the other one, as far as the words tell."""
    if one is None or one.name != other.name:
        return False
    _, _, told = words.partition(": ")
    return all(settings_of(other)[name] == value for name, value in _settings(told).items())
