"""A generator outside of Keras: as an ONNX file, and as a page that draws in the browser."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ganzoo.export.live_page import save_live_page
    from ganzoo.export.onnx_file import save_onnx

__all__ = ["save_live_page", "save_onnx"]

# What they need, and what a preset's page needs, is not loaded by the name of this package.
_HOMES = {"save_live_page": "live_page", "save_onnx": "onnx_file"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'ganzoo.export' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"ganzoo.export.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
