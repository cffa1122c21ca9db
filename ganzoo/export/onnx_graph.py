"""A functional Keras model as an ONNX graph, layer by layer.

Keras' own `export(format="onnx")` goes through another converter on each backend: onnxscript on PyTorch,
tf2onnx on TensorFlow, jax2onnx with Flax on JAX. For one generator they give three graphs, of 14 to 60 nodes,
and three packages to keep in step. Networks here are stock layers, so this reads the layers and not what a
backend makes of them: the same file on all three, with a dozen nodes that bear the layers' names.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ganzoo.errors import InvalidArgumentError

__all__ = ["Graph", "fill", "weights_of"]


class Graph:
    """Nodes and constants, in the order in which they are computed.

    Maps of features stand in it as (N, C, H, W), as ONNX has them; vectors as (N, d).
    """

    def __init__(self) -> None:
        import onnx

        self._onnx = onnx
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def add(self, kind: str, inputs: Sequence[str], name: str, **attributes: Any) -> str:
        """Append a node.

        Args:
            kind: the operator.
            inputs: names of what it takes.
            name: of the node and of its output; a name that is taken gets a number.
            **attributes: of the operator.

        Returns:
            The name of its output.
        """
        taken = sum(node.name == name or node.name.startswith(f"{name}:") for node in self.nodes)
        name = f"{name}:{taken}" if taken else name
        self.nodes.append(self._onnx.helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def constant(self, name: str, value: Any) -> str:
        """Append a constant: floats as float32, whole numbers as int64.

        Returns:
            Its name.
        """
        array = np.asarray(value)
        array = array.astype("int64" if array.dtype.kind in "iu" else "float32")
        self.constants.append(self._onnx.numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name


def fill(graph: Graph, model: keras.Model, names: Sequence[str], output: str) -> None:
    """Put a model's layers into a graph.

    Args:
        graph: it is added to.
        model: functional, or built `Sequential`, of layers that `onnx_layers.CONVERTERS` has.
        names: of its inputs, in order.
        output: name of its output, images (N, H, W, C).

    Raises:
        InvalidArgumentError: a layer cannot be put into ONNX.
    """
    from ganzoo.export.onnx_layers import CONVERTERS

    known = {id(tensor): name for tensor, name in zip(_several(model.inputs), names, strict=True)}
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        convert = CONVERTERS.get(type(layer))
        if convert is None:
            raise InvalidArgumentError(
                f"The layer '{layer.name}' is a {type(layer).__name__}, which has no ONNX form here. "
                f"These have: {', '.join(sorted(kind.__name__ for kind in CONVERTERS))}."
            )
        sources = [_find(known, tensor, layer.name) for tensor in _several(layer.input)]
        known[id(layer.output)] = convert(graph, layer, sources)
    [last] = _several(model.outputs)
    graph.add("Transpose", [_find(known, last, "the output")], output, perm=[0, 2, 3, 1])


def _several(nested: Any) -> list[Any]:
    return list(nested) if isinstance(nested, list | tuple) else [nested]


def _find(known: dict[int, str], tensor: Any, place: str) -> str:
    # A layer's `input` and `output` are those of its first call.
    if id(tensor) not in known:
        raise InvalidArgumentError(
            f"What goes into '{place}' has no ONNX form here: it comes from a layer that is called more than "
            "once, or from an operation of keras.ops. Put a layer of its own in its place."
        )
    return known[id(tensor)]


def weights_of(variable: Any) -> NDArray[np.float32]:
    """A variable of a layer as an array."""
    return np.asarray(keras.ops.convert_to_numpy(variable), "float32")
