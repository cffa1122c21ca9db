"""ganzoo: a Keras 3 zoo of pretrained GANs for JAX, PyTorch and TensorFlow.

Importing it chooses the Keras backend and does nothing else: Keras and the networks load with the first name
that needs them.

Example:
    >>> import ganzoo
    >>> gan = ganzoo.load("mnist-dcgan")
    >>> images = gan.generate(16, seed=0)  # uint8, (16, 28, 28, 1)
"""

import importlib
import sys
from typing import TYPE_CHECKING

from ganzoo._choose_backend import choose_backend
from ganzoo._version import __version__
from ganzoo.errors import (
    BackendError,
    DataError,
    GanzooError,
    HubError,
    InvalidArgumentError,
    MissingExtraError,
    TrainingDivergedError,
    UnknownModelError,
    WeightsError,
)

if TYPE_CHECKING:
    from ganzoo import (
        animation,
        data,
        evaluate,
        images,
        latent,
        networks,
        objectives,
        penalties,
        training,
        zoo,
    )
    from ganzoo.gan import GAN
    from ganzoo.zoo import list_models, load

__all__ = [
    "GAN",
    "BackendError",
    "DataError",
    "GanzooError",
    "HubError",
    "InvalidArgumentError",
    "MissingExtraError",
    "TrainingDivergedError",
    "UnknownModelError",
    "WeightsError",
    "__version__",
    "animation",
    "data",
    "evaluate",
    "images",
    "latent",
    "list_models",
    "load",
    "networks",
    "objectives",
    "penalties",
    "training",
    "zoo",
]

_SUBMODULES = (
    "animation",
    "data",
    "evaluate",
    "images",
    "latent",
    "networks",
    "objectives",
    "penalties",
    "training",
    "zoo",
)
_HOMES = {"GAN": "ganzoo.gan", "list_models": "ganzoo.zoo", "load": "ganzoo.zoo"}

choose_backend()


def __getattr__(name: str) -> object:
    value: object
    if name in _SUBMODULES:
        value = importlib.import_module(f"ganzoo.{name}")
    elif name in _HOMES:
        value = getattr(importlib.import_module(_HOMES[name]), name)
    else:
        raise AttributeError(
            f"module 'ganzoo' has no attribute {name!r}", name=name, obj=sys.modules[__name__]
        )
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
