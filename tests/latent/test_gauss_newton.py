"""Gauss-Newton in z: exact where the generator is linear, never uphill, within the box of a uniform prior."""

import keras
import numpy as np

from ganzoo.images import to_uint8
from ganzoo.latent._objective import Weights, compiled_objective, discriminator_heads, scales_of
from ganzoo.latent.gauss_newton import GaussNewton
from ganzoo.latent.inversion import invert

PIXELS = Weights(features=0, realism=0, prior=0)


def parts(gan, target, weights=PIXELS):
    """The steps, and the loss by which they go, of all targets or some."""
    heads = discriminator_heads(gan)
    scales = scales_of(gan, heads, labels=None, seed=0)
    objective = compiled_objective(gan, heads, scales, weights)
    features = keras.ops.convert_to_numpy(heads(target)[0])
    every = np.arange(len(target))
    return GaussNewton(gan, scales, weights), lambda z, rows=every: objective(z, target[rows], features[rows])


def test_a_linear_generator_takes_one_step_but_for_the_damping(linear_gan):
    gan, _ = linear_gan(latent_dim=3)
    z = gan.sample_latents(7, seed=1)
    newton, loss = parts(gan, gan.decode(z))
    start = gan.sample_latents(7, seed=2)
    error = [np.abs(newton.run(loss, start, [], steps)[0] - z).max() for steps in (0, 1, 2)]
    assert error[0] > 1
    # the damping is 0.002 of the mean curvature, a fifth of it in the second step
    assert error[1] < 0.02
    assert error[2] < 1e-4


def test_no_row_goes_uphill_and_each_has_its_own_damping(small_gan):
    gan = small_gan("mlp-gan")
    target, start = gan.decode(gan.sample_latents(5, seed=1)), gan.sample_latents(5, seed=2)
    newton, loss = parts(gan, target)
    begun, seen = loss(start)[0], []
    found, losses = newton.run(loss, start, [], 4, tell=lambda: seen.append(1))
    assert (losses <= begun).all()
    assert losses.mean() < 0.5 * begun.mean()
    assert len(seen) == 4
    # a row takes the same steps among others
    rows = [3, 0, 0, 3, 4]
    again, _ = newton.run(lambda z: loss(z, rows), start[rows], [], 4)
    np.testing.assert_allclose(again, found[rows], atol=1e-3)


def test_a_flat_generator_is_left_where_it_is(small_gan):
    gan = small_gan("mlp-gan")
    for variable in gan.generator.trainable_variables:
        variable.assign(0 * variable)
    start = gan.sample_latents(2, seed=2)
    newton, loss = parts(gan, np.ones((2, *gan.image_shape), "float32"))
    found, _ = newton.run(loss, start, [], 2)
    np.testing.assert_array_equal(found, start)


def test_the_box_of_a_uniform_prior_is_kept(linear_gan):
    gan, _ = linear_gan(latent_dim=3, latent_prior="uniform")
    newton, loss = parts(gan, gan.decode(np.full((1, 3), 1.4, "float32")))
    assert np.abs(newton.run(loss, np.zeros((1, 3), "float32"), [], 5)[0]).max() <= 1


def test_it_makes_an_inversion_better(small_gan):
    gan = small_gan("mlp-gan")
    pictures = to_uint8(gan.decode(gan.sample_latents(6, seed=5)))
    plain, refined = (
        invert(gan, pictures, steps=10, explore=5, refine=n, weights=PIXELS).rmse for n in (0, 6)
    )
    assert refined.mean() < 0.7 * plain.mean()


def test_without_pixels_in_the_loss_nothing_is_refined(small_gan):
    gan = small_gan("mlp-gan")
    pictures = gan.generate(2, seed=5)
    weights = Weights(pixels=0, features=1)
    one, other = (invert(gan, pictures, steps=3, explore=0, refine=n, weights=weights).z for n in (0, 4))
    np.testing.assert_array_equal(one, other)
