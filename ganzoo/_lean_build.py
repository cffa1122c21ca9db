"""Networks built for weights that are put in later: no random numbers, no more memory than was granted."""

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

from ganzoo.errors import WeightsError

__all__ = ["float32", "without_random_numbers"]

# Glorot's and He's are kinds of VarianceScaling.
_RANDOM: tuple[Any, ...] = (
    keras.initializers.RandomNormal,
    keras.initializers.RandomUniform,
    keras.initializers.TruncatedNormal,
    keras.initializers.VarianceScaling,
)
_CONSTANT: tuple[Any, ...] = (keras.initializers.Zeros, keras.initializers.Ones)


@contextmanager
def without_random_numbers(most: int, *, of: str) -> Iterator[None]:
    """Let random initializers give zeros in this thread, and all initializers only so many numbers.

    JAX compiles a program for every shape that it draws: 3 s a network, for numbers that are replaced.
    And what a stranger's arguments ask for is known only when the first layers are made.

    Args:
        most: numbers that all variables together may have.
        of: whose networks they are, for the message.

    Raises:
        WeightsError: more is asked for, before it is allocated.
    """
    thread, asked = threading.get_ident(), 0

    def counted(original: Callable[..., Any], random: bool) -> Callable[..., Any]:
        def call(self: Any, shape: Any, dtype: Any = None, **options: Any) -> Any:
            nonlocal asked
            if threading.get_ident() != thread:
                return original(self, shape, dtype, **options)
            asked += math.prod(shape)
            if asked > most:
                raise WeightsError(
                    f"The arguments of {of} ask for more than the {most} parameters that it declares: "
                    f"a variable of shape {tuple(shape)}. Get it again."
                )
            if random:
                return keras.ops.convert_to_tensor(np.zeros(shape, "float32"), dtype)
            return original(self, shape, dtype, **options)

        return call

    originals = {kind: kind.__call__ for kind in (*_RANDOM, *_CONSTANT)}
    try:
        for kind, original in originals.items():
            kind.__call__ = counted(original, kind in _RANDOM)
        yield
    finally:
        for kind, original in originals.items():
            kind.__call__ = original


@contextmanager
def float32() -> Iterator[None]:
    """Make layers in float32, whatever the policy of this process."""
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(policy)
