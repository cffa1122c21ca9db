"""What an array must be to be images, with an error that says what was received and what to do."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganzoo.errors import DataError

__all__ = ["check_finite", "check_range", "check_shape", "check_size"]

# What rounding in a float16 or bfloat16 pipeline can add to an image that was in [-1, 1].
_RANGE_TOLERANCE = 8e-3


def check_shape(array: NDArray[Any], *, name: str) -> NDArray[Any]:
    """Return the images as (N, H, W, C), grey ones with their channel, or refuse what is no batch of them."""
    received = f"Received: shape {array.shape}."
    if array.ndim == 3 and array.shape[-1] in (1, 3, 4):
        raise DataError(f"{name} must be a batch (N, H, W, C). {received} One image? Pass image[None].")
    if array.ndim == 3:
        array = array[..., None]
    if array.ndim != 4:
        raise DataError(f"{name} must be (N, H, W, C), or (N, H, W) if grey. {received}")
    if 0 in array.shape:
        raise DataError(f"{name} is empty. {received} Pass at least one image.")
    if array.shape[-1] not in (1, 3, 4):
        advice = "Channels last: 1, 3 or 4."
        if array.shape[1] in (1, 3, 4):
            advice = "Channels come last: pass images.transpose(0, 2, 3, 1)."
        raise DataError(f"{name} must have 1, 3 or 4 channels. {received} {advice}")
    return array


def check_size(array: NDArray[Any], *, size: int | None, channels: int | None, name: str) -> None:
    """Refuse images of another size or number of channels than is asked for, where it is."""
    _, height, width, depth = array.shape
    if size is not None and (height, width) != (size, size):
        raise DataError(
            f"{name} must be {size}x{size} pixels. Received: {height}x{width}, shape {array.shape}. "
            f"Resize them with ganzoo.data.from_arrays(images, size={size})."
        )
    if channels is not None and depth != channels:
        raise DataError(
            f"{name} must have {channels} channel{'s' if channels > 1 else ''}. "
            f"Received: {depth}, shape {array.shape}. "
            f"Convert them with ganzoo.data.from_arrays(images, channels={channels})."
        )


def check_finite(array: NDArray[Any], name: str) -> None:
    """Refuse NaN and infinite values."""
    broken = array.size - int(np.count_nonzero(np.isfinite(array)))
    if broken:
        raise DataError(
            f"{name} must be finite. Received: {broken} of {array.size} values are NaN or infinite."
        )


def check_range(array: NDArray[Any], *, name: str, allow_positive: bool) -> None:
    """Refuse floats that are not in [-1, 1], and positive ones alone unless they are allowed."""
    if not np.issubdtype(array.dtype, np.floating):
        raise DataError(
            f"{name} must be uint8, or floats in [-1, 1]. Received: dtype {array.dtype}. "
            "Values of 0..255? Pass images.astype('uint8')."
        )
    check_finite(array, name)
    low, high = float(array.min()), float(array.max())
    received = f"Received: values from {low:.4g} to {high:.4g}."
    if low < -1 - _RANGE_TOLERANCE or high > 1 + _RANGE_TOLERANCE:
        advice = "Rescale them to [-1, 1]."
        if low >= 0 and high <= 255:
            advice = "This looks like 0..255 floats: pass uint8, images.astype('uint8')."
        raise DataError(f"{name} must be uint8, or floats in [-1, 1]. {received} {advice}")
    if low >= 0 and not allow_positive:
        raise DataError(
            f"{name} must be uint8, or floats in [-1, 1]. {received} "
            "This looks like [0, 1]: pass images * 2 - 1."
        )
