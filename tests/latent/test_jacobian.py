"""The Jacobian: a linear map's is its matrix, any other's is that of finite differences."""

import sys
from collections.abc import Callable

import numpy as np
import pytest

import ganzoo
from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.jacobian import condition_number, jacobian, log_volume, singular_values


def test_of_a_linear_generator_it_is_the_matrix(linear_gan: Callable):
    gan, matrix = linear_gan(latent_dim=3)
    found = jacobian(gan, gan.sample_latents(5))
    assert found.shape == (5, 16, 3)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, np.broadcast_to(matrix.T, (5, 16, 3)), atol=1e-6)


@pytest.mark.parametrize("architecture", ["dcgan", "wgan-gp", "mlp-gan"])
def test_it_is_that_of_central_differences(architecture: str, small_gan: Callable):
    gan = small_gan(architecture)
    z, step = gan.sample_latents(3, seed=1), 1e-3
    ends = [gan.decode((z[:, None] + sign * step * np.eye(4)).reshape(-1, 4)) for sign in (1, -1)]
    expected = np.moveaxis(((ends[0] - ends[1]) / (2 * step)).reshape(3, 4, -1), 1, 2)
    found = jacobian(gan, z)
    # all but the few pixels whose ReLU has its kink between the two ends
    assert np.quantile(np.abs(found - expected), 0.95) < 1e-3 * np.abs(expected).max()
    assert np.abs(expected).max() > 0.1


def test_labels_choose_the_class(small_gan: Callable):
    gan = small_gan("dcgan", num_classes=3)
    z = np.repeat(gan.sample_latents(1, seed=1), 3, axis=0)
    together = jacobian(gan, z, labels=[0, 1, 2])
    np.testing.assert_allclose(together[1], jacobian(gan, z[:1], labels=1)[0], atol=1e-6)
    assert np.abs(together[0] - together[2]).max() > 1e-4
    with pytest.raises(InvalidArgumentError, match="class-conditional"):
        jacobian(gan, z)


def test_a_point_does_not_depend_on_its_neighbours(monkeypatch: pytest.MonkeyPatch, small_gan: Callable):
    monkeypatch.setattr(
        sys.modules["ganzoo.latent.jacobian"], "_ROWS", 8
    )  # two points a call, the last one repeated
    gan = small_gan("mlp-gan")
    z = gan.sample_latents(5)
    np.testing.assert_allclose(jacobian(gan, z)[4], jacobian(gan, z[4:])[0], atol=1e-6)


def test_it_reads_the_weights_that_are_there_now(linear_gan: Callable):
    gan, matrix = linear_gan(latent_dim=3)
    jacobian(gan, gan.sample_latents(1))
    gan.generator.set_weights([2 * matrix])
    np.testing.assert_allclose(jacobian(gan, gan.sample_latents(1))[0], 2 * matrix.T, atol=1e-6)


def test_its_figures_are_those_of_known_singular_values():
    rng = np.random.default_rng(0)
    left, right = (np.linalg.qr(rng.standard_normal((n, n)))[0] for n in (6, 3))
    matrix = left[:, :3] * [4.0, 2.0, 0.5] @ right.T
    np.testing.assert_allclose(singular_values(matrix[None]), [[4, 2, 0.5]])
    np.testing.assert_allclose(log_volume(matrix[None]), [np.log(4.0)])
    np.testing.assert_allclose(log_volume(matrix[None]), 0.5 * np.linalg.slogdet(matrix.T @ matrix)[1])
    np.testing.assert_allclose(condition_number(matrix[None]), [8])


def test_a_flat_direction_has_no_volume():
    flat = np.array([[[1.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]])
    assert log_volume(flat).tolist() == [-np.inf, -np.inf]
    assert condition_number(flat).tolist() == [np.inf, np.inf]


@pytest.mark.parametrize("z", [np.zeros(4), np.zeros((2, 3)), np.zeros((0, 4)), np.full((1, 4), np.nan)])
def test_wrong_points_are_refused(z: np.ndarray, small_gan: Callable):
    with pytest.raises(InvalidArgumentError, match=r"z must .* Received: "):
        jacobian(small_gan("mlp-gan"), z)


def test_wrong_jacobians_are_refused():
    with pytest.raises(InvalidArgumentError, match=r"Received: float64, shape \(2, 2\)"):
        log_volume(np.eye(2))
    with pytest.raises(InvalidArgumentError, match="finite"):
        singular_values(np.full((1, 2, 2), np.inf))


def test_it_is_public():
    assert ganzoo.latent.jacobian is jacobian
