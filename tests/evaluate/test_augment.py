import numpy as np
import pytest

from ganzoo.evaluate.augment import random_affine, random_mirror, random_tone


def test_no_range_leaves_the_images_alone():
    images = np.random.default_rng(0).integers(0, 256, (5, 9, 12, 2), dtype="uint8")
    same = random_affine(images, rng=np.random.default_rng(1), degrees=0, shift=0, zoom=0)
    np.testing.assert_array_equal(same, images)


def test_a_shift_moves_the_centre_of_mass_by_what_was_drawn():
    images = np.zeros((50, 21, 21, 1), "uint8")
    images[:, 8:13, 8:13] = 200
    moved = random_affine(images, rng=np.random.default_rng(1), degrees=0, shift=3, zoom=0)
    rng = np.random.default_rng(1)
    rng.uniform(0, 0, 50), rng.uniform(1, 1, 50)
    dy, dx = rng.uniform(-3, 3, (2, 50))
    weight = moved[..., 0] / moved.sum((1, 2, 3), dtype=float)[:, None, None]
    rows, cols = np.indices((21, 21))
    np.testing.assert_allclose((weight * rows).sum((1, 2)) - 10, -dy, atol=0.02)
    np.testing.assert_allclose((weight * cols).sum((1, 2)) - 10, -dx, atol=0.02)


def test_a_rotation_keeps_the_distance_from_the_centre():
    images = np.zeros((50, 21, 21, 1), "uint8")
    images[:, 4:6, 9:12] = 200
    turned = random_affine(images, rng=np.random.default_rng(1), degrees=60, shift=0, zoom=0)
    weight = turned[..., 0] / turned.sum((1, 2, 3), dtype=float)[:, None, None]
    rows, cols = np.indices((21, 21)) - 10
    radius = np.hypot((weight * rows).sum((1, 2)), (weight * cols).sum((1, 2)))
    np.testing.assert_allclose(radius, 5.5, atol=0.05)


def test_no_range_of_tone_leaves_the_images_alone():
    images = np.random.default_rng(0).integers(0, 256, (5, 9, 12, 2), dtype="uint8")
    same = random_tone(images, rng=np.random.default_rng(1), contrast=0, offset=0, noise=0)
    np.testing.assert_array_equal(same, images)


def test_tone_has_the_moments_that_were_asked_for():
    images = np.full((400, 20, 20, 1), 100, "uint8")
    rng = np.random.default_rng(1)
    means = random_tone(images, rng=rng, contrast=0.1, offset=8, noise=0).mean((1, 2, 3))
    assert np.mean(means) == pytest.approx(104, abs=1.5)
    assert 89 <= means.min() < 93
    assert 115 < means.max() <= 118
    deviations = random_tone(images, rng=rng, contrast=0, offset=0, noise=8).std((1, 2, 3))
    assert np.mean(deviations) == pytest.approx(4, abs=0.5)
    black = random_tone(np.zeros((9, 4, 4, 1), "uint8"), rng=rng, contrast=0, offset=0, noise=0)
    assert black.max() == 0


def test_a_mirror_turns_about_half_of_the_images_and_nothing_else():
    images = np.random.default_rng(0).integers(0, 256, (200, 4, 5, 2), dtype="uint8")
    mirrored = random_mirror(images, rng=np.random.default_rng(1))
    kept = (mirrored == images).all((1, 2, 3))
    turned = (mirrored == images[:, :, ::-1]).all((1, 2, 3))
    assert np.all(kept != turned)
    assert 70 < kept.sum() < 130
