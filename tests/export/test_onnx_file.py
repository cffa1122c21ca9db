"""An ONNX file draws what Keras draws, and says what it is."""

import functools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import ganzoo
from ganzoo import export
from ganzoo.errors import InvalidArgumentError, MissingExtraError

onnx = pytest.importorskip("onnx", reason="the extra onnx is not installed")
onnxruntime = pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")

ROOT = Path(ganzoo.__file__).parents[1]


load = functools.cache(ganzoo.load)


def assert_equal(path: Path, gan: "ganzoo.GAN") -> None:
    """The file's pictures are Keras', of one z as of several."""
    # four: what `save_onnx` itself compares, so that JAX has compiled it
    z = gan.sample_latents(4, seed=7)
    labels = np.arange(1, 5, dtype="int32") % gan.num_classes if gan.num_classes else None
    expected = gan.decode(z, labels=labels)
    session = onnxruntime.InferenceSession(str(path))
    for n in (4, 1):
        feed = {"z": z[:n]} if labels is None else {"z": z[:n], "labels": labels[:n]}
        [pictures] = session.run(["images"], feed)
        assert pictures.dtype == np.float32
        np.testing.assert_allclose(pictures, expected[:n], atol=1e-4)
    assert expected.std() > 0.1


@pytest.mark.parametrize("name", ganzoo.list_models())
def test_a_preset_is_equal_to_keras(name: str, tmp_path: Path):
    gan = load(name)
    path = export.save_onnx(gan, tmp_path / "model.onnx")
    assert_equal(path, gan)
    assert path.stat().st_size < 4.5 * gan.generator.count_params()


@pytest.mark.parametrize(("size", "channels", "num_classes"), [(64, 3, 0), (32, 1, 3)])
def test_other_sizes_are_equal_to_keras(make_gan, tmp_path: Path, size: int, channels: int, num_classes: int):
    gan = make_gan(size=size, channels=channels, num_classes=num_classes)
    assert_equal(export.save_onnx(gan, tmp_path / "model.onnx"), gan)


def test_the_file_says_what_it_is(tmp_path: Path):
    gan = load("mnist-cdcgan")
    model = onnx.load(export.save_onnx(gan, tmp_path / "model.onnx"))
    told = {entry.key: entry.value for entry in model.metadata_props}
    assert told.pop("weights") == ganzoo.latent.fingerprint(gan)
    assert told == {
        "name": "mnist-cdcgan",
        "architecture": "dcgan",
        "latent_prior": "normal",
        "latent_dim": "100",
        "num_classes": "10",
        "images": "NHWC, float32 in [-1, 1]",
        "data": "mnist",
        "data_licence": "CC BY-SA 3.0",
        "data_credit": "Yann LeCun, Corinna Cortes and Christopher J.C. Burges",
        "ganzoo": ganzoo.__version__,
    }
    shapes = {
        value.name: [axis.dim_param or axis.dim_value for axis in value.type.tensor_type.shape.dim]
        for value in (*model.graph.input, *model.graph.output)
    }
    assert shapes == {"z": ["N", 100], "labels": ["N"], "images": ["N", 28, 28, 1]}


@pytest.mark.slow
@pytest.mark.all_backends
def test_the_same_file_on_every_backend():
    code = "import hashlib, ganzoo; from ganzoo.export.onnx_file import onnx_bytes as get; "
    code += "print(hashlib.sha256(get(ganzoo.load('mnist-dcgan'))).hexdigest())"
    answers = set()
    for backend in ("jax", "torch", "tensorflow"):
        environ = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ
        )
        answers.add(done.stdout)
    assert len(answers) == 1


def test_a_file_that_draws_something_else_is_not_written(make_gan, tmp_path: Path, monkeypatch):
    from ganzoo.export import onnx_layers

    def negative(graph, layer, inputs):
        return graph.add("Neg", inputs, layer.name)

    monkeypatch.setitem(onnx_layers.CONVERTERS, onnx_layers.layers.Activation, negative)
    with pytest.raises(InvalidArgumentError, match="draws other pictures than Keras"):
        export.save_onnx(make_gan(), tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())


def test_without_the_extra(make_gan, tmp_path: Path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'ganzoo\[onnx\]'"):
        export.save_onnx(make_gan(), tmp_path / "model.onnx")
