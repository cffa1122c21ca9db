"""A network with fast layers is, for everything but its speed, the stock network: on every backend."""

import importlib
from pathlib import Path

import keras
import numpy as np
import pytest

from ganzoo.backend import substitution

_BACKEND = keras.backend.backend()
_REPLACED = {"LeakyReLU"} if _BACKEND == "tensorflow" else {"Conv2D", "Conv2DTranspose"}

fast = importlib.import_module(f"ganzoo.backend.fast_{_BACKEND}")


def _network() -> keras.Model:
    inner_inputs = keras.Input((4, 4, 3))
    x = keras.layers.Conv2DTranspose(4, 4, strides=2, padding="same")(inner_inputs)
    x = keras.layers.BatchNormalization()(x)
    inner = keras.Model(inner_inputs, keras.layers.LeakyReLU(0.2)(x), name="inner")
    inputs = keras.Input((4, 4, 3))
    x = keras.layers.Conv2D(2, 4, strides=2, padding="same")(inner(inputs))
    return keras.Model(inputs, x, name="outer")


def _replaced(network: keras.Model) -> set[str]:
    return {
        type(layer).__name__
        for layer in substitution.stock_layers(network)
        if {"call", "convolution_op"} & vars(layer).keys()
    }


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(2, 4, 4, 3)).astype("float32")


def test_nested_models_are_walked_and_a_second_call_changes_nothing() -> None:
    network = _network()
    fast.accelerate(network)
    replaced = {id(layer): vars(layer).get("call") for layer in substitution.stock_layers(network)}
    assert _replaced(network) >= _REPLACED
    fast.accelerate(network)
    assert {id(layer): vars(layer).get("call") for layer in substitution.stock_layers(network)} == replaced


def test_restore_takes_everything_back(images: np.ndarray) -> None:
    network = _network()
    stock = keras.ops.convert_to_numpy(network(images))
    attributes = [set(vars(layer)) for layer in substitution.stock_layers(network)]
    fast.accelerate(network)
    fast.restore(network)
    assert not _replaced(network)
    assert [set(vars(layer)) for layer in substitution.stock_layers(network)] == attributes
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(network(images)), stock)


def test_configuration_weights_and_class_are_untouched() -> None:
    network = _network()
    before = (network.to_json(), [w.path for w in network.weights], list(map(type, network.layers)))
    values = network.get_weights()
    fast.accelerate(network)
    assert (network.to_json(), [w.path for w in network.weights], list(map(type, network.layers))) == before
    for now, then in zip(network.get_weights(), values, strict=True):
        np.testing.assert_array_equal(now, then)


def test_what_is_saved_loads_as_a_stock_network(images: np.ndarray, tmp_path: Path) -> None:
    network = _network()
    stock = keras.ops.convert_to_numpy(network(images))
    fast.accelerate(network)
    network.save(tmp_path / "network.keras")
    network.save_weights(tmp_path / "network.weights.h5")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    assert not _replaced(loaded)
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(loaded(images)), stock)
    clone = keras.models.clone_model(network)
    assert not _replaced(clone)
    clone.load_weights(tmp_path / "network.weights.h5")
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(clone(images)), stock)


def test_state_dict_is_untouched() -> None:
    if _BACKEND != "torch":
        pytest.skip("only a torch module has a state dict")
    network = _network()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    fast.accelerate(network)
    after = network.state_dict()
    assert list(after) == list(before)
    assert all(bool((after[name] == value).all()) for name, value in before.items())


def test_a_subclass_and_a_method_of_the_user_stay_as_they_are() -> None:
    class MyConv2D(keras.layers.Conv2D):
        pass

    def mine(inputs: object) -> object:
        return inputs

    inputs = keras.Input((4, 4, 3))
    x = MyConv2D(2, 4, strides=2, padding="same")(inputs)
    network = keras.Model(inputs, keras.layers.Conv2DTranspose(2, 4, strides=2)(x))
    network.layers[2].call = mine
    fast.accelerate(network)
    assert "convolution_op" not in vars(network.layers[1])
    assert network.layers[2].call is mine
    fast.restore(network)
    assert network.layers[2].call is mine


def test_predict_and_fit_run_on_an_accelerated_network(images: np.ndarray) -> None:
    stock, network = _network(), _network()
    network.set_weights(stock.get_weights())
    fast.accelerate(network)
    targets = np.ones((2, 4, 4, 2), "float32")
    for model in (stock, network):
        model.compile(optimizer="sgd", loss="mse")
        model.fit(images, targets, epochs=2, verbose=0)
    for fast_weight, stock_weight in zip(network.get_weights(), stock.get_weights(), strict=True):
        np.testing.assert_allclose(fast_weight, stock_weight, atol=1e-6)
    np.testing.assert_allclose(
        network.predict(images, verbose=0), stock.predict(images, verbose=0), atol=1e-6
    )
