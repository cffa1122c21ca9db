"""Directions as a picture: a row for each, from one end of its steps to the other."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ganzoo.errors import InvalidArgumentError
from ganzoo.images import grid, to_uint8
from ganzoo.latent.direction import Directions

__all__ = ["direction_picture"]

_TEXT = 15


def direction_picture(
    gan: Any,
    directions: Directions,
    *,
    seed: int = 0,
    columns: int = 9,
    label: int = 0,
    scale: int | None = None,
) -> NDArray[np.uint8]:
    """Walk along each direction from one and the same z.

    Args:
        gan: a `ganzoo.GAN` that the directions are of.
        directions: a row each, with its name and its steps beside it.
        seed: of the z.
        columns: pictures a row, at least 2; an odd number has z itself in the middle where steps are even.
        label: of a class-conditional model.
        scale: times to enlarge each picture; about 56 pixels by default.

    Returns:
        uint8 (height, width, channels).

    Raises:
        InvalidArgumentError: fewer than 2 columns.

    Example:
        >>> images.save_png("directions.png", direction_picture(gan, directions))
    """
    if columns < 2:
        raise InvalidArgumentError(f"columns must be at least 2. Received: columns={columns}")
    scale = scale or max(1, round(56 / gan.image_shape[0]))
    z = gan.sample_latents(1, seed=seed)
    rows = []
    for direction in directions:
        moved = np.concatenate([direction.move(z, step) for step in np.linspace(*direction.steps, columns)])
        drawn = to_uint8(gan.decode(moved, labels=label if gan.num_classes else None))
        row = grid(drawn, columns=columns, scale=scale)
        low, high = direction.steps
        caption = _caption(f"{direction.name}\n{low:+.1f} to {high:+.1f}", row.shape[0])
        rows.append((caption, row))
    width = max(caption.shape[1] for caption, _ in rows)
    return np.concatenate([_join(caption, row, width) for caption, row in rows])


def _caption(text: str, height: int) -> NDArray[np.uint8]:
    font = ImageFont.load_default(_TEXT)
    probe = ImageDraw.Draw(Image.new("L", (1, 1)))
    box = probe.multiline_textbbox((0, 0), text, font=font)
    image = Image.new("L", (int(box[2]) + 12, height), 255)
    ImageDraw.Draw(image).multiline_text((6, height / 2), text, fill=0, font=font, anchor="lm")
    return np.asarray(image)


def _join(caption: NDArray[np.uint8], row: NDArray[np.uint8], width: int) -> NDArray[np.uint8]:
    padded = np.pad(caption, ((0, 0), (0, width - caption.shape[1])), constant_values=255)
    return np.concatenate([np.repeat(padded[..., None], row.shape[2], 2), row], axis=1)
