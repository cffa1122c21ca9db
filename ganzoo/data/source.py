"""Images in memory, uint8, with what is known about them."""

import functools
import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from ganzoo.data.convert import fit, flatten
from ganzoo.errors import DataError, InvalidArgumentError
from ganzoo.images import check_images

__all__ = ["ImageSource", "check_labels", "check_target", "describe", "from_arrays"]


@dataclass(frozen=True, eq=False, kw_only=True)
class ImageSource:
    """Images to train on or to measure with, all decoded: `source.images[indices]` is a batch.

    Args:
        images: uint8 (N, H, W, C), C is 1 or 3.
        labels: int32 (N,), classes from 0; None if there are none.
        name: what a recipe or a card calls the data.
        licence: licence of the images, if known.
        credit: the line that the licence or good manners ask for, if known.
        class_names: name of each class, if known.
        was_colour: whether colour was lost because grey was asked for.
        skipped: (file, reason) of every file that could not be read.
        summary: what was done to get here; `report` returns it.

    Example:
        >>> source = ganzoo.data.load("mnist")
        >>> source.images[[3, 1, 4]].shape
        (3, 28, 28, 1)
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int32] | None = None
    name: str = "arrays"
    licence: str | None = None
    credit: str | None = None
    class_names: tuple[str, ...] | None = None
    was_colour: bool = False
    skipped: tuple[tuple[str, str], ...] = ()
    summary: str = ""

    def __len__(self) -> int:
        """Number of images."""
        return len(self.images)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(height, width, channels) of every image."""
        _, height, width, channels = self.images.shape
        return height, width, channels

    @property
    def num_classes(self) -> int | None:
        """Number of classes, None without labels."""
        if self.labels is None:
            return None
        return max(len(self.class_names or ()), int(self.labels.max()) + 1)

    def report(self) -> str:
        """What was read and what was done to it, in one line for a person."""
        return self.summary or describe(self.images, self.labels)

    def fingerprint(self) -> str:
        """sha256 over every pixel and label, 64 hexadecimal digits: what a recipe records of its data."""
        return self._sha256

    @functools.cached_property
    def _sha256(self) -> str:
        digest = hashlib.sha256()
        for array in (self.images, self.labels):
            if array is not None:
                # Little-endian, so that the digest is the same on every machine.
                little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
                digest.update(f"{little.dtype.str}{little.shape}".encode())
                digest.update(little.data)
        return digest.hexdigest()


def from_arrays(
    images: ArrayLike,
    labels: ArrayLike | None = None,
    *,
    size: int | None = None,
    channels: int | None = None,
    name: str = "arrays",
    **about: Any,
) -> ImageSource:
    """Images that are in memory.

    Args:
        images: uint8 (N, H, W) or (N, H, W, C), or floats in [-1, 1]; C is 1, 3, or 4 (put on white).
        labels: integers (N,), classes from 0.
        size: height and width to give them, in pixels: the middle square is resized. As they are if None.
        channels: 1 or 3, to convert them; as they are if None.
        name: what a recipe or a card calls the data.
        **about: other fields of `ImageSource`: `licence`, `credit`, `class_names`.

    Returns:
        The source. uint8 images that need no conversion are not copied.

    Raises:
        DataError: when images or labels cannot be used.
        InvalidArgumentError: when `size` or `channels` is out of range.

    Example:
        >>> from_arrays(np.zeros((100, 28, 28), "uint8"), size=32, channels=3).image_shape
        (32, 32, 3)
    """
    check_target(size, channels)
    array = check_images(images)
    checked = None if labels is None else check_labels(labels, count=len(array))
    height, width, depth = array.shape[1:]
    was_colour = False
    same_size = size is None or (height, width) == (size, size)
    if depth == 4 or not same_size or channels not in (None, depth):
        fitted = [fit(flatten(_to_pillow(image)), size=size, channels=channels) for image in array]
        was_colour = any(lost for _, lost in fitted)
        array = np.stack([image for image, _ in fitted])
    summary = describe(array, checked)
    if not same_size:
        summary += f", resized from {height}x{width}"
    if depth != array.shape[-1]:
        summary += f", {_MODES[depth]} to {_MODES[array.shape[-1]]}"
    view = array.view()
    view.flags.writeable = False
    return ImageSource(
        images=view, labels=checked, name=name, was_colour=was_colour, summary=summary, **about
    )


def check_labels(labels: ArrayLike, *, count: int) -> NDArray[np.int32]:
    """Labels as int32 (N,), or one line that says what is wrong.

    Args:
        labels: integers (N,) or (N, 1), classes from 0.
        count: number of images that they belong to.

    Returns:
        int32 array (N,).

    Raises:
        DataError: when they are not whole numbers from 0, or not one an image.

    Example:
        >>> check_labels([[0], [2]], count=2)
        array([0, 2], dtype=int32)
    """
    array = np.asarray(labels)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim == 2:
        raise DataError(
            f"labels must be (N,). Received: shape {array.shape}. One-hot? Pass labels.argmax(axis=1)."
        )
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
        raise DataError(f"labels must be integers (N,). Received: {array.dtype}, shape {array.shape}.")
    if len(array) != count:
        raise DataError(f"Each image needs one label. Received: {len(array)} labels for {count} images.")
    low, high = int(array.min()), int(array.max())
    if low < 0 or high > np.iinfo(np.int32).max:
        raise DataError(f"labels must count classes from 0. Received: labels from {low} to {high}.")
    return array.astype(np.int32)


def check_target(size: int | None, channels: int | None) -> None:
    """Raise InvalidArgumentError unless `size` is in pixels and `channels` is 1 or 3; None is any."""
    if size is not None and not 1 <= size <= 4096:
        raise InvalidArgumentError(f"size must be from 1 to 4096 pixels. Received: size={size}.")
    if channels not in (None, 1, 3):
        raise InvalidArgumentError(f"channels must be 1 (grey) or 3 (RGB). Received: channels={channels}.")


def describe(images: NDArray[np.uint8], labels: NDArray[np.int32] | None) -> str:
    """One line such as `60000 images of 28x28 grey, 10 classes`."""
    count, height, width, channels = images.shape
    line = f"{count} image{'s' if count > 1 else ''} of {height}x{width} {_MODES[channels]}"
    return line if labels is None else f"{line}, {len(np.unique(labels))} classes"


_MODES = {1: "grey", 3: "RGB", 4: "RGBA"}


def _to_pillow(image: NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)
