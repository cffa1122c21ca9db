"""Data in any form."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganzoo.data import ForeignSource, ImageSource, as_source, from_arrays, rebatch
from ganzoo.errors import DataError
from ganzoo.images import to_float

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 8, 8, 3), np.uint8)


def accept(data: object, labels: object = None, **options: int) -> ImageSource | ForeignSource:
    return as_source(data, labels, **{"batch_size": 2, "size": 8, "channels": 3, **options})


def test_arrays_with_and_without_labels() -> None:
    for source in (accept(IMAGES), accept(to_float(IMAGES)), accept(from_arrays(IMAGES))):
        assert isinstance(source, ImageSource)
        assert source.labels is None
        np.testing.assert_array_equal(source.images, IMAGES)
    for source in (accept(IMAGES, range(6)), accept((IMAGES, np.arange(6)))):
        assert isinstance(source, ImageSource)
        assert source.labels is not None
        assert source.labels.tolist() == list(range(6))


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")
def test_a_torch_tensor_is_brought_to_channels_last() -> None:
    import torch

    source = accept(torch.from_numpy(IMAGES).permute(0, 3, 1, 2), torch.arange(6))
    assert isinstance(source, ImageSource)
    np.testing.assert_array_equal(source.images, IMAGES)


def test_what_is_read_is_resized(tmp_path: Path) -> None:
    Image.new("L", (30, 20), 9).save(tmp_path / "a.png")
    np.savez(tmp_path / "a.npz", np.zeros((2, 5, 5), np.uint8))
    for path in (tmp_path, str(tmp_path / "a.npz")):
        source = accept(path)
        assert isinstance(source, ImageSource)
        assert source.image_shape == (8, 8, 3)


def test_batches_stay_foreign() -> None:
    made = accept([IMAGES[:3], IMAGES[3:]], steps_per_epoch=2)
    assert isinstance(made, ForeignSource)
    assert [len(batch.images) for batch in made.epoch()] == [2, 2]
    own = accept(rebatch([IMAGES], batch_size=3))
    assert isinstance(own, ForeignSource)
    assert [len(batch.images) for batch in own.epoch()] == [3, 3]
    with pytest.raises(DataError, match="must be 28x28 pixels"):
        next(accept(rebatch([IMAGES], batch_size=3), size=28).epoch())


@pytest.mark.parametrize(
    ("data", "labels", "message"),
    [
        (IMAGES[:, :4, :4], None, "must be 8x8 pixels"),
        (from_arrays(IMAGES[..., :1]), None, "must have 3 channels"),
        ([IMAGES], [0] * 6, "Received: labels and list"),
        (7, None, "Received: int"),
        ("mnits", None, "Did you mean 'mnist'"),
    ],
)
def test_what_cannot_be_used(data: object, labels: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        accept(data, labels)
