"""The explorer: a page to see a model's latent space: samples, sliders, walks, a picture of one's own."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ganzoo.explorer.page import build
    from ganzoo.explorer.serve import launch, wait
    from ganzoo.explorer.shelf import Shelf
    from ganzoo.explorer.space import write_space
    from ganzoo.explorer.view import View, parse_query

__all__ = ["Shelf", "View", "build", "launch", "parse_query", "wait", "write_space"]

# Keras takes seconds to import, and what writes a Space needs none of it.
_HOMES = {
    "Shelf": "shelf",
    "View": "view",
    "build": "page",
    "launch": "serve",
    "parse_query": "view",
    "wait": "serve",
    "write_space": "space",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'ganzoo.explorer' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"ganzoo.explorer.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
