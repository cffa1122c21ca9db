"""One's own picture: taken in from the page, prepared, and found in latent space."""

import base64
import binascii
import io
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from ganzoo import latent
from ganzoo.data.photo import prepare_picture
from ganzoo.data.picture import open_picture
from ganzoo.errors import DataError, InvalidArgumentError
from ganzoo.explorer.pictures import draw
from ganzoo.explorer.shelf import Shown
from ganzoo.explorer.view import View, pack, unpack

__all__ = ["MOST_BYTES", "Found", "find_picture", "read_upload"]

MOST_BYTES: Final = 10 * 2**20
# A page is waited for: one start, which compiles one shape, and fewer steps than `latent.invert` takes.
_SEARCH: Final[dict[str, Any]] = {"starts": 1, "explore": 0, "steps": 150, "pool": 1024}


@dataclass(frozen=True, eq=False)
class Found:
    """What was found for a picture.

    Args:
        view: of the page, now with the picture's z and label.
        prepared: uint8 (height, width, channels), what was looked for.
        drawn: the same, what the model draws in its place.
        steps: what was done to the picture before, in words.
        rmse: between both, in grey levels of 255.
    """

    view: View
    prepared: NDArray[np.uint8]
    drawn: NDArray[np.uint8]
    steps: list[str]
    rmse: float


def read_upload(data_url: object) -> Image.Image:
    """A picture as the browser sends it.

    Args:
        data_url: `data:image/png;base64,…`, of any kind of image that ganzoo reads.

    Returns:
        A Pillow picture of mode "L" or "RGB", the right way up.

    Raises:
        DataError: it is too large, or is no picture; the message is for who sent it.
    """
    text = data_url if isinstance(data_url, str) else ""
    if len(text) > MOST_BYTES * 4 / 3 + 100:
        raise DataError(f"That file is larger than {MOST_BYTES // 2**20} MB. Send a smaller one.")
    try:
        raw = base64.b64decode(text.partition(",")[2], validate=True)
        return open_picture(io.BytesIO(raw))[0]
    except (DataError, Image.DecompressionBombError):
        raise DataError("That picture has more than 89 million pixels. Send a smaller one.") from None
    except (UnidentifiedImageError, binascii.Error):
        raise DataError("That is no picture. Send a PNG, JPEG, WebP, BMP or GIF.") from None
    # Decoders fail in many ways on a damaged file: OSError, SyntaxError, struct.error, zlib.error…
    except Exception:
        raise DataError("That picture is damaged and cannot be read. Send another one.") from None


def find_picture(shown: Shown, view: View, picture: Image.Image) -> Found:
    """Find the z from which a model draws a picture most nearly.

    Args:
        shown: the view's model.
        view: of the page.
        picture: of any size, mode "L" or "RGB".

    Returns:
        The `Found`. Its z is rounded to float16, as a link carries it.

    Raises:
        DataError: no digit is to be seen in the photo, where the model draws digits.
    """
    gan, data = shown.gan, shown.preset.manifest.data
    digits = data is not None and data.name == "mnist"
    size, _, channels = gan.image_shape
    prepared = prepare_picture(picture, size=size, channels=channels, style="digit" if digits else "photo")
    target = prepared.image[None]
    try:
        found = latent.invert(gan, target, encoder=shown.encoder, **_SEARCH)
    except InvalidArgumentError:  # conditional, and no classifier is known that would read its class
        found = latent.invert(gan, target, labels=view.label, encoder=shown.encoder, **_SEARCH)
    label = None if found.labels is None else int(found.labels[0])
    packed = pack(found.z[0])
    here = replace(view, z=packed, label=label)
    drawn = draw(shown, unpack(packed, gan.latent_dim), here)[0]
    rmse = float(np.sqrt(np.mean((drawn.astype("float64") - prepared.image) ** 2)))
    return Found(here, prepared.image, drawn, prepared.steps, rmse)
