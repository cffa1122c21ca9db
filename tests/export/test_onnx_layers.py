"""Each layer's ONNX form against Keras, with random weights and awkward sizes; and what is refused."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from ganzoo import backend
from ganzoo.errors import InvalidArgumentError
from ganzoo.export.onnx_graph import Graph, fill

onnx = pytest.importorskip("onnx", reason="the extra onnx is not installed")
onnxruntime = pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")

Build = Callable[[Any], Any]


def model_of(build: Build) -> keras.Model:
    """A model z (N, 6) -> images."""
    z = keras.Input((6,))
    return keras.Model(z, build(z))


def by_onnx(model: keras.Model, z: np.ndarray) -> np.ndarray:
    graph = Graph()
    fill(graph, model, ["z"], "images")
    spec = onnx.helper.make_tensor_value_info
    made = onnx.helper.make_graph(
        graph.nodes,
        "test",
        [spec("z", 1, ("N", 6))],
        [spec("images", 1, ("N", *model.output_shape[1:]))],
        initializer=graph.constants,
    )
    built = onnx.helper.make_model(made, ir_version=8, opset_imports=[onnx.helper.make_opsetid("", 17)])
    onnx.checker.check_model(built, full_check=True)
    return onnxruntime.InferenceSession(built.SerializeToString()).run(None, {"z": z})[0]


def maps(z: Any, height: int = 5, width: int = 7, channels: int = 4) -> Any:
    return layers.Reshape((height, width, channels))(layers.Dense(height * width * channels)(z))


def two_ways(z: Any) -> Any:
    a, b = maps(z), layers.Conv2D(4, 3, padding="same", activation="sigmoid")(maps(z))
    return layers.Concatenate()([layers.Add()([a, b]), b])


def there_and_back(z: Any) -> Any:
    flat = layers.Flatten()(layers.Conv2D(2, 3, 2)(maps(z)))
    return layers.Reshape((2, 3, 2))(layers.Dense(12, activation="tanh")(flat))


GRAPHS: dict[str, Build] = {
    "dense, relu": lambda z: layers.Reshape((2, 3, 1))(layers.Dense(6, activation="relu")(z)),
    "batch normalisation of vectors": lambda z: maps(layers.BatchNormalization(epsilon=0.1)(z)),
    "batch normalisation of maps": lambda z: layers.BatchNormalization(scale=False, center=False)(maps(z)),
    "layer normalisation of vectors": lambda z: maps(layers.LayerNormalization()(z)),
    "layer normalisation of maps": lambda z: layers.LayerNormalization(axis=[-3, -2, -1])(maps(z)),
    "leaky relu": lambda z: layers.LeakyReLU(0.3)(maps(layers.Activation("leaky_relu")(z))),
    "relu": lambda z: layers.ReLU()(maps(z)),
    "dropout": lambda z: layers.Dropout(0.5)(maps(z)),
    "cropping": lambda z: layers.Cropping2D(((1, 2), (0, 3)))(maps(z)),
    "upsampling": lambda z: layers.UpSampling2D((2, 3))(maps(z)),
    "sums and joins": two_ways,
    "to a vector and back": there_and_back,
}
for _padding in ("same", "valid"):
    for _kernel, _stride in ((3, 2), (4, 2), (5, 2), (2, 3), ((3, 4), (1, 3))):
        GRAPHS[f"Conv2D {_padding} {_kernel} {_stride}"] = lambda z, k=_kernel, s=_stride, p=_padding: (
            layers.Conv2D(2, k, s, p, groups=2)(maps(z))
        )
        GRAPHS[f"Conv2DTranspose {_padding} {_kernel} {_stride}"] = (
            lambda z, k=_kernel, s=_stride, p=_padding: layers.Conv2DTranspose(3, k, s, p, use_bias=False)(
                maps(z)
            )
        )


@pytest.mark.parametrize("name", GRAPHS)
def test_equal_to_keras(name: str, with_weights):
    model = with_weights(lambda: model_of(GRAPHS[name]))
    z = np.random.default_rng(1).standard_normal((3, 6)).astype("float32")
    expected = np.asarray(backend.compiled_call(model)(z))
    drawn = by_onnx(model, z)
    assert drawn.shape == expected.shape
    np.testing.assert_allclose(drawn, expected, rtol=1e-5, atol=1e-4)
    assert expected.std() > 1e-3


def test_a_sequential_model(with_weights):
    parts = [layers.Dense(12), layers.Reshape((2, 2, 3)), layers.Conv2DTranspose(1, 4, 2, "same")]
    model = with_weights(lambda: keras.Sequential([keras.Input((6,)), *parts]))
    z = np.ones((2, 6), "float32")
    np.testing.assert_allclose(by_onnx(model, z), keras.ops.convert_to_numpy(model(z)), atol=1e-5)


def test_names_are_the_layers(with_weights):
    graph = Graph()
    fill(graph, with_weights(lambda: model_of(lambda z: layers.ReLU(name="last")(maps(z)))), ["z"], "images")
    assert [node.name for node in graph.nodes][-2:] == ["last", "images"]
    assert len({node.name for node in graph.nodes}) == len(graph.nodes)


class Doubled(layers.ReLU):
    """A subclass, which may compute anything."""


def shared(z: Any) -> Any:
    layer = layers.Dense(6)
    return maps(layer(layer(z)))


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda z: Doubled(name="mine")(maps(z)), "'mine' is a Doubled.*These have: Activation, Add"),
        (lambda z: layers.ReLU()(ops.sin(maps(z))), "from an operation of keras.ops"),
        (shared, "called more than once"),
        (lambda z: maps(layers.Dense(6, activation="softplus")(z)), "an activation of linear, relu"),
        (lambda z: layers.ReLU(max_value=6)(maps(z)), "no max_value"),
        (lambda z: layers.UpSampling2D(interpolation="bilinear")(maps(z)), "nearest"),
        (lambda z: layers.Conv2D(1, 3, dilation_rate=2)(maps(z)), "no dilation"),
        (lambda z: layers.LayerNormalization()(maps(z)), "all axes but the first"),
        (lambda z: layers.Dense(3)(maps(z)), r"needs vectors \(N, d\)"),
    ],
)
def test_what_has_no_form_is_refused_by_name(build: Build, words: str, with_weights):
    model = with_weights(lambda: model_of(build))
    with pytest.raises(InvalidArgumentError, match=words):
        fill(Graph(), model, ["z"], "images")
