"""A small preset with random damage: it loads and draws finite pictures, or is refused in one line.

The damage is signed, as an attacker would, so that what is behind the hash is reached.
"""

import hashlib
import json
import shutil
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ganzoo
from ganzoo import zoo
from ganzoo._sampler_file import SavedSampler

from .test_corpus import calibration

WEIGHTS = ("model.weights.h5", "discriminator.weights.h5")
SIGNED = (*WEIGHTS, "reference.npz", "config.json", "sampler.json")
JSON = ("ganzoo.json", "config.json", "sampler.json", "evaluation.json")
SECONDS = 2.0

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.sampled_from([0, 1, 2, 28, 32, 64, 4096, 10**9]),
    st.floats(allow_nan=True, allow_infinity=True),
    st.text(max_size=20),
    st.sampled_from(["dcgan", "mlp-gan", "batch", "Lambda", "__lambda__", "os", "../x", "keras.layers"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
# where, as a share of the file; what is done there; and with which bytes
EDITS = st.tuples(
    st.floats(0, 1, exclude_max=True),
    st.sampled_from(["flip", "write", "insert", "delete", "cut", "copy"]),
    st.binary(min_size=1, max_size=16),
)


def edited(content: bytes, edit: tuple[float, str, bytes]) -> bytes:
    where, kind, given = edit
    place = int(where * len(content))
    before, after = content[:place], content[place:]
    if kind == "flip":
        return before + bytes([after[0] ^ (1 << given[0] % 8)]) + after[1:] if after else content
    if kind == "write":
        return before + given + after[len(given) :]
    if kind == "insert":
        return before + given + after
    if kind == "delete":
        return before + after[len(given) :]
    if kind == "copy":
        return before + before[-1 - given[0] :] + after
    return before


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in a JSON document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in inner for found in paths(item, (*path, key)))]


def restructured(text: str, where: float, kind: str, value: Any) -> str:
    document = json.loads(text)
    all_paths = paths(document)
    path = all_paths[int(where * len(all_paths))]
    if not path:
        return json.dumps(value)
    parent = document
    for key in path[:-1]:
        parent = parent[key]
    if kind == "delete":
        del parent[path[-1]]
    elif kind == "rename" and isinstance(parent, dict):
        parent[str(value)] = parent.pop(path[-1])
    else:
        parent[path[-1]] = value
    return json.dumps(document)


def resign(folder: Path, name: str) -> None:
    manifest = json.loads((folder / "ganzoo.json").read_text())
    content = (folder / name).read_bytes()
    manifest["files"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    (folder / "ganzoo.json").write_text(json.dumps(manifest))


@pytest.fixture(scope="module")
def small(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A preset with a sampler and scores."""
    folder = Path(shutil.copytree(written / "tiny", tmp_path_factory.mktemp("fuzz") / "tiny"))
    saved = SavedSampler(sampler="obrs", settings={}, calibration=calibration())
    zoo.save_sampler(folder, saved)
    (folder / "evaluation.json").write_text('{"schema_version": 2, "scores": []}')
    return folder


def holds(folder: Path, damaged: str) -> None:
    """Read the folder as its users do, and see that nothing but the promised comes of it."""
    for read in (ganzoo.load, zoo.info, zoo.load_reference):
        start = time.process_time()
        try:
            result: Any = read(folder)
            if read is ganzoo.load and result.saved_sampler is not None:
                result.saved_sampler.build()
            refusal = ""
        except ganzoo.WeightsError as error:
            result, refusal = None, str(error)
        assert time.process_time() - start < SECONDS
        assert refusal.isprintable()
        assert len(refusal) < 1000
        if read is ganzoo.load and result is not None:
            draws(result, folder, damaged)


def draws(gan: ganzoo.GAN, folder: Path, damaged: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        drawn = gan.generator(gan.sample_latents(4, seed=0), training=False)
    pictures = np.asarray(keras.ops.convert_to_numpy(drawn))
    assert np.isfinite(pictures).all()
    if damaged not in (*WEIGHTS, "reference.npz", "ganzoo.json"):
        golden = zoo.load_reference(folder)["images"][:4]
        np.testing.assert_allclose(pictures, golden, atol=1e-5)


def check_bytes(small: Path) -> Callable[..., None]:
    def check(name: str, edits: list[tuple[float, str, bytes]]) -> None:
        original, manifest = (small / name).read_bytes(), (small / "ganzoo.json").read_bytes()
        try:
            content = original
            for edit in edits:
                content = edited(content, edit)
            (small / name).write_bytes(content)
            if name in SIGNED:
                resign(small, name)
            holds(small, name)
        finally:
            (small / "ganzoo.json").write_bytes(manifest)
            (small / name).write_bytes(original)

    return check


def check_json(small: Path) -> Callable[..., None]:
    def check(name: str, where: float, kind: str, value: Any) -> None:
        original, manifest = (small / name).read_bytes(), (small / "ganzoo.json").read_bytes()
        try:
            (small / name).write_text(restructured(original.decode(), where, kind, value))
            if name in SIGNED:
                resign(small, name)
            holds(small, name)
        finally:
            (small / "ganzoo.json").write_bytes(manifest)
            (small / name).write_bytes(original)

    return check


BYTES = {
    "name": st.sampled_from((*SIGNED, "ganzoo.json", "evaluation.json")),
    "edits": st.lists(EDITS, min_size=1, max_size=4),
}
STRUCTURE = {
    "name": st.sampled_from(JSON),
    "where": st.floats(0, 1, exclude_max=True),
    "kind": st.sampled_from(["replace", "delete", "rename"]),
    "value": VALUES,
}
HEALTH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def fuzz(check: Callable[..., None], strategies: dict[str, Any], examples: int) -> None:
    settings(max_examples=examples, suppress_health_check=HEALTH, database=None)(given(**strategies)(check))()


def test_damaged_bytes(small: Path):
    fuzz(check_bytes(small), BYTES, 30)


def test_damaged_json(small: Path):
    fuzz(check_json(small), STRUCTURE, 30)


@pytest.mark.slow
def test_much_damage_to_bytes(small: Path):
    fuzz(check_bytes(small), BYTES, 500)


@pytest.mark.slow
def test_much_damage_to_json(small: Path):
    fuzz(check_json(small), STRUCTURE, 500)
