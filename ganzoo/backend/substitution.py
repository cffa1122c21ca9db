"""Give single layer instances a faster method, and take it back.

The method goes into the instance's `__dict__` and nowhere else: class, configuration, weights and
whatever is saved, cloned or copied stay those of the stock layer.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MethodType
from typing import Any

import keras

__all__ = ["Substitutes", "restore", "stock_layers", "substitute"]

# class -> (name of the method, the function that stands in for it)
Substitutes = Mapping[type, tuple[str, Callable[..., Any]]]


def stock_layers(network: keras.Model) -> Iterator[keras.Layer]:
    """Yield every layer of a network once, nested models walked."""
    seen: set[int] = set()
    stack = list(reversed(network.layers))
    while stack:
        layer = stack.pop()
        if id(layer) in seen:
            continue
        seen.add(id(layer))
        if isinstance(layer, keras.Model):
            stack.extend(reversed(layer.layers))
        else:
            yield layer


def substitute(network: keras.Model, substitutes: Substitutes) -> None:
    """Put the substitutes in. A subclass of a stock layer, or a method that somebody else replaced, stays."""
    for layer in stock_layers(network):
        if type(layer) in substitutes:
            name, function = substitutes[type(layer)]
            vars(layer).setdefault(name, MethodType(function, layer))


def restore(network: keras.Model, substitutes: Substitutes) -> None:
    """Take out what `substitute` put in."""
    for layer in stock_layers(network):
        if type(layer) in substitutes:
            name, function = substitutes[type(layer)]
            if getattr(vars(layer).get(name), "__func__", None) is function:
                del vars(layer)[name]
