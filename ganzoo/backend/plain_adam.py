"""Whether a Keras optimizer is an Adam that a framework's fused kernel stands for exactly."""

from typing import Any

import keras

__all__ = ["is_plain_adam", "slots"]


def is_plain_adam(optimizer: keras.Optimizer) -> bool:
    """Whether this is `keras.optimizers.Adam`, no subclass, with no option that changes its update.

    Those are weight decay, clipping, loss scale, AMSGrad, moving average and accumulation.
    """
    # the exact class: Keras' own, which keras.optimizers.Adam() returns here, and no subclass of it
    kind = type(optimizer)
    if kind.__name__ != "Adam" or kind.__module__.split(".")[0] != "keras":
        return False
    options = ("clipnorm", "clipvalue", "global_clipnorm", "gradient_accumulation_steps", "loss_scale_factor")
    return (
        optimizer.weight_decay is None
        and not optimizer.amsgrad
        and not optimizer.use_ema
        and not any(getattr(optimizer, option) for option in options)
        and max(optimizer.beta_1, optimizer.beta_2) < 0.999999
    )


def slots(optimizer: keras.Optimizer, variables: list[keras.Variable]) -> list[tuple[Any, Any, Any]] | None:
    """Each variable's value with its first and second moment; the optimizer is built if it is not yet.

    Returns:
        None where a variable has a constraint, or is none of those that the optimizer was built for.
    """
    if not variables or any(v.constraint is not None for v in variables):
        return None
    if not optimizer.built:
        optimizer.build(variables)
    if any(optimizer._var_key(v) not in optimizer._trainable_variables_indices for v in variables):
        return None
    indices = [optimizer._get_variable_index(v) for v in variables]
    moments = optimizer._momentums, optimizer._velocities
    return [
        (v.value, moments[0][i].value, moments[1][i].value) for v, i in zip(variables, indices, strict=True)
    ]
