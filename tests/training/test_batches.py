"""The order of the data is a function of (seed, epoch, step) and of nothing else."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from ganzoo import GAN, DataError, data
from ganzoo.training.batches import ForeignBatches, OrderedBatches


def numbered(count: int) -> data.ImageSource:
    """Images that say which they are."""
    values = np.arange(count, dtype=np.uint8).reshape(-1, 1, 1, 1)
    return data.from_arrays(np.tile(values, (1, 28, 28, 1)), np.arange(count) % 3)


def seen(batches: OrderedBatches) -> list[list[int]]:
    return [batches[i][0][:, 0, 0, 0].tolist() for i in range(len(batches))]


def ordered(source: data.ImageSource, **options: Any) -> OrderedBatches:
    return OrderedBatches(source, **{"batch_size": 8, "seed": 1, "labelled": False, **options})


def test_the_rest_of_an_epoch_is_the_end_of_the_whole() -> None:
    source = numbered(50)
    whole = seen(ordered(source, epoch=2))
    assert len(whole) == 6
    assert seen(ordered(source, epoch=2, start=4)) == whole[4:]
    assert len({image for batch in whole for image in batch}) == 48


def test_another_epoch_or_seed_is_another_order() -> None:
    source = numbered(50)
    orders = [seen(ordered(source, seed=seed, epoch=epoch)) for seed in (1, 2) for epoch in (0, 1)]
    assert all(a != b for i, a in enumerate(orders) for b in orders[:i])


def test_fewer_images_than_a_batch_fill_one_evenly() -> None:
    [batch] = seen(ordered(numbered(3)))
    assert sorted(batch.count(i) for i in range(3)) == [2, 3, 3]


def test_labels_stay_with_their_images() -> None:
    images, labels = ordered(numbered(50), labelled=True)[1]
    np.testing.assert_array_equal(labels, images[:, 0, 0, 0] % 3)
    assert images.dtype == np.uint8


def test_fit_reads_each_epoch_in_its_order(
    build: Callable[..., GAN], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []
    stock = OrderedBatches.__getitem__

    def spy(self: OrderedBatches, index: int) -> Any:
        asked.append((self.epoch, self.start + index))
        return stock(self, index)

    monkeypatch.setattr(OrderedBatches, "__getitem__", spy)
    build().fit(numbered(20), batch_size=4, epochs=3, verbose=0)
    # Keras may look at a batch beforehand
    assert [*dict.fromkeys(asked)] == [(epoch, step) for epoch in range(3) for step in range(5)]


def test_a_foreign_error_is_kept_as_it_was() -> None:
    def batches() -> Iterator[np.ndarray]:
        yield np.zeros((4, 28, 28, 1), np.uint8)
        yield np.zeros((4, 32, 32, 1), np.uint8)

    foreign = ForeignBatches(data.rebatch(batches, batch_size=4, size=28, channels=1), num_classes=0)
    iterator = foreign._kept_errors()
    next(iterator)
    with pytest.raises(DataError):
        next(iterator)
    assert isinstance(foreign.error, DataError)
