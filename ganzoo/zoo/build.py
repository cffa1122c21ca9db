"""Networks from arguments, in float32 and stock layers, with bounds where the arguments come from a file."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

from ganzoo import networks
from ganzoo.errors import WeightsError
from ganzoo.zoo.manifest import Manifest

__all__ = ["build", "float32", "without_random_numbers"]

# A foreign ganzoo.json must not make us allocate more than a few gigabytes before its weights are looked at;
# channels multiply by eight at 64 pixels, units of a dense layer do not.
_MAX_WIDTH = {"mlp-gan": 4096}
_MAX_CONV_WIDTH = 512
# Glorot's and He's are kinds of VarianceScaling.
_RANDOM: tuple[Any, ...] = (
    keras.initializers.RandomNormal,
    keras.initializers.RandomUniform,
    keras.initializers.TruncatedNormal,
    keras.initializers.VarianceScaling,
)


def build(manifest: Manifest) -> tuple[keras.Model, keras.Model]:
    """Build the two networks that a manifest describes, their kernels zero until weights are put in.

    Args:
        manifest: checked against the schema.

    Returns:
        `(generator, discriminator)`, float32 whatever the policy of this process.

    Raises:
        WeightsError: the architecture is not known here, its arguments are out of bounds, or the
            networks have another number of parameters than the manifest says.
    """
    _check_bounds(manifest)
    try:
        with float32(), without_random_numbers():
            generator, discriminator = networks.build(manifest.architecture, **manifest.network.model_dump())
    # A builder refuses what the schema cannot know: a string for a width, a kernel of 0.
    except (ValueError, TypeError) as error:
        first = str(error).splitlines()[0]
        raise WeightsError(
            f"The networks of preset '{manifest.name}' cannot be built: {first} "
            "Upgrade ganzoo if it is a newer one's."
        ) from None
    for network in (generator, discriminator):
        _name_layers(network)
    built = {"generator": generator.count_params(), "discriminator": discriminator.count_params()}
    declared = manifest.parameters.model_dump()
    if built != declared:
        raise WeightsError(
            f"Preset '{manifest.name}' says {declared} parameters; its arguments give {built}. "
            "Get the preset again."
        )
    return generator, discriminator


def _check_bounds(manifest: Manifest) -> None:
    limit = _MAX_WIDTH.get(manifest.architecture, _MAX_CONV_WIDTH)
    for network in (manifest.network.generator, manifest.network.discriminator):
        for name, value in network.items():
            # a bool is an int; kernels and depths share the limit, which no sane one comes near
            most = 15 if "kernel" in name else limit
            if isinstance(value, int | float) and value > most:
                raise WeightsError(
                    f"Preset '{manifest.name}': {name} may be at most {most}. Received: {name}={value}"
                )


@contextmanager
def without_random_numbers() -> Iterator[None]:
    """Let random initializers give zeros in this thread.

    JAX compiles a program for every shape that it draws: 3 s a network, for numbers that are replaced.
    """
    thread = threading.get_ident()

    def zeros_here(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: Any, shape: Any, dtype: Any = None, **options: Any) -> Any:
            if threading.get_ident() != thread:
                return original(self, shape, dtype, **options)
            return keras.ops.convert_to_tensor(np.zeros(shape, "float32"), dtype)

        return call

    originals = {kind: kind.__call__ for kind in _RANDOM}
    try:
        for kind, original in originals.items():
            kind.__call__ = zeros_here(original)
        yield
    finally:
        for kind, original in originals.items():
            kind.__call__ = original


def _name_layers(network: keras.Model) -> None:
    """Count unnamed layers from one again: Keras counts them over the process, and files hold their names."""
    seen: dict[str, int] = {}
    for layer in network.layers:
        stem = re.sub(r"_\d+$", "", layer.name)
        if stem.replace("_", "") == type(layer).__name__.lower():
            seen[stem] = seen.get(stem, 0) + 1
            layer.name = stem if seen[stem] == 1 else f"{stem}_{seen[stem] - 1}"


@contextmanager
def float32() -> Iterator[None]:
    """Make layers in float32, whatever the policy of this process."""
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(policy)
