"""`import ganzoo` does nothing: no framework, no output, no file. What it offers is there when asked for."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import ganzoo

ROOT = Path(ganzoo.__file__).parents[1]
HEAVY = (
    "jax",
    "torch",
    "tensorflow",
    "keras",
    "numpy",
    "h5py",
    "typer",
    "rich",
    "matplotlib",
    "PIL",
    "pydantic",
)


def test_import_loads_nothing_says_nothing_and_writes_nothing(tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if name not in ("KERAS_BACKEND", "KERAS_HOME")}
    code = f"import ganzoo, json, sys; print(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
    done = subprocess.run(
        [sys.executable, "-B", "-c", code],
        env=kept | {"HOME": str(home), "USERPROFILE": str(home), "PYTHONPATH": str(ROOT)},
        cwd=home,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == []
    assert done.stderr == ""
    assert list(home.iterdir()) == []


def test_dir_lists_the_public_names():
    assert dir(ganzoo) == sorted(ganzoo.__all__)


@pytest.mark.parametrize("name", ganzoo.__all__)
def test_every_public_name_is_there(name: str):
    assert getattr(ganzoo, name) is getattr(ganzoo, name)


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match="module 'ganzoo' has no attribute 'lod'") as error:
        ganzoo.lod  # noqa: B018
    assert (error.value.name, error.value.obj) == ("lod", ganzoo)  # what Python's own "Did you mean" needs
