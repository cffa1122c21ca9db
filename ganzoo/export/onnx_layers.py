"""What each Keras layer is in ONNX: one function a layer, `(graph, layer, inputs) -> output`.

Maps come as (N, C, H, W), so that an axis of channels, last in Keras, is 1 here.

Reference: [ONNX operators](https://onnx.ai/onnx/operators/), version 17
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from keras import layers

from ganzoo.errors import InvalidArgumentError
from ganzoo.export.onnx_graph import Graph, weights_of

__all__ = ["CONVERTERS", "OPSET"]

# The first with LayerNormalization.
OPSET: Final = 17

_ACTIVATIONS: Final[dict[str, tuple[str, dict[str, float]]]] = {
    "relu": ("Relu", {}),
    "leaky_relu": ("LeakyRelu", {"alpha": 0.2}),
    "tanh": ("Tanh", {}),
    "sigmoid": ("Sigmoid", {}),
}


def _dense(graph: Graph, layer: Any, inputs: Sequence[str]) -> str:
    """x W + b."""
    _require(layer, _rank(layer.input) == 2, "vectors (N, d)", layer.input.shape)
    return _activate(graph, layer, graph.add("Gemm", [*inputs, *_kernel(graph, layer, (0, 1))], layer.name))


def _convolution(graph: Graph, layer: Any, inputs: Sequence[str]) -> str:
    """A strided convolution, padded as TensorFlow does: the odd row at the end."""
    _require_plain_convolution(layer)
    pads = [0, 0, 0, 0]
    if layer.padding == "same":
        for axis in (0, 1):
            side, stride = layer.input.shape[1 + axis], layer.strides[axis]
            missing = (math.ceil(side / stride) - 1) * stride + layer.kernel_size[axis] - side
            pads[axis], pads[2 + axis] = max(missing, 0) // 2, (max(missing, 0) + 1) // 2
    made = graph.add(
        "Conv",
        # (height, width, in, out) -> (out, in, height, width)
        [*inputs, *_kernel(graph, layer, (3, 2, 0, 1))],
        layer.name,
        strides=list(layer.strides),
        pads=pads,
        group=layer.groups,
    )
    return _activate(graph, layer, made)


def _transposed_convolution(graph: Graph, layer: Any, inputs: Sequence[str]) -> str:
    """The gradient of a convolution: `same` multiplies the side by the stride."""
    _require_plain_convolution(layer)
    _require(layer, layer.output_padding is None, "output_padding=None", layer.output_padding)
    pads, beyond = [0, 0, 0, 0], [0, 0]
    for axis in (0, 1):
        excess = layer.kernel_size[axis] - layer.strides[axis]
        beyond[axis] = max(-excess, 0)
        if layer.padding == "same":
            pads[axis], pads[2 + axis] = max(excess, 0) // 2, (max(excess, 0) + 1) // 2
    made = graph.add(
        "ConvTranspose",
        # (height, width, out, in) -> (in, out, height, width)
        [*inputs, *_kernel(graph, layer, (3, 2, 0, 1))],
        layer.name,
        strides=list(layer.strides),
        pads=pads,
        output_padding=beyond,
    )
    return _activate(graph, layer, made)


def _batch_normalization(graph: Graph, layer: Any, inputs: Sequence[str]) -> str:
    """(x - moving mean) / √(moving variance + ε) · γ + β, by channel."""
    rank = _rank(layer.input)
    _require(layer, layer.axis in (-1, rank - 1), "axis=-1", layer.axis)
    mean, variance = weights_of(layer.moving_mean), weights_of(layer.moving_variance)
    gamma = weights_of(layer.gamma) if layer.scale else np.ones_like(mean)
    beta = weights_of(layer.beta) if layer.center else np.zeros_like(mean)
    named = {"gamma": gamma, "beta": beta, "moving_mean": mean, "moving_variance": variance}
    constants = [graph.constant(f"{layer.name}/{name}", value) for name, value in named.items()]
    return graph.add("BatchNormalization", [*inputs, *constants], layer.name, epsilon=layer.epsilon)


def _layer_normalization(graph: Graph, layer: Any, inputs: Sequence[str]) -> str:
    """(x - mean) / √(variance + ε) · γ + β over all axes of an example."""
    rank = _rank(layer.input)
    axes = sorted(axis % rank for axis in np.atleast_1d(layer.axis))
    _require(layer, axes == list(range(1, rank)), "all axes but the first", layer.axis)
    order = (2, 0, 1) if rank == 4 else (0,)
    shape = tuple(layer.input.shape[1:])
    gamma = weights_of(layer.gamma) if layer.scale else np.ones(shape)
    beta = weights_of(layer.beta) if layer.center else np.zeros(shape)
    constants = [
        graph.constant(f"{layer.name}/{name}", value.reshape(shape).transpose(order))
        for name, value in (("gamma", gamma), ("beta", beta))
    ]
    return graph.add("LayerNormalization", [*inputs, *constants], layer.name, axis=1, epsilon=layer.epsilon)


def _relu(graph: Graph, layer: Any, inputs: Sequence[str]) -> str:
    """max(x, 0)."""
    bent = layer.max_value, layer.negative_slope, layer.threshold
    plain = bent[0] is None and not any(bent[1:])
    _require(layer, plain, "no max_value, negative_slope or threshold", bent)
    return graph.add("Relu", inputs, layer.name)


def _leaky_relu(graph: Graph, layer: Any, inputs: Sequence[str]) -> str:
    """max(x, slope · x)."""
    return graph.add("LeakyRelu", inputs, layer.name, alpha=float(layer.negative_slope))


def _activation(graph: Graph, layer: Any, inputs: Sequence[str]) -> str:
    """One of `_ACTIVATIONS`, or "linear", which is nothing."""
    return _activate(graph, layer, inputs[0], name=layer.name)


def _nothing(graph: Graph, layer: Any, inputs: Sequence[str]) -> str:
    """What a layer does that only acts in training."""
    return inputs[0]


def _reshape(graph: Graph, layer: Any, inputs: Sequence[str]) -> str:
    """Another shape of the same numbers, in Keras' order: channels last."""
    source, shape = inputs[0], tuple(layer.output.shape[1:])
    if tuple(layer.input.shape[1:]) == shape:
        return source
    _require(layer, len(shape) in (1, 3), "to give vectors or maps", shape)
    if _rank(layer.input) == 4:
        source = graph.add("Transpose", [source], f"{layer.name}/channels_last", perm=[0, 2, 3, 1])
    target = graph.constant(f"{layer.name}/shape", np.array([-1, *shape]))
    made = graph.add("Reshape", [source, target], layer.name)
    if len(shape) == 3:
        made = graph.add("Transpose", [made], f"{layer.name}/channels_first", perm=[0, 3, 1, 2])
    return made


def _cropping(graph: Graph, layer: Any, inputs: Sequence[str]) -> str:
    """The map without its outer rows and columns."""
    (top, bottom), (left, right) = layer.cropping
    height, width = layer.input.shape[1:3]
    bounds = {"starts": [top, left], "ends": [height - bottom, width - right], "axes": [2, 3]}
    constants = [graph.constant(f"{layer.name}/{k}", np.array(v)) for k, v in bounds.items()]
    return graph.add("Slice", [*inputs, *constants], layer.name)


def _upsampling(graph: Graph, layer: Any, inputs: Sequence[str]) -> str:
    """Each pixel repeated."""
    _require(layer, layer.interpolation == "nearest", "interpolation nearest", layer.interpolation)
    scales = graph.constant(f"{layer.name}/scales", np.array([1.0, 1.0, *layer.size]))
    options = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    return graph.add("Resize", [*inputs, "", scales], layer.name, **options)


def _embedding(graph: Graph, layer: Any, inputs: Sequence[str]) -> str:
    """A row of a table for each label (N,)."""
    _require(layer, _rank(layer.input) == 1, "labels (N,)", layer.input.shape)
    table = graph.constant(f"{layer.name}/table", weights_of(layer.embeddings))
    return graph.add("Gather", [table, *inputs], layer.name)


def _concatenate(graph: Graph, layer: Any, inputs: Sequence[str]) -> str:
    """One after the other, along the channels."""
    _require(layer, layer.axis in (-1, _rank(layer.output) - 1), "axis=-1", layer.axis)
    return graph.add("Concat", inputs, layer.name, axis=1)


def _add(graph: Graph, layer: Any, inputs: Sequence[str]) -> str:
    """A sum of maps of one shape."""
    shapes = {tuple(each.shape) for each in layer.input}
    _require(layer, len(shapes) == 1, "inputs of one shape", shapes)
    return graph.add("Sum", inputs, layer.name)


CONVERTERS: Final[dict[type, Callable[[Graph, Any, Sequence[str]], str]]] = {
    layers.Activation: _activation,
    layers.Add: _add,
    layers.BatchNormalization: _batch_normalization,
    layers.Concatenate: _concatenate,
    layers.Conv2D: _convolution,
    layers.Conv2DTranspose: _transposed_convolution,
    layers.Cropping2D: _cropping,
    layers.Dense: _dense,
    layers.Dropout: _nothing,
    layers.Embedding: _embedding,
    layers.Flatten: _reshape,
    layers.LayerNormalization: _layer_normalization,
    layers.LeakyReLU: _leaky_relu,
    layers.ReLU: _relu,
    layers.Reshape: _reshape,
    layers.UpSampling2D: _upsampling,
}
"""By exact class: a subclass may compute anything."""


def _rank(tensor: Any) -> int:
    return len(tensor.shape)


def _kernel(graph: Graph, layer: Any, order: tuple[int, ...]) -> list[str]:
    """The kernel with its axes in ONNX' order, and the bias if there is one."""
    constants = [graph.constant(f"{layer.name}/kernel", weights_of(layer.kernel).transpose(order))]
    if layer.use_bias:
        constants.append(graph.constant(f"{layer.name}/bias", weights_of(layer.bias)))
    return constants


def _activate(graph: Graph, layer: Any, source: str, *, name: str = "") -> str:
    word = layer.activation.__name__
    if word == "linear":
        return source
    _require(layer, word in _ACTIVATIONS, f"an activation of linear, {', '.join(_ACTIVATIONS)}", word)
    kind, attributes = _ACTIVATIONS[word]
    return graph.add(kind, [source], name or f"{layer.name}/{word}", **attributes)


def _require_plain_convolution(layer: Any) -> None:
    _require(layer, layer.data_format == "channels_last", "channels last", layer.data_format)
    _require(layer, {*layer.dilation_rate} == {1}, "no dilation", layer.dilation_rate)
    _require(layer, layer.padding in ("same", "valid"), "padding same or valid", layer.padding)


def _require(layer: Any, holds: bool, what: str, received: Any) -> None:
    if not holds:
        raise InvalidArgumentError(
            f"The layer '{layer.name}' has no ONNX form here: a {type(layer).__name__} needs {what}. "
            f"Received: {received}"
        )
