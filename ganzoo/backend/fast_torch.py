"""Stock Keras layers on PyTorch's own kernels, in the memory layout that Keras already has.

An NHWC tensor seen as NCHW is what PyTorch calls channels last, so nothing has to be copied; stock Keras
copies it, computes transposed convolutions larger than asked for and crops them, and leaves a batch norm's
gradient to two dozen elementwise passes. The numbers and their gradients of every order are the same.
"""

from typing import Any

import keras
import torch
from torch.nn import functional

from ganzoo.backend import plan_torch, substitution

__all__ = ["accelerate", "outputs_first", "restore"]


def accelerate(network: keras.Model) -> None:
    """Let the layers of `_SUBSTITUTES` in a network run on PyTorch's kernels, one after another, in place.

    Outputs, gradients, moving statistics and weights are those of stock Keras; configuration and saved files
    do not change. Layers it has nothing for (dilation, channels first, masks, subclasses) stay as they are.
    Calling it twice is calling it once.

    Args:
        network: A Keras model; nested models are walked.

    Example:
        >>> accelerate(gan.generator)
    """
    substitution.substitute(network, _SUBSTITUTES)
    for layer in substitution.stock_layers(network):
        if type(layer) in (keras.layers.Conv2D, keras.layers.Conv2DTranspose) and _is_plain(layer):
            value = layer.kernel.value
            value.data = _laid_out(value.detach())
    plan_torch.shorten(network)


def _laid_out(kernel: torch.Tensor) -> torch.Tensor:
    """The same kernel, its memory in the order of PyTorch's own layers: else each call would copy it."""
    return outputs_first(kernel).contiguous(memory_format=torch.channels_last).permute(2, 3, 1, 0)


def outputs_first(kernel: torch.Tensor) -> torch.Tensor:
    """A convolution's kernel with the axes as PyTorch has them."""
    return kernel.permute(3, 2, 0, 1)


def restore(network: keras.Model) -> None:
    """Give a network its stock layers back.

    Args:
        network: A Keras model that `accelerate` saw, or any other.
    """
    plan_torch.lengthen(network)
    substitution.restore(network, _SUBSTITUTES)


def _is_plain(layer: keras.layers.Conv2D | keras.layers.Conv2DTranspose) -> bool:
    return (
        set(layer.dilation_rate) == {1}
        and getattr(layer, "output_padding", None) is None
        and layer.data_format == "channels_last"
        and layer.padding in ("same", "valid")
    )


def _operands(layer: keras.Layer, inputs: Any) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]:
    """Inputs, kernel and bias as PyTorch wants them: channels last, and without a copy of the inputs."""
    x = keras.ops.convert_to_tensor(inputs).permute(0, 3, 1, 2)
    kernel = outputs_first(keras.ops.convert_to_tensor(layer.kernel))
    bias = keras.ops.convert_to_tensor(layer.bias) if layer.use_bias else None
    return x, kernel.contiguous(memory_format=torch.channels_last), bias


def _result(layer: keras.Layer, outputs: torch.Tensor) -> torch.Tensor:
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
    outputs = functional.conv2d(x, kernel, bias, layer.strides, before, groups=layer.groups)
    return _result(layer, outputs.permute(0, 2, 3, 1))


def _transposed_call(layer: keras.layers.Conv2DTranspose, inputs: Any) -> Any:
    overlap = [k - s for k, s in zip(layer.kernel_size, layer.strides, strict=True)]
    if not _is_plain(layer) or min(overlap) < 0 or isinstance(inputs, keras.KerasTensor):
        return type(layer).call(layer, inputs)
    x, kernel, bias = _operands(layer, inputs)
    same = layer.padding == "same"
    crop = [total // 2 if same else 0 for total in overlap]
    outputs = functional.conv_transpose2d(x, kernel, bias, layer.strides, crop).permute(0, 2, 3, 1)
    if same and any(total % 2 for total in overlap):  # PyTorch crops both sides alike; one more row is ours
        outputs = outputs[:, : outputs.shape[1] - overlap[0] % 2, : outputs.shape[2] - overlap[1] % 2]
        outputs = outputs.contiguous()
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


def _max_pool_call(layer: keras.layers.MaxPooling1D, inputs: Any) -> Any:
    [size] = layer.pool_size
    if (
        isinstance(inputs, keras.KerasTensor)
        or layer.strides != layer.pool_size
        or layer.data_format != "channels_last"
        or inputs.shape[1] % size
    ):
        return type(layer).call(layer, inputs)
    x = keras.ops.convert_to_tensor(inputs)
    return x.reshape(x.shape[0], -1, size, x.shape[2]).max(2).values


def _leaky_relu_call(layer: keras.layers.LeakyReLU, inputs: Any) -> Any:
    if isinstance(inputs, keras.KerasTensor):
        return type(layer).call(layer, inputs)
    return _LeakyReLU.apply(keras.ops.convert_to_tensor(inputs), float(layer.negative_slope))


class _LeakyReLU(torch.autograd.Function):
    """Leaky ReLU whose second derivative is nothing, where PyTorch's own is zeros.

    A penalty's gradient would take those zeros back through every layer below: a fifth of a critic's work.
    """

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, slope: float) -> torch.Tensor:
        ctx.save_for_backward(x)
        ctx.slope = slope
        return functional.leaky_relu(x, slope)

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        (x,) = ctx.saved_tensors
        return torch.ops.aten.leaky_relu_backward(grad, x.detach(), ctx.slope, False), None


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
    keras.layers.LeakyReLU: ("call", _leaky_relu_call),
    keras.layers.MaxPooling1D: ("call", _max_pool_call),
}
