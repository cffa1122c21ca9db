"""Batches for Keras' `fit`, in an order that is a function of (seed, epoch, step)."""

import keras
import numpy as np

from ganzoo.data import ImageSource, batch_indices, steps_per_epoch

__all__ = ["OrderedBatches"]


class OrderedBatches(keras.utils.PyDataset):
    """An epoch of a source of ours, from step `start` on; images stay uint8.

    Args:
        source: the images, and labels where the model wants them.
        batch_size: images a step (n_critic batches in one).
        seed: of the order.
        labelled: whether to yield `(images, labels)` or `(images,)`.
        start: steps of the epoch that were done before a run was stopped.
    """

    def __init__(
        self, source: ImageSource, *, batch_size: int, seed: int, labelled: bool, start: int = 0
    ) -> None:
        super().__init__()
        self.source = source
        self.batch_size = batch_size
        self.seed = seed
        self.labels = source.labels if labelled else None
        self.start = start
        self.epoch = 0

    def __len__(self) -> int:
        return steps_per_epoch(len(self.source), self.batch_size) - self.start

    def __getitem__(self, index: int) -> tuple[np.ndarray, ...]:
        rows = batch_indices(
            len(self.source), self.batch_size, seed=self.seed, epoch=self.epoch, step=self.start + index
        )
        if self.labels is None:
            return (self.source.images[rows],)
        return self.source.images[rows], self.labels[rows]
