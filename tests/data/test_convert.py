"""Every Pillow mode becomes grey or RGB with the right values."""

import numpy as np
import pytest
from PIL import Image

from ganzoo.data.convert import fit, flatten


@pytest.mark.parametrize(
    ("mode", "value", "expected"),
    [
        ("1", 1, 255),
        ("L", 77, 77),
        ("LA", (0, 0), 255),
        ("LA", (40, 255), 40),
        ("RGB", (1, 2, 3), (1, 2, 3)),
        ("RGBA", (9, 8, 7, 0), (255, 255, 255)),
        ("RGBA", (9, 8, 7, 255), (9, 8, 7)),
        ("RGBA", (0, 0, 0, 51), (204, 204, 204)),
        ("CMYK", (0, 0, 0, 0), (255, 255, 255)),
        ("CMYK", (255, 0, 0, 0), (0, 255, 255)),
        ("I", 65535, 255),
        ("I", 257 * 100, 100),
        ("I;16", 65535, 255),
        ("I;16", 257 * 100 + 127, 100),
        ("I;16", 257 * 100 + 129, 101),
        ("I;16B", 257 * 3, 3),
    ],
)
def test_a_pixel_of_every_mode(mode: str, value: object, expected: object) -> None:
    flat = flatten(Image.new(mode, (2, 2), value))
    assert flat.mode in ("L", "RGB")
    assert flat.getpixel((1, 1)) == expected


def test_palette_with_and_without_transparency() -> None:
    picture = Image.new("P", (2, 1))
    picture.putpalette([10, 20, 30, 40, 50, 60])
    picture.putpixel((1, 0), 1)
    assert [flatten(picture).getpixel((x, 0)) for x in (0, 1)] == [(10, 20, 30), (40, 50, 60)]
    picture.info["transparency"] = 0
    assert [flatten(picture).getpixel((x, 0)) for x in (0, 1)] == [(255, 255, 255), (40, 50, 60)]


def test_the_middle_square_is_kept() -> None:
    stripes = np.repeat(np.array([[0] * 4 + [200] * 4 + [100] * 4], np.uint8), 4, axis=0)
    cropped, _ = fit(Image.fromarray(stripes), size=4, channels=1)
    assert (cropped == 200).all()
    shrunk, _ = fit(Image.fromarray(stripes), size=3, channels=1)
    assert (shrunk == 200).all()
    stretched, _ = fit(Image.fromarray(stripes), size=3, channels=1, crop="none")
    assert stretched[0, 0, 0] < 40
    assert stretched[0, 2, 0] < 160


def test_shrinking_averages_instead_of_dropping_pixels() -> None:
    checkerboard = (np.indices((64, 64)).sum(axis=0) % 2 * 255).astype(np.uint8)
    small, _ = fit(Image.fromarray(checkerboard), size=8, channels=1)
    assert np.abs(small.astype(int) - 127).max() <= 2


def test_colour_lost_means_colour_seen() -> None:
    grey = Image.new("RGB", (8, 8), (90, 95, 92))
    red = Image.new("RGB", (8, 8), (200, 20, 20))
    assert fit(grey, size=4, channels=1)[1] is False
    assert fit(red, size=4, channels=1)[1] is True
    assert fit(red, size=4, channels=3)[1] is False


def test_an_image_that_fits_is_untouched() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 5, 3), np.uint8)
    np.testing.assert_array_equal(fit(Image.fromarray(pixels), size=5, channels=3)[0], pixels)
    np.testing.assert_array_equal(fit(Image.fromarray(pixels), size=None, channels=None)[0], pixels)
