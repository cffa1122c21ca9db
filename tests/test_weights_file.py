"""Weights are put where Keras puts them, and nowhere else; networks take no more memory than was granted."""

from pathlib import Path

import keras
import numpy as np
import pytest

import ganzoo
from ganzoo import networks
from ganzoo._foreign import open_plain
from ganzoo._lean_build import without_random_numbers
from ganzoo._weights_file import opened_weights
from ganzoo.evaluate._networks import CLASSIFIERS


def some_networks() -> list[keras.Model]:
    """Every architecture, with and without labels, and every kind of layer that an argument brings in."""
    found: list[keras.Model] = []
    for name in networks.architectures():
        for num_classes in (0, 3):
            small = {"generator": {"width": 2}, "discriminator": {"width": 2}}
            found += networks.build(name, latent_dim=4, num_classes=num_classes, **small)
    found += networks.build(
        "dcgan", discriminator={"width": 2, "norm": "layer", "stddev": True}, generator={"width": 2}
    )
    found += networks.build("mlp-gan", generator={"width": 4, "norm": "batch"}, discriminator={"width": 3})
    for build in CLASSIFIERS.values():
        found.append(build(input_shape=(28, 28, 1), widths=(2, 3, 4), num_classes=2))
    return found


def test_every_network_is_filled_as_keras_would(tmp_path: Path):
    path = tmp_path / "x.weights.h5"
    rng = np.random.default_rng(0)
    for network in some_networks():
        values = [rng.random(weight.shape, "float32") for weight in network.get_weights()]
        network.set_weights(values)
        network.save_weights(path)
        network.set_weights([0 * value for value in values])
        with (
            open_plain(path, remedy="") as file,
            opened_weights(file, path, network.count_params()) as weights,
        ):
            weights.fill(network)
        for received, expected in zip(network.get_weights(), values, strict=True):
            np.testing.assert_array_equal(received, expected)


def test_a_network_that_asks_for_more_is_not_allocated():
    with (
        pytest.raises(ganzoo.WeightsError, match=r"more than the 1000 parameters.*\(1000000, 1000000\)"),
        without_random_numbers(1000, of="a test"),
    ):
        keras.layers.Dense(10**6).build((None, 10**6))
    # and the initializers are what they were
    assert np.std(keras.ops.convert_to_numpy(keras.initializers.GlorotUniform(seed=0)((50, 50)))) > 0
