"""Samplers that draw better pictures from a trained GAN: one interface, one file a method."""

import importlib
from typing import TYPE_CHECKING

from ganzoo._sampler_file import Calibration, SavedSampler

if TYPE_CHECKING:
    from ganzoo.latent.samplers.base import Batch, Cost, Drawn, Sampler
    from ganzoo.latent.samplers.ddls import Ddls
    from ganzoo.latent.samplers.dgflow import DgFlow
    from ganzoo.latent.samplers.drs import Drs
    from ganzoo.latent.samplers.fitting import calibrate, calibration_of
    from ganzoo.latent.samplers.mh import MetropolisHastings
    from ganzoo.latent.samplers.obrs import Obrs
    from ganzoo.latent.samplers.plain import Plain
    from ganzoo.latent.samplers.polarity import Polarity
    from ganzoo.latent.samplers.registry import get, names
    from ganzoo.latent.samplers.saved import saved_sampler
    from ganzoo.latent.samplers.streaming import stream
    from ganzoo.latent.samplers.truncation import Truncation

__all__ = [
    "Batch",
    "Calibration",
    "Cost",
    "Ddls",
    "DgFlow",
    "Drawn",
    "Drs",
    "MetropolisHastings",
    "Obrs",
    "Plain",
    "Polarity",
    "Sampler",
    "SavedSampler",
    "Truncation",
    "calibrate",
    "calibration_of",
    "get",
    "names",
    "saved_sampler",
    "stream",
]

# Loading a preset reads its sampler.json and needs no sampler, nor SciPy's optimisers, which take a while.
_HOMES = {
    "base": ("Batch", "Cost", "Drawn", "Sampler"),
    "fitting": ("calibrate", "calibration_of"),
    "ddls": ("Ddls",),
    "dgflow": ("DgFlow",),
    "drs": ("Drs",),
    "mh": ("MetropolisHastings",),
    "obrs": ("Obrs",),
    "plain": ("Plain",),
    "polarity": ("Polarity",),
    "registry": ("get", "names"),
    "saved": ("saved_sampler",),
    "streaming": ("stream",),
    "truncation": ("Truncation",),
}


def __getattr__(name: str) -> object:
    home = next((home for home, members in _HOMES.items() if name in members), None)
    if home is None:
        raise AttributeError(f"module 'ganzoo.latent.samplers' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"ganzoo.latent.samplers.{home}"), name)
    globals()[name] = value
    return value
