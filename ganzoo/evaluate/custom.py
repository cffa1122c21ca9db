"""Any function of the user's as an extractor, with a name, so that its figures can be told from others."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.extractors import Extractor

__all__ = ["custom_extractor"]


def custom_extractor(
    function: Callable[[np.ndarray], Any],
    *,
    name: str,
    version: str,
    input_shape: tuple[int, int, int],
    preprocessing: str = "unknown",
    sha256: str = "unknown",
) -> Extractor:
    """Makes an extractor of a function.

    Args:
        function: uint8 (n, height, width, channels) -> features (n, d), or features and class logits
            (n, classes). A row may depend on its image alone: a last, smaller batch comes padded. Arrays of
            any framework will do that NumPy can read.
        name: of the extractor, in every protocol.
        version: changes whenever the numbers that the function gives change.
        input_shape: (height, width, channels) of the images it takes.
        preprocessing: what happens to a uint8 image before the first layer.
        sha256: of its weights, if it has a file of them.

    Raises:
        InvalidArgumentError: The function does not give one row an image, or not finite numbers.

    Example:
        >>> extractor = custom_extractor(
        ...     lambda images: images.mean((1, 2)), name="mean-colour", version="1", input_shape=(32, 32, 3)
        ... )
    """
    if len(input_shape) != 3 or min(input_shape) < 1:
        raise InvalidArgumentError(
            f"input_shape must be (height, width, channels), each at least 1. Received: {input_shape}"
        )

    def call(images: np.ndarray) -> list[np.ndarray]:
        outputs = function(images)
        return [
            _rows(output, len(images)) for output in (outputs if isinstance(outputs, tuple) else (outputs,))
        ]

    probe = call(np.zeros((2, *input_shape), "uint8"))
    if len(probe) > 2:
        raise InvalidArgumentError(
            f"The function must return features, or features and logits. Received: {len(probe)} arrays"
        )
    return Extractor(
        name=name,
        version=version,
        sha256=sha256,
        preprocessing=preprocessing,
        input_shape=input_shape,
        feature_dim=probe[0].shape[1],
        num_classes=probe[1].shape[1] if len(probe) == 2 else None,
        _call=call,
    )


def _rows(output: Any, n: int) -> np.ndarray:
    rows = np.asarray(output, "float32")
    if rows.ndim != 2 or len(rows) != n or rows.shape[1] == 0:
        raise InvalidArgumentError(
            f"The function must give one row an image, ({n}, d). Received: shape {rows.shape}"
        )
    if not np.isfinite(rows).all():
        raise InvalidArgumentError("The function must give finite numbers. Received: NaN or infinity")
    return rows
