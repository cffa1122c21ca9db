"""Walks: where each frame is, and what it shows."""

import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.images import to_uint8
from ganzoo.latent.geodesic import geodesic
from ganzoo.latent.interpolation import great_circle, path
from ganzoo.latent.priors import Normal
from ganzoo.latent.walk import WALKS, walk_frames, walk_latents


def test_the_default_stays_where_the_prior_draws(linear_gan):
    for prior, kind in (("normal", "slerp"), ("hypersphere", "slerp"), ("uniform", "lerp")):
        gan, _ = linear_gan(latent_dim=5, latent_prior=prior)
        points = gan.sample_latents(3)
        walked = walk_latents(gan, points, 7, easing="sine")
        np.testing.assert_allclose(walked, path(points, 7, kind=kind, easing="sine"), atol=1e-6)
        assert walked.dtype == np.float32


@pytest.mark.parametrize("kind", ["slerp", "lerp", "geodesic"])
def test_a_walk_meets_its_points(linear_gan, kind: str):
    gan, _ = linear_gan(latent_dim=5)
    points = gan.sample_latents(3)
    np.testing.assert_allclose(walk_latents(gan, points, 9, kind=kind)[[0, 4, 8]], points, atol=1e-6)
    looped = walk_latents(gan, points, 12, kind=kind, loop=True)
    np.testing.assert_allclose(looped[[0, 4, 8]], points, atol=1e-6)
    lengths = np.linalg.norm(points[[0, 1, 2, 0]], axis=1)
    if kind != "lerp":
        expected = np.interp(np.arange(12) / 4, np.arange(4), lengths)
        np.testing.assert_allclose(np.linalg.norm(looped, axis=1), expected, rtol=0.05)


def test_a_circle_in_a_cube_is_clipped(linear_gan):
    gan, _ = linear_gan(latent_dim=2, latent_prior="uniform")
    points = np.array([[0.9, 0.9], [-0.9, 0.9]], "float32")
    walked = walk_latents(gan, points, 16, kind="circle")
    np.testing.assert_allclose(walked, np.clip(great_circle(*points, 16), -1, 1), atol=1e-6)
    assert np.abs(walked).max() == 1


def test_a_geodesic_is_followed(linear_gan):
    gan, _ = linear_gan(latent_dim=5, latent_prior="hypersphere")
    points, told = gan.sample_latents(2), []
    walked = walk_latents(gan, points, 5, kind="geodesic", progress=lambda *done: told.append(done))
    curve = geodesic(gan, points[:1], points[1:], n=6, steps=150, project=Normal().project).points[0]
    # five frames on six nodes, at 0, 1.25, 2.5 …
    expected = [curve[0], 0.75 * curve[1] + 0.25 * curve[2], (curve[2] + curve[3]) / 2]
    np.testing.assert_allclose(walked[:3], expected, atol=1e-5)
    assert told[-1] == (150, 150)


def test_frames_are_what_the_model_draws(small_gan):
    gan = small_gan("mlp-gan")
    z, done = gan.sample_latents(70), []  # two calls
    np.testing.assert_array_equal(walk_frames(gan, z, progress=done.append), to_uint8(gan.decode(z)))
    assert done == [64, 70]


def test_classes_stand_side_by_side(small_gan):
    gan = small_gan("mlp-gan", num_classes=3)
    z = gan.sample_latents(2)
    both = walk_frames(gan, z, labels=[2, 0], padding=1)
    assert both.shape == (2, 30, 59, 1)
    for label, left in ((2, 1), (0, 30)):
        alone = walk_frames(gan, z, labels=label)
        np.testing.assert_array_equal(both[:, 1:29, left : left + 28], alone)


def test_what_is_wrong_is_refused(linear_gan):
    gan, _ = linear_gan(latent_dim=5)
    points = gan.sample_latents(3)
    for options, message in (
        ({"kind": "stroll"}, f"one of {', '.join(WALKS)}. Received: 'stroll'"),
        ({"kind": "circle"}, "two points .* Received: 3 points"),
        ({"easing": "bounce"}, "'bounce'"),
    ):
        with pytest.raises(InvalidArgumentError, match=message):
            walk_latents(gan, points, 5, **options)
    with pytest.raises(InvalidArgumentError, match="n >= 2"):
        walk_latents(gan, points[:1], 5)
