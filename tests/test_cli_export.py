"""`ganzoo export`, `ganzoo compare`: what they write and print, and what they refuse before Keras loads."""

import functools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from cli_runner import call_ganzoo, refused
from PIL import Image

import ganzoo
from ganzoo import latent
from ganzoo.export import live_page, web_runtime
from ganzoo.export.web_runtime import WebRuntime

ROOT = Path(ganzoo.__file__).parents[1]
Run = Callable[..., tuple[int, str, str]]


MODEL, OTHER = "mnist-mlp-gan", "mnist-wgan-gp"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command in an empty folder: `(status, stdout, stderr)`."""
    monkeypatch.chdir(tmp_path)

    return functools.partial(call_ganzoo, capfd)


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A stand-in for onnxruntime-web; the list fills with the places that it was looked for in."""
    asked: list[str] = []

    def read(path: object) -> WebRuntime:
        asked.append(str(path))
        return WebRuntime(b"export default 1;", b"wasm")

    monkeypatch.setattr(web_runtime, "read_runtime", read)
    monkeypatch.setattr(live_page, "read_runtime", read)
    return asked


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("command", ["export", "compare"])
def test_help_has_an_example(run: Run, command: str):
    status, out, _ = run(command, "--help")
    assert status == 0
    assert f"Example: ganzoo {command}" in out


def test_onnx(run: Run):
    onnxruntime = pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    assert run("export", MODEL) == (0, f"Wrote {MODEL}.onnx (2.9 MB)\n", "")
    gan = ganzoo.load(MODEL)
    z = gan.sample_latents(4)
    [drawn] = onnxruntime.InferenceSession(f"{MODEL}.onnx").run(None, {"z": z})
    np.testing.assert_allclose(drawn, gan.decode(z), atol=1e-4)


def test_a_page_takes_the_runtime_that_lies_here_and_the_directions_asked_for(
    run: Run, runtime: list[str], tmp_path: Path
):
    pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    latent.save_directions(latent.sefa_directions(ganzoo.load(MODEL), k=2), "d.npz")
    assert run("export", MODEL, "--format", "html", "--directions", "d.npz")[0] == 0
    assert {*runtime} == {"onnxruntime-web-1.30.0.tgz"}
    assert "sefa 2" in (tmp_path / f"{MODEL}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("mnist-dcgn",), ("Unknown model 'mnist-dcgn'", "Did you mean 'mnist-dcgan'")),
        ((MODEL, "--format", "pdf"), ("--format must be onnx or html", "--format pdf")),
        ((MODEL, "-o", "x.html"), ("must end in .onnx", "-o x.html")),
        ((MODEL, "--runtime", "x.tgz"), ("are for --format html",)),
        ((MODEL, "--format", "html"), ("npm pack onnxruntime-web@1.30.0", "--runtime")),
        ((MODEL, "--format", "html", "--runtime", "x"), ("No onnxruntime-web in 'x'",)),
    ],
)
def test_export_refuses(run: Run, tmp_path: Path, arguments, words):
    pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    refused(run("export", *arguments), *words)
    assert left(tmp_path) == []


def test_directions_that_are_not_there(run: Run, runtime: list[str]):
    pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    refused(run("export", MODEL, "--format", "html", "--directions", "d.npz"), "--directions d.npz")


def test_export_without_the_extra(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    refused(run("export", MODEL), "pip install 'ganzoo[onnx]'")


def test_compare_prints_a_table_and_writes_both_files(run: Run, tmp_path: Path):
    asked = ("compare", MODEL, OTHER, "-n", 4, "--batch-size", 4, "--png", "c.png", "--html", "c.html")
    status, out, err = run(*asked)
    assert (status, err) == (0, "Wrote c.png\nWrote c.html\n")
    head, *lines = out.strip().splitlines()
    assert head.split() == [MODEL, OTHER]
    assert ["parameters", "720,656", "429,537"] in [line.split() for line in lines]
    assert "gan.generate of 4 at once" in lines[-1]
    assert left(tmp_path) == ["c.html", "c.png"]
    with Image.open("c.png") as picture:
        assert picture.size[0] > 800
    assert "<td>720,656</td>" in (tmp_path / "c.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((MODEL,), ("at least 2 models", "Received: mnist-mlp-gan")),
        ((MODEL, "mnist-dcgn"), ("Unknown model 'mnist-dcgn'",)),
        ((MODEL, MODEL), ("Name each model once",)),
        ((MODEL, OTHER, "-n", 0), ("n=0",)),
        ((MODEL, OTHER, "--png", "c.jpg"), ("must end in .png", "--png c.jpg")),
        ((MODEL, OTHER, "--html", "c.png"), ("must end in .html", "--html c.png")),
    ],
)
def test_compare_refuses(run: Run, tmp_path: Path, arguments, words):
    refused(run("compare", *arguments), *words)
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "mnist-dcgan", "--format", "html", "--runtime", "none.tgz"),
        ("compare", "mnist-dcgan", "none"),
        ("compare", "mnist-dcgan", "mnist-dcgan"),
    ],
)
def test_what_is_refused_is_refused_before_keras(arguments):
    run = "import sys; from ganzoo.cli import main"
    code = run + "\ntry: main(sys.argv[1:])\nfinally: print('keras' in sys.modules)"
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 2
    assert done.stdout == "False\n"
