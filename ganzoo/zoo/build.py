"""Networks from arguments, in float32 and stock layers, with bounds where the arguments come from a file."""

import re
from typing import Final

import keras

from ganzoo import networks
from ganzoo._foreign import printable
from ganzoo._lean_build import float32, without_random_numbers
from ganzoo.errors import WeightsError
from ganzoo.zoo.manifest import Manifest

__all__ = ["build", "float32"]

# Parameters are counted while the networks are built; these bound what takes time and none of them: layers
# and pieces. Channels multiply by eight at 64 pixels, units of a dense layer do not.
_MAX_WIDTH: Final = {"mlp-gan": 4096}
_MAX_CONV_WIDTH: Final = 512
_MAX: Final = {"kernel_size": 15, "depth": 32, "pieces": 64}


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
    declared = manifest.parameters.model_dump()
    whose = f"preset '{manifest.name}'"
    try:
        with float32(), without_random_numbers(sum(declared.values()), of=whose):
            generator, discriminator = networks.build(manifest.architecture, **manifest.network.model_dump())
    # A builder refuses what the schema cannot know: a string for a width, a kernel of 0.
    except (ValueError, TypeError) as error:
        first = printable(str(error).partition("\n")[0])
        raise WeightsError(
            f"The networks of preset '{manifest.name}' cannot be built: {first} "
            "Upgrade ganzoo if it is a newer one's."
        ) from None
    for network in (generator, discriminator):
        _name_layers(network)
    built = {"generator": generator.count_params(), "discriminator": discriminator.count_params()}
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
            # a bool is an int
            most = _MAX.get(name, limit)
            if isinstance(value, int | float) and value > most:
                raise WeightsError(
                    f"Preset '{manifest.name}': {printable(name)} may be at most {most}. "
                    f"Received: {printable(name)}={value}"
                )


def _name_layers(network: keras.Model) -> None:
    """Count unnamed layers from one again: Keras counts them over the process, and files hold their names."""
    seen: dict[str, int] = {}
    for layer in network.layers:
        stem = re.sub(r"_\d+$", "", layer.name)
        if stem.replace("_", "") == type(layer).__name__.lower():
            seen[stem] = seen.get(stem, 0) + 1
            layer.name = stem if seen[stem] == 1 else f"{stem}_{seen[stem] - 1}"
