"""Other people's pipelines, the real ones where they are installed."""

import importlib.util
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganzoo.data import rebatch
from ganzoo.errors import DataError, InvalidArgumentError
from ganzoo.images import to_float

IMAGES = np.random.default_rng(0).integers(0, 256, (20, 8, 8, 3), np.uint8)
LABELS = np.arange(20)

needs_torch = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")
needs_tensorflow = pytest.mark.skipif(
    importlib.util.find_spec("tensorflow") is None, reason="tensorflow is not installed"
)


def cut(size: int) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(IMAGES[i : i + size], LABELS[i : i + size]) for i in range(0, 20, size)]


def all_of(source: Any) -> tuple[np.ndarray, np.ndarray]:
    images, labels = zip(*source.epoch(), strict=True)
    return np.concatenate(images), np.concatenate(labels)


@given(st.integers(1, 20), st.integers(1, 20))
def test_nothing_is_lost_twisted_or_doubled(incoming: int, batch_size: int) -> None:
    source = rebatch(cut(incoming), batch_size=batch_size)
    for _ in range(2):
        batches = list(source.epoch())
        assert [len(images) for images, _ in batches] == [batch_size] * (20 // batch_size)
        images, labels = all_of(source)
        np.testing.assert_array_equal(images, IMAGES[: len(images)])
        np.testing.assert_array_equal(labels, LABELS[: len(images)])
        assert images.dtype == np.uint8
        assert labels.dtype == np.int32


@given(st.integers(1, 20), st.integers(21, 70))
def test_less_than_a_batch_is_repeated(incoming: int, batch_size: int) -> None:
    ((_, labels),) = rebatch(cut(incoming), batch_size=batch_size).epoch()
    assert labels is not None
    np.testing.assert_array_equal(labels, np.resize(LABELS, batch_size))


@given(st.integers(1, 20), st.integers(1, 25), st.integers(1, 9))
def test_a_number_of_steps_is_kept(incoming: int, batch_size: int, steps: int) -> None:
    source = rebatch(cut(incoming), batch_size=batch_size, steps_per_epoch=steps)
    _, labels = all_of(source)
    np.testing.assert_array_equal(labels, np.resize(LABELS, batch_size * steps))


def test_endless_data_ends_with_the_steps() -> None:
    source = rebatch(lambda: itertools.cycle(cut(5)), batch_size=4, steps_per_epoch=7)
    assert len(list(source.epoch())) == 7


@pytest.mark.parametrize(
    "batch",
    [
        IMAGES,
        [IMAGES],
        (IMAGES, LABELS),
        {"image": IMAGES, "label": LABELS},
        {"pixel_values": IMAGES, "labels": LABELS},
        to_float(IMAGES),
    ],
    ids=["array", "list", "pair", "dict", "huggingface", "float"],
)
def test_the_forms_that_a_batch_has(batch: object) -> None:
    (made,) = rebatch([batch], batch_size=20).epoch()
    np.testing.assert_array_equal(made.images, IMAGES)
    expected = isinstance(batch, dict | tuple)
    assert (made.labels is not None) == expected


def test_transparency_is_put_on_white() -> None:
    (made,) = rebatch([np.zeros((2, 4, 4, 4), np.uint8)], batch_size=2).epoch()
    assert made.images.shape == (2, 4, 4, 3)
    assert (made.images == 255).all()


def test_a_bright_batch_passes_once_the_range_is_known() -> None:
    bright = np.ones((2, 4, 4, 1), np.float32)
    assert len(list(rebatch([-bright, bright], batch_size=2).epoch())) == 2
    with pytest.raises(DataError, match=r"looks like \[0, 1\]: pass images \* 2 - 1"):
        list(rebatch([bright, -bright], batch_size=2).epoch())


@pytest.mark.parametrize(
    ("batches", "options", "message"),
    [
        ([], {}, "gave no batch. Received: list"),
        ([IMAGES[0]], {}, "One image"),
        ([IMAGES.astype(float)], {}, r"0\.\.255 floats"),
        ([IMAGES], {"size": 28}, "must be 28x28 pixels. Received: 8x8"),
        ([IMAGES], {"channels": 1}, "must have 1 channel"),
        ([IMAGES, IMAGES[..., :1]], {}, r"Received: \(8, 8, 1\) after \(8, 8, 3\)"),
        ([IMAGES, IMAGES[:, :4, :4]], {}, r"Received: \(4, 4, 3\) after \(8, 8, 3\)"),
        ([(IMAGES, LABELS), IMAGES], {}, "some with, some without"),
        ([(IMAGES, LABELS[1:])], {}, "19 labels for 20 images"),
        ([(IMAGES, LABELS, LABELS)], {}, "3 parts"),
        ([{"photo": IMAGES}], {}, r"keys \['photo'\]"),
        ([IMAGES.transpose(0, 3, 1, 2)], {}, "Channels come last"),
    ],
)
def test_batches_that_cannot_be_used(batches: list, options: dict, message: str) -> None:
    with pytest.raises(DataError, match=message):
        list(rebatch(batches, batch_size=30, **options).epoch())


def test_what_runs_out_is_refused_at_once() -> None:
    with pytest.raises(DataError, match="generator, which runs out"):
        rebatch((batch for batch in cut(4)), batch_size=4)
    with pytest.raises(DataError, match="Received: int"):
        rebatch(7, batch_size=4)
    with pytest.raises(InvalidArgumentError, match="batch_size=0"):
        rebatch(cut(4), batch_size=0)


@needs_torch
@pytest.mark.parametrize("kind", ["uint8", "float32", "bfloat16", "channels last"])
def test_a_torch_loader(kind: str) -> None:
    import torch

    images = torch.from_numpy(IMAGES)
    if kind != "channels last":
        images = images.permute(0, 3, 1, 2)
    if kind in ("float32", "bfloat16"):
        images = (images / 127.5 - 1).to(getattr(torch, kind)).requires_grad_()
    data = torch.utils.data.TensorDataset(images.detach(), torch.from_numpy(LABELS))
    got, labels = all_of(rebatch(torch.utils.data.DataLoader(data, batch_size=7), batch_size=5, size=8))
    np.testing.assert_array_equal(labels, LABELS)
    # bfloat16 keeps 8 bits of which one is the sign: half a level more than exact.
    assert np.abs(got.astype(int) - IMAGES).max() <= (1 if kind == "bfloat16" else 0)


@needs_torch
def test_to_tensor_of_torchvision_is_told_how() -> None:
    import torch

    with pytest.raises(DataError, match=r"from 0 to 1\..*images \* 2 - 1"):
        next(rebatch([torch.linspace(0, 1, 48).reshape(1, 3, 4, 4)], batch_size=1).epoch())


@needs_tensorflow
def test_a_tensorflow_dataset() -> None:
    import tensorflow as tf

    pair = tf.data.Dataset.from_tensor_slices((IMAGES, LABELS)).batch(7)
    mapping = pair.map(lambda image, label: {"image": tf.cast(image, tf.float32) / 127.5 - 1, "label": label})
    for dataset in (pair, mapping):
        images, labels = all_of(rebatch(dataset, batch_size=10))
        np.testing.assert_array_equal(images, IMAGES)
        np.testing.assert_array_equal(labels, LABELS)


def test_any_iterable_class_will_do() -> None:
    class Twice:
        def __iter__(self) -> Iterator[np.ndarray]:
            yield IMAGES[:10]
            yield IMAGES[10:]

    assert len(list(rebatch(Twice(), batch_size=4).epoch())) == 5
