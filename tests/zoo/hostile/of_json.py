"""Hostile JSON: not JSON at all, more of it than can be read, and values that nothing was made for."""

import json
from pathlib import Path
from typing import Any

from .corpus import case, edit_json, edit_text

HUGE = 10**9
FILES = ("ganzoo.json", "sampler.json", "config.json", "evaluation.json")


def reader(name: str) -> str:
    return "info" if name == "evaluation.json" else "load"


@case(
    "load",
    "ganzoo.json",
    b"",
    b"[]",
    b"null",
    b"1",
    b'"text"',
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\x00}\x00",
    b"{",
)
def no_object(root: Path, content: bytes) -> None:
    (root / "preset" / "ganzoo.json").write_bytes(content)


@case(
    "load", "nested", b"[" * 1_000_000, b'{"a":' * 500_000, b"[" * 900_000 + b"]" * 900_000, b'["\\' * 900_000
)
def deep(root: Path, content: bytes) -> None:
    (root / "preset" / "ganzoo.json").write_bytes(content)


@case("load", "values", b"[" + b"0," * 1_900_000 + b"0]", b"[" + b"{}," * 1_300_000 + b"0]")
def many_values(root: Path, content: bytes) -> None:
    (root / "preset" / "ganzoo.json").write_bytes(content)


@case("load", "larger than", 5_000_000, 10**11)
def huge(root: Path, size: int) -> None:
    """The second one is sparse: a hundred gigabytes in no space at all."""
    with (root / "preset" / "ganzoo.json").open("r+b") as file:
        file.truncate(size)


@case("load", "keys")
def many_keys(root: Path) -> None:
    edit_json(root, "ganzoo.json", lambda m: m.update(libraries={f"k{i}": "1" for i in range(200_000)}))


@case("load", "libraries")
def more_libraries_than_allowed(root: Path) -> None:
    edit_json(root, "ganzoo.json", lambda m: m.update(libraries={f"k{i}": 1 for i in range(4000)}))


@case("load", "curve")
def ten_thousand_wrong_lines(root: Path) -> None:
    """Each of them would be an error of its own, with an explanation."""
    edit_json(root, "ganzoo.json", lambda m: m.update(curve=[{"a": "b", "c": "d"}] * 10_000))


@case("load", "stands twice")
def one_key_twice(root: Path) -> None:
    edit_text(
        root, "ganzoo.json", '"architecture": "dcgan"', '"architecture": "mlp-gan", "architecture": "dcgan"'
    )


@case("load", "stands twice")
def one_key_twice_by_an_escape(root: Path) -> None:
    edit_text(root, "ganzoo.json", '"seed": null', '"seed": null, "se\\u0065d": 1')


@case("load", "decode", b"\xff", b"\xc0\xaf", b"\xed\xa0\x80")
def not_utf8(root: Path, content: bytes) -> None:
    edit_text(root, "ganzoo.json", '"objective": "', b'"objective": "' + content)


@case("load", "surrogates")
def half_a_surrogate_pair(root: Path) -> None:
    edit_text(root, "ganzoo.json", '"recipe": null', '"recipe": {"a": "\\ud800"}')


@case(
    "load",
    "ganzoo.json",
    "NaN",
    "Infinity",
    "-Infinity",
    "1e999",
    "9" * 30,
    "9" * 5000,
    "1" + "0" * 400 + ".5",
)
def no_number(root: Path, text: str) -> None:
    edit_text(root, "ganzoo.json", '"recipe": null', f'"recipe": {{"a": {text}}}')


@case("load", "objective", "a\nb", "\x1b[2J", "\u202egnp.exe", "x" * 81, "\u2028", "\x00")
def what_is_printed(root: Path, text: str) -> None:
    edit_json(root, "ganzoo.json", lambda m: m.update(objective=text))


@case("load", "Extra", "a\nb", "\x1b]0;title\x07", "é" * 5000)
def a_key_that_is_printed(root: Path, key: str) -> None:
    edit_json(root, "ganzoo.json", lambda m: m.update({key: 1}))


ARGUMENTS: tuple[tuple[str, Any], ...] = (
    ("network.size", 4096),
    ("network.size", True),
    ("network.size", "28"),
    ("network.channels", 0),
    ("network.latent_dim", HUGE),
    ("network.latent_dim", 0),
    ("network.latent_dim", -5),
    ("network.latent_dim", True),
    ("network.latent_dim", 10**30),
    ("network.num_classes", HUGE),
    ("network.num_classes", -1),
    ("network.generator.width", HUGE),
    ("network.generator.width", -1),
    ("network.generator.width", 0),
    ("network.generator.width", True),
    ("network.generator.width", 2.5),
    ("network.generator.width", None),
    ("network.generator.width", [2]),
    ("network.generator.width", {"class_name": "Lambda"}),
    ("network.generator.kernel_size", 4096),
    ("network.generator.units", HUGE),
    ("network.generator", {f"a{i}": 1 for i in range(21)}),
    ("network.generator.norm", "__import__('os').system('true')"),
    ("network.generator.initializer", "lambda"),
    ("network.discriminator.stddev", "yes"),
    ("architecture", "../../../etc/passwd"),
    ("architecture", "os"),
    ("architecture", "blocks"),
    ("latent_prior", "cauchy"),
    ("parameters.generator", HUGE),
    ("parameters.generator", 1),
    ("parameters.generator", -1),
    ("parameters.generator", True),
    ("parameters.discriminator", 10**400),
    ("name", "../../etc"),
    ("name", "a" * 81),
    ("name", "аdmin"),  # noqa: RUF001
    ("schema_version", 0),
    ("schema_version", 2),
    ("recipe", {"a": "b" * 30_000}),
    ("recipe", []),
    ("seed", -1),
    ("seed", 2**64),
    ("curve", [{"a": "b"}]),
    ("files", {}),
    ("files", {f"a{i}": {"sha256": "0" * 64, "bytes": 1} for i in range(21)}),
)


@case("load", "", *ARGUMENTS)
def an_argument(root: Path, change: tuple[str, Any]) -> None:
    path, value = change

    def put(manifest: Any) -> None:
        *parents, last = path.split(".")
        for key in parents:
            manifest = manifest[key]
        manifest[last] = value

    edit_json(root, "ganzoo.json", put)


# Bounds hold one by one, and yet together they ask for ten gigabytes.
BOMBS: tuple[dict[str, Any], ...] = (
    {"generator": {"width": 512, "kernel_size": 15}, "discriminator": {"width": 512, "kernel_size": 15}},
    {"num_classes": 10_000, "latent_dim": 4096},
    {"generator": {"width": 512, "kernel_size": 4}, "latent_dim": 4096},
)


@case("load", None, ("schema_version", True), ("schema_version", 1.0), ("size", 28.0))
def a_number_that_equals_the_only_one(root: Path, change: tuple[str, Any]) -> None:
    """Taken for the number that it equals, which is what is used."""
    name, value = change
    edit_json(root, "ganzoo.json", lambda m: (m["network"] if name == "size" else m).__setitem__(name, value))


@case("load", "ask for more", *BOMBS)
def a_bomb_of_arguments(root: Path, network: dict[str, Any]) -> None:
    edit_json(root, "ganzoo.json", lambda m: m["network"].update(size=64, channels=3, **network))


@case("load", "depth", 33, 4096)
def a_deep_network(root: Path, depth: int) -> None:
    edit_json(
        root,
        "ganzoo.json",
        lambda m: m.update(
            architecture="mlp-gan",
            network={**m["network"], "generator": {"width": 1, "depth": depth}, "discriminator": {}},
        ),
    )


PATHS = (
    "../x",
    "/etc/passwd",
    "a/../../b",
    "..",
    ".",
    "",
    "C:\\x",
    "model.weights.h5\x00",
    "x.weights.h5",
    "~/x",
    "con",
)


@case("load", "files", *PATHS)
def a_path(root: Path, name: str) -> None:
    edit_json(root, "ganzoo.json", lambda m: m["files"].update({name: {"sha256": "0" * 64, "bytes": 1}}))


@case("load", "", 0, -1, 1.5, True, 2**63, "12", None)
def bytes_of_a_file(root: Path, size: Any) -> None:
    edit_json(root, "ganzoo.json", lambda m: m["files"]["model.weights.h5"].update(bytes=size))


@case("load", "sha256", "", "0" * 63, "A" * 64, "0" * 64 + "\n", "\u0660" * 64)
def hash_of_a_file(root: Path, digest: str) -> None:
    edit_json(root, "ganzoo.json", lambda m: m["files"]["model.weights.h5"].update(sha256=digest))


EVALUATIONS = (
    b"",
    b"[]",
    b"[" * 100_000,
    b'{"schema_version": 9}',
    b'{"schema_version": 2, "scores": [{}]}',
    b'{"schema_version": 2, "scores": [], "scores": []}',
    b'{"schema_version": 2, "scores": [], "card": {"model": "\xff"}}',
    json.dumps({"schema_version": 2, "scores": [{}] * 101}).encode(),
    json.dumps({"schema_version": 2, "scores": [], "x\n": 1}).encode(),
)


@case("info", "evaluation.json", *EVALUATIONS)
def an_evaluation(root: Path, content: bytes) -> None:
    (root / "preset" / "evaluation.json").write_bytes(content)


SAMPLERS: tuple[dict[str, Any], ...] = (
    {"sampler": "os.system"},
    {"sampler": "obrs", "settings": {"budget": HUGE}},
    {"sampler": "obrs", "settings": {"max_tries": 10**18}},
    {"sampler": "obrs", "settings": {f"s{i}": 1 for i in range(21)}},
    {"sampler": "mh", "settings": {"length": HUGE}},
    {"sampler": "mh", "settings": {"length": True}},
    {"sampler": "ddls", "settings": {"steps": HUGE}},
    {"sampler": "dgflow", "settings": {"divergence": "eval"}},
    {"sampler": "plain", "settings": {"x": 1}},
    {"schema_version": 9},
    {"calibration": None},
    {"budget": "a"},
    {"measured": [{}]},
)


@case("sampler", "sampler.json", *SAMPLERS)
def a_sampler(root: Path, change: dict[str, Any]) -> None:
    edit_json(root, "sampler.json", lambda s: s.update(change))


@case(
    "sampler",
    "sampler.json",
    {"scores": []},
    {"auc": 2},
    {"n": 0},
    {"slope": "1"},
    {"scores": [2, 1]},
    {"head": 1},
)
def a_calibration(root: Path, change: dict[str, Any]) -> None:
    edit_json(root, "sampler.json", lambda s: s["calibration"].update(change))


@case("sampler", "sampler.json", "NaN", "1e999", "[1]", '"1"')
def a_number_of_a_calibration(root: Path, text: str) -> None:
    edit_json(root, "sampler.json", lambda s: s["calibration"].update(slope="HERE"))
    edit_text(root, "sampler.json", '"HERE"', text)
