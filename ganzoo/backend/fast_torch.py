"""Stock Keras layers and Adam on PyTorch's own kernels, in the memory layout that Keras already has.

An NHWC tensor seen as NCHW is what PyTorch calls channels last, so nothing has to be copied; stock Keras
copies it, computes transposed convolutions larger than asked for and crops them, and leaves a batch norm's
gradient to two dozen elementwise passes. The numbers and their gradients of every order are the same.
"""

from collections.abc import Sequence
from typing import Any

import keras
import torch
from torch.nn import functional

from ganzoo.backend import substitution

__all__ = ["accelerate", "fused_adam_step", "restore"]

# Adam's bias corrections 1 - beta ** step are exactly 1 at this step, for every beta < 0.999999.
_CORRECTED = float(2**30)


def accelerate(network: keras.Model) -> None:
    """Let the convolutions and batch norms of a network run on PyTorch's kernels, in place.

    Outputs, gradients, moving statistics and weights are those of stock Keras; configuration and saved files
    do not change. Layers it has nothing for (dilation, channels first, masks, subclasses) stay as they are.
    Calling it twice is calling it once.

    Args:
        network: A Keras model; nested models are walked.

    Example:
        >>> accelerate(gan.generator)
    """
    substitution.substitute(network, _SUBSTITUTES)


def restore(network: keras.Model) -> None:
    """Give a network its stock layers back.

    Args:
        network: A Keras model that `accelerate` saw, or any other.
    """
    substitution.restore(network, _SUBSTITUTES)


def _is_plain(layer: keras.layers.Conv2D | keras.layers.Conv2DTranspose) -> bool:
    return (
        set(layer.dilation_rate) == {1}
        and layer.data_format == "channels_last"
        and layer.padding in ("same", "valid")
    )


def _operands(layer: keras.Layer, inputs: Any) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]:
    """Inputs, kernel and bias as PyTorch wants them: channels last, and without a copy of the inputs."""
    x = keras.ops.convert_to_tensor(inputs).permute(0, 3, 1, 2)
    kernel = keras.ops.convert_to_tensor(layer.kernel).permute(3, 2, 0, 1)
    bias = keras.ops.convert_to_tensor(layer.bias) if layer.use_bias else None
    return x, kernel.contiguous(memory_format=torch.channels_last), bias


def _result(layer: keras.Layer, outputs: torch.Tensor) -> torch.Tensor:
    outputs = outputs.permute(0, 2, 3, 1)
    return outputs if layer.activation is None else layer.activation(outputs)


def _conv_call(layer: keras.layers.Conv2D, inputs: Any) -> Any:
    if not _is_plain(layer) or isinstance(inputs, keras.KerasTensor):
        return type(layer).call(layer, inputs)
    x, kernel, bias = _operands(layer, inputs)
    before, after = [0, 0], [0, 0]
    if layer.padding == "same":
        for axis, (size, k, stride) in enumerate(
            zip(x.shape[2:], layer.kernel_size, layer.strides, strict=True)
        ):
            total = max((-(-size // stride) - 1) * stride + k - size, 0)
            before[axis], after[axis] = total // 2, total - total // 2
    if before != after:  # PyTorch pads both sides alike
        x = functional.pad(x, (before[1], after[1], before[0], after[0]))
        before = [0, 0]
    return _result(layer, functional.conv2d(x, kernel, bias, layer.strides, before, groups=layer.groups))


def _transposed_call(layer: keras.layers.Conv2DTranspose, inputs: Any) -> Any:
    overlap = [k - s for k, s in zip(layer.kernel_size, layer.strides, strict=True)]
    if (
        not _is_plain(layer)
        or layer.output_padding is not None
        or min(overlap) < 0
        or isinstance(inputs, keras.KerasTensor)
    ):
        return type(layer).call(layer, inputs)
    x, kernel, bias = _operands(layer, inputs)
    same = layer.padding == "same"
    crop = [total // 2 if same else 0 for total in overlap]
    outputs = functional.conv_transpose2d(x, kernel, bias, layer.strides, crop)
    if same and any(total % 2 for total in overlap):  # PyTorch crops both sides alike; one more row is ours
        outputs = outputs[:, :, : outputs.shape[2] - overlap[0] % 2, : outputs.shape[3] - overlap[1] % 2]
        outputs = outputs.contiguous(memory_format=torch.channels_last)
    return _result(layer, outputs)


def _batch_norm_call(
    layer: keras.layers.BatchNormalization, inputs: Any, training: bool | None = None, mask: Any = None
) -> Any:
    if (
        mask is not None
        or layer.renorm
        or isinstance(inputs, keras.KerasTensor)
        or layer.axis not in (-1, len(inputs.shape) - 1)
        or not (training and layer.trainable)
    ):
        return type(layer).call(layer, inputs, training=training, mask=mask)
    dtype = keras.backend.result_type(inputs.dtype, "float32")  # as Keras: half precision overflows here
    x = keras.ops.cast(inputs, dtype)
    rows = x.reshape(-1, x.shape[-1])
    # Not torch's batch_norm: channels last, it adds up in float32 one by one, 1e-5 off for 50,000 pixels
    mean, variance = keras.ops.moments(rows.detach(), axes=[0])
    for moving, batch in ((layer.moving_mean, mean), (layer.moving_variance, variance)):
        moving.assign(keras.ops.cast(moving, dtype) * layer.momentum + batch * (1.0 - layer.momentum))
    gamma = keras.ops.cast(layer.gamma, dtype) if layer.scale else torch.ones_like(mean)
    beta = keras.ops.cast(layer.beta, dtype) if layer.center else torch.zeros_like(mean)
    outputs = _Normalize.apply(rows, gamma, beta, mean, variance, layer.epsilon)
    return keras.ops.cast(outputs.reshape(x.shape), layer.compute_dtype)


class _Normalize(torch.autograd.Function):
    """Batch normalisation of (rows, channels), whose first gradient is written out.

    Reference: [Ioffe & Szegedy, 2015](https://arxiv.org/abs/1502.03167), the equations of section 3.
    """

    @staticmethod
    def forward(
        ctx: Any,
        x: torch.Tensor,
        gamma: torch.Tensor,
        beta: torch.Tensor,
        mean: torch.Tensor,
        variance: torch.Tensor,
        epsilon: float,
    ) -> torch.Tensor:
        centred, inverse = x - mean, (variance + epsilon).rsqrt()
        ctx.save_for_backward(x, gamma, beta, centred, inverse)
        ctx.epsilon = epsilon
        return torch.addcmul(beta, centred, inverse * gamma)

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        x, gamma, beta, centred, inverse = ctx.saved_tensors
        if torch.is_grad_enabled():  # to be differentiated again: leave that to autograd
            needed = [t for t, need in zip((x, gamma, beta), ctx.needs_input_grad, strict=False) if need]
            outputs = _stock_normalize(x, gamma, beta, ctx.epsilon)
            found = iter(torch.autograd.grad(outputs, needed, grad, create_graph=True))
            return (*(next(found) if need else None for need in ctx.needs_input_grad[:3]), None, None, None)
        beta_grad, gamma_grad = grad.sum(0), (grad * centred).sum(0) * inverse
        scale = gamma * inverse
        x_grad = torch.addcmul(scale * beta_grad / -len(x), grad, scale)
        x_grad.addcmul_(centred, scale * inverse * gamma_grad / -len(x))
        return x_grad, gamma_grad, beta_grad, None, None, None


def _stock_normalize(
    x: torch.Tensor, gamma: torch.Tensor, beta: torch.Tensor, epsilon: float
) -> torch.Tensor:
    mean, variance = keras.ops.moments(x, axes=[0])
    return keras.ops.batch_normalization(x, mean, variance, -1, beta, gamma, epsilon)


_SUBSTITUTES: substitution.Substitutes = {
    keras.layers.BatchNormalization: ("call", _batch_norm_call),
    keras.layers.Conv2D: ("call", _conv_call),
    keras.layers.Conv2DTranspose: ("call", _transposed_call),
}


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
    if not _is_plain_adam(optimizer) or not variables or any(v.constraint is not None for v in variables):
        return False
    if not optimizer.built:
        optimizer.build(variables)
    if any(optimizer._var_key(v) not in optimizer._trainable_variables_indices for v in variables):
        return False
    indices = [optimizer._get_variable_index(v) for v in variables]
    values = [v.value for v in variables]
    first = [optimizer._momentums[i].value for i in indices]
    second = [optimizer._velocities[i].value for i in indices]
    given = [grad for grad in grads if grad is not None]
    if len(given) != len(values) or not all(map(_is_fusable, given, values, first, second)):
        return False
    with torch.no_grad():
        torch._fused_adam_(
            values,
            # the kernel walks memory and not indices: the gradient of a kernel comes in another order
            [grad.contiguous() for grad in given],
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


def _is_plain_adam(optimizer: keras.Optimizer) -> bool:
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


def _is_fusable(grad: torch.Tensor, *state: torch.Tensor) -> bool:
    value = state[0]
    return (
        value.device.type == "cpu"
        and value.dtype in (torch.float32, torch.float64)
        and grad.dtype == value.dtype
        and grad.shape == value.shape
        and grad.layout == torch.strided
        and all(tensor.is_contiguous() and tensor.dtype == value.dtype for tensor in state)
    )


def _step_size(optimizer: keras.Optimizer, dtype: torch.dtype) -> float:
    """Keras' `alpha`, rounded as Keras rounds it."""
    step = optimizer.iterations.value.to(dtype) + 1
    beta_1, beta_2 = torch.tensor(optimizer.beta_1, dtype=dtype), torch.tensor(optimizer.beta_2, dtype=dtype)
    rate = keras.ops.convert_to_tensor(optimizer.learning_rate).to(dtype)
    return float(rate * torch.sqrt(1 - beta_2**step) / (1 - beta_1**step))
