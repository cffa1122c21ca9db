"""Generators and discriminators: functional models of stock Keras layers, one file an architecture.

A file in this folder that defines `ARCHITECTURE` is found by its name; nothing else has to change.
Images are NHWC in [-1, 1]; a class-conditional network takes `[z, labels]` or `[images, labels]`.
"""

import difflib
import importlib
import inspect
import pkgutil
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras

from ganzoo.errors import InvalidArgumentError

__all__ = ["Architecture", "architectures", "arguments_of", "build", "get"]

# How each network was asked for: a preset keeps the arguments, and is built again from them.
_arguments: weakref.WeakKeyDictionary[keras.Model, tuple[str, dict[str, Any]]] = weakref.WeakKeyDictionary()


@dataclass(frozen=True)
class Architecture:
    """A pair of builders and what goes with them.

    Attributes:
        name: as in the second half of a preset's name, e.g. "dcgan".
        generator: builder `(*, size, channels, latent_dim, num_classes, …) -> keras.Model`.
        discriminator: builder `(*, size, channels, num_classes, …) -> keras.Model`.
        latent_prior: the distribution of z that the paper draws from: "normal" or "uniform".
        reference: the paper's address.
    """

    name: str
    generator: Callable[..., keras.Model]
    discriminator: Callable[..., keras.Model]
    latent_prior: str
    reference: str


def architectures() -> dict[str, Architecture]:
    """Every architecture in this folder by name."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        candidate = getattr(importlib.import_module(f"{__name__}.{module.name}"), "ARCHITECTURE", None)
        if candidate is not None:
            found[candidate.name] = candidate
    return dict(sorted(found.items()))


def get(name: str) -> Architecture:
    """Look an architecture up by name.

    Args:
        name: one of `architectures()`.

    Returns:
        The `Architecture`.

    Raises:
        InvalidArgumentError: no architecture has that name.

    Example:
        `networks.get("dcgan").generator(size=32, channels=3)`
    """
    known = architectures()
    if name not in known:
        near = difflib.get_close_matches(str(name), known, n=1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise InvalidArgumentError(f"Unknown architecture {name!r}. {hint}Choose one of: {', '.join(known)}.")
    return known[name]


def build(
    name: str,
    *,
    size: int = 28,
    channels: int = 1,
    latent_dim: int | None = None,
    num_classes: int = 0,
    generator: dict[str, Any] | None = None,
    discriminator: dict[str, Any] | None = None,
) -> tuple[keras.Model, keras.Model]:
    """Build both networks of an architecture for one kind of image.

    Args:
        name: one of `architectures()`.
        size: height and width in pixels: 28, 32 or 64.
        channels: 1 (grey) or 3 (RGB).
        latent_dim: length of z; default: the paper's.
        num_classes: 0 for an unconditional GAN, else the number of labels.
        generator: further arguments of the generator's builder.
        discriminator: further arguments of the discriminator's builder.

    Returns:
        `(generator, discriminator)`.

    Raises:
        InvalidArgumentError: unknown name, or an argument that the builder does not have.

    Example:
        `generator, discriminator = networks.build("dcgan", size=64, channels=3)`
    """
    architecture = get(name)
    common: dict[str, Any] = {"size": size, "channels": channels, "num_classes": num_classes}
    latent = {} if latent_dim is None else {"latent_dim": latent_dim}
    built = (
        _call(architecture.generator, {**common, **latent, **(generator or {})}),
        _call(architecture.discriminator, {**common, **(discriminator or {})}),
    )
    common |= {"generator": dict(generator or {}), "discriminator": dict(discriminator or {})}
    for network in built:
        _arguments[network] = name, common
    return built


def arguments_of(network: keras.Model) -> tuple[str, dict[str, Any]] | None:
    """How `build` was asked for a network.

    Args:
        network: any model.

    Returns:
        The architecture's name and the arguments of `build` but for `latent_dim`, which the generator's
        input shows; None if `build` did not make this network.

    Example:
        `networks.arguments_of(generator)[0]  # "dcgan"`
    """
    return _arguments.get(network)


def _call(builder: Callable[..., keras.Model], arguments: dict[str, Any]) -> keras.Model:
    known = inspect.signature(builder).parameters
    unknown = sorted(set(arguments) - set(known))
    if unknown:
        raise InvalidArgumentError(
            f"{builder.__module__.rpartition('.')[2]}.{builder.__name__} has no argument {unknown[0]!r}. "
            f"It takes: {', '.join(known)}."
        )
    return builder(**arguments)
