"""Both notebooks run from top to bottom, and what they print and draw is what their text says."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

EXAMPLES = Path(__file__).parents[1] / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))


def _execute(path: Path, folder: Path) -> Any:
    """Run a notebook in an empty folder; the notebook with its outputs."""
    pytest.importorskip("ipykernel")
    nbclient = pytest.importorskip("nbclient")
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    return notebook


def _printed(notebook: Any) -> str:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "".join(output.text for output in outputs if output.output_type == "stream")


def _pictures(notebook: Any) -> int:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return sum("image/png" in output.get("data", {}) for output in outputs)


def test_there_are_the_two_notebooks():
    assert [path.stem for path in NOTEBOOKS] == ["explore", "train_your_own"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(path):
    text = path.read_text(encoding="utf-8")
    assert '"outputs": []' in text
    assert not re.search(r'"outputs": \[\s*[^\s\]]', text)
    assert not re.search(r'"execution_count": [^n]', text)


@pytest.mark.site
def test_explore_finds_what_it_says(tmp_path):
    notebook = _execute(EXAMPLES / "explore.ipynb", tmp_path)
    printed = _printed(notebook)
    assert "generate(24, seed=0) draws the same: True" in printed
    effects = dict(re.findall(r"^(slant|stroke width|size) .*?\b\1 ([+-]\d\.\d\d)", printed, re.MULTILINE))
    assert min(map(float, effects.values())) > 0.3
    assert len(effects) == 3
    digit, error = re.search(r"read as a (\d); off by (\d+) grey levels", printed).groups()
    assert digit == "7"
    assert float(error) < 40
    distances = dict(re.findall(r"^(plain|best) +distance (\S+),", printed, re.MULTILINE))
    assert float(distances["best"]) < float(distances["plain"])
    with Image.open(tmp_path / "walk.gif") as walk:
        assert walk.n_frames == 60
    assert _pictures(notebook) == 8


@pytest.mark.site
def test_train_your_own_learns_the_shapes(tmp_path):
    notebook = _execute(EXAMPLES / "train_your_own.ipynb", tmp_path)
    printed = _printed(notebook)
    guesses = re.findall(r"d_loss (\S+) = 2 log 2 = (\S+)|g_loss (\S+) = +log 2 = (\S+)", printed)
    pairs = [[float(number) for number in match if number] for match in guesses]
    np.testing.assert_allclose([a for a, _ in pairs], [b for _, b in pairs], atol=1e-6)
    assert len(pairs) == 2
    assert "the same pictures after loading: True" in printed
    distances = [
        float(number) for number in re.findall(r"^(?:real|my-gan|mnist).* (\S+)$", printed, re.MULTILINE)
    ]
    floor, from_nothing, tuned, before = distances
    assert floor < min(from_nothing, tuned)
    assert tuned < before / 2
    assert from_nothing < 0.75 * before
    assert (tmp_path / "my-gan" / "model.weights.h5").is_file()
    assert _pictures(notebook) == 5
