"""Half precision for the two networks that are trained."""

import keras

from ganzoo.errors import InvalidArgumentError

__all__ = ["POLICIES", "loss_scaled", "set_precision"]

POLICIES = ("float32", "mixed_bfloat16", "mixed_float16")


def set_precision(network: keras.Model, policy: str) -> None:
    """Let a network compute in half precision, its variables kept in float32.

    Args:
        network: a functional model; a layer that was built as float32 on purpose, its output, stays so.
        policy: "float32", "mixed_bfloat16" or "mixed_float16".

    Raises:
        InvalidArgumentError: another policy.
    """
    if policy not in POLICIES:
        raise InvalidArgumentError(
            f"precision must be one of {', '.join(POLICIES)}. Received: precision={policy!r}"
        )
    # a Sequential has no names for its outputs
    outputs = getattr(network, "output_names", [network.layers[-1].name])
    for layer in network.layers:
        if layer.name not in outputs and not isinstance(layer, keras.layers.InputLayer):
            layer.dtype_policy = keras.DTypePolicy(policy)


def loss_scaled(optimizer: keras.optimizers.Optimizer, policy: str) -> keras.optimizers.Optimizer:
    """Scale the loss dynamically where half precision would lose small gradients: float16 only."""
    if policy != "mixed_float16" or isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        return optimizer
    return keras.optimizers.LossScaleOptimizer(optimizer)
