"""Whatever a person hands to `fit` -> a source of uint8 images of the size that the model has."""

import os
from typing import Any

from ganzoo.data.foreign import ForeignSource, images_to_numpy, rebatch, to_numpy
from ganzoo.data.loading import load
from ganzoo.data.source import ImageSource, from_arrays
from ganzoo.errors import DataError
from ganzoo.images import check_images

__all__ = ["as_source"]


def as_source(
    data: Any,
    labels: Any = None,
    *,
    batch_size: int,
    size: int | None = None,
    channels: int | None = None,
    steps_per_epoch: int | None = None,
) -> ImageSource | ForeignSource:
    """Accept data in any form.

    What is read from a file or by name is resized and converted; arrays and batches must have the right
    shape already, because a model that quietly resized them would hide a mistake.

    Args:
        data: an `ImageSource`, a name, `.npz` file or folder as `load` takes them, an array or tensor of
            images, a pair (images, labels), or an iterable of batches as `rebatch` takes them.
        labels: integers (N,), for an array of images only.
        batch_size: images a step, for an iterable of batches.
        size: height and width that the images must have, in pixels; any if None.
        channels: 1 or 3; any if None.
        steps_per_epoch: batches that make an epoch of an iterable; one pass if None.

    Returns:
        An `ImageSource`, of which the order is ours, or a `ForeignSource`, of which it is not.

    Raises:
        DataError: when the data cannot be used.
        InvalidArgumentError: when an option is out of range.

    Example:
        >>> as_source("mnist", batch_size=64, size=28, channels=1)
        >>> as_source((x_train, y_train), batch_size=64, size=28, channels=1)
    """
    if isinstance(data, tuple) and len(data) == 2 and labels is None and _is_array(data[0]):
        data, labels = data
    if _is_array(data):
        images = check_images(images_to_numpy(data))
        source = from_arrays(images, None if labels is None else to_numpy(labels))
        check_images(source.images, size=size, channels=channels)
        return source
    if labels is not None:
        raise DataError(
            f"labels go with an array of images. Received: labels and {type(data).__name__}. "
            "Other data brings its own: leave labels out."
        )
    if isinstance(data, ForeignSource):
        # Its own batch size stands; what the model needs of the images is checked all the same.
        batch_size, steps_per_epoch, data = data.batch_size, data.steps_per_epoch, data.iterable
    if isinstance(data, ImageSource):
        check_images(data.images, size=size, channels=channels)
        return data
    if isinstance(data, str | os.PathLike):
        return load(data, size=size, channels=channels)
    return rebatch(data, batch_size=batch_size, size=size, channels=channels, steps_per_epoch=steps_per_epoch)


def _is_array(value: Any) -> bool:
    # NumPy, PyTorch, TensorFlow and JAX alike; a tf.data.Dataset and a DataLoader have no shape.
    return hasattr(value, "shape") and hasattr(value, "__array__")
