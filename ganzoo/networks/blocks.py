"""What the architectures share: inputs, labels, checks, minibatch standard deviation."""

from typing import Any

import keras
from keras import layers, ops

from ganzoo.errors import InvalidArgumentError

__all__ = [
    "check",
    "class_vector",
    "crop",
    "doublings",
    "label_input",
    "minibatch_stddev",
    "normalise",
    "project_labels",
]

# size -> how often 4 x 4 is doubled to reach it; 28 pixels go 4, 8 cropped to 7, 14, 28
_DOUBLINGS = {28: 3, 32: 3, 64: 4}


def check(*, size: int, channels: int, num_classes: int, **positive: int) -> None:
    """Refuse what no builder can make.

    Raises:
        InvalidArgumentError: names the argument and what was received.
    """
    if size not in _DOUBLINGS:
        raise InvalidArgumentError(f"size must be 28, 32 or 64 pixels. Received: size={size!r}")
    if channels not in (1, 3):
        raise InvalidArgumentError(f"channels must be 1 (grey) or 3 (RGB). Received: channels={channels!r}")
    if not _whole(num_classes) or num_classes < 0 or num_classes == 1:
        raise InvalidArgumentError(
            f"num_classes must be 0 (unconditional) or at least 2. Received: num_classes={num_classes!r}"
        )
    for name, value in positive.items():
        if not _whole(value) or value < 1:
            raise InvalidArgumentError(
                f"{name} must be a whole number of at least 1. Received: {name}={value!r}"
            )


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def doublings(size: int) -> int:
    """How often 4 x 4 is doubled to reach `size`, and `size` halved to reach 4 x 4."""
    return _DOUBLINGS[size]


def crop(x: Any, size: int) -> Any:
    """Cut 8 x 8 to 7 x 7 where it is to become 28 pixels; anything else stays as it is."""
    if size == 28 and x.shape[1] == 8:
        return layers.Cropping2D(((0, 1), (0, 1)))(x)
    return x


def class_vector(labels: Any, num_classes: int, dim: int, *, name: str) -> Any:
    """Labels (N,) as learned vectors (N, dim)."""
    embedded = layers.Embedding(num_classes, dim, name=name)(labels)
    return layers.Reshape((dim,))(embedded)


def project_labels(features: Any, logit: Any, labels: Any, num_classes: int) -> Any:
    """Add the inner product of the features and the label's vector to the logit.

    Reference: [Miyato and Koyama, 2018](https://arxiv.org/abs/1802.05637), equation 3
    """
    vector = class_vector(labels, num_classes, features.shape[-1], name="label_projection")
    # float32 as the logit is: a half-precision policy would sum thousands of products in 11 bits
    product = layers.Dot(axes=1, dtype="float32")([features, vector])
    return layers.Add(name="conditional_logit", dtype="float32")([logit, product])


def minibatch_stddev(x: Any) -> Any:
    """Append one feature map: the standard deviation over the batch, averaged over all positions.

    A batch of look-alikes gives itself away, so the generator is pushed to variety.

    Args:
        x: images or feature maps (N, H, W, C), symbolic or not.

    Returns:
        (N, H, W, C + 1).

    Reference: [Karras et al., 2018](https://arxiv.org/abs/1710.10196), section 3
    """
    # 1e-8: sqrt has no gradient at 0; float32: half precision has no 1e-8
    deviation = ops.sqrt(ops.var(ops.cast(x, "float32"), axis=0, keepdims=True) + 1e-8)
    channel = ops.zeros_like(x[..., :1]) + ops.cast(ops.mean(deviation), x.dtype)
    return ops.concatenate([x, channel], axis=-1)


def normalise(x: Any, norm: str) -> Any:
    """Apply "batch", "layer" or "none".

    Raises:
        InvalidArgumentError: any other name.
    """
    if norm == "batch":
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
    if norm == "layer":
        return layers.LayerNormalization(axis=[-3, -2, -1], epsilon=1e-5)(x)
    if norm == "none":
        return x
    raise InvalidArgumentError(f"norm must be 'batch', 'layer' or 'none'. Received: norm={norm!r}")


def label_input() -> Any:
    """The input of integer labels (N,)."""
    return keras.Input((), dtype="int32", name="labels")
