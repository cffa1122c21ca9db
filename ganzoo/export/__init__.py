"""A generator outside of Keras: as an ONNX file, and as a page that draws in the browser."""

from typing import TYPE_CHECKING

from ganzoo._lazy import lazy

if TYPE_CHECKING:
    from ganzoo.export.live_page import save_live_page
    from ganzoo.export.onnx_file import save_onnx

__all__ = ["save_live_page", "save_onnx"]

# What they need, and what a preset's page needs, is not loaded by the name of this package.
__getattr__ = lazy(
    __name__,
    {"save_live_page": "live_page", "save_onnx": "onnx_file"},
)
