"""Inversion: the z that a picture was drawn from is found, to the error that rounding leaves."""

from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest

from ganzoo.errors import DataError, InvalidArgumentError
from ganzoo.images import to_uint8
from ganzoo.latent.inversion import Weights, invert

PIXELS = Weights(features=0, realism=0, prior=0)


def test_it_recovers_the_z_of_its_own_samples(linear_gan):
    gan, _ = linear_gan(latent_dim=3)
    z = 0.6 * gan.sample_latents(5, seed=9)
    pictures = to_uint8(gan.decode(z))
    seen = []
    found = invert(gan, pictures, weights=PIXELS, batch_size=8, progress=lambda *s: seen.append(s))
    np.testing.assert_allclose(found.z, z, atol=0.01)
    assert found.rmse.max() < 0.6
    np.testing.assert_array_equal(found.images, to_uint8(gan.decode(found.z)))
    difference = found.images.astype("float64") - pictures
    np.testing.assert_allclose(found.rmse, np.sqrt(np.mean(difference**2, (1, 2, 3))))
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(found.psnr, 20 * np.log10(255 / found.rmse))
    assert found.labels is None
    assert found.starts == ("draw",) * 5
    assert seen[-1] == (5 * 4 * 30 + 5 * (40 + 40 * 8),) * 2
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_all_terms_together_stay_near_it(linear_gan):
    gan, _ = linear_gan(latent_dim=3)
    z = gan.sample_latents(4, seed=9)
    z *= 3**0.5 / np.linalg.norm(z, axis=1, keepdims=True)  # on the shell, where the prior pulls to
    found = invert(gan, to_uint8(gan.decode(z)), weights=Weights(realism=0.001))
    np.testing.assert_allclose(found.z, z, atol=0.05)


def test_the_discriminator_pulls_towards_what_it_takes_for_real(linear_gan):
    gan, _ = linear_gan(latent_dim=3)
    pictures = gan.generate(4, seed=3)
    plain = invert(gan, pictures, weights=PIXELS, steps=60)
    pulled = invert(gan, pictures, weights=Weights(features=0, realism=0.5, prior=0), steps=60)
    # this discriminator's logit is the sum of the pixels
    assert pulled.images.mean() > plain.images.mean() + 5


def test_a_uniform_prior_is_not_left(linear_gan):
    gan, _ = linear_gan(latent_dim=3, latent_prior="uniform")
    outside = to_uint8(gan.decode(np.full((1, 3), 1.4, "float32")))
    assert np.abs(invert(gan, outside, steps=40).z).max() <= 1


def test_more_starts_are_never_worse_by_much(small_gan):
    gan = small_gan("mlp-gan")
    pictures = gan.generate(6, seed=5)
    one, four = (invert(gan, pictures, starts=n, steps=40, weights=PIXELS).rmse for n in (1, 4))
    assert four.mean() <= one.mean() + 0.1


def test_a_class_conditional_model(conditional_gan):
    gan = conditional_gan(latent_dim=3, num_classes=3)
    labels = np.array([2, 0, 1])
    pictures = gan.generate(3, seed=4, labels=labels)
    right = invert(gan, pictures, labels=labels, steps=60, weights=PIXELS)
    wrong = invert(gan, pictures, labels=(labels + 1) % 3, steps=60, weights=PIXELS)
    assert right.labels.tolist() == [2, 0, 1]
    assert (right.rmse < wrong.rmse).all()
    with pytest.raises(InvalidArgumentError, match="class-conditional: pass labels"):
        invert(gan, pictures)


def test_an_encoder_that_knows_is_the_best_start(linear_gan):
    gan, matrix = linear_gan(latent_dim=3)
    image = keras.Input((4, 4, 1))
    dense = keras.layers.Dense(3, use_bias=False)
    encoder = keras.Model(image, dense(keras.layers.Flatten()(image)))
    dense.set_weights([np.linalg.pinv(matrix)])
    z = 0.6 * gan.sample_latents(3, seed=9)
    found = invert(gan, to_uint8(gan.decode(z)), encoder=encoder, explore=3, steps=1, weights=PIXELS)
    assert found.starts == ("encoder",) * 3
    np.testing.assert_allclose(found.z, z, atol=0.01)


def test_pictures_that_do_not_fit(linear_gan):
    gan, _ = linear_gan(latent_dim=3)
    with pytest.raises(DataError, match="images must be 4x4 pixels"):
        invert(gan, np.zeros((1, 5, 5, 1), "uint8"))
    with pytest.raises(DataError, match="images must have 1 channel"):
        invert(gan, np.zeros((1, 4, 4, 3), "uint8"))
    with pytest.raises(InvalidArgumentError, match="takes no labels"):
        invert(gan, np.zeros((1, 4, 4, 1), "uint8"), labels=1)


@pytest.mark.parametrize(
    "bad", [{"starts": 0}, {"starts": 9, "pool": 8}, {"steps": 0}, {"learning_rate": 0}, {"explore": -1}]
)
def test_options_out_of_range(linear_gan, bad):
    with pytest.raises(InvalidArgumentError, match="Received: starts="):
        invert(linear_gan(latent_dim=3)[0], np.zeros((1, 4, 4, 1), "uint8"), **bad)


@pytest.mark.parametrize("bad", [{"pixels": -1.0}, {"pixels": 0, "features": 0}, {"prior": np.nan}])
def test_weights_out_of_range(bad):
    with pytest.raises(InvalidArgumentError, match="The weights of an inversion"):
        Weights(**bad)


def test_it_works_in_another_thread(small_gan):
    gan = small_gan("dcgan")
    for layer in gan.discriminator.layers:
        if isinstance(layer, keras.layers.Flatten):
            layer.name = "flatten"  # as in a preset, and as Keras names the first one of each thread
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(invert, gan, gan.generate(1), starts=1, explore=0, steps=1, pool=4).result()
    assert found.z.shape == (1, 4)
