"""A comparison as a picture: a grid of each model, and under it what it scored."""

import textwrap
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ganzoo import images
from ganzoo.zoo.comparison import Compared, Comparison
from ganzoo.zoo.comparison_rows import main_scores, notes

__all__ = ["comparison_picture", "model_grid"]

_MARGIN: Final = 20
_NAME, _TEXT, _NOTE = 24, 16, 14
_LINE: Final = 1.4
_MOST_IN_A_ROW: Final = 4
# About so many pixels of a grid's side, whatever the models' sizes.
_SIDE: Final = 420


def comparison_picture(comparison: Comparison) -> NDArray[np.uint8]:
    """Draw the grids side by side, at most four in a row, with names, scores and protocols.

    Args:
        comparison: of at least two models.

    Returns:
        uint8 (height, width, 3).

    Example:
        >>> images.save_png("compare.png", comparison_picture(zoo.compare(["mnist-dcgan", "mnist-wgan-gp"])))
    """
    models = comparison.models
    panels = [_panel(model, main_scores(comparison, model)) for model in models]
    width, height = (max(panel.size[axis] for panel in panels) for axis in (0, 1))
    across = min(len(panels), _MOST_IN_A_ROW)
    down = -(-len(panels) // across)
    total = _MARGIN + across * (width + _MARGIN)
    foot = _text(notes(comparison), _NOTE, width=total - 2 * _MARGIN)
    canvas = Image.new("RGB", (total, 2 * _MARGIN + down * (height + _MARGIN) + foot.size[1]), "white")
    for i, panel in enumerate(panels):
        place = (_MARGIN + i % across * (width + _MARGIN), _MARGIN + i // across * (height + _MARGIN))
        canvas.paste(panel, place)
    canvas.paste(foot, (_MARGIN, canvas.size[1] - _MARGIN - foot.size[1]))
    return np.asarray(canvas)


def model_grid(model: Compared) -> NDArray[np.uint8]:
    """The grid of a model, enlarged by a whole factor to about the size of the others'."""
    n, height = model.images.shape[:2]
    columns = int(np.ceil(np.sqrt(n)))
    return images.grid(model.images, columns=columns, scale=max(1, round(_SIDE / columns / height)))


def _panel(model: Compared, lines: Sequence[str]) -> Image.Image:
    grid = images.to_pillow(model_grid(model)).convert("RGB")
    name = _text([model.name], _NAME)
    text = _text(lines, _TEXT)
    width = max(grid.size[0], name.size[0], text.size[0])
    panel = Image.new("RGB", (width, name.size[1] + grid.size[1] + text.size[1]), "white")
    panel.paste(name, (0, 0))
    panel.paste(grid, (0, name.size[1]))
    panel.paste(text, (0, name.size[1] + grid.size[1]))
    return panel


def _text(lines: Sequence[str], size: int, *, width: int | None = None) -> Image.Image:
    """Lines as a picture, broken to a width if one is given."""
    font: Any = ImageFont.load_default(size)
    lines = [_in_the_font(line) for line in lines]
    if width is not None:
        letters = max(20, int(width / font.getlength("n")))
        lines = [part for line in lines for part in textwrap.wrap(line, letters)]
    step = round(size * _LINE)
    widest = max((font.getlength(line) for line in lines), default=1.0)
    picture = Image.new("RGB", (int(widest) + 2, step * len(lines) + 8), "white")
    draw = ImageDraw.Draw(picture)
    for i, line in enumerate(lines):
        draw.text((0, 4 + i * step), line, fill="#222", font=font)
    return picture


def _in_the_font(line: str) -> str:
    """Pillow's own font has no letters with accents: é is drawn as e."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", line) if not unicodedata.combining(letter)
    )
