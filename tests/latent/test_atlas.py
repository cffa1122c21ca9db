"""The atlas: each map is what the function behind it gives at that point."""

import sys

import numpy as np
import pytest

import ganzoo
from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate import custom_extractor
from ganzoo.images import to_float, to_uint8
from ganzoo.latent.atlas import atlas
from ganzoo.latent.atlas_picture import atlas_picture
from ganzoo.latent.grids import corner_grid, manifold_grid
from ganzoo.latent.jacobian import condition_number, jacobian, log_volume


def test_of_a_linear_generator_the_maps_are_flat(linear_gan):
    gan, matrix = linear_gan(latent_dim=2)
    sheet = manifold_grid(0.3 * np.eye(2), 3, 4)
    maps = atlas(gan, sheet)
    stretch = np.linalg.svd(matrix, compute_uv=False)
    np.testing.assert_allclose(maps.log_volume, np.full((3, 4), np.log(stretch).sum()), rtol=1e-5)
    np.testing.assert_allclose(maps.condition_number, np.full((3, 4), stretch[0] / stretch[1]), rtol=1e-5)
    pictures = to_uint8(sheet.astype("float32") @ matrix)
    assert np.abs(maps.pictures.reshape(3, 4, 16).astype(int) - pictures).max() <= 1
    # its discriminator's logit is the sum of the pixels
    np.testing.assert_allclose(maps.score, to_float(maps.pictures).sum(axis=(2, 3, 4)), rtol=1e-4)
    assert maps.classes is None


def test_every_map_is_at_its_place(small_gan, monkeypatch: pytest.MonkeyPatch):
    gan = small_gan("mlp-gan", num_classes=3)
    monkeypatch.setattr(sys.modules["ganzoo.latent.jacobian"], "_ROWS", 16)  # two calls of four points
    brightness = custom_extractor(
        lambda batch: batch.reshape(len(batch), -1), name="pixels", version="1", input_shape=(28, 28, 1)
    )
    done = []
    sheet = corner_grid(gan.sample_latents(4), 2, 3)
    maps = atlas(gan, sheet, labels=1, progress=done.append)
    here = jacobian(gan, sheet[1, 2][None], labels=1)
    np.testing.assert_allclose(maps.log_volume[1, 2], log_volume(here)[0], rtol=1e-4)
    np.testing.assert_allclose(maps.condition_number[1, 2], condition_number(here)[0], rtol=1e-3)
    np.testing.assert_array_equal(maps.pictures[1, 2], to_uint8(gan.decode(sheet[1, 2][None], labels=1))[0])
    assert done == [4, 6]
    with pytest.raises(InvalidArgumentError, match="no classifier"):
        atlas(gan, sheet, labels=1, classifier=brightness)


@pytest.mark.slow
def test_the_shipped_classifier_reads_the_digits():
    gan = ganzoo.load("mnist-cdcgan")
    sheet = gan.sample_latents(2, seed=3)[None]
    for label in (3, 7):
        assert (atlas(gan, sheet, labels=label).classes == label).all()


def test_the_picture_shows_every_panel(linear_gan):
    gan, _ = linear_gan(latent_dim=2)
    maps = atlas(gan, manifold_grid(0.3 * np.eye(2), 3, 4))
    picture = atlas_picture(maps, scale=10)
    # four panels, three a row, each 4 x 3 cells of 40 pixels under a caption
    assert picture.shape == (2 * (120 + 16 + 8) + 8, 3 * (160 + 8) + 8, 3)
    first = picture[8 + 16 : 8 + 16 + 40, 8 : 8 + 40]
    np.testing.assert_array_equal(
        first, np.broadcast_to(maps.pictures[0, 0].repeat(10, 0).repeat(10, 1), (40, 40, 3))
    )
    with pytest.raises(InvalidArgumentError, match="scale=0"):
        atlas_picture(maps, scale=0)


def test_a_flat_map_and_an_infinite_value_can_be_drawn(linear_gan):
    gan, _ = linear_gan(latent_dim=2)
    gan.generator.set_weights([np.zeros((2, 16), "float32")])
    maps = atlas(gan, manifold_grid(np.eye(2), 2, 2))
    assert (maps.condition_number == np.inf).all()
    assert atlas_picture(maps).dtype == np.uint8


@pytest.mark.parametrize(
    "sheet", [np.zeros((4, 2)), np.zeros((2, 2, 3)), np.zeros((0, 2, 2)), np.full((1, 1, 2), np.nan)]
)
def test_what_is_wrong_is_refused(linear_gan, sheet):
    gan, _ = linear_gan(latent_dim=2)
    with pytest.raises(InvalidArgumentError, match="Received: "):
        atlas(gan, sheet)
