import keras
import numpy as np
import pytest
import typer.testing

from ganzoo.evaluate import build_reference, train_extractor
from ganzoo.evaluate._classifier import fit_classifier
from ganzoo.evaluate._networks import classifier_cnn
from ganzoo.evaluate.extractors import load_extractor
from ganzoo.evaluate.reference import load_reference
from ganzoo.evaluate.scores import score_samples


def test_a_classifier_learns_what_can_be_learnt():
    labels = np.arange(256) % 2
    images = np.random.default_rng(0).integers(0, 60, (256, 12, 12, 1), dtype="uint8")
    images[labels == 1, 3:9, 3:9] += 150
    keras.utils.set_random_seed(0)
    model = classifier_cnn(input_shape=(12, 12, 1), widths=(8, 8), num_classes=2)
    fit_classifier(model, images, labels, epochs=8, batch_size=16, learning_rate=1e-2, seed=0)
    _, logits = model.predict(images, verbose=0)
    assert np.mean(logits.argmax(1) == labels) > 0.95


def invoke(main, *arguments):
    app = typer.Typer()
    app.command()(main)
    result = typer.testing.CliRunner().invoke(app, [*arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_commands_write_an_extractor_and_its_reference(monkeypatch, tmp_path):
    rng = np.random.default_rng(0)
    data = {f"x_{split}": rng.integers(0, 256, (40, 28, 28), dtype="uint8") for split in ("train", "test")}
    data |= {f"y_{split}": np.arange(40, dtype="uint8") % 10 for split in ("train", "test")}
    np.savez(tmp_path / "mnist.npz", **data)
    monkeypatch.setenv("GANZOO_DATA", str(tmp_path))
    monkeypatch.setattr(build_reference, "FLOOR_N", (10, 20))
    folder = tmp_path / "extractors" / "mnist-cnn"
    invoke(train_extractor.main, "mnist", "--epochs", "1", "--batch-size", "8", "--output", str(folder))
    output = invoke(build_reference.main, "mnist", "--folder", str(folder))
    assert "40 test against 20 training images" in output
    monkeypatch.setenv("GANZOO_WEIGHTS", str(tmp_path))
    assert load_reference().n == 40
    assert load_extractor().sha256 == load_reference().extractor_sha256
    assert score_samples(data["x_test"][..., None]).frechet_distance == pytest.approx(0, abs=1e-3)
