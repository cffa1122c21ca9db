"""Keras' Adam by PyTorch's fused kernel."""

from collections.abc import Sequence

import keras
import torch

from ganzoo.backend import plain_adam
from ganzoo.backend.fast_torch import outputs_first

__all__ = ["fused_adam_step"]

# Adam's bias corrections 1 - beta ** step are exactly 1 at this step, for every beta < 0.999999.
_CORRECTED = float(2**30)


def fused_adam_step(
    optimizer: keras.Optimizer, grads: Sequence[torch.Tensor | None], variables: Sequence[keras.Variable]
) -> bool:
    """Do what `optimizer.apply(grads, variables)` does, in one pass over the memory, if it is a plain Adam.

    Keras adds epsilon to the uncorrected root of the second moment and PyTorch to the corrected one. Keras'
    step size goes in with a step count at which PyTorch's corrections are 1, which makes the two one formula.

    Args:
        optimizer: A Keras optimizer; it is built if it is not yet.
        grads: One gradient a variable, of its shape, in any memory layout.
        variables: The trainable variables on the CPU.

    Returns:
        Whether the step was made, `optimizer.iterations` counted up included. False, with nothing changed,
        for anything but `keras.optimizers.Adam` without weight decay, clipping, loss scale, AMSGrad, moving
        average, accumulation, constraints or missing gradients: use `optimizer.apply` then.

    Example:
        >>> fused_adam_step(optimizer, grads, variables) or optimizer.apply(grads, variables)
    """
    slots = plain_adam.slots(optimizer, list(variables)) if plain_adam.is_plain_adam(optimizer) else None
    if slots is None:
        return False
    values, first, second = (list(column) for column in zip(*slots, strict=True))
    given = [grad for grad in grads if grad is not None]
    if len(given) != len(values) or not all(map(_is_fusable, given, values, first, second)):
        return False
    with torch.no_grad():
        for value, *moments in zip(values, first, second, strict=True):
            for moment in moments:
                moment.data = _like(value, moment)
        torch._fused_adam_(
            values,
            [_like(value, grad) for value, grad in zip(values, given, strict=True)],
            first,
            second,
            [],
            [torch.tensor(_CORRECTED)] * len(values),
            lr=_step_size(optimizer, values[0].dtype),
            beta1=optimizer.beta_1,
            beta2=optimizer.beta_2,
            weight_decay=0.0,
            eps=optimizer.epsilon,
            amsgrad=False,
            maximize=False,
        )
    optimizer.iterations.assign_add(1)
    return True


def _is_fusable(grad: torch.Tensor, *state: torch.Tensor) -> bool:
    value = state[0]
    return (
        value.device.type == "cpu"
        and value.dtype in (torch.float32, torch.float64)
        and grad.dtype == value.dtype
        and grad.shape == value.shape
        and grad.layout == torch.strided
        and _is_dense(value)
        and all(tensor.dtype == value.dtype for tensor in state)
    )


def _is_dense(value: torch.Tensor) -> bool:
    """Whether a tensor fills its memory, as it comes or as `_laid_out` orders it."""
    if value.ndim == 4 and outputs_first(value).is_contiguous(memory_format=torch.channels_last):
        return True
    return value.is_contiguous()


def _like(value: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """`other` in the memory order of `value`: the fused kernel walks memory and not indices."""
    return other if other.stride() == value.stride() else torch.empty_like(value).copy_(other)


def _step_size(optimizer: keras.Optimizer, dtype: torch.dtype) -> float:
    """Keras' `alpha`, rounded as Keras rounds it."""
    step = optimizer.iterations.value.to(dtype) + 1
    beta_1, beta_2 = torch.tensor(optimizer.beta_1, dtype=dtype), torch.tensor(optimizer.beta_2, dtype=dtype)
    rate = keras.ops.convert_to_tensor(optimizer.learning_rate).to(dtype)
    return float(rate * torch.sqrt(1 - beta_2**step) / (1 - beta_1**step))
