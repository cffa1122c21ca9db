"""What an inversion minimises: four terms, each without a unit, in one compiled batched call."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ganzoo import backend
from ganzoo.errors import InvalidArgumentError

__all__ = ["Scales", "Weights", "compiled_objective", "discriminator_heads", "scales_of"]


@dataclass(frozen=True)
class Weights:
    """How much each term of an inversion counts.

    Args:
        pixels: the squared error of pixels, over their variance.
        features: that of the discriminator's last features, over theirs.
        realism: softplus(-d) of the discriminator's output d, in its standard deviations over draws.
        prior: how far z is from the shell that a normal prior's draws lie on, (|z|²/latent_dim - 1)²; a
            uniform prior's box is kept to as it is.

    Raises:
        InvalidArgumentError: one is negative, or pixels and features are both 0.
    """

    pixels: float = 1.0
    features: float = 0.1
    realism: float = 0.005
    prior: float = 0.05

    def __post_init__(self) -> None:
        given = (self.pixels, self.features, self.realism, self.prior)
        if not all(np.isfinite(given)) or min(given) < 0 or not self.pixels + self.features > 0:
            raise InvalidArgumentError(
                "The weights of an inversion must be >= 0, and those of pixels or features above 0. "
                f"Received: {self}"
            )


@dataclass(frozen=True)
class Scales:
    """Over some draws: variances of pixels and features, and the discriminator's mean and deviation."""

    pixels: float
    features: float
    mean: float
    deviation: float


def discriminator_heads(gan: Any) -> keras.Model:
    """The discriminator with two outputs: the features that its last layer reads, flat, and its logit."""
    network = gan.discriminator
    last = next((layer for layer in reversed(network.layers) if hasattr(layer, "kernel")), None)
    features = network.inputs[0] if last is None else last.input
    # By a name of its own: Keras counts names anew in each thread, and the network has a "flatten" itself.
    flat = keras.layers.Flatten(name="flat_features")(features)
    return keras.Model(network.inputs, [flat, network.outputs[0]])


def scales_of(
    gan: Any, heads: keras.Model, *, labels: NDArray[np.int32] | None, seed: int, n: int = 256
) -> Scales:
    """Measure the scales over n draws, of the labels that are to be inverted."""
    classes = None if labels is None else np.resize(labels, n)
    pictures = gan.decode(gan.sample_latents(n, seed=seed), labels=classes)
    inputs = [pictures] if classes is None else [pictures, classes]
    features, logits = backend.compiled_call(heads)(*inputs)
    # A model that draws one picture has no variance to measure by.
    return Scales(
        pixels=float(pictures.var(0).mean()) or 1.0,
        features=float(features.var(0).mean()) or 1.0,
        mean=float(logits.mean()),
        deviation=float(logits.std()) or 1.0,
    )


def compiled_objective(
    gan: Any, heads: keras.Model, scales: Scales, weights: Weights
) -> Callable[..., tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """`(z, target, target's features, [labels]) -> (losses, gradient)`, both a row a picture."""
    ops, generator = keras.ops, gan.generator
    # The draws of the others do not lie on a shell of this radius.
    shell = gan.latent_prior in ("normal", "hypersphere")

    def step(z: Any, target: Any, target_features: Any, *labels: Any) -> Any:
        def loss(z: Any) -> Any:
            made = generator([z, *labels] if labels else z, training=False)
            losses = weights.pixels / scales.pixels * ops.mean(ops.square(made - target), axis=(1, 2, 3))
            if weights.features or weights.realism:
                features, logits = heads([made, *labels] if labels else made, training=False)
                error = ops.mean(ops.square(features - target_features), axis=1)
                losses += weights.features / scales.features * error
                standing = (ops.reshape(logits, (-1,)) - scales.mean) / scales.deviation
                losses += weights.realism * ops.softplus(-standing)
            if weights.prior and shell:
                losses += weights.prior * ops.square(ops.mean(ops.square(z), axis=1) - 1)
            return ops.sum(losses), losses

        (_, losses), gradient = backend.value_and_input_grad(loss, z)
        return losses, gradient

    return backend.compiled_function(step)
