"""The zoo: presets by name or folder, what is known of them, and how they are written."""

from typing import TYPE_CHECKING

from ganzoo._lazy import lazy
from ganzoo.zoo.evaluation import save_audit, save_evaluation
from ganzoo.zoo.files import list_models, load_reference
from ganzoo.zoo.preset import Preset, info
from ganzoo.zoo.sampler import save_sampler

if TYPE_CHECKING:
    from ganzoo.zoo.comparison import Comparison, compare
    from ganzoo.zoo.directions import load_directions, save_directions
    from ganzoo.zoo.loading import load
    from ganzoo.zoo.publishing import publish
    from ganzoo.zoo.saving import save

__all__ = [
    "Comparison",
    "Preset",
    "compare",
    "info",
    "list_models",
    "load",
    "load_directions",
    "load_reference",
    "publish",
    "save",
    "save_audit",
    "save_directions",
    "save_evaluation",
    "save_sampler",
]

# Reading what a preset is needs no Keras, which takes seconds to import; these do.
__getattr__ = lazy(
    __name__,
    {
        "Comparison": "comparison",
        "compare": "comparison",
        "load_directions": "directions",
        "save_directions": "directions",
        "load": "loading",
        "publish": "publishing",
        "save": "saving",
    },
)
