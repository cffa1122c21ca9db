"""What the page answers with: markup, figures and settings, without Gradio."""

import base64
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any, Final

from ganzoo.errors import GanzooError
from ganzoo.explorer import code, html, own, pictures, samplers
from ganzoo.explorer.shelf import Shelf, Shown
from ganzoo.explorer.view import View, parse_query
from ganzoo.latent import Direction
from ganzoo.latent.factors import COLOUR_FACTORS, INK_FACTORS

__all__ = ["CLASS_SLIDERS", "SLIDERS", "Answers", "Knob", "about", "hand", "knobs", "link"]

SLIDERS: Final = 10
CLASS_SLIDERS: Final = 10
_CLASS: Final = "class "
_UNITS: Final = {
    factor.name: {"degrees": "°", "%": "%"}.get(factor.unit, f" {factor.unit}")
    for factor in (*INK_FACTORS, *COLOUR_FACTORS)
}


@dataclass(frozen=True)
class Knob:
    """A slider of a direction.

    Args:
        name: of the direction.
        low, high: the useful steps, which hold 0.
        value: where it stands.
        info: what a step does.
    """

    name: str
    low: float
    high: float
    value: float
    info: str


class Answers:
    """Answers to what a visitor does, for the models of a shelf.

    Args:
        shelf: the models.
    """

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def opened(self, pairs: Iterable[tuple[str, str]]) -> tuple[View, str]:
        """The view that a link asks for, and what is wrong with it, as markup.

        A broken link opens the first model as if there had been none.
        """
        try:
            view = parse_query(pairs, models=self.shelf.names)
            shown = self.shelf.get(view.model)
            view = shown.check(view)
            if shown.known_directions is not None:
                view = _within(shown, view)
            return view, ""
        except GanzooError as error:
            first = View(self.shelf.names[0])
            return self.shelf.get(first.model).check(first), html.alert(str(error))

    def shown(self, view: View) -> Shown:
        """The model of a view."""
        return self.shelf.get(view.model)

    def grids(self, view: View) -> tuple[str, str]:
        """The samples to take one of, and those to walk through."""
        drawn = pictures.samples(self.shown(view), view)
        taken = [] if view.z else [view.pick]
        return (
            html.grid(drawn, view, chosen=taken),
            html.grid(drawn, view, chosen=list(view.walk), numbered=True),
        )

    def walk(self, view: View) -> str:
        """The player of a walk; what to do where there is none yet."""
        if len(view.walk) < 2:
            return (
                '<p class="gz-hint">Click two samples or more: '
                "the walk leads from each to the next, and back.</p>"
            )
        frames = pictures.walk(self.shown(view), view)
        with tempfile.TemporaryDirectory(prefix="ganzoo-") as folder:
            gif = base64.b64encode(pictures.walk_gif(frames, Path(folder))).decode()
        return html.player(frames, gif, code.walk_lines(self.shown(view), view), len(view.walk))

    def samplers(self, view: View, *, draw: bool) -> str:
        """The table of samplers, with pictures if they are to be drawn now."""
        shown = self.shown(view)
        table = samplers.rows(shown)
        if not table:
            return (
                '<p class="gz-hint">No sampler was chosen for this model. '
                f"<code>ganzoo improve {escape(view.model)} --write</code> finds one.</p>"
            )
        drawn = [
            samplers.draw_row(shown, view, row.sampler) if draw and row.sampler is not None else None
            for row in table
        ]
        return html.sampler_table(table, drawn)

    def own(self, view: View, data_url: object) -> tuple[View, str]:
        """The view with a visitor's picture in hand, and what was found; or the same view and an alert."""
        try:
            found = own.find_picture(self.shown(view), view, own.read_upload(data_url))
        except GanzooError as error:
            return view, html.alert(str(error))
        return found.view, html.found(found)


def hand(shown: Shown, view: View) -> tuple[str, str]:
    """The picture in hand, and the Python that draws it, as markup."""
    if shown.known_directions is None:
        view = replace(view, steps={})
    start = pictures.draw(shown, pictures.start_z(shown, view), view)[0]
    edited = pictures.draw(shown, pictures.moved_z(shown, view), view)[0] if view.steps else start
    lines = code.picture_lines(shown, view)
    return html.picture(edited, start, view), html.code_block(lines, "Python that draws this picture")


def link(view: View | None) -> str:
    """The field that holds the link to a view; the page's script makes the query a whole address.

    Args:
        view: None leaves the address as it is.
    """
    query = "" if view is None else view.query()
    return (
        '<div class="gz-link"><label>Link to this view '
        f'<input type="text" readonly value="" data-query="{escape(query)}"></label>'
        '<button type="button" class="gz-button gz-copy">Copy</button></div>'
    )


def about(shown: Shown) -> str:
    """The model in a line."""
    manifest = shown.preset.manifest
    data = f", trained on {manifest.data.name}" if manifest.data else ""
    return (
        f'<p class="gz-about">{escape(manifest.architecture)}{escape(data)}. Each picture is a point '
        f"in a space of {manifest.network.latent_dim} numbers: take one, and move it.</p>"
    )


def knobs(shown: Shown, view: View) -> tuple[list[Knob], list[Knob]]:
    """The sliders of a model whose directions are known: of factors, and of classes."""
    known = shown.known_directions
    entries: list[Any] = [] if known is None else list(known)
    made = [_knob(entry, view) for entry in entries]
    plain = [knob for knob in made if not knob.name.startswith(_CLASS)]
    classes = sorted((k for k in made if k.name.startswith(_CLASS)), key=lambda knob: knob.name)
    return plain[:SLIDERS], classes[:CLASS_SLIDERS]


def _knob(direction: Direction, view: View) -> Knob:
    low, high = min(direction.steps[0], -1.0), max(direction.steps[1], 1.0)
    moved = direction.per_step.get(direction.name)
    unit = _UNITS.get(direction.name)
    info = "" if moved is None or unit is None else f"{moved:+.2g}{unit} a step"
    return Knob(direction.name, low, high, view.steps.get(direction.name, 0.0), info)


def _within(shown: Shown, view: View) -> View:
    """The view with steps that the sliders can show.

    Raises:
        InvalidArgumentError: the model has no direction of a name.
    """
    for name in view.steps:
        _ = shown.directions()[name]
    known = {knob.name: knob for group in knobs(shown, view) for knob in group}
    steps = {
        name: min(max(step, known[name].low), known[name].high)
        for name, step in view.steps.items()
        if name in known
    }
    return replace(view, steps=steps)
