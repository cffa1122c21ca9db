"""Other people's pipelines (tf.data, a torch DataLoader, any iterable) -> uint8 batches of one size."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ganzoo.data.source import check_labels, from_arrays
from ganzoo.errors import DataError, InvalidArgumentError
from ganzoo.images import check_images

__all__ = ["Batch", "ForeignSource", "images_to_numpy", "rebatch", "to_numpy"]

_IMAGE_KEYS = ("image", "images", "pixel_values", "x")
_LABEL_KEYS = ("label", "labels", "y")


class Batch(NamedTuple):
    """uint8 images (batch_size, H, W, C) and int32 labels (batch_size,), None if there are none."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int32] | None


class ForeignSource:
    """Batches of exactly `batch_size` from an iterable whose order is its own; see `rebatch`.

    Each epoch iterates anew and drops what is left over at the end, so a run resumes at an epoch's start.
    Where a whole pass is smaller than a batch, passes are joined.
    """

    def __init__(
        self,
        iterable: Iterable[Any] | Callable[[], Iterable[Any]],
        *,
        batch_size: int,
        size: int | None = None,
        channels: int | None = None,
        steps_per_epoch: int | None = None,
    ) -> None:
        """Take the iterable; nothing is read until `epoch`. Arguments as in `rebatch`."""
        for option, value in (("batch_size", batch_size), ("steps_per_epoch", steps_per_epoch)):
            if value is not None and value < 1:
                raise InvalidArgumentError(f"{option} must be at least 1. Received: {option}={value}.")
        if hasattr(iterable, "__next__"):
            raise DataError(
                f"Data must be iterable once an epoch. Received: {type(iterable).__name__}, which runs out. "
                "Pass what made it (a Dataset, a DataLoader, a list), or a function that returns a new one."
            )
        if not callable(iterable) and not hasattr(iterable, "__iter__"):
            raise DataError(
                f"Data must be arrays, a Dataset, a DataLoader or an iterable of batches. "
                f"Received: {type(iterable).__name__}. A torch Dataset goes into a DataLoader."
            )
        self.batch_size = batch_size
        self.steps_per_epoch = steps_per_epoch
        self.iterable = iterable
        self._size = size
        self._channels = channels
        self._seen_negative = False
        self._shape: tuple[int, ...] | None = None
        self._has_labels: bool | None = None

    def epoch(self) -> Iterator[Batch]:
        """The batches of one epoch.

        Returns:
            An iterator over batches: `steps_per_epoch` of them if that was given, else one pass.

        Raises:
            DataError: when the iterable is empty or a batch cannot be used.
        """
        images: list[NDArray[np.uint8]] = []
        labels: list[NDArray[np.int32]] = []
        waiting = made = 0
        while True:
            empty = True
            for item in self._open():
                batch = self._convert(item)
                empty = False
                images.append(batch.images)
                if batch.labels is not None:
                    labels.append(batch.labels)
                waiting += len(batch.images)
                if waiting < self.batch_size:
                    continue
                joined, joined_labels = np.concatenate(images), np.concatenate(labels) if labels else None
                whole = waiting - waiting % self.batch_size
                for start in range(0, whole, self.batch_size):
                    part = slice(start, start + self.batch_size)
                    yield Batch(joined[part], None if joined_labels is None else joined_labels[part])
                    made += 1
                    if made == self.steps_per_epoch:
                        return
                images, waiting = [joined[whole:]], waiting - whole
                labels = [] if joined_labels is None else [joined_labels[whole:]]
            if empty:
                raise DataError(
                    f"The data gave no batch. Received: {type(self.iterable).__name__}. "
                    "Check that it is not empty and can be iterated again."
                )
            if self.steps_per_epoch is None and made:
                return

    def _open(self) -> Iterable[Any]:
        if hasattr(self.iterable, "__iter__"):
            return self.iterable
        return self.iterable()

    def _convert(self, item: Any) -> Batch:
        raw, raw_labels = _split(item)
        array = images_to_numpy(raw)
        if np.issubdtype(array.dtype, np.floating) and not self._seen_negative:
            # One negative value settles that the range is [-1, 1]; later batches may be all bright.
            self._seen_negative = bool((array < 0).any())
        images = check_images(array, allow_positive=self._seen_negative, name="A batch")
        if images.shape[-1] == 4:
            images = from_arrays(images).images
        images = check_images(images, size=self._size, channels=self._channels, name="A batch")
        if self._shape is None:
            self._shape, self._has_labels = images.shape[1:], raw_labels is not None
        if self._shape != images.shape[1:]:
            raise DataError(
                f"Every image must have one shape. Received: {images.shape[1:]} after {self._shape}. "
                "Resize or convert them in the pipeline."
            )
        if self._has_labels != (raw_labels is not None):
            raise DataError("Every batch must have labels, or none. Received: some with, some without.")
        labels = None if raw_labels is None else check_labels(to_numpy(raw_labels), count=len(images))
        return Batch(images, labels)


def rebatch(
    iterable: Iterable[Any] | Callable[[], Iterable[Any]],
    *,
    batch_size: int,
    size: int | None = None,
    channels: int | None = None,
    steps_per_epoch: int | None = None,
) -> ForeignSource:
    """Take batches from a `tf.data.Dataset`, a torch `DataLoader` or any iterable, and make them of one size.

    Args:
        iterable: gives batches of images, (images, labels), or a dictionary with "image" and perhaps "label";
            tensors of TensorFlow, PyTorch, JAX or NumPy arrays. Images as `check_images` takes them:
            uint8, or floats in [-1, 1]; torch tensors may be (N, C, H, W). Or a function that returns such an
            iterable.
        batch_size: images in every batch that comes out.
        size: height and width that the images must have, in pixels; any if None.
        channels: channels that the images must have, 1 or 3; any if None.
        steps_per_epoch: batches that make an epoch; one pass if None. Endless data needs it.

    Returns:
        A source whose `epoch()` iterates over batches.

    Raises:
        DataError: when the iterable can be iterated only once; later, when a batch cannot be used.
        InvalidArgumentError: when a number is below 1.

    Example:
        >>> for images, labels in rebatch(loader, batch_size=64).epoch(): ...
    """
    return ForeignSource(
        iterable, batch_size=batch_size, size=size, channels=channels, steps_per_epoch=steps_per_epoch
    )


def _split(item: Any) -> tuple[Any, Any]:
    if isinstance(item, Mapping):
        image_key = next((key for key in _IMAGE_KEYS if key in item), None)
        if image_key is None:
            raise DataError(
                f"A batch must hold images under one of {', '.join(_IMAGE_KEYS)}. "
                f"Received: keys {sorted(map(str, item))}."
            )
        return item[image_key], next((item[key] for key in _LABEL_KEYS if key in item), None)
    if isinstance(item, tuple | list):
        if len(item) not in (1, 2):
            raise DataError(f"A batch must be images or (images, labels). Received: {len(item)} parts.")
        return item[0], item[1] if len(item) == 2 else None
    return item, None


def _is_torch(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] == "torch"


def images_to_numpy(value: Any) -> NDArray[Any]:
    """Images of any framework as a NumPy array; those of PyTorch are brought to channels last."""
    array = to_numpy(value)
    if (
        _is_torch(value)
        and array.ndim == 4
        and array.shape[1] in (1, 3, 4)
        and array.shape[3] not in (1, 3, 4)
    ):
        return array.transpose(0, 2, 3, 1)
    return array


def to_numpy(value: Any) -> NDArray[Any]:
    """A tensor of any framework as a NumPy array, recognised without importing the framework."""
    if _is_torch(value):
        value = value.detach().cpu()
        # NumPy has no bfloat16.
        return np.asarray(value.float().numpy() if value.is_floating_point() else value.numpy())
    array = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
    return array.astype(np.float32) if array.dtype.name == "bfloat16" else array
