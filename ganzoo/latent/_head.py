"""The beginning of a generator: what is affine in z, and the first activations."""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ganzoo import backend
from ganzoo.errors import InvalidArgumentError

__all__ = ["affine_matrix", "first_activations"]

_AFFINE = (
    keras.layers.InputLayer,
    keras.layers.Dense,
    keras.layers.Conv2D,
    keras.layers.Conv2DTranspose,
    keras.layers.BatchNormalization,
    keras.layers.Reshape,
    keras.layers.Flatten,
    keras.layers.Concatenate,
    keras.layers.Embedding,
    keras.layers.Cropping2D,
    keras.layers.UpSampling2D,
)


def affine_matrix(gan: Any) -> NDArray[np.float64]:
    """The matrix A of the layers before the first activation, of which the last one gives z·A + b.

    It is read off at the unit vectors and at 0, so that whatever stands there is folded in: batch
    normalisation by its moving statistics, reshapes, a joined class vector (which is in b).

    Args:
        gan: a `ganzoo.GAN`.

    Returns:
        float64 (latent_dim, units).

    Raises:
        InvalidArgumentError: the generator does not begin with a kernel.
    """
    _, head = _split(gan.generator)
    z = np.concatenate([np.zeros((1, gan.latent_dim)), np.eye(gan.latent_dim)]).astype("float32")
    outputs = _call(head, gan, z, None).reshape(len(z), -1).astype("float64")
    return outputs[1:] - outputs[0]


def first_activations(
    gan: Any, z: NDArray[np.float32], labels: NDArray[np.int32] | None, *, batch_size: int = 256
) -> NDArray[np.float32]:
    """What the first activation gives, or the picture itself where a generator has none.

    Args:
        gan: a `ganzoo.GAN`.
        z: (n, latent_dim).
        labels: (n,) of a class-conditional model.
        batch_size: rows per compiled call.

    Returns:
        float32 (n, units).
    """
    network, _ = _split(gan.generator)
    return _call(network, gan, z, labels, batch_size=batch_size).reshape(len(z), -1)


def _split(generator: keras.Model) -> tuple[keras.Model, keras.Model]:
    """Up to the first activation with it, and without it."""
    last, activated, kernels = None, None, 0
    for layer in generator.layers:
        if not _is_affine(layer):
            activated = layer
            break
        last = layer
        kernels += hasattr(layer, "kernel")
    if not kernels or last is None:
        raise InvalidArgumentError(
            "The generator must begin with layers that are affine in z, with an activation of its own after "
            f"them. Received: {activated.name if activated is not None else 'no layer with a kernel'} first. "
            "Use the Jacobian's directions, which need no such layers."
        )
    head = keras.Model(generator.inputs, last.output)
    return (head if activated is None else keras.Model(generator.inputs, activated.output)), head


def _is_affine(layer: keras.layers.Layer) -> bool:
    activation = getattr(layer, "activation", None)
    return isinstance(layer, _AFFINE) and activation in (None, keras.activations.linear)


def _call(
    network: keras.Model,
    gan: Any,
    z: NDArray[np.float32],
    labels: NDArray[np.int32] | None,
    *,
    batch_size: int = 256,
) -> NDArray[np.float32]:
    call = backend.compiled_call(network)
    classes = np.zeros(len(z), "int32") if labels is None else labels
    parts = []
    for start in range(0, len(z), batch_size):
        # The last rows are repeated rather than the network compiled for fewer.
        rows = np.minimum(np.arange(start, start + batch_size), len(z) - 1)
        inputs = [z[rows], classes[rows]] if gan.num_classes else [z[rows]]
        parts.append(np.asarray(call(*inputs))[: len(z) - start])
    return np.concatenate(parts)
