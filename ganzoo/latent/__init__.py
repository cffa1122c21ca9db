"""Explore a model's latent space: draw from it, walk it, measure it, and draw better pictures from it."""

import importlib
from typing import TYPE_CHECKING

from ganzoo.latent.jacobian import condition_number, jacobian, log_volume, singular_values

if TYPE_CHECKING:
    from ganzoo.latent import samplers
    from ganzoo.latent.improve import Improvement, improve

__all__ = [
    "Improvement",
    "condition_number",
    "improve",
    "jacobian",
    "log_volume",
    "samplers",
    "singular_values",
]


def __getattr__(name: str) -> object:
    # Loading a preset imports this package, and needs neither samplers nor metrics.
    if name == "samplers":
        return importlib.import_module("ganzoo.latent.samplers")
    if name in ("Improvement", "improve"):
        value = getattr(importlib.import_module("ganzoo.latent.improve"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'ganzoo.latent' has no attribute {name!r}")
