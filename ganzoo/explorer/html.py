"""The page's own markup. Whatever comes from a preset's files is escaped."""

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganzoo import images
from ganzoo.explorer.own import Found
from ganzoo.explorer.pictures import FPS, data_uri
from ganzoo.explorer.samplers import Row
from ganzoo.explorer.view import View

__all__ = ["alert", "code_block", "found", "grid", "picture", "player", "sampler_table", "words_of"]

Pictures = NDArray[np.uint8]


def grid(pictures: Pictures, view: View, *, chosen: Sequence[int], numbered: bool = False) -> str:
    """Samples as buttons, the chosen ones pressed.

    Args:
        pictures: uint8 (n, height, width, channels).
        view: that they are of.
        chosen: indices, in order.
        numbered: show each chosen one's place in that order, as a walk needs it.
    """
    hint = "Samples to walk through" if numbered else "Samples"
    buttons = []
    for index, image in enumerate(pictures):
        pressed = index in chosen
        badge = str(chosen.index(index) + 1) if pressed and numbered else ""
        buttons.append(
            f'<button type="button" data-index="{index}" aria-pressed="{str(pressed).lower()}" '
            f'aria-label="Sample {index + 1}" tabindex="{-1 if index else 0}" data-badge="{badge}">'
            f'<img alt="" src="{data_uri(image)}"></button>'
        )
    return (
        f'<div class="gz-grid" data-many="{str(numbered).lower()}" role="group" '
        f'aria-label="{hint} of seed {view.seed}">{"".join(buttons)}</div>'
    )


def picture(edited: Pictures, start: Pictures, view: View) -> str:
    """The picture in hand, large, and what it was before it was moved.

    Args:
        edited: uint8 (height, width, channels).
        start: the same.
        view: that they are of.
    """
    before = ""
    if view.steps:
        before = (
            f'<figure class="gz-before"><img alt="Before" src="{data_uri(start)}">'
            "<figcaption>before</figcaption></figure>"
        )
    words = escape(words_of(view))
    return (
        f'<figure class="gz-picture"><img class="gz-main" alt="{words}" src="{data_uri(edited)}">{before}'
        f'<figcaption aria-live="polite">{words}</figcaption></figure>'
    )


def words_of(view: View) -> str:
    """A view in words, such as "Sample 4 of seed 7, slant +1.5"."""
    start = "Your picture" if view.z else f"Sample {view.pick + 1} of seed {view.seed}"
    label = [] if view.label is None else [f"class {view.label}"]
    return ", ".join([start, *label, *(f"{name} {step:+g}" for name, step in view.steps.items())])


def player(frames: Pictures, gif: str, lines: str, stops: int) -> str:
    """A walk: played, stopped, dragged through, downloaded.

    Args:
        frames: uint8 (n, height, width, channels).
        gif: base64.
        lines: Python that draws the same.
        stops: how many samples it passes.
    """
    n, height, width, _ = frames.shape
    sheet = data_uri(images.grid(frames, columns=n, padding=0))
    return f"""<div class="gz-player" data-frames="{n}" data-fps="{FPS}">
<canvas width="{width}" height="{height}" role="img" aria-label="A walk through {stops} samples"></canvas>
<img class="gz-sheet" alt="" src="{sheet}" hidden>
<div class="gz-row"><button type="button" class="gz-button gz-play">Play</button>
<input type="range" min="0" max="{n - 1}" value="0" step="1" aria-label="Frame of the walk">
<a class="gz-button" download="walk.gif" href="data:image/gif;base64,{gif}">Download GIF</a></div></div>
<details class="gz-more"><summary>The same walk in Python</summary>
{code_block(lines, "Python that draws this walk")}</details>"""


def code_block(lines: str, label: str) -> str:
    """Python to read and to copy."""
    return (
        f'<div class="gz-code"><button type="button" class="gz-button gz-copy">Copy</button>'
        f'<pre tabindex="0" role="region" aria-label="{escape(label)}">'
        f"<code>{escape(lines)}</code></pre></div>"
    )


def found(result: Found) -> str:
    """What was looked for and what was found, side by side."""
    done = ", ".join(result.steps) or "taken as it is"
    pairs = (("prepared", result.prepared), ("as the model draws it", result.drawn))
    figures = "".join(
        f'<figure><img alt="{words}" src="{data_uri(image)}"><figcaption>{words}</figcaption></figure>'
        for words, image in pairs
    )
    return (
        f'<div class="gz-found" role="status">{figures}<p>{escape(done)}. They differ by '
        f"{result.rmse:.0f} of 255 grey levels (RMSE). The sliders now move your picture.</p></div>"
    )


def alert(message: str) -> str:
    """One message that a screen reader speaks at once."""
    return f'<p class="gz-alert" role="alert">{escape(message)}</p>'


def sampler_table(table: Sequence[Row], drawn: Sequence[Any]) -> str:
    """Samplers side by side.

    Args:
        table: their scores.
        drawn: the pictures of each, uint8 (n, height, width, channels); None where they cannot be drawn.
    """
    head = "".join(
        f'<th scope="col" title="{title}">{name}</th>'
        for name, title in (
            ("excess", "Fréchet distance beyond that of as many real images: 0 is best"),
            ("recall", "share of real images that samples surround: 1 is best"),
            ("precision", "share of samples that real images surround: 1 is best"),
            ("cost", "times the seconds of plain drawing"),
        )
    )
    body = "".join(_sampler(row, pictures) for row, pictures in zip(table, drawn, strict=True))
    first = table[0].measured
    return (
        '<div class="gz-scroll" tabindex="0" role="region" aria-label="Samplers and their scores">'
        f'<table class="gz-samplers"><thead><tr><th scope="col">sampler</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
        f'<p class="gz-note">By <code>ganzoo improve</code>: {first.n:,} pictures each, judged by '
        f"{escape(first.extractor)}. Excess: of the Fréchet distance over that of as many real images, 0 is "
        "best; recall and precision: 1 is best; cost: times that of plain drawing.</p>"
    )


def _sampler(row: Row, pictures: Any) -> str:
    measured = row.measured
    name, _, settings = measured.sampler.partition(": ")
    best = ' <strong class="gz-best">best</strong>' if row.best else ""
    cells = (
        f"{measured.excess:.3f}",
        f"{measured.recall:.3f}",
        f"{measured.precision:.3f}",
        f"{measured.cost:.1f}×",
    )
    strip = '<p class="gz-note">Scores only: the preset does not keep the calibration that it read.</p>'
    if pictures is not None:
        uri = data_uri(images.grid(pictures, columns=len(pictures), padding=1, background=128))
        strip = f'<img alt="{len(pictures)} pictures drawn by {escape(name)}" src="{uri}">'
    numbers = "".join(f"<td>{cell}</td>" for cell in cells)
    return (
        f'<tr><th scope="row">{escape(name)}{best}</th>{numbers}</tr>'
        f'<tr class="gz-strip"><td colspan="5">{strip}<small>{escape(settings)}</small></td></tr>'
    )
