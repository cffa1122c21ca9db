"""Arrays in memory, labels, fingerprints."""

import numpy as np
import pytest

from ganzoo.data import ImageSource, from_arrays
from ganzoo.errors import DataError, InvalidArgumentError

RNG = np.random.default_rng(0)
GREY = RNG.integers(0, 256, (6, 28, 28), np.uint8)


def test_bytes_are_taken_as_they_are() -> None:
    source = from_arrays(GREY, [0, 1, 2, 0, 1, 4])
    assert np.shares_memory(source.images, GREY)
    assert source.image_shape == (28, 28, 1)
    assert len(source) == 6
    assert source.num_classes == 5
    np.testing.assert_array_equal(source.images[[5, 0]][..., 0], GREY[[5, 0]])
    assert source.report() == "6 images of 28x28 grey, 4 classes"


def test_a_source_cannot_be_written_to_and_its_array_still_can() -> None:
    images = GREY.copy()
    with pytest.raises(ValueError, match="read-only"):
        from_arrays(images).images[0] = 0
    images[0] = 0


def test_floats_become_bytes() -> None:
    source = from_arrays(np.linspace(-1, 1, 256).reshape(1, 16, 16, 1))
    assert source.images.dtype == np.uint8
    assert source.images.ravel().tolist() == list(range(256))


def test_size_and_channels_convert() -> None:
    rgb = np.zeros((2, 40, 60, 3), np.uint8)
    rgb[:, :, 10:50] = (200, 20, 30)
    source = from_arrays(rgb, size=20, channels=1)
    # The middle square is red all over; ITU-R 601 makes it 75.
    assert (source.images == 75).all()
    assert source.was_colour
    assert source.report() == "2 images of 20x20 grey, resized from 40x60, RGB to grey"
    back = from_arrays(source.images, channels=3)
    assert back.image_shape == (20, 20, 3)
    assert not back.was_colour


def test_transparency_is_put_on_white() -> None:
    rgba = np.zeros((1, 4, 4, 4), np.uint8)
    rgba[..., 3] = 51
    assert (from_arrays(rgba).images == np.full((1, 4, 4, 3), 204)).all()


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1], "2 labels for 6 images"),
        ([0, 1, 2, 3, 4, -1], "from -1 to 4"),
        ([0.5] * 6, "integers"),
        (np.eye(6), "argmax"),
        (["cat"] * 6, "integers"),
        ([2**40] * 6, "count classes from 0"),
        (3, "integers"),
    ],
)
def test_labels_that_cannot_be(labels: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        from_arrays(GREY, labels)


def test_labels_become_int32() -> None:
    for labels in (np.arange(6, dtype=np.uint8), np.arange(6)[:, None]):
        taken = from_arrays(GREY, labels).labels
        assert taken is not None
        assert taken.dtype == np.int32
        assert taken.tolist() == list(range(6))


@pytest.mark.parametrize(("options", "message"), [({"size": 0}, "size=0"), ({"channels": 4}, "channels=4")])
def test_targets_out_of_range(options: dict, message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        from_arrays(GREY, **options)


def test_the_fingerprint_is_of_the_content() -> None:
    def digest(images: np.ndarray, labels: object = None) -> str:
        return from_arrays(images, labels, name=str(id(images))).fingerprint()

    changed = GREY.copy()
    changed[3, 4, 5] ^= 1
    assert digest(GREY) == digest(GREY.copy()) == digest(GREY[..., None]) == digest(np.asfortranarray(GREY))
    different = [GREY, changed, GREY[:5], GREY.reshape(6, 14, 56)]
    digests = {digest(images) for images in different} | {digest(GREY, [0] * 6), digest(GREY, [1] * 6)}
    assert len(digests) == 6


def test_the_fingerprint_of_a_known_source_by_hand() -> None:
    import hashlib

    source = ImageSource(images=np.full((1, 2, 2, 1), 7, np.uint8), labels=np.array([3], np.int32))
    expected = hashlib.sha256(b"|u1(1, 2, 2, 1)" + bytes([7] * 4) + b"<i4(1,)" + bytes([3, 0, 0, 0]))
    assert source.fingerprint() == expected.hexdigest()
