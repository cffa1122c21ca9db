"""Events: what a click, a slider or a late answer changes, and what a stranger's event does not."""

import threading
from types import SimpleNamespace

import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.explorer import layout
from ganzoo.explorer.answers import CLASS_SLIDERS, SLIDERS
from ganzoo.explorer.handlers import Handlers
from ganzoo.explorer.session import Session
from ganzoo.explorer.view import View, pack


@pytest.fixture
def do(answers) -> Handlers:
    """Handlers whose components are their names."""
    names = {name: name for name in layout.Parts.__dataclass_fields__}
    names["sliders"] = [f"slider {i}" for i in range(SLIDERS)]
    names["class_sliders"] = [f"class slider {i}" for i in range(CLASS_SLIDERS)]
    return Handlers(answers, SimpleNamespace(update=dict), SimpleNamespace(**names))


STILL = [0.0] * (SLIDERS + CLASS_SLIDERS)


def test_a_click_takes_a_sample_and_drops_ones_own_picture(do):
    mine = View("dots", z=pack([0.0] * 6))
    assert do.hand(mine, "7", *STILL)["session"] == View("dots", pick=7)
    assert do.hand(mine, "", *STILL)["session"] == mine


@pytest.mark.parametrize("index", ["-1", "24", "x", "1.1"])
def test_a_sample_that_is_not_there(do, index):
    with pytest.raises(InvalidArgumentError):
        do.hand(View("dots"), index, *STILL)
    with pytest.raises(InvalidArgumentError):
        do.walk(View("dots"), index)


def test_a_walk_is_what_is_pressed(do):
    changed = do.walk(View("dots"), "3.1")
    assert changed["session"].walk == (3, 1)
    assert "gz-player" in changed["player"]
    assert do.walk(changed["session"], "")["session"].walk == ()


def test_sliders_move_their_own_directions(do):
    values = list(STILL)
    values[0], values[1], values[SLIDERS] = 0.30000000000000004, 99.0, -1.0
    moved = do.hand(View("dots"), "2", *values)
    assert moved["session"] == View("dots", pick=2, steps={"slant": 0.3, "size": 2.0, "class 1": -1.0})
    still = do.reset(moved["session"])
    assert still["session"].steps == {}
    assert still["slider 0"]["value"] == 0


def test_an_emptied_slider_is_zero(do):
    assert do.hand(View("dots"), "", *[None] * len(STILL))["session"].steps == {}


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
    assert do.own(sent, "nonsense")["own_view"] is None


def test_directions_of_a_file_need_no_finding(do):
    assert do.find(View("dots")) == {"finding": {"visible": False}}
    assert do.found(View("dots")) == {}


def test_events_that_overlap_do_not_undo_each_other(do):
    session = Session(View("dots"))
    slow, begun = threading.Event(), threading.Event()

    def picked(view):
        begun.set()
        slow.wait(10)
        return do.hand(view, "4", *STILL)

    first = threading.Thread(target=session.change, args=(picked, "session"))
    second = threading.Thread(target=session.change, args=(do.walk, "session", "1.2"))
    first.start()
    begun.wait(10)
    second.start()
    slow.set()
    first.join()
    second.join()
    assert session.view == View("dots", pick=4, walk=(1, 2))
