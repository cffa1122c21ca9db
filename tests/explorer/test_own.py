"""One's own picture: bad uploads get one clear message, good ones of any kind a z that draws them."""

import base64
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from ganzoo.errors import DataError
from ganzoo.explorer import own, pictures
from ganzoo.explorer.view import View


def as_url(picture: Image.Image, kind: str = "PNG") -> str:
    file = io.BytesIO()
    picture.save(file, kind)
    return "data:image/x;base64," + base64.b64encode(file.getvalue()).decode()


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that claims a size, with next to nothing in it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"0")), (b"IEND", b""))
    parts = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 30), "uint8"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "That is no picture"),
        ({"path": "/etc/passwd"}, "That is no picture"),
        ("data:text/plain;base64," + base64.b64encode(b"hello").decode(), "That is no picture"),
        ("data:image/svg+xml;base64," + base64.b64encode(b"<svg/>").decode(), "That is no picture"),
        ("/etc/passwd", "That is no picture"),
        ("data:image/png;base64,%%%", "That is no picture"),
        (as_url(NOISE)[:-400], "damaged"),
        ("data:x;base64," + base64.b64encode(png_of_size(60_000, 60_000)).decode(), "89 million"),
        ("data:x;base64," + base64.b64encode(png_of_size(10_000, 10_000)).decode(), "89 million"),
        ("data:x;base64," + "A" * (own.MOST_BYTES * 4 // 3 + 200), "larger than 10 MB"),
    ],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_what_is_no_usable_picture(data, said):
    with pytest.raises(DataError, match=said) as refused:
        own.read_upload(data)
    assert "\n" not in str(refused.value)
    assert "/etc" not in str(refused.value)


@pytest.mark.parametrize(
    ("mode", "kind", "expected"),
    [
        ("L", "PNG", "L"),
        ("1", "PNG", "L"),
        ("I;16", "PNG", "L"),
        ("RGBA", "PNG", "RGB"),
        ("LA", "PNG", "L"),
        ("P", "GIF", "RGB"),
        ("CMYK", "JPEG", "RGB"),
        ("RGB", "WEBP", "RGB"),
    ],
)
def test_colours_of_every_kind_are_taken(mode, kind, expected):
    source = NOISE.convert("RGB").convert("CMYK") if mode == "CMYK" else NOISE.convert(mode)
    read = own.read_upload(as_url(source, kind))
    assert read.size == (30, 40)
    assert read.mode == expected


def test_a_picture_is_found_and_its_link_draws_it(answers):
    view = View("dots-classes", label=2)
    shown = answers.shown(view)
    target = shown.gan.generate(1, seed=11, labels=view.label)[0]
    found = own.find_picture(shown, view, Image.fromarray(target[..., 0]))
    np.testing.assert_array_equal(found.prepared, target)
    start = shown.gan.generate(1, seed=0, labels=view.label)[0]
    assert found.rmse < 0.5 * np.sqrt(np.mean((start.astype(float) - target) ** 2))
    assert (found.view.label, found.view.seed) == (view.label, view.seed)
    again = pictures.draw(shown, pictures.start_z(shown, found.view), found.view)[0]
    np.testing.assert_array_equal(again, found.drawn)


def test_a_bad_upload_leaves_the_view(answers):
    view, said = answers.own(View("dots"), "nonsense")
    assert view == View("dots")
    assert 'role="alert"' in said
