"""A preset is what was saved: same networks, same pictures, with ganzoo and without it."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import ganzoo
from ganzoo import networks, zoo
from ganzoo.zoo.manifest import Cost, Data

MakeGan = Callable[..., "ganzoo.GAN"]


def equal_weights(one: keras.Model, other: keras.Model) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one.get_weights(), other.get_weights(), strict=True))


def dictionaries(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from dictionaries(inner)


@pytest.mark.parametrize("num_classes", [0, 3])
def test_both_networks_and_the_pictures_come_back(tmp_path: Path, num_classes: int, make_gan: MakeGan):
    gan = make_gan(num_classes)
    gan.save(tmp_path / "one")
    back = ganzoo.load(tmp_path / "one")
    assert equal_weights(back.generator, gan.generator)
    assert equal_weights(back.discriminator, gan.discriminator)
    assert (back.latent_prior, back.latent_dim, back.num_classes) == ("uniform", 5, num_classes)
    labels = [0, 1, 2, 0] if num_classes else None
    assert np.array_equal(back.generate(4, seed=3, labels=labels), gan.generate(4, seed=3, labels=labels))


@pytest.mark.parametrize("name", ["tiny", "tiny-classes"])
def test_keras_loads_the_folder_without_ganzoos_help(written: Path, name: str):
    model = keras.saving.load_model(written / name)
    golden = zoo.load_reference(written / name)
    inputs = [golden["z"], golden["labels"]] if "labels" in golden else golden["z"]
    pictures = keras.ops.convert_to_numpy(model(inputs, training=False))
    np.testing.assert_allclose(pictures, golden["images"], atol=1e-5)


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_config_names_only_keras_and_float32(tmp_path: Path, policy: str, make_gan: MakeGan):
    keras.config.set_dtype_policy(policy)
    try:
        gan = make_gan()
        gan.compile(ema_decay=0.5)
        gan.save(tmp_path / "one")
        assert keras.config.dtype_policy().name == policy
    finally:
        keras.config.set_dtype_policy("float32")
    config = json.loads((tmp_path / "one/config.json").read_text())
    assert all(
        d["module"] is None or d["module"].startswith("keras") for d in dictionaries(config) if "module" in d
    )
    assert all(
        not d.get("registered_name") or d["registered_name"] in ("Functional",) for d in dictionaries(config)
    )
    policies = [d["config"]["name"] for d in dictionaries(config) if d.get("class_name") == "DTypePolicy"]
    assert policies
    assert set(policies) == {"float32"}
    assert not config.get("compile_config")


def test_manifest_holds_the_hash_of_every_file_that_is_data(written: Path):
    manifest = zoo.info(written / "tiny").manifest
    assert set(manifest.files) == {
        "config.json",
        "metadata.json",
        "model.weights.h5",
        "discriminator.weights.h5",
        "reference.npz",
    }
    for name, entry in manifest.files.items():
        content = (written / "tiny" / name).read_bytes()
        assert (entry.bytes, entry.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_one_gan_saved_twice_gives_the_same_bytes(tmp_path: Path, make_gan: MakeGan):
    gan = make_gan()
    gan.save(tmp_path / "one", name="same")
    gan.save(tmp_path / "two", name="same")
    for name in (
        "config.json",
        "model.weights.h5",
        "discriminator.weights.h5",
        "reference.npz",
        "metadata.json",
        "samples.png",
        "ganzoo.json",
    ):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_nothing_half_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_gan: MakeGan):
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ganzoo.images.save_png", fail)
    with pytest.raises(ganzoo.InvalidArgumentError, match="No space left"):
        make_gan().save(tmp_path / "one")
    assert list(tmp_path.iterdir()) == []


def test_a_keras_file_is_keras_own(tmp_path: Path, make_gan: MakeGan):
    gan = make_gan()
    gan.save(tmp_path / "gan.keras")
    back = keras.saving.load_model(tmp_path / "gan.keras")
    assert equal_weights(back.generator, gan.generator)


def test_networks_made_by_hand_are_refused(tmp_path: Path):
    z = keras.Input((2,))
    generator = keras.Model(z, keras.layers.Reshape((2, 2, 1))(keras.layers.Dense(4, "tanh")(z)))
    image = keras.Input((2, 2, 1))
    discriminator = keras.Model(image, keras.layers.Dense(1)(keras.layers.Flatten()(image)))
    with pytest.raises(ganzoo.InvalidArgumentError, match=r"networks\.build.*\.keras"):
        ganzoo.GAN(generator, discriminator).save(tmp_path / "one")
    assert not (tmp_path / "one").exists()


def test_what_was_known_stays_known_until_it_is_trained_on(tmp_path: Path, make_gan: MakeGan):
    cost = Cost(seconds=2.0, steps=7, machine="1 CPU core", backend="jax", date="2026-01-02")
    data = Data(name="dots", licence="CC0 1.0", n=10)
    zoo.save(make_gan(), tmp_path / "dots-gan", data=data, cost=cost, curve=[{"epoch": 1, "d_loss": 0.5}])
    gan = ganzoo.load(tmp_path / "dots-gan")
    gan.save(tmp_path / "copy")
    copied = zoo.info(tmp_path / "copy").manifest
    assert (copied.name, copied.data, copied.cost, copied.parent) == ("dots-gan", data, cost, None)
    gan.fit(np.zeros((8, 28, 28, 1), "uint8"), batch_size=4, verbose=0)
    gan.save(tmp_path / "child")
    child = zoo.info(tmp_path / "child").manifest
    assert (child.name, child.data, child.cost, child.parent) == ("child", None, None, "dots-gan")
    assert not equal_weights(
        ganzoo.load(tmp_path / "child").generator, ganzoo.load(tmp_path / "copy").generator
    )


def test_list_and_nearest_name(zoo_of_two: Path):
    assert ganzoo.list_models() == ["tiny", "tiny-classes"]
    assert ganzoo.load("tiny").name == "tiny"
    with pytest.raises(ganzoo.UnknownModelError) as error:
        ganzoo.load("tinny")
    assert str(error.value) == "Unknown model 'tinny'. Did you mean 'tiny'? ganzoo.list_models() shows all 2."


def test_networks_remember_how_they_were_made():
    generator, discriminator = networks.build(
        "mlp-gan", size=32, channels=3, latent_dim=7, generator={"width": 3}
    )
    name, arguments = networks.arguments_of(generator)
    assert networks.arguments_of(discriminator) == (name, arguments)
    again, _ = networks.build(name, latent_dim=7, **arguments)
    assert [w.shape for w in again.weights] == [w.shape for w in generator.weights]
    assert networks.arguments_of(keras.models.clone_model(generator)) is None


def test_loading_leaves_initializers_random(written: Path):
    ganzoo.load(written / "tiny")
    drawn = keras.ops.convert_to_numpy(keras.initializers.RandomNormal(seed=1)((100,)))
    assert 0.01 < drawn.std() < 0.1
    drawn = keras.ops.convert_to_numpy(keras.initializers.GlorotUniform(seed=1)((50, 50)))
    assert drawn.std() > 0.01
