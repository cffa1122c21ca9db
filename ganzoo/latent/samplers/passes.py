"""The networks as samplers use them: pictures, scores and gradients in z, each one compiled call a batch."""

import weakref
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ganzoo import backend
from ganzoo._sampler_file import Head
from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.samplers.base import Cost
from ganzoo.latent.samplers.head import scorer

__all__ = ["Passes"]

Scored = tuple[NDArray[np.float32], NDArray[np.float64]]


class Passes:
    """Runs a GAN's networks on batches of z, and counts the rows.

    Args:
        gan: a `ganzoo.GAN`.
        cost: that is counted up.
        head: of the calibration, if it has one.

    Raises:
        InvalidArgumentError: the model has no discriminator, and is asked for a score.
    """

    def __init__(self, gan: Any, cost: Cost, *, head: Head | None = None) -> None:
        self.gan, self.cost, self.head = gan, cost, head

    def decode(self, z: NDArray[np.float32], labels: NDArray[np.int32] | None) -> NDArray[np.float32]:
        """Pictures float32 (m, H, W, C) of z (m, latent_dim)."""
        self.cost.generator += len(z)
        return np.asarray(self.gan.decode(z, labels=labels))

    def score(self, z: NDArray[np.float32], labels: NDArray[np.int32] | None) -> Scored:
        """Pictures, and the discriminator's scores of them, float64 (m,)."""
        self._count(len(z))
        images, scores = _padded_call(_compiled(self.gan, self.head).score, z, labels)
        return images, scores.reshape(len(z), -1)[:, 0].astype("float64")

    def gradient(
        self, z: NDArray[np.float32], labels: NDArray[np.int32] | None
    ) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.float64]]:
        """Pictures, scores (m,) and the gradient of each score in its own z, float64 (m, latent_dim).

        Reverse mode, the whole batch at once: rows do not depend on each other, so the gradient of the sum of
        the scores holds that of each.
        """
        self._count(len(z))
        self.cost.gradients += len(z)
        images, scores, gradient = _padded_call(_compiled(self.gan, self.head).gradient, z, labels)
        return images, scores.astype("float64"), gradient.astype("float64")

    def _count(self, rows: int) -> None:
        self.cost.generator += rows
        self.cost.discriminator += rows


class _Compiled:
    """Both calls of one model and head, good as long as its weights are the same arrays."""

    def __init__(self, gan: Any, head: Head | None) -> None:
        network = scorer(gan, head)
        self.weights = [v.value for v in _variables(gan)]
        self.score = backend.compiled_call(network)
        self.gradient = backend.compiled_function(_gradient(network))

    def holds(self, gan: Any) -> bool:
        """Whether a compiled call still reads the model's weights: JAX puts a new array in their place."""
        now = [v.value for v in _variables(gan)]
        return len(now) == len(self.weights) and all(a is b for a, b in zip(now, self.weights, strict=True))


_CACHE: weakref.WeakKeyDictionary[Any, dict[Head | None, _Compiled]] = weakref.WeakKeyDictionary()


def _compiled(gan: Any, head: Head | None) -> _Compiled:
    if getattr(gan, "discriminator", None) is None:
        raise InvalidArgumentError(
            "This sampler needs a discriminator, and the model has none. "
            "Use sampler='truncation', or a preset with discriminator.weights.h5."
        )
    known = _CACHE.setdefault(gan, {})
    if head not in known or not known[head].holds(gan):
        known[head] = _Compiled(gan, head)
    return known[head]


def _variables(gan: Any) -> list[Any]:
    return [*gan.generator.variables, *gan.discriminator.variables]


def _gradient(network: keras.Model) -> Callable[..., Any]:
    def run(z: Any, *labels: Any) -> Any:
        def total(z: Any) -> Any:
            images, scores = network([z, *labels] if labels else z, training=False)
            return keras.ops.sum(scores), (images, scores[:, 0])

        (_, (images, scores)), gradient = backend.value_and_input_grad(total, z)
        return images, scores, gradient

    return run


def _padded_call(
    call: Callable[..., Any], z: NDArray[np.float32], labels: NDArray[np.int32] | None
) -> list[NDArray[Any]]:
    # a power of two, so that few shapes are ever compiled
    rows = np.arange(1 << (len(z) - 1).bit_length()) % len(z)
    inputs = [np.asarray(z, "float32")[rows]] + ([] if labels is None else [labels[rows]])
    return [np.asarray(output)[: len(z)] for output in call(*inputs)]
