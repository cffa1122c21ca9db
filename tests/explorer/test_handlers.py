"""Events: what a click, a slider or a late answer changes, and what a stranger's event does not."""

import threading
from types import SimpleNamespace

import pytest

from ganzoo.explorer import layout
from ganzoo.explorer.answers import CLASS_SLIDERS, SLIDERS
from ganzoo.explorer.handlers import Handlers
from ganzoo.explorer.session import Session
from ganzoo.explorer.view import GRID, View, pack


@pytest.fixture
def do(answers) -> Handlers:
    """Handlers whose components are their names."""
    names = {name: name for name in layout.Parts.__dataclass_fields__}
    names["sliders"] = [f"slider {i}" for i in range(SLIDERS)]
    names["class_sliders"] = [f"class slider {i}" for i in range(CLASS_SLIDERS)]
    return Handlers(answers, SimpleNamespace(update=dict), SimpleNamespace(**names))


def test_a_click_takes_a_sample_and_drops_ones_own_picture(do):
    view = View("dots", z=pack([0.0] * 6), steps={"size": 1.0})
    assert do.pick(view, SimpleNamespace(pick=7))["session"] == View("dots", pick=7, steps={"size": 1.0})


@pytest.mark.parametrize("index", [-1, GRID, "3", None, True, 1.5])
def test_a_sample_that_is_not_there(do, index):
    assert do.pick(View("dots", pick=2), SimpleNamespace(pick=index))["session"].pick == 2


def test_a_walk_is_what_was_clicked(do):
    changed = do.walk(View("dots"), SimpleNamespace(walk=[3, 3, "x", 99, 1]))
    assert changed["session"].walk == (3, 1)
    assert "gz-player" in changed["player"]


def test_sliders_move_their_own_directions(do):
    values = [0.0] * (SLIDERS + CLASS_SLIDERS)
    values[0], values[1], values[SLIDERS] = 0.30000000000000004, 99.0, -1.0
    moved = do.steps(View("dots"), *values)
    assert moved["session"].steps == {"slant": 0.3, "size": 2.0, "class 1": -1.0}
    still = do.reset(moved["session"])
    assert still["session"].steps == {}
    assert still["slider 0"]["value"] == 0


def test_an_emptied_slider_is_zero(do):
    assert do.steps(View("dots"), *[None] * (SLIDERS + CLASS_SLIDERS))["session"].steps == {}


def test_a_model_takes_along_what_is_not_its_own(do):
    view = View("dots", seed=5, pick=3, steps={"slant": 1.0}, walk=(1, 2), z=pack([0.0] * 6), tab="walk")
    changed = do.model(view, "dots-classes")
    assert changed["session"] == View("dots-classes", seed=5, pick=3, label=0, walk=(1, 2), tab="walk")
    assert changed["label"]["visible"]
    assert changed["finding"]["visible"]
    assert not any(changed[f"slider {i}"]["visible"] for i in range(SLIDERS))
    back = do.model(changed["session"], "dots")
    assert back["session"].label is None
    assert not back["label"]["visible"]
    assert [back[f"slider {i}"]["visible"] for i in range(4)] == [True, True, True, False]


@pytest.mark.parametrize("seed", [-1, 1.5, 2**53])
def test_a_seed_that_is_none(do, seed):
    assert set(do.seed(View("dots"), seed)) == {"message"}


def test_a_seed(do):
    assert do.seed(View("dots"), None) == {}
    assert do.seed(View("dots"), 12)["session"].seed == 12
    drawn = do.another_seed(View("dots"))
    assert drawn["seed"] == drawn["session"].seed


def test_a_picture_that_was_found_joins_the_view_as_it_is_by_then(do):
    sent = View("dots", seed=1)
    found = View("dots", seed=1, z=pack([0.5] * 6))
    meanwhile = View("dots", seed=8, steps={"slant": 1.0})
    taken = do.take_own(meanwhile, found)
    assert taken["session"] == View("dots", seed=8, steps={"slant": 1.0}, z=found.z)
    assert do.take_own(View("dots-classes", label=0), found) == {}
    assert do.own(sent, SimpleNamespace(picture="nonsense"))["own_view"] is None


def test_directions_of_a_file_need_no_finding(do):
    assert do.find(View("dots")) == {"finding": {"visible": False}}
    assert do.found(View("dots")) == {}


def test_events_that_overlap_do_not_undo_each_other(do):
    session = Session(View("dots"))
    slow, begun = threading.Event(), threading.Event()

    def picked(view):
        begun.set()
        slow.wait(10)
        return do.pick(view, SimpleNamespace(pick=4))

    first = threading.Thread(target=session.change, args=(picked, "session"))
    second = threading.Thread(target=session.change, args=(do.steps, "session", 1.0))
    first.start()
    begun.wait(10)
    second.start()
    slow.set()
    first.join()
    second.join()
    assert session.view == View("dots", pick=4, steps={"slant": 1.0})
