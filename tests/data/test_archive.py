""".npz files, whole and broken."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from ganzoo.data import from_npz
from ganzoo.errors import DataError

TRAIN = np.full((4, 8, 8), 1, np.uint8)
TEST = np.full((2, 8, 8), 2, np.uint8)


def write(path: Path, **arrays: object) -> Path:
    np.savez_compressed(path, **arrays)
    return path


def test_splits_as_keras_names_them(tmp_path: Path) -> None:
    path = write(tmp_path / "set.npz", x_train=TRAIN, y_train=[0, 1, 2, 3], x_test=TEST, x_extra=TEST)
    train, test = from_npz(path), from_npz(path, split="test")
    assert (train.images == 1).all()
    assert train.labels is not None
    assert train.labels.tolist() == [0, 1, 2, 3]
    assert train.name == "set"
    assert (test.images == 2).all()
    assert test.labels is None
    assert len(from_npz(path, split="extra")) == 2
    assert from_npz(path, size=4, channels=3).image_shape == (4, 4, 3)


def test_images_and_labels_or_one_array(tmp_path: Path) -> None:
    named = from_npz(write(tmp_path / "a.npz", images=TRAIN, labels=[1, 1, 0, 0]))
    assert named.labels is not None
    assert named.labels.tolist() == [1, 1, 0, 0]
    assert (from_npz(write(tmp_path / "b.npz", anything=TEST)).images == 2).all()


@pytest.mark.parametrize(
    ("arrays", "split", "message"),
    [
        ({"x_train": TRAIN}, "test", r"no 'test' images. Received: arrays x_train. Name the array 'x_test'"),
        ({"images": TRAIN}, "test", "no 'test' images"),
        ({"a": TRAIN, "b": TRAIN}, "train", "arrays a, b. Name the array 'x_train' or 'images'"),
        ({}, "train", "Received: arrays none"),
        ({"images": np.arange(5)}, "train", r"must be \(N, H, W, C\)"),
        ({"images": TRAIN, "labels": [1]}, "train", "1 labels for 4 images"),
        ({"images": np.array([{}])}, "train", "Cannot read .*allow_pickle"),
    ],
)
def test_archives_that_cannot_be_used(tmp_path: Path, arrays: dict, split: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        from_npz(write(tmp_path / "a.npz", **arrays), split=split)


def test_broken_files(tmp_path: Path) -> None:
    whole = write(
        tmp_path / "whole.npz", images=np.random.default_rng(0).integers(0, 256, (9, 8, 8), np.uint8)
    )
    data = whole.read_bytes()
    flipped = bytearray(data)
    flipped[len(data) // 2] ^= 255
    array = io.BytesIO()
    np.save(array, TRAIN)
    for index, content in enumerate((b"", b"text", data[:-30], bytes(flipped), array.getvalue())):
        path = tmp_path / f"{index}.npz"
        path.write_bytes(content)
        with pytest.raises(DataError, match=r"^Cannot read [^\n]*savez_compressed[^\n]*$"):
            from_npz(path)
    with pytest.raises(DataError, match="No such file"):
        from_npz(tmp_path / "absent.npz")


def test_a_header_that_promises_too_much(tmp_path: Path) -> None:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "|u1", "fortran_order": False, "shape": (2**50, 8, 8)}
    )
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("images.npy", header.getvalue() + b"\0" * 64)
    with pytest.raises(DataError, match="Cannot read"):
        from_npz(path)


def test_an_archive_that_would_not_fit_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ganzoo.data.archive._MAX_BYTES", 100)
    with pytest.raises(DataError, match="would take"):
        from_npz(write(tmp_path / "a.npz", images=TRAIN))
