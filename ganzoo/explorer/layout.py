"""The page's components and where they stand."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganzoo.explorer.answers import CLASS_SLIDERS, SLIDERS, Answers, about, hand, knobs, link
from ganzoo.explorer.own import MOST_BYTES
from ganzoo.explorer.view import MOST_STOPS, View

__all__ = ["Parts", "asset", "lay_out"]

_FINDING = (
    '<p class="gz-hint" role="status">Finding this model\'s directions: 2,000 draws are measured, once. '
    "It takes some ten seconds.</p>"
)


@dataclass(frozen=True)
class Parts:
    """The components that change, by what they show."""

    session: Any
    own_view: Any
    wire: Any
    message: Any
    model: Any
    label: Any
    seed: Any
    another: Any
    about: Any
    tabs: Any
    tab: dict[str, Any]
    grid: Any
    stops: Any
    player: Any
    own: Any
    found: Any
    samplers: Any
    picture: Any
    sliders: list[Any]
    class_sliders: list[Any]
    towards: Any
    finding: Any
    reset: Any
    code: Any
    link: Any


def asset(name: str) -> str:
    """A file of `assets/`."""
    return Path(__file__).with_name("assets").joinpath(name).read_text(encoding="utf-8")


def lay_out(gr: Any, answers: Answers, first: View) -> Parts:
    """Make the components inside an open `gr.Blocks`, filled with the first view, so that they need no event.

    Args:
        gr: the module gradio.
        answers: that the page shows.
        first: the view of a page without a query.
    """
    shown = answers.shown(first)
    samples, stops = answers.grids(first)
    picture, lines = hand(shown, first)
    session = gr.State(None)  # until the page was opened, and its address read
    own_view = gr.State(None)
    wire = gr.Textbox(visible=False, container=False)  # carries what is pressed
    gr.HTML('<h1 class="gz-title">ganzoo <span>explorer</span></h1>')
    with gr.Row(elem_classes="gz-top"):
        model = gr.Dropdown(
            answers.shelf.names, value=first.model, label="Model", min_width=140, interactive=True
        )
        label = gr.Dropdown(
            [(str(c), c) for c in range(shown.classes)],
            value=first.label,
            label="Class",
            visible=bool(shown.classes),
            min_width=90,
            interactive=True,
        )
        seed = gr.Number(first.seed, label="Seed", precision=0, min_width=90)
        another = gr.Button("Another seed", size="md", min_width=120)
    about_ = gr.HTML(about(shown))
    message = gr.HTML("")
    with gr.Row(elem_classes="gz-main-row"):
        with gr.Column(scale=6, min_width=320), gr.Tabs(selected=first.tab) as tabs:
            with gr.Tab("Samples", id="samples") as samples_tab:
                grid = gr.HTML(samples, js_on_load=asset("grid.js"), many=False, most=1)
            with gr.Tab("Walk", id="walk") as walk_tab:
                stops_ = gr.HTML(stops, js_on_load=asset("grid.js"), many=True, most=MOST_STOPS)
                player = gr.HTML(answers.walk(first), js_on_load=asset("player.js"))
            with gr.Tab("Your picture", id="own") as own_tab:
                own = gr.HTML(asset("own.html"), js_on_load=asset("own.js"), most=MOST_BYTES)
                found = gr.HTML("")
            with gr.Tab("Samplers", id="samplers") as samplers_tab:
                samplers = gr.HTML(answers.samplers(first, draw=False))
        with gr.Column(scale=5, min_width=320):
            picture_ = gr.HTML(picture, elem_classes="gz-hand")
            factors, classes = knobs(shown, first)
            finding = gr.HTML(_FINDING, visible=shown.known_directions is None)
            with gr.Group(elem_classes="gz-sliders"):
                sliders = [_slider(gr, factors, index) for index in range(SLIDERS)]
            with gr.Accordion(
                "Towards a class", open=False, visible=bool(classes), elem_classes="gz-classes"
            ) as towards:
                class_sliders = [_slider(gr, classes, index) for index in range(CLASS_SLIDERS)]
            reset = gr.Button("Sliders to 0", size="sm")
    with gr.Row(elem_classes="gz-bottom"):
        with gr.Column(scale=6, min_width=320):
            gr.HTML('<h2 class="gz-heading">The same picture in Python</h2>')
            code = gr.HTML(lines)
        with gr.Column(scale=5, min_width=320):
            gr.HTML('<h2 class="gz-heading">Share</h2>')
            link_ = gr.HTML(link(None), js_on_load=asset("link.js"))
    return Parts(
        session=session,
        own_view=own_view,
        wire=wire,
        message=message,
        model=model,
        label=label,
        seed=seed,
        another=another,
        about=about_,
        tabs=tabs,
        tab={"samples": samples_tab, "walk": walk_tab, "own": own_tab, "samplers": samplers_tab},
        grid=grid,
        stops=stops_,
        player=player,
        own=own,
        found=found,
        samplers=samplers,
        picture=picture_,
        sliders=sliders,
        class_sliders=class_sliders,
        towards=towards,
        finding=finding,
        reset=reset,
        code=code,
        link=link_,
    )


def _slider(gr: Any, knobs_: Any, index: int) -> Any:
    if index >= len(knobs_):
        return gr.Slider(-3, 3, 0, step=0.1, label="direction", visible=False, interactive=True)
    knob = knobs_[index]
    return gr.Slider(
        knob.low, knob.high, knob.value, step=0.1, label=knob.name, info=knob.info or None, interactive=True
    )
