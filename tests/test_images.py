"""Conversion, checks, grids and files."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from ganzoo.errors import DataError, InvalidArgumentError
from ganzoo.images import check_images, grid, save_png, to_float, to_uint8

EVERY_LEVEL = np.arange(256, dtype=np.uint8)


@given(hnp.arrays(np.uint8, hnp.array_shapes(max_dims=4, max_side=6)))
def test_bytes_survive_the_round_trip(images: np.ndarray) -> None:
    floats = to_float(images)
    assert floats.dtype == np.float32
    assert floats.shape == images.shape
    np.testing.assert_array_equal(to_uint8(floats), images)


@given(hnp.arrays(np.float32, 20, elements=st.floats(-1, 1, width=32)))
def test_a_float_comes_back_within_half_a_level(images: np.ndarray) -> None:
    assert np.abs(to_float(to_uint8(images)) - images).max() <= 0.5 / 127.5 + 1e-6


def test_values_by_hand() -> None:
    np.testing.assert_array_equal(to_uint8(np.array([-1, -0.5, 0, 0.5, 1])), [0, 64, 128, 191, 255])
    np.testing.assert_array_equal(to_uint8(np.array([-7.0, 7.0])), [0, 255])
    np.testing.assert_allclose(to_float(np.array([0, 51, 255], np.uint8)), [-1, -0.6, 1], atol=1e-7)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_every_level_is_reached_from_every_float_type(dtype: type) -> None:
    np.testing.assert_array_equal(to_uint8(to_float(EVERY_LEVEL).astype(dtype)), EVERY_LEVEL)


def test_conversion_leaves_its_input_alone() -> None:
    floats = np.linspace(-1, 1, 5, dtype=np.float32)
    before = floats.copy()
    to_uint8(floats)
    np.testing.assert_array_equal(floats, before)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_never_becomes_a_pixel(bad: float) -> None:
    with pytest.raises(DataError, match="1 of 2 values are NaN or infinite"):
        to_uint8(np.array([0.0, bad]))


def test_converting_twice_is_refused() -> None:
    with pytest.raises(DataError, match="dtype uint8"):
        to_uint8(EVERY_LEVEL)
    with pytest.raises(DataError, match="dtype float32"):
        to_float(to_float(EVERY_LEVEL))


def test_check_passes_bytes_through_without_a_copy() -> None:
    images = np.zeros((2, 28, 28, 3), np.uint8)
    assert check_images(images, size=28, channels=3) is images
    assert np.shares_memory(check_images(images[..., 0]), images)
    assert check_images(images[..., 0]).shape == (2, 28, 28, 1)


def test_check_converts_floats() -> None:
    images = to_float(EVERY_LEVEL).reshape(1, 16, 16, 1)
    np.testing.assert_array_equal(check_images(images).ravel(), EVERY_LEVEL)


def zeros(*shape: int, dtype: str = "uint8") -> np.ndarray:
    return np.zeros(shape, dtype)


@pytest.mark.parametrize(
    ("images", "options", "message"),
    [
        (zeros(28, 28), {}, r"\(N, H, W, C\).*shape \(28, 28\)"),
        (zeros(28, 28, 1), {}, r"Pass image\[None\]"),
        (zeros(2, 28, 28, 1, 1), {}, r"shape \(2, 28, 28, 1, 1\)"),
        (zeros(0, 28, 28, 1), {}, "empty"),
        (zeros(2, 28, 28, 2), {}, "1, 3 or 4 channels"),
        (zeros(2, 3, 28, 28), {}, r"transpose\(0, 2, 3, 1\)"),
        (zeros(2, 32, 32, 1), {"size": 28}, "must be 28x28 pixels. Received: 32x32"),
        (zeros(2, 28, 28, 3), {"channels": 1}, "must have 1 channel. Received: 3"),
        (zeros(2, 28, 28, 1), {"channels": 3}, "must have 3 channels. Received: 1"),
        (zeros(2, 28, 28, 1, dtype="int64"), {}, r"int64.*astype\('uint8'\)"),
        (zeros(2, 28, 28, 1, dtype="bool"), {}, "bool"),
        (zeros(2, 28, 28, 1, dtype="float32") + np.nan, {}, "1568 of 1568 values are NaN"),
        (np.linspace(0, 255, 392).reshape(2, 14, 14, 1), {}, r"looks like 0\.\.255 floats: pass uint8"),
        (np.linspace(0, 1, 392).reshape(2, 14, 14, 1), {}, r"looks like \[0, 1\]: pass images \* 2 - 1"),
        (np.linspace(-3, 3, 392).reshape(2, 14, 14, 1), {}, r"from -3 to 3\. Rescale"),
        ([np.zeros((28, 28)), np.zeros((30, 30))], {}, "all of one shape"),
        ("photo.png", {}, r"shape \(\)"),
    ],
)
def test_check_says_in_one_line_what_is_wrong(images: object, options: dict, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        check_images(images, name="real", **options)
    assert str(caught.value).startswith("real ")
    assert "\n" not in str(caught.value)


def test_bright_floats_pass_when_the_range_is_known() -> None:
    assert check_images(np.ones((1, 8, 8, 1)), allow_positive=True).min() == 255


@given(
    st.integers(1, 30), st.integers(1, 4), st.integers(1, 4), st.sampled_from([1, 3]),
    st.integers(0, 3), st.integers(1, 3), st.none() | st.integers(1, 8),
)  # fmt: skip
def test_every_image_is_found_again_in_its_place(
    count: int, height: int, width: int, channels: int, padding: int, scale: int, columns: int | None
) -> None:
    images = np.random.default_rng(count).integers(0, 255, (count, height, width, channels), np.uint8)
    picture = grid(images, columns=columns, padding=padding, background=255, scale=scale)
    across = (picture.shape[1] - padding) // (width * scale + padding)
    covered = np.zeros(picture.shape[:2], bool)
    for index in range(count):
        top = padding + index // across * (height * scale + padding)
        left = padding + index % across * (width * scale + padding)
        tile = picture[top : top + height * scale, left : left + width * scale]
        np.testing.assert_array_equal(tile, np.kron(images[index], np.ones((scale, scale, 1), np.uint8)))
        covered[top : top + height * scale, left : left + width * scale] = True
    assert (picture[~covered] == 255).all()


@pytest.mark.parametrize(
    ("count", "columns", "rows"),
    [
        (1, 1, 1),
        (2, 2, 1),
        (3, 3, 1),
        (5, 5, 1),
        (7, 4, 2),
        (10, 5, 2),
        (16, 4, 4),
        (64, 8, 8),
        (100, 10, 10),
    ],
)
def test_layout_is_full_and_not_higher_than_wide(count: int, columns: int, rows: int) -> None:
    assert grid(zeros(count, 1, 1, 1), padding=0).shape == (rows, columns, 1)


def test_background_may_be_a_colour() -> None:
    assert grid(zeros(1, 1, 1, 3), padding=1, background=(1, 2, 3))[0, 0].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    "options", [{"columns": 0}, {"padding": -1}, {"scale": 0}, {"background": 256}, {"background": (1, 2)}]
)
def test_grid_refuses(options: dict) -> None:
    with pytest.raises(InvalidArgumentError, match=re.escape(f"{next(iter(options.items()))[1]}")):
        grid(zeros(1, 2, 2, 3), **options)


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 1), (5, 7, 3), (5, 7, 4)])
def test_png_keeps_every_pixel(tmp_path: Path, shape: tuple[int, ...]) -> None:
    image = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    path = save_png(tmp_path / "new" / "a.png", image)
    np.testing.assert_array_equal(np.asarray(Image.open(path)), image[..., 0] if shape[-1] == 1 else image)
    assert [file.name for file in path.parent.iterdir()] == ["a.png"]


def test_a_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save_png(tmp_path / "a.png", zeros(4, 4))
    before = path.read_bytes()

    def full_disk(self: Image.Image, file: object, *_: object, **__: object) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full_disk)
    with pytest.raises(InvalidArgumentError, match=r"Cannot write .*: No space left on device"):
        save_png(path, zeros(8, 8))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_replaced_not_rewritten(tmp_path: Path) -> None:
    path = save_png(tmp_path / "a.png", zeros(4, 4))
    before = path.stat().st_ino
    save_png(path, zeros(8, 8))
    # Another inode: who reads the old picture meanwhile still has the whole of it.
    assert path.stat().st_ino != before
    assert Image.open(path).size == (8, 8)


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.png").mkdir()
    for path in (tmp_path / "file" / "a.png", tmp_path / "folder.png"):
        with pytest.raises(InvalidArgumentError, match=r"^Cannot write .*\. Choose [^\n]*$"):
            save_png(path, zeros(4, 4))
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "folder.png"]


@pytest.mark.parametrize(("path", "hint"), [("a.jpg", "'a.png'"), ("a", "'a.png'"), ("", "'.png'")])
def test_png_must_be_called_png(path: str, hint: str) -> None:
    with pytest.raises(InvalidArgumentError, match=re.escape(hint)):
        save_png(path, zeros(4, 4))


@pytest.mark.parametrize(
    "image", [zeros(1, 4, 4, 1), zeros(4, 4, 2), zeros(4, 4, dtype="float32"), zeros(0, 4)]
)
def test_png_refuses_what_is_no_picture(tmp_path: Path, image: np.ndarray) -> None:
    with pytest.raises(DataError, match="A picture must be uint8"):
        save_png(tmp_path / "a.png", image)
