"""`config.json` as Keras would build it: code, foreign modules, other networks. It is signed every time."""

from pathlib import Path
from typing import Any

from .corpus import case, edit_json, edit_text, sign

LAMBDA = {
    "module": "keras.layers",
    "class_name": "Lambda",
    "config": {"name": "dense", "function": {"class_name": "__lambda__", "config": {"code": "4wEAAAA="}}},
}
FOREIGN = {"module": "os", "class_name": "system", "config": "touch harmed", "registered_name": None}
WRAPPED = {
    "module": "keras.layers",
    "class_name": "TFSMLayer",
    "config": {"name": "dense", "filepath": "/tmp/harm", "call_endpoint": "serve"},
}


def change_layer(root: Path, change: dict[str, Any]) -> None:
    def put(config: Any) -> None:
        config["config"]["layers"][1]["config"].update(change)

    edit_json(root, "config.json", put)


@case("load", "config.json", LAMBDA, FOREIGN, WRAPPED, None, 1, [], {})
def another_layer(root: Path, layer: Any) -> None:
    edit_json(root, "config.json", lambda c: c["config"]["layers"].__setitem__(1, layer))


@case("load", "config.json", LAMBDA, FOREIGN)
def one_layer_more(root: Path, layer: Any) -> None:
    edit_json(root, "config.json", lambda c: c["config"]["layers"].append(layer))


@case(
    "load",
    "config.json",
    {"units": 10**9},
    {"units": True},
    {"units": "3072"},
    {"units": [10**9]},
    {"activation": LAMBDA},
    {"activation": FOREIGN},
    {"activation": {"module": "builtins", "class_name": "function", "config": "exec"}},
    {"kernel_regularizer": {"class_name": "__lambda__", "config": {}}},
    {"kernel_initializer": {"module": "ganzoo.evil", "class_name": "GlorotUniform", "config": {}}},
    {"kernel_initializer": {"module": "keras.initializers", "class_name": "X", "registered_name": "evil>X"}},
    {"name": "other"},
)
def a_layer(root: Path, change: dict[str, Any]) -> None:
    change_layer(root, change)


@case(
    "load",
    "config.json",
    {"module": "os"},
    {"module": 1},
    {"class_name": "Lambda"},
    {"class_name": "Sequential"},
    {"registered_name": "evil>Functional"},
    {"compile_config": {"optimizer": "adam", "loss": FOREIGN}},
    {"config": None},
    {"config": {"layers": []}},
    {"config": {"layers": {}}},
)
def the_model(root: Path, change: dict[str, Any]) -> None:
    edit_json(root, "config.json", lambda c: c.update(change))


@case(
    "load",
    "config.json",
    b"",
    b"[]",
    b"[" * 200_000,
    b"\xff",
    b'{"class_name": "Functional", "class_name": "Lambda"}',
)
def no_config(root: Path, content: bytes) -> None:
    (root / "preset" / "config.json").write_bytes(content)
    sign(root, "config.json")


@case("load", "stands twice")
def two_classes_in_one_layer(root: Path) -> None:
    edit_text(root, "config.json", '"class_name": "Dense"', '"class_name": "Dense", "class_name": "Lambda"')


@case("load", "altered")
def an_unsigned_config(root: Path) -> None:
    path = root / "preset" / "config.json"
    path.write_bytes(path.read_bytes().replace(b"Dense", b"Dence"))
