"""A preset that is not what it says is refused in one line before anything is built from it."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import ganzoo
from ganzoo import zoo

WEIGHTS = "model.weights.h5"


def rewrite(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = folder / "ganzoo.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))


def sign(folder: Path) -> None:
    """Make the manifest agree with a weights file that was tampered with, as an attacker would."""
    content = (folder / WEIGHTS).read_bytes()
    entry = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    rewrite(folder, lambda manifest: manifest["files"].__setitem__(WEIGHTS, entry))


def refused(folder: Path, *words: str) -> None:
    with pytest.raises(ganzoo.WeightsError) as error:
        ganzoo.load(folder)
    message = str(error.value)
    assert "\n" not in message
    for word in words:
        assert word in message


@pytest.mark.parametrize("name", [WEIGHTS, "discriminator.weights.h5"])
def test_an_altered_file(tiny: Path, name: str):
    content = bytearray((tiny / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tiny / name).write_bytes(content)
    refused(tiny, name, "altered", "sha256")


def test_a_truncated_file(tiny: Path):
    (tiny / WEIGHTS).write_bytes((tiny / WEIGHTS).read_bytes()[:-100])
    refused(tiny, WEIGHTS, "truncated")


@pytest.mark.parametrize("name", [WEIGHTS, "ganzoo.json"])
def test_a_missing_file(tiny: Path, name: str):
    (tiny / name).unlink()
    refused(tiny, name)


def test_a_newer_schema_says_to_upgrade(tiny: Path):
    rewrite(tiny, lambda manifest: manifest.update(schema_version=2, shape_of_things="to come"))
    refused(tiny, "schema version 2", "pip install -U ganzoo")
    with pytest.raises(ganzoo.WeightsError, match="Upgrade"):
        zoo.info(tiny)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda m: m.update(extra=1), "extra"),
        (lambda m: m.update(name="../../etc"), "name"),
        (lambda m: m["network"].update(size=4096), "size"),
        (lambda m: m["network"].update(latent_dim="5"), "latent_dim"),
        (lambda m: m["network"].update(latent_dim=10**9), "latent_dim"),
        (lambda m: m["network"]["generator"].update(width=4000), "width"),
        (lambda m: m["network"]["generator"].update(kernel_size=999), "kernel_size"),
        (lambda m: m["network"]["generator"].update(width=3), "parameters"),
        (lambda m: m["network"]["generator"].update(norm="lambda"), "norm"),
        (lambda m: m["network"]["generator"].update(width="many"), "built"),
        (lambda m: m.update(architecture="transformer"), "transformer"),
        (lambda m: m["parameters"].update(generator=1), "parameters"),
        (lambda m: m["files"].update({"../x": {"sha256": "0" * 64, "bytes": 1}}), "files"),
        (lambda m: m["files"].pop(WEIGHTS), WEIGHTS),
    ],
)
def test_a_manifest_out_of_bounds(tiny: Path, change: Callable[[dict[str, Any]], None], word: str):
    rewrite(tiny, change)
    refused(tiny, word)


@pytest.mark.parametrize("text", ["", "[]", "nonsense", '{"schema_version": 1', "[" * 100_000])
def test_a_manifest_that_is_none(tiny: Path, text: str):
    (tiny / "ganzoo.json").write_text(text)
    refused(tiny, "ganzoo.json")


@pytest.mark.parametrize("link", [h5py.SoftLink("/layers"), h5py.ExternalLink("other.h5", "/")])
def test_links_in_weights_are_refused(tiny: Path, link: Any):
    with h5py.File(tiny / WEIGHTS, "a") as file:
        file["more"] = link
    sign(tiny)
    refused(tiny, WEIGHTS, "link")


def test_weights_kept_in_another_file_are_refused(tiny: Path):
    (tiny / "secret").write_bytes(bytes(40))
    with h5py.File(tiny / WEIGHTS, "a") as file:
        file.create_dataset("more", (10,), "f4", external=[(str(tiny / "secret"), 0, 40)])
    sign(tiny)
    refused(tiny, WEIGHTS, "another file")


def test_more_numbers_than_parameters_are_refused(tiny: Path):
    with h5py.File(tiny / WEIGHTS, "a") as file:
        # a few bytes on disk, gigabytes once read
        file.create_dataset("more", (10**9,), "f4", chunks=True)
    sign(tiny)
    refused(tiny, WEIGHTS, "numbers")


def test_no_hdf5_at_all(tiny: Path):
    (tiny / WEIGHTS).write_bytes(b"not HDF5")
    sign(tiny)
    refused(tiny, WEIGHTS, "HDF5")


def test_an_altered_reference(tiny: Path):
    np.savez(tiny / "reference.npz", z=np.zeros(1), images=np.zeros(1))
    with pytest.raises(ganzoo.WeightsError, match=r"reference\.npz"):
        zoo.load_reference(tiny)


@pytest.mark.parametrize("text", ["[]", '{"schema_version": 1, "scores": [{}]}', '{"schema_version": 9}'])
def test_a_broken_evaluation(tiny: Path, text: str):
    (tiny / "evaluation.json").write_text(text)
    with pytest.raises(ganzoo.WeightsError, match=r"evaluation\.json"):
        zoo.info(tiny)


def test_folders_that_are_none(tmp_path: Path):
    refused(tmp_path / "nowhere", "No such folder")
    refused(tmp_path, "ganzoo.json is missing")
    with pytest.raises(ganzoo.InvalidArgumentError, match="Hub"):
        ganzoo.load("hf://name")
