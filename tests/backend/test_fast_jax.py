"""The fast convolutions on JAX equal stock Keras: outputs and derivatives of every order used."""

import keras
import numpy as np
import pytest

if keras.backend.backend() != "jax":
    pytest.skip("needs the JAX backend", allow_module_level=True)

import jax
import jax.numpy as jnp

from ganzoo.backend import fast_jax

LAYERS = [
    ("Conv2DTranspose", size, kernel, stride, padding)
    for size, kernel, stride, padding in [
        (7, 5, 2, "same"),
        (4, 4, 2, "same"),
        (5, 5, 2, "valid"),
        (3, 4, 3, "same"),
        (7, 5, 1, "same"),
        (4, 2, 3, "same"),
    ]
] + [
    ("Conv2D", size, kernel, stride, padding)
    for size, kernel, stride, padding in [
        (14, 5, 2, "same"),
        (7, 5, 2, "same"),
        (7, 4, 2, "same"),
        (10, 4, 3, "valid"),
    ]
]


def _network(name: str, size: int, kernel: int, stride: int, padding: str, **options: object) -> keras.Model:
    options = {"use_bias": True, "activation": "tanh", "bias_initializer": "random_normal"} | options
    layer = getattr(keras.layers, name)
    inputs = keras.Input(
        (size, size + 1, 3), dtype="float64" if options.get("dtype") == "float64" else "float32"
    )
    return keras.Model(inputs, layer(4, kernel, strides=stride, padding=padding, **options)(inputs))


def _derivatives(network: keras.Model, x: jax.Array) -> dict[str, object]:
    """Output, first and second derivatives with the double backward of a penalty."""
    non_trainable = [v.value for v in network.non_trainable_variables]

    def call(weights: list[jax.Array], x: jax.Array) -> jax.Array:
        return network.stateless_call(weights, non_trainable, x)[0]

    def loss(weights: list[jax.Array], x: jax.Array) -> jax.Array:
        return jnp.sum(jnp.sin(call(weights, x)))

    def penalty(weights: list[jax.Array], x: jax.Array) -> jax.Array:
        return jnp.sum(jnp.square(jax.grad(loss, 1)(weights, x)))

    def weight_penalty(weights: list[jax.Array], x: jax.Array) -> jax.Array:
        return sum(jnp.sum(jnp.square(g)) for g in jax.grad(loss)(weights, x))

    def everything(weights: list[jax.Array], x: jax.Array) -> dict[str, object]:
        return {
            "output": call(weights, x),
            "gradient": jax.grad(loss, (0, 1))(weights, x),
            "penalty": jax.grad(penalty, (0, 1))(weights, x),
            "weight penalty": jax.grad(weight_penalty, (0, 1))(weights, x),
        }

    return jax.jit(everything)([v.value for v in network.trainable_variables], x)


def _assert_close(actual: object, expected: object, tolerance: float) -> None:
    jax.tree.map(
        lambda a, e: np.testing.assert_allclose(a, e, rtol=0, atol=tolerance * max(np.abs(e).max(), 1e-30)),
        actual,
        expected,
    )


@pytest.mark.parametrize("case", LAYERS, ids=str)
def test_agrees_with_stock_keras_in_float64(case: tuple) -> None:
    with jax.enable_x64(True):
        network = _network(*case, dtype="float64")
        x = jnp.asarray(np.random.default_rng(0).normal(size=(2, *network.input_shape[1:])))
        stock = _derivatives(network, x)
        fast_jax.accelerate(network)
        _assert_close(_derivatives(network, x), stock, 1e-12)


@pytest.mark.parametrize("case", [LAYERS[1], LAYERS[6]], ids=str)
def test_agrees_with_stock_keras_in_float32(case: tuple) -> None:
    network = _network(*case, use_bias=False, activation=None)
    x = jnp.asarray(np.random.default_rng(0).normal(size=(2, *network.input_shape[1:])), jnp.float32)
    stock = _derivatives(network, x)
    fast_jax.accelerate(network)
    _assert_close(_derivatives(network, x), stock, 1e-6)


@pytest.mark.parametrize("case", [LAYERS[0], LAYERS[6]], ids=str)
def test_forward_mode_and_vmap_work_as_on_stock_keras(case: tuple) -> None:
    network = _network(*case)
    x = jnp.asarray(np.random.default_rng(0).normal(size=(3, 2, *network.input_shape[1:])), jnp.float32)

    def tangents(x: jax.Array) -> jax.Array:
        return jax.jvp(lambda x: jax.vmap(network)(x), (x,), (jnp.cos(x),))[1]

    stock = jax.jit(tangents)(x)
    fast_jax.accelerate(network)
    _assert_close(jax.jit(tangents)(x), stock, 1e-6)


@pytest.mark.parametrize("case", [LAYERS[0], LAYERS[6]], ids=str)
def test_mixed_precision_gives_bfloat16_as_stock_does(case: tuple) -> None:
    network = _network(*case, dtype="mixed_bfloat16")
    x = np.random.default_rng(0).normal(size=(2, *network.input_shape[1:])).astype("float32")
    stock = network(x)
    fast_jax.accelerate(network)
    assert network(x).dtype == stock.dtype == jnp.bfloat16
    np.testing.assert_allclose(network(x).astype("float32"), stock.astype("float32"), atol=0.02)


@pytest.mark.parametrize("case", [LAYERS[0], LAYERS[1], LAYERS[6], LAYERS[8]], ids=str)
def test_no_derivative_dilates_the_large_side(case: tuple) -> None:
    """The slow kernel is a convolution that dilates its input and contracts over the batch."""
    network = _network(*case)
    fast_jax.accelerate(network)
    x = jnp.ones((2, *network.input_shape[1:]))

    def loss(weights: list[jax.Array], x: jax.Array) -> jax.Array:
        return jnp.sum(jnp.square(network.stateless_call(weights, [], x)[0]))

    def penalty(weights: list[jax.Array], x: jax.Array) -> jax.Array:
        return jnp.sum(jnp.square(jax.grad(loss, 1)(weights, x)))

    weights = [v.value for v in network.trainable_variables]
    text = str(jax.make_jaxpr(jax.grad(penalty))(weights, x))
    assert "ganzoo_correlate" in text
    assert "conv_general_dilated" not in text


@pytest.mark.parametrize(
    "options",
    [
        {"dilation_rate": 2, "strides": 1},
        {"data_format": "channels_first"},
        {"output_padding": 1},
        {"strides": 1},
    ],
    ids=str,
)
def test_unsupported_transposed_layers_keep_the_stock_path(options: dict) -> None:
    options = {"strides": 2, "padding": "same"} | options
    inputs = keras.Input((6, 6, 6))
    network = keras.Model(inputs, keras.layers.Conv2DTranspose(4, 3, **options)(inputs))
    x = np.random.default_rng(0).normal(size=(2, 6, 6, 6)).astype("float32")
    stock = network(x)
    fast_jax.accelerate(network)
    np.testing.assert_array_equal(network(x), stock)
    assert "ganzoo" not in str(jax.make_jaxpr(lambda x: network(x))(x))


def test_unsupported_convolutions_keep_the_stock_path() -> None:
    inputs = keras.Input((6, 6, 6))
    network = keras.Model(inputs, keras.layers.Conv2D(4, 3, strides=2, groups=2)(inputs))
    fast_jax.accelerate(network)
    assert "ganzoo" not in str(jax.make_jaxpr(lambda x: network(x))(np.ones((2, 6, 6, 6), "float32")))


def test_rectangular_kernels_and_strides() -> None:
    inputs = keras.Input((6, 9, 3))
    x = keras.layers.Conv2DTranspose(4, (5, 3), strides=(2, 1), padding="same")(inputs)
    network = keras.Model(inputs, keras.layers.Conv2D(4, (3, 4), strides=(1, 2), padding="same")(x))
    x = jnp.asarray(np.random.default_rng(0).normal(size=(2, 6, 9, 3)), jnp.float32)
    stock = _derivatives(network, x)
    fast_jax.accelerate(network)
    assert "ganzoo_spread" in str(jax.make_jaxpr(lambda x: network(x))(x))
    _assert_close(_derivatives(network, x), stock, 3e-6)
