"""Nothing is published that is broken, signed though it may be, or that is not what it says."""

import hashlib
import json
from pathlib import Path

import keras
import numpy as np
import pytest

import ganzoo
from ganzoo import zoo
from ganzoo.zoo.checking import ALL_FILES, check_preset, gaps


def sign(folder: Path, name: str) -> None:
    """Make ganzoo.json agree with a file that was changed."""
    content = (folder / name).read_bytes()
    path = folder / "ganzoo.json"
    manifest = json.loads(path.read_text())
    manifest["files"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    path.write_text(json.dumps(manifest))


def refused(folder: Path, *words: str) -> None:
    with pytest.raises(ganzoo.WeightsError) as error:
        check_preset(folder)
    assert "\n" not in str(error.value)
    for word in words:
        assert word in str(error.value)


@pytest.mark.parametrize("name", ganzoo.list_models())
def test_every_shipped_preset_is_fit_and_tells_all(name: str):
    assert gaps(check_preset(zoo.info(name).folder)) == ()


def test_what_a_card_lacks_is_named(dots: Path, written: Path):
    measured = ("scores (ganzoo evaluate --write)", "an audit (ganzoo audit --write)")
    assert gaps(check_preset(dots)) == ("the recipe and cost of the training", *measured)
    found = gaps(zoo.info(written / "tiny"))
    assert found[:2] == ("what it was trained on", "the licence of the images")


def test_pictures_that_it_does_not_draw(dots: Path):
    golden = zoo.load_reference(dots)
    np.savez(dots / "reference.npz", z=golden["z"], images=golden["images"] + np.float32(1e-4))
    sign(dots, "reference.npz")
    refused(dots, "reference.npz", "differ by up to 0.0001")


@pytest.mark.parametrize("change", [{"images": np.zeros((2, 3))}, {"z": np.zeros((16, 4), "float32")}])
def test_pictures_of_another_model(dots: Path, change: dict[str, np.ndarray]):
    np.savez(dots / "reference.npz", **{**zoo.load_reference(dots), **change})
    sign(dots, "reference.npz")
    refused(dots, "reference.npz")


def change_activation(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    assert config["config"]["layers"][-1]["config"]["activation"] == "tanh"
    config["config"]["layers"][-1]["config"]["activation"] = "sigmoid"
    (folder / "config.json").write_text(json.dumps(config))
    sign(folder, "config.json")


def test_a_config_of_another_network(dots: Path):
    change_activation(dots)
    refused(dots, "config.json", "not of the generator")


def test_a_config_of_another_keras_is_held_to_layers_and_sizes_alone(dots: Path):
    (dots / "metadata.json").write_text(json.dumps({"keras_version": "3.99"}))
    sign(dots, "metadata.json")
    change_activation(dots)
    assert check_preset(dots).name == "dots"
    (dots / "config.json").write_text("{}")
    sign(dots, "config.json")
    refused(dots, "config.json")


def test_a_config_is_never_built(dots: Path, monkeypatch: pytest.MonkeyPatch):
    def built(*_: object, **__: object) -> None:
        raise AssertionError("Keras built what stands in config.json")

    monkeypatch.setattr(keras.saving, "load_model", built)
    monkeypatch.setattr(keras.saving, "deserialize_keras_object", built)
    check_preset(dots)


@pytest.mark.parametrize("name", ["samples.png", "config.json", "discriminator.weights.h5", "reference.npz"])
def test_a_missing_file(dots: Path, name: str):
    (dots / name).unlink()
    refused(dots, name)


def test_a_picture_that_is_none(dots: Path):
    (dots / "samples.png").write_bytes(b"GIF89a")
    refused(dots, "samples.png")


def test_a_file_that_no_preset_has(dots: Path):
    (dots / "run.py").write_text("print()")
    sign(dots, "run.py")
    refused(dots, "ganzoo.json", "run.py")
    assert "run.py" not in ALL_FILES
