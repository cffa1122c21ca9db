"""`ganzoo export`, `ganzoo compare`: what they write and print, and what they refuse before Keras loads."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import ganzoo
from ganzoo import latent, networks
from ganzoo.cli import main
from ganzoo.export import live_page, web_runtime
from ganzoo.export.web_runtime import WebRuntime
from ganzoo.zoo.build import _without_random_numbers

ROOT = Path(ganzoo.__file__).parents[1]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zoo of two: `dots`, and `large` of 64 colour pixels with three classes."""
    folder = tmp_path_factory.mktemp("weights")
    for name, options in (("dots", {}), ("large", {"size": 64, "channels": 3, "num_classes": 3})):
        tiny = {"generator": {"width": 4}, "discriminator": {"width": 4}}
        # JAX compiles a program for each shape that it draws: seconds, of a test that has no use for them
        with _without_random_numbers():
            pair = networks.build("mlp-gan", latent_dim=3, **tiny, **options)
        rng = np.random.default_rng(0)
        pair[0].set_weights([rng.normal(size=value.shape) for value in pair[0].get_weights()])
        ganzoo.GAN(*pair).save(folder / name)
    return folder


@pytest.fixture
def run(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    """Run the command in an empty folder: `(status, stdout, stderr)`."""
    monkeypatch.setenv("GANZOO_WEIGHTS", str(weights))
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> tuple[int, str, str]:
        capfd.readouterr()
        with pytest.raises(SystemExit) as leave:
            main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return int(leave.value.code or 0), out, err

    return call


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


def refused(result: tuple[int, str, str], *words: str) -> None:
    status, out, err = result
    assert (status, out) == (2, "")
    assert err.startswith("ganzoo: ")
    assert err.count("\n") == 1
    for word in words:
        assert word in err


@pytest.mark.parametrize("command", ["export", "compare"])
def test_help_has_an_example(run: Run, command: str):
    status, out, _ = run(command, "--help")
    assert status == 0
    assert f"Example: ganzoo {command}" in out


def test_onnx(run: Run, tmp_path: Path):
    onnxruntime = pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    status, out, err = run("export", "large")
    assert (status, err) == (0, "")
    assert out == f"Wrote large.onnx ({(tmp_path / 'large.onnx').stat().st_size / 1e6:.1f} MB)\n"
    gan = ganzoo.load("large")
    z, labels = gan.sample_latents(2), np.array([2, 0], "int32")
    [drawn] = onnxruntime.InferenceSession("large.onnx").run(None, {"z": z, "labels": labels})
    np.testing.assert_allclose(drawn, gan.decode(z, labels=labels), atol=1e-4)


def test_a_page_takes_the_runtime_that_lies_here_and_the_directions_asked_for(
    run: Run, runtime: list[str], tmp_path: Path
):
    pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    latent.save_directions(latent.sefa_directions(ganzoo.load("dots"), k=2), "d.npz")
    assert run("export", "dots", "--format", "html", "--directions", "d.npz")[0] == 0
    assert {*runtime} == {"onnxruntime-web-1.30.0.tgz"}
    assert "sefa 2" in (tmp_path / "dots.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("dotz",), ("Unknown model 'dotz'", "Did you mean 'dots'")),
        (("dots", "--format", "pdf"), ("--format must be onnx or html", "--format pdf")),
        (("dots", "-o", "x.html"), ("must end in .onnx", "-o x.html")),
        (("dots", "--runtime", "x.tgz"), ("are for --format html",)),
        (("dots", "--format", "html"), ("npm pack onnxruntime-web@1.30.0", "--runtime")),
        (("dots", "--format", "html", "--runtime", "x"), ("No onnxruntime-web in 'x'",)),
    ],
)
def test_export_refuses(run: Run, tmp_path: Path, arguments, words):
    pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    refused(run("export", *arguments), *words)
    assert left(tmp_path) == []


def test_directions_that_are_not_there(run: Run, runtime: list[str]):
    pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    refused(run("export", "dots", "--format", "html", "--directions", "d.npz"), "--directions d.npz")


def test_export_without_the_extra(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    refused(run("export", "dots"), "pip install 'ganzoo[onnx]'")


def test_compare_prints_a_table_and_writes_both_files(run: Run, tmp_path: Path):
    asked = ("compare", "dots", "large", "-n", 4, "--batch-size", 2, "--png", "c.png", "--html", "c.html")
    status, out, err = run(*asked)
    assert (status, err) == (0, "Wrote c.png\nWrote c.html\n")
    head, *lines = out.strip().splitlines()
    assert head.split() == ["dots", "large"]
    assert any(line.split() == ["draws", "28x28", "grey", "64x64", "RGB"] for line in lines)
    assert "gan.generate of 2 at once" in lines[-1]
    assert left(tmp_path) == ["c.html", "c.png"]
    with Image.open("c.png") as picture:
        assert picture.size[0] > 800
    assert "64x64 RGB" in (tmp_path / "c.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("dots",), ("at least 2 models", "Received: dots")),
        (("dots", "dotz"), ("Unknown model 'dotz'",)),
        (("dots", "dots"), ("Name each model once",)),
        (("dots", "large", "-n", 0), ("n=0",)),
        (("dots", "large", "--png", "c.jpg"), ("must end in .png", "--png c.jpg")),
        (("dots", "large", "--html", "c.png"), ("must end in .html", "--html c.png")),
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
