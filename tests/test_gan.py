"""GAN: one step followed by hand, the average, and pictures that depend on the seed alone.

The by-hand step is of two linear networks, G(z) = z W and D(x) = x v, whose gradients stand on paper.
"""

import tracemalloc
from pathlib import Path

import keras
import numpy as np
import pytest

import ganzoo
from ganzoo import objectives
from ganzoo.errors import InvalidArgumentError
from ganzoo.gan import GAN

RATE = 0.1
Array = np.ndarray


def _numpy(x: object) -> Array:
    return keras.ops.convert_to_numpy(x)


def _linear(**options: object) -> GAN:
    generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, use_bias=False)])
    discriminator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, use_bias=False)])
    rng = np.random.default_rng(1)
    generator.set_weights([rng.normal(size=(2, 3))])
    discriminator.set_weights([rng.normal(size=(3, 1))])
    gan = GAN(generator, discriminator, **options)
    gan.seed(5)
    return gan


def _sgd(gan: GAN, *, g_rate: float = RATE, d_rate: float = RATE, **options: object) -> GAN:
    gan.compile(
        generator_optimizer=keras.optimizers.SGD(g_rate),
        discriminator_optimizer=keras.optimizers.SGD(d_rate),
        **options,
    )
    return gan


def _small(num_classes: int = 0, **options: object) -> GAN:
    """A GAN of 4 x 4 grey pictures with batch normalisation, so with moving statistics."""
    keras.utils.set_random_seed(0)
    layers = keras.layers
    z, image = keras.Input((3,)), keras.Input((4, 4, 1))
    x, h = z, layers.Flatten()(image)
    labels = keras.Input((), dtype="int32")
    if num_classes:
        x = layers.Concatenate()([z, layers.Embedding(num_classes, 3)(labels)])
        h = layers.Concatenate()([h, layers.Embedding(num_classes, 3)(labels)])
    x = layers.LeakyReLU()(layers.BatchNormalization(momentum=0.8)(layers.Dense(8)(x)))
    x = layers.Reshape((4, 4, 1))(layers.Dense(16, activation="tanh")(x))
    h = layers.Dense(1)(layers.LeakyReLU()(layers.Dense(8)(h)))
    generator = keras.Model([z, labels] if num_classes else z, x)
    return GAN(generator, keras.Model([image, labels] if num_classes else image, h), **options)


def _draw_normal(shapes: list[tuple[int, ...]], seed: int = 5) -> list[Array]:
    """The z that a step draws first after `gan.seed(seed)`."""
    generator = keras.random.SeedGenerator(0)
    generator.state.assign([seed, 0])
    return [_numpy(keras.random.normal(shape, seed=generator)).astype("float64") for shape in shapes]


def _images(n: int = 8) -> Array:
    return np.random.default_rng(3).integers(0, 256, (n, 4, 4, 1), dtype="uint8")


# ---------------------------------------------------------------------- the step


@pytest.mark.parametrize(("n_critic", "clip"), [(1, 0.0), (3, 0.5)])
def test_a_wasserstein_step_is_the_one_on_paper(n_critic: int, clip: float) -> None:
    """d_loss = E[G(z)]·v - E[x]·v and g_loss = -E[G(z)]·v, each gradient a difference of means."""
    gan = _sgd(_linear(), objective="wasserstein", n_critic=n_critic, clip_weights=clip)
    w, v = (model.get_weights()[0].astype("float64") for model in (gan.generator, gan.discriminator))
    x = np.random.default_rng(2).normal(size=(4 * n_critic, 3))
    d_losses, accuracies = [], []
    for k, z in enumerate(_draw_normal([(4, 2)] * n_critic)):
        real, fake = x[4 * k : 4 * k + 4], z @ w
        d_losses.append(((fake.mean(0) - real.mean(0)) @ v).item())
        accuracies.append(np.mean(real @ v > fake @ v))
        v = v - RATE * (fake.mean(0) - real.mean(0))[:, None]
        v = np.clip(v, -clip, clip) if clip else v
    g_loss = (-fake.mean(0) @ v).item()
    w = w + RATE * np.outer(z.mean(0), v)

    logs = gan.train_on_batch(x.astype("float32"), return_dict=True)
    np.testing.assert_allclose(gan.discriminator.get_weights()[0], v, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(gan.generator.get_weights()[0], w, rtol=1e-5, atol=1e-6)
    assert logs["d_loss"] == pytest.approx(np.mean(d_losses), rel=1e-4)
    assert logs["g_loss"] == pytest.approx(g_loss, rel=1e-4)
    assert logs["d_accuracy"] == pytest.approx(np.mean(accuracies))
    assert int(gan.optimizer.discriminator.iterations) == n_critic
    assert int(gan.optimizer.generator.iterations) == 1


def test_the_relativistic_generator_is_judged_against_the_reals_after_the_discriminators_update() -> None:
    gan = _sgd(_linear(), objective="relativistic")
    w, v = (model.get_weights()[0].astype("float64") for model in (gan.generator, gan.discriminator))
    x = np.random.default_rng(2).normal(size=(4, 3))
    (z,) = _draw_normal([(4, 2)])
    share = 1 / (1 + np.exp(-(z @ w - x) @ v))  # how far each pair is ranked wrongly
    v = v - RATE * (z @ w - x).T @ share / 4
    share = 1 / (1 + np.exp(-(x - z @ w) @ v))
    w = w + RATE * z.T @ share @ v.T / 4
    gan.train_on_batch(x.astype("float32"))
    np.testing.assert_allclose(gan.discriminator.get_weights()[0], v, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(gan.generator.get_weights()[0], w, rtol=1e-5, atol=1e-6)


def test_an_update_moves_its_own_player_alone() -> None:
    gan = _sgd(_small())
    for mover, stays in (("generator", "discriminator"), ("discriminator", "generator")):
        getattr(gan.optimizer, mover).learning_rate = RATE
        getattr(gan.optimizer, stays).learning_rate = 0.0
        before = {
            name: [_numpy(v) for v in getattr(gan, name).trainable_variables] for name in (mover, stays)
        }
        gan.train_on_batch(_images())
        moved = {
            name: [
                not np.array_equal(a, _numpy(b))
                for a, b in zip(old, getattr(gan, name).trainable_variables, strict=True)
            ]
            for name, old in before.items()
        }
        assert any(moved[mover])
        assert not any(moved[stays])


def test_weights_reach_the_clip_and_stay_within_it() -> None:
    gan = _small()
    gan.compile(objective="wasserstein", clip_weights=0.01)
    for _ in range(3):
        gan.train_on_batch(_images())
    weights = [_numpy(v) for v in gan.discriminator.trainable_variables]
    assert max(np.abs(w).max() for w in weights) == pytest.approx(0.01)
    assert max(np.abs(_numpy(v)).max() for v in gan.generator.trainable_variables) > 0.1


def test_uint8_and_its_floats_train_alike() -> None:
    logs = []
    for images in (_images(), (_images() / 127.5 - 1).astype("float32")):
        gan = _small()
        gan.seed(0)
        gan.compile()
        logs.append(gan.train_on_batch(images, return_dict=True))
    assert logs[0] == pytest.approx(logs[1], rel=1e-5)


def test_labels_reach_both_networks() -> None:
    """The three labels of a batch move three rows of both embeddings; another labelling, another loss."""
    gan = _sgd(_small(num_classes=4), g_rate=10.0, d_rate=0.1)
    first = [net.trainable_variables[0] for net in (gan.generator, gan.discriminator)]
    start, losses = gan.get_weights(), []
    for labels in (np.zeros(8, "int32"), np.arange(8, dtype="int32") % 3):
        gan.set_weights(start)
        gan.seed(0)
        before = [_numpy(v) for v in first]
        assert {b.shape for b in before} == {(4, 3)}
        losses.append(gan.train_on_batch(_images(), labels, return_dict=True)["d_loss"])
        rows = [
            np.flatnonzero((_numpy(v) != b).any(axis=1)).tolist() for v, b in zip(first, before, strict=True)
        ]
        assert rows == [sorted(set(labels.tolist()))] * 2
    assert losses[0] != losses[1]


def test_instance_noise_adds_its_variance_and_no_mean() -> None:
    gan = _small()
    gan.compile(instance_noise=0.3)
    x = keras.ops.ones((400, 4, 4, 1))
    first, second = (_numpy(gan._step.seen(x)) - 1 for _ in range(2))
    assert abs(first.mean()) < 0.015
    assert first.var() == pytest.approx(0.09, rel=0.05)
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.05
    gan.compile()
    np.testing.assert_array_equal(_numpy(gan._step.seen(x)), 1.0)


def test_the_discriminator_sees_reals_and_fakes_through_the_augmentation() -> None:
    """An augmentation that erases everything leaves nothing to tell apart."""
    gan = _sgd(_linear(), objective="non_saturating", augment=lambda x, uniform: x * 0.0)
    logs = gan.train_on_batch(np.ones((4, 3), "float32"), return_dict=True)
    assert logs["d_loss"] == pytest.approx(2 * np.log(2), rel=1e-6)
    assert logs["g_loss"] == pytest.approx(np.log(2), rel=1e-6)


# ---------------------------------------------------------------------- the average


def test_the_average_takes_weights_and_moving_statistics() -> None:
    gan, decay = _small(), 0.75
    gan.compile(ema_decay=decay)
    gan.train_on_batch(_images())
    for _ in range(2):
        kept = [w.astype("float64") for w in gan.generator.get_weights()]
        gan.train_on_batch(_images())
        new = [w.astype("float64") for w in gan.online_generator.get_weights()]
        for old, online, received in zip(kept, new, gan.generator.get_weights(), strict=True):
            np.testing.assert_allclose(received, decay * old + (1 - decay) * online, rtol=1e-5, atol=1e-7)
    moving = [w for w in gan.generator.weights if "moving" in w.path]
    assert len(moving) == 2
    assert all(np.abs(_numpy(w) - start).max() > 1e-4 for w, start in zip(moving, (0.0, 1.0), strict=True))


def test_without_an_average_the_trained_generator_draws() -> None:
    gan = _small()
    gan.compile()
    assert gan.online_generator is gan.generator


# ---------------------------------------------------------------------- pictures


@pytest.mark.parametrize("prior", ["normal", "uniform"])
def test_latents_are_numpys_whatever_the_backend(prior: str) -> None:
    z = _small(latent_prior=prior).sample_latents(2, seed=0)
    golden = {
        "normal": [0.12573022, -0.13210486, 0.64042265],
        "uniform": [0.27392337, -0.46042657, -0.91805295],
    }
    assert z.shape == (2, 3)
    np.testing.assert_allclose(z[0], golden[prior], rtol=1e-6)
    np.testing.assert_array_equal(_small(latent_prior=prior).sample_latents(9)[:2], z)


@pytest.mark.parametrize("num_classes", [0, 4])
def test_picture_i_depends_neither_on_n_nor_on_the_batch_size(num_classes: int) -> None:
    gan = _small(num_classes)
    labels = np.arange(11) % num_classes if num_classes else None
    whole = gan.generate(11, seed=3, labels=labels).astype(int)
    assert whole.shape == (11, 4, 4, 1)
    assert whole.std() > 1
    for n, batch_size in ((11, 1), (11, 4), (6, 256)):
        some = gan.generate(n, seed=3, labels=None if labels is None else labels[:n], batch_size=batch_size)
        assert some.dtype == np.uint8
        assert np.abs(some.astype(int) - whole[:n]).max() <= 1


def test_few_shapes_are_ever_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    gan, shapes = _small(), []

    def compiled_call(network: keras.Model) -> object:
        def call(*inputs: Array) -> Array:
            shapes.append(inputs[0].shape[0])
            return _numpy(network(*inputs))

        return call

    monkeypatch.setattr(ganzoo.backend, "compiled_call", compiled_call)
    for n in (1, 2, 3, 5, 8, 9):
        assert len(gan.decode(gan.sample_latents(n))) == n
    assert shapes == [1, 2, 4, 8, 8, 16]


def test_the_picture_is_drawn_with_the_weights_of_the_moment() -> None:
    gan = _small()
    gan.compile()
    before = gan.decode(gan.sample_latents(4))
    np.testing.assert_allclose(before, _numpy(gan(gan.sample_latents(4))), atol=1e-5)
    gan.generator.set_weights([w + 0.5 for w in gan.generator.get_weights()])
    assert np.abs(gan.decode(gan.sample_latents(4)) - before).max() > 0.01


def test_a_stream_of_any_length_holds_one_batch() -> None:
    gan = _small(num_classes=3)
    stream = gan.stream(10**12, labels=2, batch_size=64)
    next(stream)
    tracemalloc.start()
    for _ in range(20):
        assert next(stream).shape == (64, 4, 4, 1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": 0}, "n=0"),
        ({"n": -3}, "n=-3"),
        ({"n": 2.5}, r"n=2\.5"),
        ({"n": 2, "batch_size": 0}, "batch_size=0"),
        ({"n": 2, "seed": -1}, "seed=-1"),
        ({"n": 2, "labels": 1}, "unconditional"),
    ],
)
def test_wrong_requests_are_refused(options: dict, message: str) -> None:
    for method in (_small().generate, _small().stream):
        with pytest.raises(InvalidArgumentError, match=message):
            method(**options)


def test_a_conditional_model_wants_labels_in_range() -> None:
    gan = _small(num_classes=3)
    assert gan.num_classes == 3
    for labels, message in ((None, "pass labels"), (3, "0 to 2. Received: 3"), ([0, 1], "shape")):
        with pytest.raises(InvalidArgumentError, match=message):
            gan.generate(3, labels=labels)


@pytest.mark.parametrize("shape", [(2, 4), (3,), (0, 3)])
def test_z_of_another_length_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidArgumentError, match=r"z must have shape \(n, 3\)"):
        _small().decode(np.zeros(shape, "float32"))


# ---------------------------------------------------------------------- building and saving


@pytest.mark.parametrize("num_classes", [0, 3])
def test_a_saved_file_draws_the_same_pictures(num_classes: int, tmp_path: Path) -> None:
    gan = _small(num_classes, latent_prior="uniform", objective="hinge")
    gan.compile(ema_decay=0.5)
    labels = np.arange(8, dtype="int32") % 3 if num_classes else None
    gan.train_on_batch(_images(), labels)
    gan.train_on_batch(_images(), labels)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert type(loaded) is GAN
    assert (loaded.latent_prior, loaded.objective, loaded.compiled) == ("uniform", "hinge", False)
    assert loaded.num_classes == num_classes
    np.testing.assert_array_equal(loaded.generate(8, labels=labels), gan.generate(8, labels=labels))
    for a, b in zip(gan.discriminator.get_weights(), loaded.discriminator.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_config_builds_the_same_model() -> None:
    gan = _small(latent_prior="uniform", objective=objectives.hinge(), name="mine")
    twin = GAN.from_config(gan.get_config())
    assert (twin.name, twin.latent_prior, twin.objective) == ("mine", "uniform", "hinge")
    twin.generator.set_weights(gan.generator.get_weights())
    np.testing.assert_array_equal(twin.generate(4), gan.generate(4))
    assert (twin.latent_dim, twin.image_shape) == (3, (4, 4, 1))


def test_networks_that_do_not_fit_and_unknown_priors_are_refused() -> None:
    gan, other = _small(), _linear()
    with pytest.raises(InvalidArgumentError, match=r"gives \(4, 4, 1\) and the discriminator takes \(3,\)"):
        GAN(gan.generator, other.discriminator)
    with pytest.raises(InvalidArgumentError, match=r"normal, uniform, .*\. Received: 'cauchy'"):
        _small(latent_prior="cauchy")


@pytest.mark.parametrize(
    "wrong",
    [{"n_critic": 0}, {"ema_decay": 1.0}, {"ema_decay": -0.1}, {"clip_weights": -1}, {"instance_noise": -1}],
)
def test_compile_refuses_what_is_out_of_range(wrong: dict) -> None:
    received = " ".join(f"{k}={v}" for k, v in wrong.items())
    with pytest.raises(InvalidArgumentError, match=rf"Received: .*{received}"):
        _small().compile(**wrong)
