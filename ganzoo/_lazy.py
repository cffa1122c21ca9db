"""Names of a package whose modules are imported when they are asked for: importing does nothing dear."""

import importlib
import sys
from collections.abc import Callable, Mapping

__all__ = ["lazy"]


def lazy(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """What a package has as its `__getattr__`.

    Args:
        package: its `__name__`.
        homes: each name's module in it.

    Example:
        >>> __getattr__ = lazy(__name__, {"load": "loading"})

    Reference: [PEP 562](https://peps.python.org/pep-0562/)
    """

    def find(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{package}.{homes[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return find
