"""Which weights a direction or an encoder was made for."""

import hashlib
from typing import Any

import keras
import numpy as np

__all__ = ["fingerprint"]


def fingerprint(gan: Any) -> str:
    """The SHA-256 of the numbers that a generator holds.

    It is of the weights themselves, not of a file: training changes it, saving and loading do not, and it is
    the same on every backend.

    Args:
        gan: a `ganzoo.GAN`.

    Returns:
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for variable in gan.generator.weights:
        # A generator that draws noise of its own carries a seed, which counts up.
        if "seed" in variable.path:
            continue
        value = np.ascontiguousarray(keras.ops.convert_to_numpy(variable.value), "float32")
        digest.update(f"{value.shape}".encode())
        digest.update(value.tobytes())
    return digest.hexdigest()
