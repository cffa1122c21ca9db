"""The zoo: presets by name or folder, what is known of them, and how they are written."""

import importlib
from typing import TYPE_CHECKING

from ganzoo.zoo.evaluation import save_audit, save_evaluation
from ganzoo.zoo.files import list_models, load_reference
from ganzoo.zoo.preset import Preset, info
from ganzoo.zoo.sampler import save_sampler

if TYPE_CHECKING:
    from ganzoo.zoo.loading import load
    from ganzoo.zoo.publishing import publish
    from ganzoo.zoo.saving import save

__all__ = [
    "Preset",
    "info",
    "list_models",
    "load",
    "load_reference",
    "publish",
    "save",
    "save_audit",
    "save_evaluation",
    "save_sampler",
]

# Reading what a preset is needs no Keras, which takes seconds to import; these do.
_HOMES = {"load": "loading", "publish": "publishing", "save": "saving"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'ganzoo.zoo' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"ganzoo.zoo.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
