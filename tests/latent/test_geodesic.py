"""Geodesics of surfaces on which they are known."""

import keras
import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.geodesic import geodesic
from ganzoo.latent.priors import Normal

BASIS = np.linalg.qr(np.random.default_rng(0).standard_normal((16, 16)))[0].astype("float32")


class Warp(keras.layers.Layer):
    """A flat sheet in warped coordinates, sinh(z) in an orthonormal basis: its geodesics are straight."""

    def call(self, z):
        return keras.ops.matmul(keras.ops.sinh(z), BASIS[: z.shape[1]])


class Sphere(keras.layers.Layer):
    """The plane wrapped around the unit sphere by stereographic projection."""

    def call(self, z):
        square = keras.ops.sum(z * z, axis=1, keepdims=True)
        return keras.ops.matmul(keras.ops.concatenate([2 * z, square - 1], axis=1) / (square + 1), BASIS[:3])


def test_of_a_linear_generator_it_is_the_straight_line(linear_gan):
    gan, matrix = linear_gan(latent_dim=5)
    start, end = gan.sample_latents(3, seed=1), gan.sample_latents(3, seed=2)
    found = geodesic(gan, start, end, n=7, steps=50)
    line = start[:, None] + np.linspace(0, 1, 7)[:, None] * (end - start)[:, None]
    np.testing.assert_allclose(found.points, line, atol=0.02)
    expected = np.linalg.norm((end - start) @ matrix, axis=1)
    np.testing.assert_allclose(found.length, expected, rtol=1e-4)
    np.testing.assert_allclose(found.straight_length, expected, rtol=1e-4)
    np.testing.assert_allclose(found.energy, expected**2, rtol=1e-4)


def test_warped_coordinates_are_seen_through(toy_gan):
    gan = toy_gan(Warp(), latent_dim=2)
    start, end = np.array([[-2.0, 0.0], [0.0, 0.0]]), np.array([[0.0, 2.0], [1.0, -2.0]])
    found = geodesic(gan, start, end, n=11)
    t = np.linspace(0, 1, 11)[:, None]
    exact = np.arcsinh((1 - t) * np.sinh(start)[:, None] + t * np.sinh(end)[:, None])
    np.testing.assert_allclose(found.points, exact, atol=0.03)
    np.testing.assert_array_equal(found.points[:, 0], start)
    np.testing.assert_array_equal(found.points[:, -1], end)
    shortest = np.linalg.norm(np.sinh(end) - np.sinh(start), axis=1)
    np.testing.assert_allclose(found.length, shortest, rtol=1e-3)
    assert (found.straight_length > 1.002 * shortest).all()
    # at a constant speed
    np.testing.assert_allclose(found.energy, found.length**2, rtol=1e-3)


def test_on_a_sphere_it_is_a_great_circle(toy_gan):
    gan = toy_gan(Sphere(), latent_dim=2)
    start, end = np.array([[2.0, 0.5]]), np.array([[-1.5, 1.5]])
    found = geodesic(gan, start, end, n=17, steps=300, learning_rate=0.05)
    ends = gan.decode(np.concatenate([start, end])).reshape(2, 16)
    # 16 chords of a circle are shorter than their arc, by angle² / (24 · 16²)
    np.testing.assert_allclose(found.length, [np.arccos(ends[0] @ ends[1])], rtol=1e-3)
    assert found.straight_length[0] > 1.05 * found.length[0]


def test_a_projection_is_kept(linear_gan):
    gan, _ = linear_gan(latent_dim=5)
    start, end = Normal().project(gan.sample_latents(2, seed=1)), Normal().project(gan.sample_latents(2))
    found = geodesic(gan, start, end, n=7, steps=40, project=Normal().project)
    np.testing.assert_allclose(np.linalg.norm(found.points, axis=2), np.sqrt(5), rtol=1e-5)
    assert (found.length >= found.straight_length).all()


def test_features_measure_the_distance(linear_gan):
    gan, matrix = linear_gan(latent_dim=3)
    start, end = np.zeros((1, 3)), np.eye(3)[:1]
    found = geodesic(gan, start, end, n=4, steps=20, features=lambda images: 2 * images[:, :, :1])
    seen = (end @ matrix).reshape(4, 4)[:, 0]
    np.testing.assert_allclose(found.straight_length, [2 * np.linalg.norm(seen)], rtol=1e-4)


def test_a_curve_does_not_depend_on_its_neighbours_and_has_its_class(small_gan):
    gan = small_gan("mlp-gan", num_classes=3)
    start, end = gan.sample_latents(2, seed=1), gan.sample_latents(2, seed=2)
    together = geodesic(gan, start, end, n=4, steps=10, labels=[0, 2])
    alone = geodesic(gan, start[1:], end[1:], n=4, steps=10, labels=2)
    np.testing.assert_allclose(together.points[1], alone.points[0], atol=1e-3)
    other = geodesic(gan, start[1:], end[1:], n=4, steps=10, labels=0)
    assert abs(other.straight_length[0] - alone.straight_length[0]) > 1e-3


def test_from_a_point_to_itself_it_stays(linear_gan):
    gan, _ = linear_gan(latent_dim=3)
    z = gan.sample_latents(1)
    found = geodesic(gan, z, z, n=3, steps=5)
    np.testing.assert_array_equal(found.points[0], np.repeat(z, 3, axis=0))
    assert found.length.tolist() == [0.0]


@pytest.mark.parametrize(
    ("options", "message"),
    [({"n": 2}, "n=2"), ({"steps": 0}, "steps=0"), ({"learning_rate": 0}, "learning_rate=0")],
)
def test_what_is_wrong_is_refused(linear_gan, options, message):
    gan, _ = linear_gan(latent_dim=3)
    with pytest.raises(InvalidArgumentError, match=message):
        geodesic(gan, np.zeros((1, 3)), np.ones((1, 3)), **options)
    with pytest.raises(InvalidArgumentError, match=r"\(1, 3\) and \(2, 3\)"):
        geodesic(gan, np.zeros((1, 3)), np.ones((2, 3)))
