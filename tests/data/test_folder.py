"""Folders of real files: every format and mode, broken ones, bombs."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganzoo.data import from_folder
from ganzoo.errors import DataError, InvalidArgumentError

RED = (200, 20, 30)


def write(
    path: Path,
    mode: str = "RGB",
    colour: object = RED,
    *,
    size: tuple[int, int] = (32, 32),
    **options: object,
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path, **options)
    return path


def bomb(path: Path, width: int, height: int) -> None:
    """A valid PNG header of a huge picture, a few bytes long."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("name", "mode", "colour", "options", "expected"),
    [
        ("grey.png", "L", 90, {}, (90, 90, 90)),
        ("bits.png", "1", 1, {}, (255, 255, 255)),
        ("rgb.png", "RGB", RED, {}, RED),
        ("rgba.png", "RGBA", (0, 0, 0, 51), {}, (204, 204, 204)),
        ("la.png", "LA", (0, 0), {}, (255, 255, 255)),
        ("deep.png", "I;16", 257 * 80, {}, (80, 80, 80)),
        ("clear.png", "RGB", RED, {"transparency": RED}, (255, 255, 255)),
        ("palette.gif", "RGB", (0, 0, 255), {}, (0, 0, 255)),
        ("UPPER.PNG", "RGB", RED, {}, RED),
        ("rgb.bmp", "RGB", RED, {}, RED),
        ("grey.jpg", "L", 90, {}, (90, 90, 90)),
        ("rgb.jpeg", "RGB", RED, {"quality": 95}, RED),
        ("cmyk.jpg", "CMYK", (0, 255, 255, 0), {"quality": 95}, (255, 0, 0)),
        ("rgb.webp", "RGB", RED, {"lossless": True}, RED),
        ("rgba.webp", "RGBA", (0, 0, 0, 0), {"lossless": True}, (255, 255, 255)),
    ],
)
def test_every_format_and_mode(
    tmp_path: Path, name: str, mode: str, colour: object, options: dict, expected: tuple[int, int, int]
) -> None:
    write(tmp_path / name, mode, colour, **options)
    source = from_folder(tmp_path, size=16, channels=3)
    assert source.images.shape == (1, 16, 16, 3)
    assert source.images.dtype == np.uint8
    assert source.skipped == ()
    tolerance = 4 if name.endswith(("jpg", "jpeg")) else 0
    assert np.abs(source.images[0].astype(int) - expected).max() <= tolerance


def test_a_palette_png_and_the_first_frame_of_a_gif(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), RED).quantize(4).save(tmp_path / "a.png")
    blue = Image.new("RGB", (8, 8), (0, 0, 255))
    Image.new("RGB", (8, 8), RED).save(tmp_path / "b.gif", save_all=True, append_images=[blue])
    source = from_folder(tmp_path, size=8, channels=3)
    assert (source.images == RED).all()
    assert len(source) == 2


@pytest.mark.parametrize("name", ["turned.jpg", "turned.png", "turned.webp"])
def test_the_cameras_orientation_is_honoured(tmp_path: Path, name: str) -> None:
    picture = Image.fromarray(np.repeat(np.array([[0], [255]], np.uint8), 16, axis=0).repeat(32, axis=1))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise: what is on top belongs on the right
    picture.save(tmp_path / name, exif=exif)
    image = from_folder(tmp_path, size=32, channels=1).images[0, ..., 0]
    assert image[:, :14].min() > 240
    assert image[:, 18:].max() < 15


@pytest.mark.parametrize("exif", [b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff"])
def test_damaged_exif_costs_no_image(tmp_path: Path, exif: bytes) -> None:
    write(tmp_path / "a.jpg", "L", 90, exif=exif)
    assert (from_folder(tmp_path, size=8, channels=1).images == 90).all()


def test_broken_files_are_named_and_skipped(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    for index in range(3):
        Image.fromarray(pixels).save(tmp_path / f"good{index}.png")
    for suffix in ("png", "jpg", "webp", "bmp"):
        whole = tmp_path / f"truncated.{suffix}"
        Image.fromarray(pixels).save(whole)
        whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "text.jpg").write_text("I am no picture")
    bomb(tmp_path / "bomb.png", 30_000, 30_000)
    bomb(tmp_path / "large.png", 10_000, 10_000)
    (tmp_path / "notes.txt").write_text("not counted")

    source = from_folder(tmp_path, size=28, channels=3)
    assert len(source) == 3
    assert (source.images == source.images[0]).all()
    reasons = dict(source.skipped)
    broken = "bomb.png empty.png large.png text.jpg truncated.bmp truncated.jpg truncated.png truncated.webp"
    assert " ".join(reasons) == broken
    assert "bomb" in reasons["bomb.png"]
    assert "bomb" in reasons["large.png"]
    assert not any(str(tmp_path) in reason or "\n" in reason for reason in reasons.values())
    assert source.report() == (
        "read 3 images of 11 (8 broken: bomb.png, empty.png, large.png, …), resized from 64x48 to 28x28"
    )


def test_a_decoder_that_was_not_asked_for_never_runs(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png", "PPM")
    with pytest.raises(DataError, match="None of the 1 images"):
        from_folder(tmp_path, size=8, channels=3)


def test_reports(tmp_path: Path) -> None:
    write(tmp_path / "a.png", size=(64, 48))
    write(tmp_path / "b.png", size=(20, 30))
    assert from_folder(tmp_path, size=28, channels=3).report() == (
        "read 2 images of 2, resized from 2 sizes (20x30 to 64x48) to 28x28"
    )
    colour = from_folder(tmp_path, size=28, channels=1)
    assert colour.report().endswith("to 28x28, colour to grey")
    assert colour.was_colour
    # ITU-R 601: 0.299 R + 0.587 G + 0.114 B
    assert (colour.images == round(0.299 * 200 + 0.587 * 20 + 0.114 * 30)).all()


def test_grey_stored_as_rgb_is_not_called_colour(tmp_path: Path) -> None:
    write(tmp_path / "a.jpg", colour=(90, 90, 90))
    source = from_folder(tmp_path, size=32, channels=1)
    assert not source.was_colour
    assert source.report() == "read 1 image of 1"


def test_order_names_and_hidden_files(tmp_path: Path) -> None:
    for index, name in enumerate(["b/2.png", "a.png", "b/10.png", "c/d/e.png"]):
        write(tmp_path / name, "L", index)
    write(tmp_path / ".hidden.png")
    write(tmp_path / ".thumbnails" / "a.png")
    write(tmp_path / "__MACOSX" / "a.png")
    source = from_folder(tmp_path, size=4, channels=1)
    assert source.images[:, 0, 0, 0].tolist() == [1, 2, 0, 3]
    assert source.name == tmp_path.name
    assert source.labels is None


def test_sub_folders_as_classes(tmp_path: Path) -> None:
    for name in ("dog/1.png", "cat/1.png", "cat/young/2.png", "dog/2.png"):
        write(tmp_path / name)
    (tmp_path / "empty").mkdir()
    source = from_folder(tmp_path, size=4, channels=3, labels="folders")
    assert source.class_names == ("cat", "dog")
    assert source.num_classes == 2
    assert source.labels is not None
    assert source.labels.tolist() == [0, 0, 1, 1]
    assert source.labels.dtype == np.int32
    write(tmp_path / "stray.png")
    with pytest.raises(DataError, match=r"1 of 5 directly in .*'stray\.png'"):
        from_folder(tmp_path, size=4, channels=3, labels="folders")


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No images in"):
        from_folder(tmp_path, size=4, channels=1)
    with pytest.raises(DataError, match="No such folder"):
        from_folder(tmp_path / "absent", size=4, channels=1)
    (tmp_path / "a.png").write_bytes(b"broken")
    with pytest.raises(DataError, match=r"None of the 1 images in .* a\.png: cannot identify"):
        from_folder(tmp_path, size=4, channels=1)


def test_too_much_is_refused_before_it_is_allocated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a.png")
    monkeypatch.setattr("ganzoo.data.folder._MAX_BYTES", 4095)
    with pytest.raises(DataError, match="GiB at 64x64x1"):
        from_folder(tmp_path, size=64, channels=1)


@pytest.mark.parametrize(
    "options", [{"size": 0}, {"channels": 2}, {"channels": 4}, {"crop": "left"}, {"labels": "names"}]
)
def test_options_out_of_range(tmp_path: Path, options: dict) -> None:
    with pytest.raises(InvalidArgumentError, match=next(iter(options))):
        from_folder(tmp_path, **{"size": 4, "channels": 1, **options})


def test_progress_counts_every_file(tmp_path: Path) -> None:
    for index in range(5):
        write(tmp_path / f"{index}.png")
    seen: list[tuple[int, int]] = []
    from_folder(tmp_path, size=4, channels=1, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(done, 5) for done in range(1, 6)]


def test_the_fingerprint_follows_the_pixels_not_the_place(tmp_path: Path) -> None:
    write(tmp_path / "one" / "a.png")
    write(tmp_path / "two" / "b.png")
    write(tmp_path / "three" / "a.png", colour=(200, 20, 31))
    one, two, three = (
        from_folder(tmp_path / name, size=4, channels=3).fingerprint() for name in ("one", "two", "three")
    )
    assert one == two != three
