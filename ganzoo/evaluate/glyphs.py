"""Digits drawn by code, each a little turned, shifted and scaled: labelled images where no data set is."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ganzoo.evaluate._checks import check_seed
from ganzoo.evaluate.augment import random_affine, random_tone
from ganzoo.sampling import check_count

__all__ = ["glyph_digits"]

SIDE = 28
SIZES = (17, 19, 21, 23)
STROKES = (0, 1)


def glyph_digits(n: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Draws white digits on black in Pillow's own font.

    Args:
        n: number of images.
        seed: of everything that is drawn.

    Returns:
        Images, uint8 (n, 28, 28, 1), and labels from 0 to 9, int64 (n,), each as often as the others.

    Raises:
        InvalidArgumentError: n below 1, or the seed out of range.

    Example:
        >>> images, labels = glyph_digits(1000, seed=0)
    """
    rng = np.random.default_rng(check_seed(seed))
    labels = rng.permutation(np.arange(check_count(n)) % 10)
    styles = np.array(
        [[_glyph(str(digit), size, stroke) for size in SIZES for stroke in STROKES] for digit in range(10)]
    )
    images = styles[labels, rng.integers(0, styles.shape[1], n)]
    images = random_affine(images, rng=rng, degrees=15, shift=2.5, zoom=0.15)
    return random_tone(images, rng=rng), labels


def _glyph(text: str, size: int, stroke: int) -> np.ndarray:
    image = Image.new("L", (SIDE, SIDE))
    font = ImageFont.load_default(size)
    middle = (SIDE / 2, SIDE / 2)
    ImageDraw.Draw(image).text(middle, text, fill=255, font=font, anchor="mm", stroke_width=stroke)
    return np.asarray(image)[..., None]
