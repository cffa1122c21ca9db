"""The explorer: a page to see a model's latent space: samples, sliders, walks, a picture of one's own."""

from typing import TYPE_CHECKING

from ganzoo._lazy import lazy

if TYPE_CHECKING:
    from ganzoo.explorer.page import build
    from ganzoo.explorer.serve import launch, wait
    from ganzoo.explorer.shelf import Shelf
    from ganzoo.explorer.space import write_space
    from ganzoo.explorer.view import View, parse_query

__all__ = ["Shelf", "View", "build", "launch", "parse_query", "wait", "write_space"]

# Keras takes seconds to import, and what writes a Space needs none of it.
__getattr__ = lazy(
    __name__,
    {
        "Shelf": "shelf",
        "View": "view",
        "build": "page",
        "launch": "serve",
        "parse_query": "view",
        "wait": "serve",
        "write_space": "space",
    },
)
