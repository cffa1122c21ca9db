"""The page: components, and what happens on each event."""

from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any

from ganzoo.errors import GanzooError, MissingExtraError
from ganzoo.explorer.answers import Answers
from ganzoo.explorer.handlers import Handlers
from ganzoo.explorer.layout import Parts, asset, lay_out
from ganzoo.explorer.session import Session
from ganzoo.explorer.shelf import Shelf
from ganzoo.explorer.view import View

__all__ = ["build", "import_gradio", "look"]

_SYSTEM_FONTS = ["ui-sans-serif", "system-ui", "sans-serif"]
_SYSTEM_MONO = ["ui-monospace", "monospace"]

# What is pressed is read from the page when an event is sent, which may be later than the click: it waits for
# the answer to the one before. An event's own data would be lost by then.
_PICKED = """(session, wire, ...steps) => {
  const tile = document.querySelector(".gz-grid[data-many='false'] [aria-pressed='true']");
  return [session, tile ? tile.dataset.index : "", ...steps];
}"""
_WALKED = """(session) => {
  const tiles = [...document.querySelectorAll(".gz-grid[data-many='true'] [aria-pressed='true']")];
  tiles.sort((a, b) => a.dataset.badge - b.dataset.badge);
  return [session, tiles.map((tile) => tile.dataset.index).join(".")];
}"""


def import_gradio() -> Any:
    """The module gradio.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import gradio
    except ImportError as error:
        raise MissingExtraError(
            "The explorer is a Gradio page. Install it: pip install 'ganzoo[explore]'"
        ) from error
    return gradio


def build(shelf: Shelf) -> Any:
    """The `gradio.Blocks` that explores the models of a shelf; the first of them is loaded.

    Raises:
        MissingExtraError: gradio is not installed.
        GanzooError: the first model cannot be loaded.
    """
    gr = import_gradio()
    answers = Answers(shelf)
    first = answers.shown(View(shelf.names[0])).check(View(shelf.names[0]))
    with gr.Blocks(title="ganzoo explorer", analytics_enabled=False) as page:
        parts = lay_out(gr, answers, first)
        _connect(gr, page, parts, Handlers(answers, gr, parts))
    return page


def look(gr: Any) -> dict[str, Any]:
    """What `launch` takes for the page's look: fonts of the system, none from elsewhere."""
    theme = gr.themes.Base(
        primary_hue="indigo", neutral_hue="slate", font=_SYSTEM_FONTS, font_mono=_SYSTEM_MONO
    )
    return {"theme": theme, "css": asset("page.css"), "js": asset("copy.js"), "footer_links": []}


def _connect(gr: Any, page: Any, parts: Parts, do: Handlers) -> None:
    in_hand = [parts.picture, parts.code, parts.link]
    samples = [*in_hand, parts.grid, parts.stops, parts.player, parts.message]
    sliders = [*parts.sliders, *parts.class_sliders, parts.towards, parts.finding]
    choices = [parts.model, parts.seed, parts.label, parts.about, parts.found, parts.tabs]
    everything = [parts.session, *samples, *sliders, *choices]
    # Answers of milliseconds come by the direct way; those of seconds wait in the queue, one at a time.
    soon: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    later: dict[str, Any] = {"concurrency_limit": 1, "api_visibility": "private"}
    last: dict[str, Any] = {**soon, "trigger_mode": "always_last"}

    def told(name: str, handler: Callable[..., Any]) -> Callable[..., Any]:
        """Tell a visitor what went wrong; do nothing before the page's first event has opened it."""

        def call(session: Session | None, *values: Any) -> Any:
            try:
                answer = {} if session is None else handler(session, *values)
            except GanzooError as error:
                gr.Warning(escape(str(error)))
                answer = {}
            return answer or gr.skip()

        call.__name__ = name
        return call

    def change(handler: Callable[..., Any]) -> Callable[..., Any]:
        name = getattr(handler, "__name__", "tab")
        return told(name, lambda session, *values: session.change(handler, parts.session, *values))

    def read(handler: Callable[..., Any]) -> Callable[..., Any]:
        return told(handler.__name__, lambda session, *values: handler(session.view, *values))

    def sent(session: Session | None, event: gr.EventData) -> Any:
        return read(do.own)(session, event.picture)

    def opened(request: gr.Request) -> Any:
        answer = do.open(request.query_params.multi_items())
        return {**answer, parts.session: Session(answer[parts.session])}

    def draw_samplers(event: Any) -> None:
        event.then(read(do.samplers), parts.session, parts.samplers, show_progress="minimal", **later)

    def find_and_draw(event: Any) -> None:
        found = event.then(read(do.find), parts.session, parts.finding, show_progress="hidden", **later)
        draw_samplers(found.then(change(do.found), parts.session, [*in_hand, *sliders], **soon))

    find_and_draw(page.load(opened, None, everything, **soon))
    find_and_draw(parts.model.input(change(do.model), [parts.session, parts.model], everything, **soon))
    draw_samplers(parts.seed.input(change(do.seed), [parts.session, parts.seed], samples, **last))
    draw_samplers(parts.another.click(change(do.another_seed), parts.session, [*samples, parts.seed], **soon))
    draw_samplers(parts.label.input(change(do.label), [parts.session, parts.label], samples, **last))
    # One event for all that changes the picture in hand, so that answers cannot overtake each other.
    every_slider = [*parts.sliders, *parts.class_sliders]
    gr.on(
        [parts.grid.click, *(slider.input for slider in every_slider)],
        change(do.hand),
        [parts.session, parts.wire, *every_slider],
        in_hand,
        js=_PICKED,
        **last,
    )
    walked = [parts.player, parts.link]
    parts.stops.click(change(do.walk), [parts.session, parts.wire], walked, js=_WALKED, **last)
    parts.reset.click(change(do.reset), parts.session, [*in_hand, *sliders], **soon)
    found = [parts.own_view, parts.found]
    event = parts.own.submit(sent, parts.session, found, show_progress="minimal", **later)
    taken = [*samples, parts.own_view, parts.label]
    event.then(change(do.take_own), [parts.session, parts.own_view], taken, **soon)
    for name, tab in parts.tab.items():
        event = tab.select(change(partial(do.tab, name=name)), parts.session, parts.link, **last)
        if name == "samplers":
            draw_samplers(event)
