"""Every example runs as it stands, and what it writes is what it says."""

import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import ganzoo

EXAMPLES = Path(__file__).parents[1] / "examples"

pytestmark = pytest.mark.slow


def _run(name: str, folder: Path, *arguments: str) -> str:
    """Run an example as a person would, in an empty folder; its standard output."""
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name), *arguments],
        cwd=folder,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_load_and_sample_draws_what_generate_draws(tmp_path):
    _run("load_and_sample.py", tmp_path)
    picture = np.asarray(Image.open(tmp_path / "samples.png"))
    expected = ganzoo.images.grid(ganzoo.load("mnist-dcgan").generate(64, seed=7), scale=3)
    assert np.abs(picture.astype(int) - expected.reshape(picture.shape).astype(int)).max() <= 1


def test_compare_models_has_a_row_for_every_model(tmp_path):
    printed = _run("compare_models.py", tmp_path)
    names = ganzoo.list_models()
    assert [line.split()[0] for line in printed.splitlines()[1 : len(names) + 1]] == names
    row_of_one = Image.open(tmp_path / "models.png").height / len(names)
    assert row_of_one >= 28 * 3


def test_fine_tune_leaves_digits_behind_for_the_shapes_it_was_given(tmp_path):
    _run("fine_tune.py", tmp_path)
    shapes = runpy.run_path(str(EXAMPLES / "fine_tune.py"))["shapes"]
    extractor = ganzoo.evaluate.random_conv_extractor((28, 28, 1))
    wanted = extractor.features(shapes(500, seed=1))

    def distance(name: str) -> float:
        pictures = ganzoo.load(name).generate(500, seed=1)
        return ganzoo.evaluate.frechet_distance(wanted, extractor.features(pictures))

    assert distance(str(tmp_path / "my-gan")) < 0.7 * distance("mnist-dcgan")
    shutil.rmtree(tmp_path / "my-gan")


@pytest.mark.all_backends
def test_compare_backends_finds_the_same_pictures(tmp_path):
    printed = _run("compare_backends.py", tmp_path)
    rows = dict(re.findall(r"^(jax|torch|tensorflow) +\d+ +(\S+)$", printed, re.MULTILINE))
    assert set(rows) == {"jax", "torch", "tensorflow"}
    assert max(map(float, rows.values())) <= 1e-5
