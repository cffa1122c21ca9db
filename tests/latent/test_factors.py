"""Factors: bars and glyphs whose width, slant and size are known."""

import numpy as np
import pytest
from PIL import Image

from ganzoo.errors import DataError, InvalidArgumentError
from ganzoo.evaluate.glyphs import _glyph
from ganzoo.latent.factors import measure_factors
from ganzoo.latent.shapes import extent, slant, stroke_width


def bar(width, height=20, side=28):
    picture = np.zeros((1, side, side))
    top, left = (side - height) // 2, (side - width) // 2
    picture[0, top : top + height, left : left + width] = 1
    return picture


def sheared(pictures, degrees):
    """Leant to the right about the middle, as a shear does it."""
    tangent, side = np.tan(np.radians(degrees)), pictures.shape[1]
    # x' = x - t (y - c): from a place in the new picture to that in the old one
    matrix = (1, tangent, -tangent * (side - 1) / 2, 0, 1, 0)
    return np.stack(
        [
            np.asarray(
                Image.fromarray((255 * p).astype("uint8")).transform(
                    (side, side), Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC
                ),
                "float64",
            )
            / 255
            for p in pictures
        ]
    )


@pytest.mark.parametrize("degrees", [-25, -10, 0, 10, 25])
def test_the_slant_of_a_bar_that_was_sheared(degrees):
    assert slant(sheared(bar(3), degrees))[0] == pytest.approx(degrees, abs=0.6)


@pytest.mark.parametrize("degrees", [-15, 15])
def test_shearing_a_digit_adds_to_the_tangent_of_its_slant(degrees):
    digits = np.stack([_glyph(digit, 19, 1)[..., 0] for digit in "0123456789"]) / 255
    before, after = (np.tan(np.radians(slant(x))) for x in (digits, sheared(digits, degrees)))
    np.testing.assert_allclose(after - before, np.tan(np.radians(degrees)), atol=0.03)


@pytest.mark.parametrize("width", [2, 3, 4, 6])
def test_the_width_of_a_bar(width):
    # The ends of a bar, half as wide at most, take a little off.
    assert stroke_width(bar(width, height=24))[0] == pytest.approx(width, rel=0.15)


def test_the_width_of_a_stroke_does_not_depend_on_its_slant():
    upright, leaning = (stroke_width(sheared(bar(4), d))[0] for d in (0, 30))
    # A shear keeps a bar's horizontal width; across, it is cos(30°) of it.
    assert leaning / upright == pytest.approx(np.cos(np.radians(30)), abs=0.06)


def test_bolder_glyphs_have_wider_strokes():
    for digit in "1234567890":
        thin, bold = (stroke_width(_glyph(digit, 21, w)[None, ..., 0] / 255)[0] for w in (0, 1))
        assert 0.8 < bold - thin < 3


def test_the_height_and_width_of_a_bar_to_a_part_of_a_pixel():
    picture = bar(4, height=10)
    assert extent(picture, 1)[0] == pytest.approx(10, abs=1e-6)
    assert extent(picture, 2)[0] == pytest.approx(4, abs=1e-6)
    picture[0, 8] = 0.5 * picture[0, 9]  # half a row more
    assert 10.2 < extent(picture, 1)[0] < 10.9


def test_what_has_no_ink_has_no_shape():
    blank = np.zeros((2, 8, 8))
    for values in (slant(blank), stroke_width(blank), extent(blank, 1)):
        assert np.isnan(values).all()
    measured = measure_factors(np.zeros((1, 8, 8, 1), "uint8"))
    assert measured["brightness"][0] == 0
    assert np.isnan(measured["size"][0])


def test_grey_pictures():
    picture = np.rint(255 * bar(4, height=16)).astype("uint8")[..., None]
    measured = measure_factors(picture)
    assert set(measured) == {"slant", "stroke width", "brightness", "size", "height", "width"}
    assert measured["brightness"][0] == pytest.approx(100 * 64 / 784)
    assert measured["size"][0] == pytest.approx(8)
    assert list(measure_factors(picture, names=["slant"])) == ["slant"]


def test_colour_pictures_by_hand():
    pictures = np.zeros((3, 4, 4, 3), "uint8")
    pictures[0] = (255, 0, 0)
    pictures[1, :, 2:] = 255
    pictures[2] = (0, 0, 51)
    measured = measure_factors(pictures)
    np.testing.assert_allclose(measured["brightness"], [29.9, 50, 2.28], atol=1e-9)
    np.testing.assert_allclose(measured["contrast"], [0, 50, 0], atol=1e-9)
    np.testing.assert_allclose(measured["saturation"], [100, 0, 100], atol=1e-9)
    np.testing.assert_allclose(measured["warmth"], [100, 0, -20], atol=1e-9)


class Classifier:
    """The brightest of three columns is the class."""

    num_classes, name, version = 3, "columns", "1.0"

    def features_and_logits(self, images):
        logits = images.astype("float64").mean((1, 3)) / 25
        return logits, logits


def test_the_class_is_the_log_of_the_odds():
    pictures = np.random.default_rng(0).integers(0, 256, (5, 3, 3, 1), "uint8")
    logits = Classifier().features_and_logits(pictures)[1]
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    measured = measure_factors(pictures, names=["class 1"], extractor=Classifier())
    np.testing.assert_allclose(measured["class 1"], np.log(shares[:, 1] / (1 - shares[:, 1])), rtol=1e-9)


def test_what_is_refused():
    with pytest.raises(InvalidArgumentError, match=r"No factor 'slent'.*slant"):
        measure_factors(np.zeros((1, 4, 4, 1), "uint8"), names=["slent"])
    with pytest.raises(InvalidArgumentError, match="No factor 'class 1'"):
        measure_factors(np.zeros((1, 4, 4, 1), "uint8"), names=["class 1"])
    with pytest.raises(DataError, match="batch"):
        measure_factors(np.zeros((4, 4, 1), "uint8"))
