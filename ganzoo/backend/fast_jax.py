"""Strided convolutions on JAX whose gradients of every order are fast on a CPU.

XLA's CPU kernel for the weight gradient of a strided transposed convolution is some twenty times slower
than the same number asked for as the weight gradient of the matching ordinary convolution. A convolution is
bilinear, and each of its derivatives is one of three maps that contract the same three arrays:

    y = convolve(x, kernel)        x: (batch, height, width, channels), the large side
    x = spread(y, kernel)          the transposed convolution, or the gradient for x
    kernel = correlate(x, y)       the gradient for the kernel

So they are JAX primitives here, each differentiated into the two others: gradients of gradients (a critic's
penalty) never reach the slow kernel, and forward mode and `vmap` work as they do on stock Keras.
"""

from functools import partial
from typing import Any

import jax
import keras
from jax.extend.core import Primitive
from jax.interpreters import ad, batching, mlir

from ganzoo.backend import substitution

__all__ = ["accelerate", "restore"]

Pads = tuple[tuple[int, int], ...]
Sizes = tuple[int, ...]

_LAYOUT = ("NHWC", "HWIO", "NHWC")


def _lax_convolve(x: jax.Array, kernel: jax.Array, *, strides: Sizes, pads: Pads, sizes: Sizes) -> jax.Array:
    return jax.lax.conv_general_dilated(x, kernel, strides, pads, dimension_numbers=_LAYOUT)


def _lax_spread(y: jax.Array, kernel: jax.Array, *, strides: Sizes, pads: Pads, sizes: Sizes) -> jax.Array:
    x = jax.ShapeDtypeStruct((y.shape[0], *sizes[:2], kernel.shape[2]), y.dtype)
    convolve = partial(_lax_convolve, kernel=kernel, strides=strides, pads=pads, sizes=sizes)
    return jax.linear_transpose(convolve, x)(y)[0]


def _lax_correlate(x: jax.Array, y: jax.Array, *, strides: Sizes, pads: Pads, sizes: Sizes) -> jax.Array:
    kernel = jax.ShapeDtypeStruct((*sizes[2:], x.shape[3], y.shape[3]), x.dtype)
    convolve = partial(_lax_convolve, x, strides=strides, pads=pads, sizes=sizes)
    return jax.linear_transpose(convolve, kernel)(y)[0]


def _primitive(name: str, function: Any) -> Primitive:
    """A primitive that computes and shapes as `function` does; under `vmap` it is `function`."""
    primitive = Primitive(name)
    primitive.def_impl(jax.jit(function, static_argnames=("strides", "pads", "sizes")))

    def shape(*arrays: Any, **options: Any) -> Any:
        out = jax.eval_shape(partial(function, **options), *(_struct(array) for array in arrays))
        return jax.core.ShapedArray(out.shape, out.dtype)

    def batch(arrays: Any, axes: Any, **options: Any) -> Any:
        return jax.vmap(partial(function, **options), in_axes=tuple(axes))(*arrays), 0

    primitive.def_abstract_eval(shape)
    mlir.register_lowering(primitive, mlir.lower_fun(function, multiple_results=False))
    batching.primitive_batchers[primitive] = batch
    return primitive


def _struct(array: Any) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(array.shape, array.dtype)


# `sizes` is (height, width) of x, then of the kernel: what the two inputs of a map may leave open.
_convolve = _primitive("ganzoo_convolve", _lax_convolve)
_spread = _primitive("ganzoo_spread", _lax_spread)
_correlate = _primitive("ganzoo_correlate", _lax_correlate)

ad.defbilinear(
    _convolve,
    lambda y, x, kernel, **options: _spread.bind(y, kernel, **options),
    lambda y, x, kernel, **options: _correlate.bind(x, y, **options),
)
ad.defbilinear(
    _spread,
    lambda x, y, kernel, **options: _convolve.bind(x, kernel, **options),
    lambda x, y, kernel, **options: _correlate.bind(x, y, **options),
)
ad.defbilinear(
    _correlate,
    lambda kernel, x, y, **options: _spread.bind(y, kernel, **options),
    lambda kernel, x, y, **options: _convolve.bind(x, kernel, **options),
)


def accelerate(network: keras.Model) -> None:
    """Let the strided convolutions of a network run with the fast gradients, in place.

    Outputs, gradients and weights are those of stock Keras; configuration and saved files do not change.
    Layers it has nothing for (other strides, dilation, groups, channels first, subclasses) and networks on
    an accelerator stay as they are. Calling it twice is calling it once.

    Args:
        network: A Keras model; nested models are walked.

    Example:
        >>> accelerate(gan.generator)
    """
    if jax.default_backend() == "cpu":  # the slow kernel is XLA's on the CPU; cuDNN has none such
        substitution.substitute(network, _SUBSTITUTES)


def restore(network: keras.Model) -> None:
    """Give a network its stock layers back.

    Args:
        network: A Keras model that `accelerate` saw, or any other.
    """
    substitution.restore(network, _SUBSTITUTES)


def _same_pads(size: int, kernel: int, stride: int) -> tuple[int, int]:
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def _transposed_same_pads(kernel: int, stride: int) -> tuple[int, int]:
    """The pads of the convolution of which Keras' transposed "same" convolution is the transpose."""
    total = max(kernel - stride, 0)
    return total // 2, total - total // 2


def _is_plain(layer: keras.Layer) -> bool:
    return (
        max(layer.strides) > 1
        and set(layer.dilation_rate) == {1}
        and layer.data_format == "channels_last"
        and layer.padding in ("same", "valid")
        and all(k >= s for k, s in zip(layer.kernel_size, layer.strides, strict=True))
    )


def _convolution_op(layer: keras.layers.Conv2D, inputs: Any, kernel: Any) -> Any:
    if not _is_plain(layer) or layer.groups != 1 or isinstance(inputs, keras.KerasTensor):
        return type(layer).convolution_op(layer, inputs, kernel)
    kernel = keras.ops.convert_to_tensor(kernel)
    inputs = keras.ops.convert_to_tensor(inputs, dtype=kernel.dtype)
    size, window = inputs.shape[1:3], kernel.shape[:2]
    pads: Pads = ((0, 0), (0, 0))
    if layer.padding == "same":
        pads = tuple(map(_same_pads, size, window, layer.strides))
    elif any(length < k for length, k in zip(size, window, strict=True)):
        return type(layer).convolution_op(layer, inputs, kernel)  # whose error message is the known one
    return _convolve.bind(inputs, kernel, strides=layer.strides, pads=pads, sizes=(*size, *window))


def _transposed_call(layer: keras.layers.Conv2DTranspose, inputs: Any) -> Any:
    if not _is_plain(layer) or layer.output_padding is not None or isinstance(inputs, keras.KerasTensor):
        return type(layer).call(layer, inputs)
    inputs, kernel = map(keras.ops.convert_to_tensor, (inputs, layer.kernel))
    size, window = layer.compute_output_shape(inputs.shape)[1:3], kernel.shape[:2]
    pads: Pads = ((0, 0), (0, 0))
    if layer.padding == "same":
        pads = tuple(map(_transposed_same_pads, window, layer.strides))
    outputs = _spread.bind(inputs, kernel, strides=layer.strides, pads=pads, sizes=(*size, *window))
    if layer.use_bias:
        outputs = keras.ops.add(outputs, keras.ops.reshape(layer.bias, (1, 1, 1, layer.filters)))
    return outputs if layer.activation is None else layer.activation(outputs)


_SUBSTITUTES: substitution.Substitutes = {
    keras.layers.Conv2D: ("convolution_op", _convolution_op),
    keras.layers.Conv2DTranspose: ("call", _transposed_call),
}
