"""Hostile extractors: a small classifier whose description or weights are not what they should be."""

import hashlib
import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from .corpus import GENERATOR, case

CHANGES: tuple[dict[str, Any], ...] = (
    {"widths": [10**9]},
    {"widths": [1024] * 17},
    {"widths": [1024] * 16},
    {"widths": []},
    {"widths": [True, 4]},
    {"num_classes": 1000},
    {"num_classes": 10**9},
    {"input_shape": [1024, 1024, 1024]},
    {"input_shape": [28, 28]},
    {"input_shape": [-1, 28, 1]},
    {"architecture": "Lambda"},
    {"architecture": "classifier_resnet", "widths": [4]},
    {"name": "../x"},
    {"version": "1.1\n"},
    {"data": "x" * 501},
    {"recipe": {f"k{i}": i for i in range(41)}},
    {"libraries": {"a": 1}},
    {"training_seconds": -1.0},
    {"sha256": {"../../etc/passwd": "0" * 64}},
    {"sha256": {}},
    {"schema_version": 9},
    {"surprise\n": 1},
)


@case("extractor", "", *CHANGES)
def a_description(root: Path, change: dict[str, Any]) -> None:
    path = root / "extractor" / "extractor.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))


@case(
    "extractor",
    "extractor.json",
    b"",
    b"[" * 10**6,
    b"\xff",
    b'{"a": 1, "a": 1}',
    b'{"a": NaN}',
    b" " * 5_000_000,
)
def no_description(root: Path, content: bytes) -> None:
    (root / "extractor" / "extractor.json").write_bytes(content)


@case("extractor", GENERATOR, "nan", "link", "external", "bomb")
def weights_of_an_extractor(root: Path, how: str) -> None:
    path = root / "extractor" / GENERATOR
    with h5py.File(path, "r+") as file:
        if how == "nan":
            file["layers/dense/vars/0"][0, 0] = np.nan
        elif how == "link":
            file["more"] = h5py.ExternalLink("/etc/passwd", "/")
        elif how == "external":
            file.create_dataset("more", (9,), "f4", external=[("/etc/passwd", 0, 36)])
        else:
            file.create_dataset("more", (10**10,), "f4")
    config = root / "extractor" / "extractor.json"
    content = json.loads(config.read_text())
    content["sha256"][GENERATOR] = hashlib.sha256(path.read_bytes()).hexdigest()
    config.write_text(json.dumps(content))
