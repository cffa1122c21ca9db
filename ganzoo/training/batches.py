"""Batches for `fit`: ours in an order that is a function of (seed, epoch, step), others as they are."""

from collections.abc import Iterator

import keras
import numpy as np

from ganzoo import backend
from ganzoo.data import ForeignSource, ImageSource, batch_indices, steps_per_epoch
from ganzoo.errors import DataError

__all__ = ["ForeignBatches", "OrderedBatches", "check_labels"]


class OrderedBatches(keras.utils.PyDataset):
    """An epoch of a source of ours, from step `start` on; images stay uint8.

    Args:
        source: the images, and labels where the model wants them.
        batch_size: images a step (n_critic batches in one).
        seed: of the order.
        labelled: whether to yield `(images, labels)` or `(images,)`.
        start: steps of the epoch that were done before a run was stopped.
        epoch: the epoch, from 0; set anew as the run goes on.
    """

    def __init__(
        self,
        source: ImageSource,
        *,
        batch_size: int,
        seed: int,
        labelled: bool,
        start: int = 0,
        epoch: int = 0,
    ) -> None:
        super().__init__()
        self.source = source
        self.batch_size = batch_size
        self.seed = seed
        self.labels = source.labels if labelled else None
        self.start = start
        self.epoch = epoch

    def __len__(self) -> int:
        return steps_per_epoch(len(self.source), self.batch_size) - self.start

    def __getitem__(self, index: int) -> tuple[np.ndarray, ...]:
        rows = batch_indices(
            len(self.source), self.batch_size, seed=self.seed, epoch=self.epoch, step=self.start + index
        )
        if self.labels is None:
            return (self.source.images[rows],)
        return self.source.images[rows], self.labels[rows]


class ForeignBatches:
    """The batches of somebody else's pipeline, checked, an epoch after the other.

    Args:
        source: the pipeline.
        num_classes: classes that the labels must be of; 0 leaves labels out.

    Raises:
        DataError: the first batch cannot be used.
    """

    def __init__(self, source: ForeignSource, *, num_classes: int) -> None:
        self.source = source
        self.num_classes = num_classes
        self.epoch = 0
        self.error: Exception | None = None
        # so that what is wrong is said before training starts
        self.first = next(self._epoch())

    def feed(self) -> object:
        """One epoch in the form that this backend's `fit` reads. An error of the data is kept in `error`."""
        return backend.fit_stream(self.first, self._kept_errors())

    def _kept_errors(self) -> Iterator[tuple[np.ndarray, ...]]:
        try:
            yield from self._epoch()
        except Exception as error:  # a framework's own error would be raised in its place
            self.error = error
            raise

    def _epoch(self) -> Iterator[tuple[np.ndarray, ...]]:
        for images, labels in self.source.epoch():
            if self.num_classes:
                yield images, check_labels(labels, self.num_classes)
            else:
                yield (images,)


def check_labels(labels: np.ndarray | None, num_classes: int) -> np.ndarray:
    """Return the labels; raise DataError unless there are any, all of them below `num_classes`."""
    if labels is None:
        raise DataError(
            "This model is class-conditional and the data has no labels. "
            f"Pass them with the images: whole numbers from 0 to {num_classes - 1}."
        )
    if int(labels.max()) >= num_classes:
        raise DataError(f"Labels must lie in 0 to {num_classes - 1}. Received: a label {int(labels.max())}.")
    return labels
