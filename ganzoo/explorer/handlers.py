"""From an event on the page to new values of its components."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ganzoo.explorer.answers import SLIDERS, Answers, Knob, about, hand, knobs, link
from ganzoo.explorer.html import alert
from ganzoo.explorer.view import View, parse_stops

__all__ = ["Handlers"]

Update = dict[Any, Any]


class Handlers:
    """What happens when a visitor does something.

    Args:
        answers: that the page shows.
        gradio: the module, which is imported only where the page is built.
        parts: the page's components by name; see `ganzoo.explorer.layout`.
    """

    def __init__(self, answers: Answers, gradio: Any, parts: Any) -> None:
        self.answers, self.gradio, self.parts = answers, gradio, parts

    def open(self, pairs: Iterable[tuple[str, str]]) -> Update:
        """A page was opened: its address says what it shows."""
        view, message = self.answers.opened(pairs)
        return {**self._everything(view), self.parts.message: message}

    def find(self, view: View) -> Update:
        """Find the model's directions, if that has to be done."""
        self.answers.shown(view).directions()
        return {self.parts.finding: self.gradio.update(visible=False)}

    def found(self, view: View) -> Update:
        """Show the sliders of directions that had to be found; seconds have passed, and the view moved on."""
        shown = self.answers.shown(view)
        if shown.has_directions:
            return {}
        known = {direction.name for direction in shown.directions()}
        kept = replace(view, steps={name: step for name, step in view.steps.items() if name in known})
        return {**self._in_hand(kept), **self._sliders(kept)}

    def model(self, view: View, name: str) -> Update:
        """Another model was chosen; seed and place stay, what belongs to the old model's space goes."""
        fresh = View(name, seed=view.seed, pick=view.pick, walk=view.walk, tab=view.tab)
        return self._everything(self.answers.shown(fresh).check(fresh))

    def seed(self, view: View, seed: float | None) -> Update:
        """Another seed was typed."""
        if seed is None:
            return {}
        if seed < 0 or seed != int(seed) or seed >= 2**53:
            return {self.parts.message: alert("The seed must be a whole number from 0 to 9007199254740991.")}
        return self._samples(replace(view, seed=int(seed)))

    def another_seed(self, view: View) -> Update:
        """A seed is to be chosen by chance."""
        drawn = replace(view, seed=random.randrange(100_000))
        return {**self._samples(drawn), self.parts.seed: drawn.seed}

    def label(self, view: View, label: int) -> Update:
        """Another class was chosen."""
        return self._samples(self.answers.shown(view).check(replace(view, label=int(label))))

    def hand(self, view: View, pick: str, *values: float | None) -> Update:
        """A sample was taken, or a slider moved.

        Args:
            view: of the page.
            pick: index of the sample that is pressed; "" for none, where one's own picture is in hand.
            values: where the sliders stand.
        """
        factors, classes = knobs(self.answers.shown(view), view)
        slots = [*zip(factors, values[:SLIDERS], strict=False), *zip(classes, values[SLIDERS:], strict=False)]
        steps = {knob.name: round(min(max(float(v or 0), knob.low), knob.high), 2) for knob, v in slots}
        moved = replace(view, steps={name: step for name, step in steps.items() if step})
        taken = parse_stops(pick)
        return self._in_hand(replace(moved, pick=taken[0], z="") if taken else moved)

    def walk(self, view: View, stops: str) -> Update:
        """A sample joined the walk or left it; those that are pressed are named, such as "3.1"."""
        changed = replace(view, walk=parse_stops(stops))
        return {
            self.parts.session: changed,
            self.parts.player: self.answers.walk(changed),
            self.parts.link: link(changed),
        }

    def reset(self, view: View) -> Update:
        """All sliders go back to 0."""
        still = replace(view, steps={})
        return {**self._in_hand(still), **self._sliders(still)}

    def own(self, view: View, picture: Any) -> Update:
        """A picture was drawn or sent: find it, which takes seconds."""
        found, said = self.answers.own(view, picture)
        return {self.parts.own_view: None if found is view else found, self.parts.found: said}

    def take_own(self, view: View, found: View | None) -> Update:
        """Take the picture that was found, unless another model was chosen in the meantime."""
        if found is None or found.model != view.model:
            return {}
        here = replace(view, z=found.z, label=found.label)
        return {**self._samples(here), self.parts.own_view: None, self.parts.label: self._label(here)}

    def tab(self, view: View, name: str) -> Update:
        """A tab was opened."""
        here = replace(view, tab=name)
        return {self.parts.session: here, self.parts.link: link(here)}

    def samplers(self, view: View) -> Update:
        """The samplers' pictures are drawn if their tab is open: it takes a second or more."""
        return {self.parts.samplers: self.answers.samplers(view, draw=view.tab == "samplers")}

    def _everything(self, view: View) -> Update:
        parts, shown = self.parts, self.answers.shown(view)
        return {
            **self._samples(view),
            **self._sliders(view),
            parts.message: "",
            parts.model: view.model,
            parts.seed: view.seed,
            parts.label: self._label(view),
            parts.about: about(shown),
            parts.found: "",
            parts.tabs: self.gradio.update(selected=view.tab),
        }

    def _samples(self, view: View) -> Update:
        grid, stops = self.answers.grids(view)
        parts = self.parts
        walk = self.answers.walk(view)
        return {
            **self._in_hand(view),
            parts.grid: grid,
            parts.stops: stops,
            parts.player: walk,
            parts.message: "",
        }

    def _in_hand(self, view: View) -> Update:
        parts = self.parts
        picture, lines = hand(self.answers.shown(view), view)
        return {parts.session: view, parts.picture: picture, parts.code: lines, parts.link: link(view)}

    def _label(self, view: View) -> Any:
        classes = self.answers.shown(view).classes
        choices = [(str(label), label) for label in range(classes)]
        return self.gradio.update(choices=choices, value=view.label, visible=bool(classes))

    def _sliders(self, view: View) -> Update:
        shown = self.answers.shown(view)
        factors, classes = knobs(shown, view)
        return {
            **self._knobs(self.parts.sliders, factors),
            **self._knobs(self.parts.class_sliders, classes),
            self.parts.towards: self.gradio.update(visible=bool(classes)),
            self.parts.finding: self.gradio.update(visible=shown.known_directions is None),
        }

    def _knobs(self, sliders: Sequence[Any], wanted: Sequence[Knob]) -> Update:
        updates: Update = {slider: self.gradio.update(visible=False, value=0) for slider in sliders}
        for slider, knob in zip(sliders, wanted, strict=False):
            updates[slider] = self.gradio.update(
                label=knob.name,
                minimum=knob.low,
                maximum=knob.high,
                value=knob.value,
                info=knob.info or None,
                visible=True,
            )
        return updates
