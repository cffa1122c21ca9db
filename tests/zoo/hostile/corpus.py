"""How a hostile folder is described: what is done to a small valid one, and by what it is then read."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["CASES", "Case", "case", "edit_json", "edit_text", "sign"]

GENERATOR = "model.weights.h5"
DISCRIMINATOR = "discriminator.weights.h5"


@dataclass(frozen=True)
class Case:
    """One hostile folder.

    Args:
        name: of the case.
        build: damages a folder that holds `preset`, `extractor`, and files beside them.
        read: how the worker reads it: "load", "info", "golden", "sampler", "directions", "encoder",
            "extractor" or "reference".
        word: that the one line of the error holds; None if it loads, because the damage does no harm.
    """

    name: str
    build: Callable[[Path], None]
    read: str
    word: str | None


CASES: dict[str, Case] = {}


def case(
    read: str, word: str | None, *arguments: Any
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a builder; given more arguments, one case for each of them."""

    def register(build: Callable[..., None]) -> Callable[..., None]:
        for number, argument in enumerate(arguments):
            name = f"{build.__name__}-{number}"
            CASES[name] = Case(name, lambda root, argument=argument: build(root, argument), read, word)
        if not arguments:
            CASES[build.__name__] = Case(build.__name__, build, read, word)
        return build

    return register


def sign(root: Path, *names: str) -> None:
    """Make `ganzoo.json` agree with files that were tampered with, as an attacker would."""
    manifest = root / "preset" / "ganzoo.json"
    content = json.loads(manifest.read_text())
    for name in names:
        file = root / "preset" / name
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        content["files"][name] = {"sha256": digest, "bytes": file.stat().st_size}
    manifest.write_text(json.dumps(content))


def edit_json(root: Path, name: str, change: Callable[[Any], Any]) -> None:
    """Change what stands in a JSON file of the preset, by hand or by giving another, and sign it."""
    path = root / "preset" / name
    content = json.loads(path.read_text())
    changed = change(content)
    path.write_text(json.dumps(content if changed is None else changed))
    if name not in ("ganzoo.json", "evaluation.json"):
        sign(root, name)


def edit_text(root: Path, name: str, old: str, new: str | bytes) -> None:
    """Replace text in a JSON file of the preset, for what no JSON writer writes, and sign it."""
    path = root / "preset" / name
    content = path.read_bytes()
    if content.count(old.encode()) < 1:
        raise ValueError(f"{name} does not hold {old!r}")
    path.write_bytes(content.replace(old.encode(), new if isinstance(new, bytes) else new.encode(), 1))
    if name not in ("ganzoo.json", "evaluation.json"):
        sign(root, name)
