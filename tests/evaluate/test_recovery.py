import keras
import numpy as np
import pytest

import ganzoo
from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.membership import auc_interval
from ganzoo.evaluate.recovery import recover_latents
from ganzoo.images import to_uint8

DIM = 3


def linear_gan(num_classes=0, **options):
    """A generator of 6 x 6 pictures z·W, W orthogonal and small; a class adds a grey level of its own."""
    matrix = np.linalg.qr(np.random.default_rng(0).standard_normal((36, DIM)))[0].T
    z, images = keras.Input((DIM,)), keras.Input((6, 6, 1))
    dense = keras.layers.Dense(36, use_bias=False)
    drawn, inputs, shown = dense(z), z, images
    logits = keras.layers.Dense(1)(keras.layers.Flatten()(images))
    if num_classes:
        label = keras.Input((), dtype="int32")
        level = keras.layers.Embedding(num_classes, 1)
        drawn = keras.layers.Add()([drawn, level(label)])
        level.embeddings.assign(np.linspace(-0.5, 0.5, num_classes)[:, None])
        inputs, shown = [z, label], [images, label]
        logits = keras.layers.Add()([logits, keras.layers.Embedding(num_classes, 1)(label)])
    dense.set_weights([matrix])
    generator = keras.Model(inputs, keras.layers.Reshape((6, 6, 1))(drawn))
    return ganzoo.GAN(generator, keras.Model(shown, logits), **options)


def test_it_finds_the_z_that_a_picture_was_drawn_from():
    gan = linear_gan()
    z = 0.5 * gan.sample_latents(5, seed=9)
    found, errors = recover_latents(gan, to_uint8(gan.decode(z)), steps=150, pool=64, batch_size=4)
    # Rounding to bytes moves each pixel by at most 1/255, and z by no more than six pixels' worth.
    np.testing.assert_allclose(found, z, atol=6 / 255)
    assert errors.max() < 1 / 255**2


def test_pictures_that_it_can_draw_are_told_from_pictures_that_it_cannot():
    gan = linear_gan()
    drawn = to_uint8(gan.decode(0.5 * gan.sample_latents(6, seed=9)))
    noise = np.random.default_rng(0).integers(64, 192, (6, 6, 6, 1), dtype="uint8")
    errors = recover_latents(gan, np.concatenate([drawn, noise]), pool=64)[1]
    assert auc_interval(-errors[:6], -errors[6:]).auc == 1
    # The least squares over z are the bound.
    matrix = gan.generator.layers[1].get_weights()[0]
    flat = (noise / 127.5 - 1).reshape(6, 36)
    best = ((flat - flat @ matrix.T @ matrix) ** 2).mean(1)
    assert np.all(errors[6:] >= best - 1e-6)
    np.testing.assert_allclose(errors[6:], best, rtol=0.02)


def test_a_uniform_prior_is_not_left():
    gan = linear_gan(latent_prior="uniform")
    outside = to_uint8(gan.decode(np.full((1, DIM), 1.5, "float32")))
    found, _ = recover_latents(gan, outside, pool=16)
    np.testing.assert_allclose(found, 1, atol=0.02)


def test_a_class_conditional_model_draws_the_pictures_own_class():
    gan = linear_gan(num_classes=3)
    labels = np.array([2, 0, 1, 2])
    z = 0.3 * gan.sample_latents(4, seed=9)
    pictures = to_uint8(gan.decode(z, labels=labels))
    found, errors = recover_latents(gan, pictures, labels=labels, steps=150, pool=64)
    np.testing.assert_allclose(found, z, atol=6 / 255)
    wrong = recover_latents(gan, pictures, labels=(labels + 1) % 3, pool=64)[1]
    assert np.all(wrong > 10 * errors.max())
    with pytest.raises(InvalidArgumentError, match="Received: none"):
        recover_latents(gan, pictures)


def test_more_starts_are_never_worse():
    gan = linear_gan()
    noise = np.random.default_rng(0).integers(64, 192, (4, 6, 6, 1), dtype="uint8")
    one = recover_latents(gan, noise, starts=1, steps=5, pool=32)[1]
    three = recover_latents(gan, noise, starts=3, steps=5, pool=32)[1]
    assert np.all(three <= one + 1e-7)


@pytest.mark.parametrize("bad", [{"starts": 0}, {"starts": 9, "pool": 8}, {"steps": 0}, {"learning_rate": 0}])
def test_options_out_of_range_are_refused(bad):
    with pytest.raises(InvalidArgumentError, match="Received: starts="):
        recover_latents(linear_gan(), np.zeros((1, 6, 6, 1), "uint8"), **bad)
