"""SeFa, GANSpace and the Jacobian: of a linear generator all three give its singular vectors."""

import keras
import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.latent import ganspace_directions, jacobian_directions, sefa_directions
from ganzoo.latent._head import affine_matrix

DIM = 5


def spread(linear_gan, **options):
    """A linear model whose singular values are far apart, and its left singular vectors and values."""
    gan, matrix = linear_gan(latent_dim=DIM, **options)
    left, _, right = np.linalg.svd(matrix.astype("float64"), full_matrices=False)
    values = 0.3 * 0.6 ** np.arange(DIM)
    gan.generator.set_weights([(left * values @ right).astype("float32")])
    return gan, left.T, values**2 / np.sum(values**2)


def cosines(found, expected):
    return np.abs(np.sum(found * expected, axis=1))


def test_sefa_of_a_linear_generator(linear_gan):
    gan, vectors, shares = spread(linear_gan)
    found = sefa_directions(gan, k=DIM)
    np.testing.assert_allclose(cosines(found.vectors, vectors), 1, atol=1e-6)
    np.testing.assert_allclose([d.score for d in found], shares, rtol=1e-5)
    assert found.names == [f"sefa {i}" for i in range(1, DIM + 1)]


def test_ganspace_of_a_linear_generator(linear_gan):
    gan, vectors, shares = spread(linear_gan)
    found = ganspace_directions(gan, k=3, n=4000)
    np.testing.assert_allclose(cosines(found.vectors, vectors[:3]), 1, atol=5e-3)
    np.testing.assert_allclose([d.score for d in found], shares[:3], rtol=0.1)


def test_jacobian_of_a_linear_generator(linear_gan):
    gan, vectors, shares = spread(linear_gan)
    for found in (jacobian_directions(gan, gan.sample_latents(1), k=4), jacobian_directions(gan, k=4, n=19)):
        np.testing.assert_allclose(cosines(found.vectors, vectors[:4]), 1, atol=1e-5)
        np.testing.assert_allclose([d.score for d in found], shares[:4], rtol=1e-4)


def test_batch_normalisation_is_folded_in(small_gan):
    gan = small_gan("dcgan")
    dense = next(x for x in gan.generator.layers if isinstance(x, keras.layers.Dense))
    norm = next(x for x in gan.generator.layers if isinstance(x, keras.layers.BatchNormalization))
    rng = np.random.default_rng(0)
    channels = norm.gamma.shape[0]
    gamma, variance = rng.uniform(0.5, 2, channels), rng.uniform(0.1, 4, channels)
    norm.set_weights([gamma, rng.normal(size=channels), rng.normal(size=channels), variance])
    # The kernel's units are positions times channels, channels last.
    kernel = np.asarray(keras.ops.convert_to_numpy(dense.kernel), "float64").reshape(4, -1, channels)
    folded = (kernel * gamma / np.sqrt(variance + norm.epsilon)).reshape(4, -1)
    np.testing.assert_allclose(affine_matrix(gan), folded, atol=2e-6)
    expected = np.linalg.svd(folded, full_matrices=False)[0].T
    np.testing.assert_allclose(cosines(sefa_directions(gan, k=4).vectors, expected), 1, atol=1e-5)


def test_of_a_class_conditional_model_the_class_is_no_direction(small_gan):
    gan = small_gan("mlp-gan", num_classes=3)
    dense = next(x for x in gan.generator.layers if isinstance(x, keras.layers.Dense))
    kernel = np.asarray(keras.ops.convert_to_numpy(dense.kernel), "float64")[:4]
    np.testing.assert_allclose(affine_matrix(gan), kernel, atol=1e-6)
    for found in (sefa_directions(gan), ganspace_directions(gan, n=60), jacobian_directions(gan, n=3)):
        assert found.vectors.shape == (4, 4)


def test_signs_and_length_are_settled(linear_gan):
    vectors = sefa_directions(spread(linear_gan)[0], k=DIM).vectors
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert (np.take_along_axis(vectors, np.abs(vectors).argmax(1)[:, None], 1) > 0).all()


def test_the_prior_says_how_long_steps_are(linear_gan):
    assert sefa_directions(linear_gan(latent_dim=2)[0])[0].steps == (-3, 3)
    uniform = linear_gan(latent_dim=2, latent_prior="uniform")[0]
    np.testing.assert_allclose(sefa_directions(uniform)[0].steps, (-(3**0.5), 3**0.5))


def test_what_is_refused(linear_gan, toy_gan):
    gan = linear_gan(latent_dim=3)[0]
    with pytest.raises(InvalidArgumentError, match="n must be above latent_dim, 3"):
        ganspace_directions(gan, n=3)
    for find in (sefa_directions, ganspace_directions, jacobian_directions):
        with pytest.raises(InvalidArgumentError, match="k must be a whole number"):
            find(gan, k=0)
    with pytest.raises(InvalidArgumentError, match="z must have shape"):
        jacobian_directions(gan, np.zeros((2, 4), "float32"))
    fused = toy_gan(keras.layers.Dense(16, activation="relu"), latent_dim=3)
    with pytest.raises(InvalidArgumentError, match="Use the Jacobian's directions"):
        sefa_directions(fused)
