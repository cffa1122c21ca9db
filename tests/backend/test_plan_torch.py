"""A model that runs straight through its layers gives, to the bit, what Keras gives."""

import keras
import numpy as np
import pytest

if keras.backend.backend() != "torch":
    pytest.skip("needs the PyTorch backend", allow_module_level=True)

import torch

from ganzoo import networks
from ganzoo.backend import plan_torch


def _inputs(network: keras.Model) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [
        torch.tensor([0, 1, 1], dtype=torch.int32)
        if x.dtype == "int32"
        else torch.randn(3, *x.shape[1:], generator=generator)
        for x in network.inputs
    ]


def _run(network: keras.Model, *, training: bool | None) -> tuple[torch.Tensor, list[np.ndarray]]:
    """Output of a fresh state, and the state after."""
    torch.manual_seed(0)  # dropout draws from here
    inputs = _inputs(network)
    output = network(inputs if len(inputs) > 1 else inputs[0], training=training)
    return output.detach(), network.get_weights()


@pytest.mark.parametrize("training", [True, False, None])
@pytest.mark.parametrize("num_classes", [0, 2])
@pytest.mark.parametrize("architecture", networks.architectures())
def test_the_networks_give_the_same_bits(architecture: str, num_classes: int, training: bool | None) -> None:
    for network in networks.build(architecture, size=28, num_classes=num_classes):
        state = network.get_weights()
        stock, stock_state = _run(network, training=training)
        network.set_weights(state)
        plan_torch.shorten(network)
        assert "call" in vars(network)
        ours, our_state = _run(network, training=training)
        assert torch.equal(ours, stock)
        for now, then in zip(our_state, stock_state, strict=True):
            np.testing.assert_array_equal(now, then)


def _small(*layers: keras.layers.Layer) -> keras.Model:
    inputs = x = keras.Input((4,))
    for layer in layers:
        x = layer(x)
    return keras.Model(inputs, x)


def test_layers_are_not_called_by_way_of_keras(monkeypatch: pytest.MonkeyPatch) -> None:
    network = _small(keras.layers.Dense(3), keras.layers.ReLU())
    calls = []
    stock = keras.layers.Layer.__call__
    monkeypatch.setattr(
        keras.layers.Layer,
        "__call__",
        lambda self, *a, **k: (calls.append(self.name), stock(self, *a, **k))[1],
    )
    network(torch.ones(1, 4))
    assert len(calls) > 2
    calls.clear()
    plan_torch.shorten(network)
    network(torch.ones(1, 4))
    assert calls == [network.name]


@pytest.mark.parametrize(
    "layer",
    [
        keras.layers.GaussianNoise(0.1),
        keras.layers.Dense(3, activity_regularizer="l2"),
        type("Mine", (keras.layers.Dense,), {})(3),
    ],
    ids=["not known", "with a loss of its own", "a subclass"],
)
def test_other_layers_leave_the_model_as_it_is(layer: keras.Layer) -> None:
    network = _small(layer)
    plan_torch.shorten(network)
    assert "call" not in vars(network)


def test_what_it_does_not_stand_for_goes_by_way_of_keras() -> None:
    network = _small(keras.layers.Dense(3), keras.layers.ReLU())
    expected = network(torch.ones(2, 4))
    plan_torch.shorten(network)
    # NumPy, another type, symbolic
    assert torch.equal(network(np.ones((2, 4))), expected)
    assert torch.equal(network(torch.ones(2, 4, dtype=torch.float64)), expected)
    assert network(keras.Input((4,))).shape == (None, 3)
    seen = []
    network.layers[1].register_forward_hook(lambda *_: seen.append(1))
    network(torch.ones(2, 4))
    assert seen == [1]


def test_mixed_precision_goes_by_way_of_keras() -> None:
    network = _small(keras.layers.Dense(3, dtype="mixed_bfloat16"))
    plan_torch.shorten(network)
    assert network(torch.ones(2, 4)).dtype == torch.bfloat16


def test_it_can_be_taken_back() -> None:
    network = _small(keras.layers.Dense(3))
    plan_torch.shorten(network)
    plan_torch.lengthen(network)
    assert "call" not in vars(network)
    plan_torch.lengthen(network)


def test_layers_that_share_and_branch() -> None:
    inputs = keras.Input((4,))
    dense = keras.layers.Dense(4)
    network = keras.Model(inputs, keras.layers.Add()([dense(dense(inputs)), inputs]))
    expected = network(torch.ones(1, 4))
    plan_torch.shorten(network)
    assert "call" in vars(network)
    assert torch.equal(network(torch.ones(1, 4)), expected)
