"""Chooses the Keras backend before Keras is imported, because Keras settles it once, at its own import.

Left alone, Keras takes TensorFlow, and where that is absent it ends in a bare `No module named 'tensorflow'`.
The file `keras.json` is weak evidence of a wish: Keras writes "tensorflow" into it on its first import, so it
counts only if that backend is there.
"""

import difflib
import importlib.util
import json
import os
import sys
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

from ganzoo.errors import BackendError

__all__ = ["BACKENDS", "choose_backend", "decide", "is_installed", "keras_json_backend"]

BACKENDS = ("jax", "torch", "tensorflow")
"""The backends that ganzoo runs on, in the order in which an installed one is taken."""

INFERENCE_ONLY = ("numpy", "openvino")
"""Backends of Keras that compute no gradients, so no GAN can be trained or inverted there."""

_TO_SWITCH = "A process keeps its backend: restart Python to switch."
_INSTALL_LINES = "\n".join(f"  pip install 'ganzoo[{name}]'" for name in BACKENDS)


def choose_backend() -> None:
    """Sets `KERAS_BACKEND` in this process, unless Keras is imported or the variable is set.

    Raises:
        BackendError: If no backend is installed, or the one asked for is absent, unknown or cannot train.
    """
    chosen = decide(
        environ=os.environ,
        modules=sys.modules,
        installed=is_installed,
        configured=keras_json_backend(os.environ),
    )
    if chosen is not None:
        os.environ["KERAS_BACKEND"] = chosen


def decide(
    *,
    environ: Mapping[str, str],
    modules: Mapping[str, ModuleType],
    installed: Callable[[str], bool],
    configured: str | None,
) -> str | None:
    """Returns the backend to set, or None where the choice is already made and is a good one.

    Args:
        environ: The environment variables.
        modules: The imported modules by name, as in `sys.modules`.
        installed: Tells whether a backend's package can be imported.
        configured: The backend that `keras.json` names, if any.

    Raises:
        BackendError: If there is no backend that ganzoo can run on.
    """
    running = _running_backend(modules)
    wanted = environ.get("KERAS_BACKEND", "")
    if running is not None:
        if running not in BACKENDS:
            raise BackendError(
                f"Keras was imported before ganzoo and runs on {running}, which cannot train. "
                f"{_TO_SWITCH} Then set KERAS_BACKEND to one of {', '.join(BACKENDS)}."
            )
        if wanted and wanted != running:
            warnings.warn(
                f"KERAS_BACKEND={wanted} is ignored: Keras was imported before and runs on {running}. "
                f"{_TO_SWITCH}",
                stacklevel=2,
            )
        return None
    if wanted:
        _check_wanted(wanted, installed=installed)
        return None
    if configured in BACKENDS and installed(configured):
        return configured
    for name in BACKENDS:
        if installed(name):
            return name
    raise BackendError(
        f"ganzoo needs a Keras backend, and none of {', '.join(BACKENDS)} is installed. "
        f"Type one of these lines, then start Python again:\n{_INSTALL_LINES}"
    )


def is_installed(name: str) -> bool:
    """Tells whether package `name` can be found, without importing it."""
    try:
        spec = importlib.util.find_spec(name)
    except ValueError:  # the module was blocked or built by hand: sys.modules[name] has no spec
        return False
    # A folder that merely bears the name, say ./torch full of checkpoints, is found too, but has no origin.
    return spec is not None and spec.origin is not None


def keras_json_backend(environ: Mapping[str, str]) -> str | None:
    """Returns the backend that the user's `keras.json` names, None where it names none or cannot be read."""
    try:
        content = json.loads((_keras_home(environ) / "keras.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RuntimeError):  # absent, unreadable, no JSON, or no home folder
        return None
    backend = content.get("backend") if isinstance(content, dict) else None
    return backend if isinstance(backend, str) else None


def _keras_home(environ: Mapping[str, str]) -> Path:
    # The rule of keras/src/backend/config.py, which cannot be asked before the choice is made.
    if "KERAS_HOME" in environ:
        return Path(environ["KERAS_HOME"]).expanduser()
    return Path.home() / ".keras"


def _running_backend(modules: Mapping[str, ModuleType]) -> str | None:
    backend = getattr(getattr(modules.get("keras"), "config", None), "backend", None)
    return str(backend()) if callable(backend) else None


def _check_wanted(wanted: str, *, installed: Callable[[str], bool]) -> None:
    if wanted in INFERENCE_ONLY:
        raise BackendError(
            f"KERAS_BACKEND={wanted} cannot train: Keras computes no gradients there. "
            f"Set it to one of {', '.join(BACKENDS)}."
        )
    if wanted not in BACKENDS:
        near = difflib.get_close_matches(wanted.lower(), BACKENDS, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise BackendError(
            f"KERAS_BACKEND={wanted} is no backend of Keras. {hint}Set it to one of {', '.join(BACKENDS)}."
        )
    if not installed(wanted):
        raise BackendError(
            f"KERAS_BACKEND={wanted}, but {wanted} is not installed. Type: pip install 'ganzoo[{wanted}]' "
            "(or unset KERAS_BACKEND to take one that is)."
        )
