"""Names and paths."""

import os
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganzoo.data import DATASETS, list_datasets, load
from ganzoo.errors import DataError, InvalidArgumentError

TRAIN = np.full((4, 28, 28), 1, np.uint8)
TEST = np.full((2, 28, 28), 2, np.uint8)


@pytest.fixture(autouse=True)
def no_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GANZOO_DATA", raising=False)


def fake_keras(monkeypatch: pytest.MonkeyPatch, module: str, load_data: object) -> None:
    fake = types.ModuleType(f"keras.datasets.{module}")
    fake.load_data = load_data
    for name in ("keras", "keras.datasets"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, fake.__name__, fake)


def data_folder(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str) -> None:
    np.savez_compressed(
        folder / f"{name}.npz", x_train=TRAIN, y_train=[0, 1, 2, 3], x_test=TEST, y_test=[0, 1]
    )
    monkeypatch.setenv("GANZOO_DATA", str(folder))


def test_the_data_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_keras(monkeypatch, "mnist", lambda: pytest.fail("asked Keras"))
    data_folder(monkeypatch, tmp_path, "mnist")
    source = load("mnist")
    assert (source.images == 1).all()
    assert source.licence == "CC BY-SA 3.0"
    assert "LeCun" in (source.credit or "")
    assert source.num_classes == 10
    assert len(load("mnist", split="test")) == 2
    assert load("mnist", size=32, channels=3).image_shape == (32, 32, 3)


def test_any_archive_in_the_data_folder_has_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data_folder(monkeypatch, tmp_path, "my_own")
    assert list_datasets() == ["fashion-mnist", "mnist", "my_own"]
    source = load("my_own")
    assert (source.name, source.licence) == ("my_own", None)


def test_stdout_is_left_to_the_figures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def load_data() -> object:
        sys.stdout.write("Downloading data\n")
        return (TRAIN, np.arange(4)), (TEST, np.arange(2))

    fake_keras(monkeypatch, "mnist", load_data)
    load("mnist")
    assert capsys.readouterr() == ("", "Downloading data\n")


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_without_a_download_only_what_is_here_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    module = DATASETS[name].keras_module
    fake_keras(monkeypatch, module, lambda: pytest.fail("asked Keras"))
    files = [tmp_path / "datasets" / file for file in DATASETS[name].keras_files]
    for file in [None, *files[:-1]]:
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
        with pytest.raises(DataError, match=f"'{name}' is not on this machine.*holds {name}.npz"):
            load(name, download=False)
    files[-1].parent.mkdir(parents=True, exist_ok=True)
    files[-1].touch()
    fake_keras(monkeypatch, module, lambda: ((TRAIN, np.arange(4)), (TEST, np.arange(2))))
    assert len(load(name, download=False)) == 4
    monkeypatch.delenv("KERAS_HOME")
    data_folder(monkeypatch, tmp_path, name)
    assert len(load(name, download=False)) == 4


@pytest.mark.parametrize("name", ["fashion-mnist", "fashion_mnist"])
def test_keras_is_next(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    fake_keras(monkeypatch, "fashion_mnist", lambda: ((TRAIN, np.arange(4)), (TEST, np.arange(2))))
    train, test = load(name), load(name, split="test")
    assert train.name == "fashion-mnist"
    assert (train.images == 1).all()
    assert (test.images == 2).all()
    assert train.class_names is not None
    assert train.class_names[9] == "Ankle boot"
    with pytest.raises(DataError, match="split='valid'"):
        load(name, split="valid")


def test_a_failed_download_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise Exception("URL fetch failure on https://example.org/mnist.npz: None -- refused\nmore")

    fake_keras(monkeypatch, "mnist", fail)
    with pytest.raises(
        DataError, match=r"^Cannot download 'mnist'.*refused\. Check [^\n]*GANZOO_DATA[^\n]*$"
    ):
        load("mnist")


def test_paths(tmp_path: Path) -> None:
    Image.new("L", (9, 9), 5).save(tmp_path / "a.png")
    assert load(tmp_path, size=8, channels=3).image_shape == (8, 8, 3)
    with pytest.raises(
        InvalidArgumentError, match=r"needs size and channels\. Received: size=None, channels=1"
    ):
        load(tmp_path, channels=1)
    np.savez(tmp_path / "set.npz", TRAIN)
    assert len(load(str(tmp_path / "set.npz"))) == 4
    with pytest.raises(DataError, match="the file"):
        load(tmp_path / "a.png")
    with pytest.raises(DataError, match="No such file or folder"):
        load(tmp_path / "absent")
    with pytest.raises(DataError, match="No such file"):
        load("absent.npz")


def test_a_folder_here_may_be_named_without_a_slash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "photos").mkdir()
    Image.new("L", (9, 9), 5).save(tmp_path / "photos" / "a.png")
    monkeypatch.chdir(tmp_path)
    assert len(load("photos", size=8, channels=1)) == 1


@pytest.mark.parametrize(
    ("name", "nearest"), [("mnits", "mnist"), ("fasion_mnist", "fashion-mnist"), ("MNIST", "mnist")]
)
def test_an_unknown_name_gets_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(DataError, match=rf"^Unknown data set '{name}'\. Did you mean '{nearest}'\?"):
        load(name)


def test_a_name_like_none_gets_the_list() -> None:
    with pytest.raises(DataError, match="Known by name: fashion-mnist, mnist;") as caught:
        load("zebra")
    assert "Did you mean" not in str(caught.value)


def test_every_known_set_says_whose_it_is() -> None:
    for name, info in DATASETS.items():
        assert info.title, name
        assert info.licence, name
        assert info.credit, name


def test_importing_the_data_imports_no_framework() -> None:
    code = (
        "import sys, ganzoo.data, ganzoo.images; "
        "print([m for m in ('keras', 'jax', 'torch', 'tensorflow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.data
@pytest.mark.skipif("GANZOO_DATA" not in os.environ, reason="GANZOO_DATA names no folder")
def test_the_real_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANZOO_DATA", REAL or "")
    for name in ("mnist", "fashion-mnist"):
        source = load(name)
        assert source.images.shape == (60_000, 28, 28, 1)
        assert source.labels is not None
        assert len(source.labels) == 60_000
        assert len(load(name, split="test")) == 10_000
    # The first ten labels of MNIST, as its authors' page shows them.
    first = load("mnist").labels
    assert first is not None
    assert first[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]


REAL = os.environ.get("GANZOO_DATA")
