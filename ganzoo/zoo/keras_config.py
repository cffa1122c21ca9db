"""`config.json`: never given to Keras here, yet held to the network that ganzoo builds, for those who do."""

from pathlib import Path
from typing import Any, Final

import keras

from ganzoo._foreign import printable
from ganzoo._foreign_json import parse_json
from ganzoo.errors import WeightsError

__all__ = ["CONFIG_FILE", "check_config"]

CONFIG_FILE: Final = "config.json"
_REMEDY: Final = "Get the preset again."
# What a functional model is described with, beside the classes of its layers.
_OF_KERAS: Final = frozenset({"Functional", "DTypePolicy", "__keras_tensor__"})


def check_config(content: bytes, path: Path, network: keras.Model) -> None:
    """Refuse a `config.json` that describes another network, or that has Keras import or run anything else.

    `keras.saving.load_model` builds from it whatever it says, before it looks at the weights.

    Args:
        content: of the file.
        path: of the file, for messages.
        network: the generator, built from `ganzoo.json`.

    Raises:
        WeightsError: it is no JSON; names a class or a module that the network has not, or has not the
            network's layers.
    """
    try:
        config = parse_json(content, path, remedy=_REMEDY)
        layers = config["config"]["layers"]
        if config["class_name"] != "Functional" or len(layers) != len(network.operations):
            raise ValueError("it describes another network")
        for layer, built in zip(layers, network.operations, strict=True):
            _check_layer(layer, built)
        _check_objects(config, _OF_KERAS | {type(built).__name__ for built in network.operations})
    # what is not where Keras puts it
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise WeightsError(f"{path} is refused: {printable(str(error))}. {_REMEDY}") from None


def _check_layer(layer: dict[str, Any], built: Any) -> None:
    name = layer["config"]["name"]
    if (layer["class_name"], name) != (type(built).__name__, built.name):
        raise ValueError(f"the layer {built.name!r} is described as {layer['class_name']} {name!r}")
    for key, value in layer["config"].items():
        mine = getattr(built, key, None)
        # Whole numbers and lists of them are sizes: units, filters, kernels, shapes.
        if _is_size(mine) and _as_list(value) != _as_list(mine):
            raise ValueError(f"{key} of the layer {name!r} is {value!r}, ganzoo.json gives {mine!r}")


def _check_objects(value: Any, classes: frozenset[str]) -> None:
    if isinstance(value, list):
        for item in value:
            _check_objects(item, classes)
    elif isinstance(value, dict):
        module, kind = value.get("module"), value.get("class_name")
        if module is not None and module != "keras" and not str(module).startswith("keras."):
            raise ValueError(f"it names the module {module!r}")
        # Initializers only draw numbers, and Keras has no class among them that runs what it is told.
        if kind is not None and kind not in classes and module != "keras.initializers":
            raise ValueError(f"it names the class {kind!r}")
        if value.get("registered_name") not in (None, kind):
            raise ValueError(f"it names the class {value['registered_name']!r}")
        if value.get("compile_config"):
            raise ValueError("it is of a compiled model")
        for item in value.values():
            _check_objects(item, classes)


def _is_size(value: Any) -> bool:
    values = value if isinstance(value, list | tuple) else [value]
    return bool(values) and all(isinstance(v, int) and not isinstance(v, bool) for v in values)


def _as_list(value: Any) -> Any:
    return list(value) if isinstance(value, list | tuple) else value
