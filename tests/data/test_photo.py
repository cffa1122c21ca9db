"""Photos of digits: dark or light ink, shade, size and place make no difference to what comes out."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter
from scipy import ndimage

from ganzoo.data.photo import digit_from_photo, prepare_picture, read_photo
from ganzoo.errors import DataError, InvalidArgumentError

STROKES = [(0.2, 0.1), (0.8, 0.1), (0.5, 0.9)]


def photo(*, size=(300, 400), box=(60, 80, 180, 240), dark=True, shade=0.0, noise=0.0, specks=0):
    """A seven, by hand: pen on paper that gets darker to one side."""
    height, width = size
    mask = Image.new("L", (width, height))
    left, top, across, down = box
    points = [(left + x * across, top + y * down) for x, y in STROKES]
    ImageDraw.Draw(mask).line(points, fill=255, width=max(3, across // 9), joint="curve")
    pen = np.asarray(mask.filter(ImageFilter.GaussianBlur(1.5)), "float64") / 255
    rng = np.random.default_rng(0)
    for y, x in zip(rng.integers(5, height - 5, specks), rng.integers(5, width - 5, specks), strict=True):
        pen[y : y + 2, x : x + 2] = 1
    paper = 225 - shade * np.linspace(0, 1, width)[None, :] + noise * rng.standard_normal(size)
    levels = np.clip(paper * (1 - pen) + 40 * pen, 0, 255)
    return Image.fromarray((levels if dark else 255 - levels).astype("uint8"))


PLAIN = digit_from_photo(photo())


def test_it_is_placed_as_mnist_places_it():
    image, steps = PLAIN
    assert (image.shape, image.dtype, image.max()) == ((28, 28, 1), np.uint8, 255)
    rows, columns = np.flatnonzero((image > 40).any((1, 2))), np.flatnonzero((image > 40).any((0, 2)))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 in (19, 20)
    assert np.abs(np.array(ndimage.center_of_mass(image[..., 0])) - 13.5).max() <= 0.75
    assert np.median(image) == 0
    assert steps == [
        "dark ink on light paper, inverted",
        "cut out and scaled to 20 pixels",
        "centred by its mass",
    ]


@pytest.mark.parametrize(
    "options",
    [
        {"dark": False},
        {"shade": 110.0},
        {"shade": 110.0, "dark": False},
        {"noise": 5.0},
        {"specks": 6},
        {"box": (190, 20, 180, 240)},
        {"size": (900, 1200), "box": (500, 300, 360, 480)},
    ],
)
def test_what_makes_no_difference(options):
    image, steps = digit_from_photo(photo(**options))
    # to a pixel, which rounding can move it by
    places = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    moved = [np.roll(image, place, (0, 1)).ravel() for place in places]
    assert max(np.corrcoef(one, PLAIN.image.ravel())[0, 1] for one in moved) > 0.93
    assert ("dark ink on light paper, inverted" in steps) == options.get("dark", True)
    assert ("uneven light taken out" in steps) == bool(options.get("shade"))


def test_a_picture_that_is_as_it_should_be_is_left_alone():
    image, steps = digit_from_photo(Image.fromarray(PLAIN.image[..., 0]))
    np.testing.assert_array_equal(image, PLAIN.image)
    assert steps == ["taken as it is: bright ink on black, of the right size"]


def test_where_there_is_no_digit():
    with pytest.raises(DataError, match="No digit is to be seen"):
        digit_from_photo(Image.new("L", (200, 200), 180))


def test_other_pictures_are_cut_and_resized():
    image, steps = prepare_picture(Image.new("RGB", (60, 40), "red"), size=32, channels=3)
    assert (image.shape, image[0, 0].tolist()) == ((32, 32, 3), [255, 0, 0])
    assert steps == ["cut to the middle square", "resized from 60x40 to 32x32"]
    grey, steps = prepare_picture(Image.new("RGB", (28, 28), "red"), size=28, channels=1)
    assert (grey.shape, steps) == ((28, 28, 1), ["colour to grey"])
    digit, _ = prepare_picture(photo(), size=28, channels=1, style="digit")
    np.testing.assert_array_equal(digit, PLAIN.image)
    with pytest.raises(InvalidArgumentError, match="style must be one of digit, photo"):
        prepare_picture(photo(), size=28, channels=1, style="art")


def test_files(tmp_path):
    photo().save(tmp_path / "seven.png")
    assert read_photo(tmp_path / "seven.png").size == (400, 300)
    with pytest.raises(DataError, match="No such file"):
        read_photo(tmp_path / "none.png")
    (tmp_path / "broken.jpg").write_bytes(b"no image")
    with pytest.raises(DataError, match=r"Cannot read .*broken.jpg"):
        read_photo(tmp_path / "broken.jpg")
