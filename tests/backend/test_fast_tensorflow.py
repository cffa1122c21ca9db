"""The leaky ReLU and the fused Adam on TensorFlow equal stock Keras."""

import keras
import numpy as np
import pytest

if keras.backend.backend() != "tensorflow":
    pytest.skip("needs the TensorFlow backend", allow_module_level=True)

import tensorflow as tf

from ganzoo.backend import fast_tensorflow


def _network(layer: keras.Layer, *shape: int) -> keras.Model:
    inputs = keras.Input(shape)
    network = keras.Model(inputs, layer(inputs))
    rng = np.random.default_rng(1)
    network.set_weights([rng.uniform(0.1, 1, w.shape) * rng.choice([-1, 1]) for w in network.get_weights()])
    return network


def _derivatives(network: keras.Model, x: np.ndarray) -> dict[str, list[np.ndarray]]:
    """Output, first derivatives, and those of a penalty on the gradient of the input."""
    weights = [v.value for v in network.trainable_variables]
    watched = [tf.constant(x), *weights]
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(watched)
        output = network(watched[0], training=True)
        loss = tf.reduce_sum(tf.sin(output))
        penalty = tf.reduce_sum(tf.square(outer.gradient(loss, watched[0])))
    zero = tf.UnconnectedGradients.ZERO
    found = {
        "output": [output],
        "gradient": outer.gradient(loss, watched, unconnected_gradients=zero),
        "penalty": outer.gradient(penalty, watched, unconnected_gradients=zero),
    }
    return {name: [np.array(value) for value in values] for name, values in found.items()}


def _compare(network: keras.Model, *, tolerance: float = 2e-6) -> None:
    x = np.random.default_rng(0).normal(0.5, 1, (3, *network.input_shape[1:])).astype("float32")
    state = network.get_weights()
    stock = _derivatives(network, x)
    network.set_weights(state)
    fast_tensorflow.accelerate(network)
    for name, values in _derivatives(network, x).items():
        for value, expected in zip(values, stock[name], strict=True):
            size = max(float(np.abs(expected).max()), 1e-3)
            np.testing.assert_allclose(value, expected, rtol=0, atol=tolerance * size, err_msg=name)


def test_leaky_relu_agrees_with_stock_keras() -> None:
    inputs = keras.Input((8, 8, 2))
    x = inputs
    for width in (3, 4):
        x = keras.layers.LeakyReLU(0.2)(keras.layers.Conv2D(width, 3, strides=2)(x))
    _compare(keras.Model(inputs, x))


def test_nothing_runs_back_through_a_leaky_relus_second_derivative() -> None:
    network = _network(keras.layers.LeakyReLU(0.25), 2)
    fast_tensorflow.accelerate(network)
    x = tf.constant([[-1.0, 2.0]])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            total = tf.reduce_sum(network(x))
        gradient = inner.gradient(total, x)
    assert gradient.numpy().tolist() == [[0.25, 1.0]]
    # stock: zeros, which are sent through all that made x
    assert outer.gradient(gradient, x) is None


@pytest.mark.parametrize(
    "layer",
    [
        keras.layers.BatchNormalization(),
        keras.layers.LeakyReLU(0.1, dtype="mixed_bfloat16"),
    ],
    ids=lambda layer: layer.name,
)
def test_other_layers_give_what_stock_gives(layer: keras.Layer) -> None:
    inputs = keras.Input((6, 6, 3))
    network = keras.Model(inputs, layer(inputs))
    x = np.random.default_rng(0).normal(size=(2, 6, 6, 3)).astype("float32")
    state = network.get_weights()
    stock = network(x, training=True)
    network.set_weights(state)
    fast_tensorflow.accelerate(network)
    fast = network(x, training=True)
    assert fast.dtype == stock.dtype
    assert bool(tf.reduce_all(fast == stock))


def test_restore_gives_stock_back() -> None:
    network = _network(keras.layers.LeakyReLU(0.2), 5)
    fast_tensorflow.accelerate(network)
    assert "call" in vars(network.layers[-1])
    fast_tensorflow.restore(network)
    assert "call" not in vars(network.layers[-1])


# --- Adam


def _variables() -> list[keras.Variable]:
    rng = np.random.default_rng(0)
    return [keras.Variable(rng.normal(size=s).astype("float32")) for s in [(5, 4, 3, 2), (7,), (3, 4)]]


def _gradients(step: int) -> list[tf.Tensor]:
    rng = np.random.default_rng(step)
    # the second where epsilon decides
    scales = [((5, 4, 3, 2), 1.0), ((7,), 1e-7), ((3, 4), 1.0)]
    return [tf.constant(rng.normal(size=shape) * scale, tf.float32) for shape, scale in scales]


def _schedule() -> keras.optimizers.schedules.LearningRateSchedule:
    return keras.optimizers.schedules.CosineDecay(1e-2, 20)


@pytest.mark.parametrize(
    "options",
    [
        {"learning_rate": 2e-4, "beta_1": 0.5},
        {"learning_rate": 4e-4, "beta_1": 0.0, "beta_2": 0.99},
        {"learning_rate": 1e-2, "epsilon": 1e-3},
        {"learning_rate": _schedule},
    ],
    ids=str,
)
def test_fused_adam_is_keras_adam(options: dict) -> None:
    options = {name: value() if callable(value) else value for name, value in options.items()}
    stock, fused = keras.optimizers.Adam(**options), keras.optimizers.Adam(**options)
    stock_variables, fused_variables = _variables(), _variables()
    for step in range(12):
        stock.apply(_gradients(step), stock_variables)
        assert fast_tensorflow.fused_adam_step(fused, _gradients(step), fused_variables)
    assert int(fused.iterations) == 12
    for ours, theirs, first in zip(fused_variables, stock_variables, _variables(), strict=True):
        moved = float(np.abs(theirs.numpy() - first.numpy()).max())
        # of the value and of the way it went: rounding of a float32 near 1 is 6e-8 a step
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=0, atol=1e-6 * (1 + moved))
    for ours, theirs in zip(fused.variables[2:], stock.variables[2:], strict=True):
        size = float(np.abs(theirs.numpy()).max())
        # float32 has no 1 - 0.999 closer than 5e-5 of itself
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=0, atol=5e-5 * size)


def test_fused_adam_by_hand() -> None:
    """The first step: m = (1 - β₁) g, v = (1 - β₂) g², p falls by lr √(1 - β₂) / (1 - β₁) m / (√v + ε)."""
    variable = keras.Variable(np.array([1.0], "float32"))
    optimizer = keras.optimizers.Adam(0.1, beta_1=0.9, beta_2=0.99, epsilon=0.3)
    assert fast_tensorflow.fused_adam_step(optimizer, [tf.constant([2.0])], [variable])
    expected = 1.0 - 0.1 * 0.1 * 0.2 / 0.1 / (0.2 + 0.3)  # √v = √(0.01 · 4)
    assert float(variable.value[0]) == pytest.approx(expected, rel=3e-7)


@pytest.mark.parametrize(
    "optimizer",
    [
        keras.optimizers.Adam(weight_decay=1e-2),
        keras.optimizers.Adam(clipnorm=1.0),
        keras.optimizers.Adam(amsgrad=True),
        keras.optimizers.Adam(use_ema=True),
        keras.optimizers.RMSprop(),
    ],
    ids=lambda optimizer: type(optimizer).__name__,
)
def test_other_optimizers_are_left_to_keras(optimizer: keras.Optimizer) -> None:
    variables = _variables()
    optimizer.build(variables)
    before = [v.numpy() for v in variables]
    assert not fast_tensorflow.fused_adam_step(optimizer, _gradients(0), variables)
    assert int(optimizer.iterations) == 0
    for variable, value in zip(variables, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)
