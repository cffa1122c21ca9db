import keras
import numpy as np
import pytest
import typer.testing

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate import build_reference, train_extractor
from ganzoo.evaluate._classifier import fit_classifier
from ganzoo.evaluate._networks import classifier_cnn, classifier_resnet
from ganzoo.evaluate.extractor_config import read_config
from ganzoo.evaluate.extractor_recipes import RECIPES
from ganzoo.evaluate.extractors import load_extractor
from ganzoo.evaluate.reference import load_reference, shipped_extractors
from ganzoo.evaluate.scores import score_samples


@pytest.mark.parametrize("build", [classifier_cnn, classifier_resnet])
def test_a_classifier_learns_what_can_be_learnt(build):
    labels = np.arange(256) % 2
    images = np.random.default_rng(0).integers(0, 60, (256, 12, 12, 1), dtype="uint8")
    images[labels == 1, 3:9, 3:9] += 150
    keras.utils.set_random_seed(0)
    model = build(input_shape=(12, 12, 1), widths=(8, 8), num_classes=2)
    # long enough for the moving statistics of batch normalisation, of momentum 0.99
    fit_classifier(model, images, labels, epochs=25, batch_size=16, learning_rate=1e-2, seed=0)
    _, logits = model.predict(images, verbose=0)
    assert np.mean(logits.argmax(1) == labels) > 0.95


def invoke(main, *arguments):
    app = typer.Typer()
    app.command()(main)
    result = typer.testing.CliRunner().invoke(app, [*arguments])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize(
    ("name", "role"), [("mnist-cnn", "tuning"), ("fashion-mnist-resnet", "confirmation")]
)
def test_the_commands_write_an_extractor_and_its_reference(monkeypatch, tmp_path, name, role):
    rng = np.random.default_rng(0)
    images = {f"x_{split}": rng.integers(0, 256, (40, 28, 28), dtype="uint8") for split in ("train", "test")}
    labels = {f"y_{split}": np.arange(40, dtype="uint8") % 10 for split in ("train", "test")}
    data = RECIPES[name].data
    np.savez(tmp_path / f"{data}.npz", **images, **labels)
    monkeypatch.setenv("GANZOO_DATA", str(tmp_path))
    monkeypatch.setattr(build_reference, "FLOOR_N", (20, 40))
    folder = tmp_path / "extractors" / name
    invoke(train_extractor.main, name, "--epochs", "1", "--batch-size", "8", "--output", str(folder))
    output = invoke(build_reference.main, name, "--draws", "2", "--folder", str(folder))
    assert f"40 images of {data} test (40 in the sample) against n of train" in output
    monkeypatch.setenv("GANZOO_WEIGHTS", str(tmp_path))
    assert shipped_extractors(data) == shipped_extractors(data, image_shape=(28, 28, 1)) == [name]
    assert shipped_extractors(data, image_shape=(32, 32, 3)) == shipped_extractors("kittens64") == []
    extractor, reference = load_extractor(name), load_reference(name)
    assert extractor.sha256 == reference.extractor_sha256
    assert (extractor.role, extractor.feature_dim) == (role, 128)
    assert "--epochs 1 --batch-size 8" in read_config(folder).recipe["command"]
    score = score_samples(images["x_test"][..., None], extractor=name)
    assert score.frechet_distance == pytest.approx(0, abs=1e-3)


def test_an_unknown_extractor_is_named_with_those_there_are():
    with pytest.raises(InvalidArgumentError, match="There are: mnist-cnn, mnist-resnet"):
        train_extractor.recipe_of("mnist")


def test_a_confirming_extractor_differs_in_architecture_and_seed():
    for data in ("mnist", "fashion-mnist"):
        first, second = RECIPES[f"{data}-cnn"], RECIPES[f"{data}-resnet"]
        assert (first.role, second.role) == ("tuning", "confirmation")
        assert first.architecture != second.architecture
        assert first.seed != second.seed
        assert first.widths[-1] == second.widths[-1] == 128
