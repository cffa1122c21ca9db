"""Every architecture in the folder: shapes, ranges, sizes counted by hand, and what a saved file names."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import pytest

from ganzoo import networks
from ganzoo.errors import InvalidArgumentError

NAMES = sorted(networks.architectures())
EVERY = list(itertools.product(NAMES, (28, 32, 64), (1, 3), (0, 10)))
NARROW = {"latent_dim": 5, "generator": {"width": 8}, "discriminator": {"width": 8}}


@pytest.fixture(autouse=True)
def same_weights_each_time() -> None:
    keras.utils.set_random_seed(0)


@pytest.fixture
def half_precision() -> Iterator[None]:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    yield
    keras.config.set_dtype_policy(before)


def _call(model: keras.Model, x: np.ndarray, num_classes: int, **options: object) -> np.ndarray:
    labels = np.arange(len(x), dtype="int32")
    return keras.ops.convert_to_numpy(model([x, labels] if num_classes else x, **options))


def _outputs(
    generator: keras.Model, discriminator: keras.Model, num_classes: int
) -> tuple[np.ndarray, np.ndarray]:
    z = np.random.default_rng(0).normal(size=(3, 5)).astype("float32")
    images = _call(generator, z, num_classes)
    return images, _call(discriminator, images, num_classes)


def test_the_three_are_found() -> None:
    assert {"dcgan", "mlp-gan", "wgan-gp"} <= set(NAMES)


@pytest.mark.parametrize(("name", "size", "channels", "num_classes"), EVERY)
def test_every_kind_of_image_is_drawn_and_judged(
    name: str, size: int, channels: int, num_classes: int
) -> None:
    pair = networks.build(name, size=size, channels=channels, num_classes=num_classes, **NARROW)
    images, logits = _outputs(*pair, num_classes)
    assert images.shape == (3, size, size, channels)
    assert logits.shape == (3, 1)
    assert images.dtype == logits.dtype == np.float32
    assert np.abs(images).max() <= 1.0
    assert images.std() > 0
    assert np.ptp(logits) > 0


@pytest.mark.parametrize(("name", "num_classes"), list(itertools.product(NAMES, (0, 10))))
def test_half_precision_ends_in_float32(name: str, num_classes: int, half_precision: None) -> None:
    pair = networks.build(name, num_classes=num_classes, **NARROW)
    assert [output.dtype for output in _outputs(*pair, num_classes)] == [np.float32, np.float32]
    assert pair[0].layers[-1].compute_dtype == pair[1].layers[-1].compute_dtype == "float32"
    assert any(layer.compute_dtype == "float16" for layer in pair[1].layers)


@pytest.mark.parametrize("name", NAMES)
def test_the_label_changes_the_picture_and_the_verdict(name: str) -> None:
    generator, discriminator = networks.build(name, num_classes=3, **NARROW)
    z = np.ones((3, 5), "float32")
    images = _call(generator, z, 3)
    assert np.ptp(images, axis=0).max() > 0
    assert np.ptp(_call(discriminator, np.repeat(images[:1], 3, axis=0), 3)) > 0


def _named_modules(node: object) -> Iterator[tuple[str | None, str | None]]:
    if isinstance(node, dict):
        if "module" in node and "class_name" in node:
            yield node["module"], node.get("registered_name")
        for value in node.values():
            yield from _named_modules(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _named_modules(value)


@pytest.mark.parametrize(("name", "num_classes"), list(itertools.product(NAMES, (0, 10))))
def test_a_saved_generator_names_keras_alone(name: str, num_classes: int) -> None:
    """So that it loads where this package is not installed."""
    generator, _ = networks.build(name, num_classes=num_classes, **NARROW)
    named = list(_named_modules(keras.saving.serialize_keras_object(generator)))
    assert len(named) > 5
    for module, registered_name in named:
        assert module.split(".")[0] == "keras"
        assert registered_name in (None, "Functional")


# kernel + bias, or kernel + 4 figures a channel for batch normalisation
COUNTS = [
    ("mlp-gan", {}, 100 * 1200 + 1200 + 1200 * 1200 + 1200 + 1200 * 784 + 784,
     784 * 1200 + 1200 + 240 * 1200 + 1200 + 240 + 1),
    ("dcgan", {"size": 64, "channels": 3},
     100 * 16384 + 25 * (1024 * 512 + 512 * 256 + 256 * 128) + 4 * (1024 + 512 + 256 + 128) + 75 * 128 + 3,
     25 * 3 * 64 + 64 + 25 * (64 * 128 + 128 * 256 + 256 * 512) + 4 * (128 + 256 + 512) + 4 * 4 * 512 + 1),
    ("dcgan", {"size": 28},
     100 * 16 * 512 + 4 * 512 + 25 * (512 * 256 + 256 * 128) + 4 * (256 + 128) + 25 * 128 + 1,
     25 * 64 + 64 + 25 * (64 * 128 + 128 * 256) + 4 * (128 + 256) + 4 * 4 * 256 + 1),
    ("dcgan", {"size": 28, "num_classes": 10},
     10 * 100 + 200 * 16 * 512 + 4 * 512 + 25 * (512 * 256 + 256 * 128) + 4 * (256 + 128) + 25 * 128 + 1,
     25 * 64 + 64 + 25 * (64 * 128 + 128 * 256) + 4 * (128 + 256) + 4 * 4 * 256 + 1 + 10 * 4 * 4 * 256),
    ("wgan-gp", {},
     128 * 4096 + 4096 + 25 * 256 * 128 + 128 + 25 * 128 * 64 + 64 + 25 * 64 + 1,
     25 * 64 + 64 + 25 * 64 * 128 + 128 + 25 * 128 * 256 + 256 + 4 * 4 * 256 + 1),
]  # fmt: skip


@pytest.mark.parametrize(("name", "options", "of_g", "of_d"), COUNTS)
def test_the_defaults_are_the_papers_sizes(name: str, options: dict, of_g: int, of_d: int) -> None:
    counted = [sum(int(np.prod(w.shape)) for w in model.weights if "seed" not in w.path)
               for model in networks.build(name, **options)]  # fmt: skip
    assert counted == [of_g, of_d]


@pytest.mark.parametrize("num_classes", [0, 10])
def test_no_dcgan_layer_has_a_bias_that_batch_normalisation_would_take_away(num_classes: int) -> None:
    for model in networks.build("dcgan", num_classes=num_classes, **NARROW):
        norms = 0
        for layer in model.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                norms += 1
                before = layer.input._keras_history.operation
                while not hasattr(before, "use_bias"):
                    before = before.input._keras_history.operation
                assert not before.use_bias
        assert norms == (3 if model.name == "generator" else 2)


def test_a_critic_judges_each_picture_alone_and_batch_normalisation_does_not() -> None:
    """WGAN-GP's penalty is defined for one example; DCGAN's discriminator looks at the batch."""
    x = np.random.default_rng(0).normal(size=(4, 28, 28, 1)).astype("float32")
    for name, alone in (("wgan-gp", True), ("dcgan", False)):
        _, discriminator = networks.build(name, **NARROW)
        whole, half = (_call(discriminator, batch, 0, training=True)[:2] for batch in (x, x[:2]))
        assert np.allclose(whole, half, atol=1e-6) == alone


def test_maxout_takes_the_greatest_of_its_pieces() -> None:
    _, discriminator = networks.build("mlp-gan", discriminator={"width": 3, "pieces": 2, "depth": 1})
    w, b, v, c = discriminator.get_weights()[:4]
    b = np.linspace(-1, 1, 6).astype("float32")
    discriminator.set_weights([w, b, v, c, *discriminator.get_weights()[4:]])
    x = np.random.default_rng(0).uniform(-1, 1, (4, 28, 28, 1)).astype("float32")
    hidden = (x.reshape(4, 784) @ w + b).reshape(4, 3, 2).max(-1)
    np.testing.assert_allclose(_call(discriminator, x, 0), hidden @ v + c, rtol=1e-4, atol=1e-5)


def test_the_first_discriminator_drops_a_fifth_of_its_pixels_and_half_of_its_units() -> None:
    def rates(**options: object) -> list[float]:
        _, discriminator = networks.build("mlp-gan", discriminator={"width": 2, **options})
        return [layer.rate for layer in discriminator.layers if isinstance(layer, keras.layers.Dropout)]

    assert rates() == [0.2, 0.5, 0.5]
    assert rates(dropout=0.0) == []
    assert rates(input_dropout=0.0) == [0.5, 0.5]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": 30}, r"28, 32 or 64 pixels\. Received: size=30"),
        ({"channels": 2}, r"1 \(grey\) or 3 \(RGB\)\. Received: channels=2"),
        ({"num_classes": 1}, r"at least 2\. Received: num_classes=1"),
        ({"num_classes": "10"}, r"Received: num_classes='10'"),
        ({"latent_dim": 0}, r"whole number of at least 1\. Received: latent_dim=0"),
        ({"generator": {"width": 1.5}}, r"whole number of at least 1\. Received: width=1\.5"),
        ({"discriminator": {"width": -1}}, r"Received: width=-1"),
        ({"generator": {"norm": "bach"}}, r"norm must be .*Received: norm='bach'"),
        ({"generator": {"wdith": 8}}, r"generator has no argument 'wdith'\. It takes: size, channels"),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_what_cannot_be_built_is_refused_in_one_line(name: str, options: dict, message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        networks.build(name, **options)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("dcgan", {"kernel_size": 0}, "kernel_size=0"),
        ("dcgan", {"norm": "bach"}, "norm='bach'"),
        ("wgan-gp", {"norm": "batch"}, r"'none' or 'layer'\. Received: norm='batch'"),
        ("mlp-gan", {"dropout": 1.0}, r"\[0, 1\)\. Received: dropout=1\.0"),
        ("mlp-gan", {"activation": "relu"}, "activation='relu'"),
        ("mlp-gan", {"pieces": 0}, "pieces=0"),
    ],
)
def test_a_discriminator_refuses_what_it_has_not(name: str, options: dict, message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        networks.build(name, discriminator=options)


def test_an_unknown_architecture_is_answered_with_the_nearest() -> None:
    with pytest.raises(
        InvalidArgumentError, match=r"'dcgn'\. Did you mean 'dcgan'\? Choose one of: dcgan, mlp-gan"
    ):
        networks.get("dcgn")


def test_a_new_file_is_a_new_architecture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dropped_in.py").write_text(
        "from dataclasses import replace\n"
        "from ganzoo.networks.dcgan import ARCHITECTURE as DCGAN\n"
        "ARCHITECTURE = replace(DCGAN, name='dropped-in')\n"
    )
    monkeypatch.setattr(networks, "__path__", [*networks.__path__, str(tmp_path)])
    assert "dropped-in" in networks.architectures()
    generator, _ = networks.build("dropped-in", **NARROW)
    assert generator.output_shape == (None, 28, 28, 1)
