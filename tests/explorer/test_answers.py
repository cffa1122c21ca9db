"""What the page answers: links opened or refused, sliders, tables, markup without holes."""

from html.parser import HTMLParser

import numpy as np
import pytest

import ganzoo
from ganzoo.errors import InvalidArgumentError, UnknownModelError
from ganzoo.explorer import html, samplers
from ganzoo.explorer.answers import Answers, about, hand, knobs, link
from ganzoo.explorer.shelf import Shelf
from ganzoo.explorer.view import GRID, View, pack

ODD = 'odd "<b>"=1'


class Elements(HTMLParser):
    """The tags of some markup, and its text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.found if name == tag]


def test_a_link_opens_its_view(answers: Answers):
    view, said = answers.opened([("model", "dots-classes"), ("label", "2"), ("seed", "9")])
    assert (view, said) == (View("dots-classes", seed=9, label=2), "")


def test_a_conditional_model_has_a_label_and_another_has_none(answers):
    assert answers.opened([("model", "dots-classes")])[0].label == 0
    assert answers.opened([("label", "0")])[0].label is None


@pytest.mark.parametrize(
    "pair",
    [("model", "nope"), ("label", "3"), ("edit", "slnat=1"), ("z", "AAAA"), ("z", pack(np.zeros(5)))],
)
def test_a_broken_link_opens_the_first_model_and_says_why(answers, pair):
    view, said = answers.opened([("seed", "5"), pair])
    assert view == View("dots")
    assert 'role="alert"' in said
    assert len(Elements(said).text) > 20


def test_steps_are_held_to_what_the_sliders_show(answers):
    view, _ = answers.opened([("edit", "size=9"), ("edit", "slant=-2")])
    assert view.steps == {"size": 2.0, "slant": -2.0}


def test_a_slider_for_each_direction_holds_zero(answers):
    shown = answers.shelf.get("dots")
    factors, classes = knobs(shown, View("dots", steps={"size": 1.5}))
    assert [(k.name, k.low, k.high, k.value) for k in factors] == [
        ("slant", -3, 3, 0),
        ("size", -1, 2, 1.5),
        (ODD, -1, 2, 0),
    ]
    assert [k.name for k in classes] == ["class 1"]
    assert factors[0].info == "+2° a step"
    assert factors[1].info == "+2 px a step"
    assert not factors[2].info


def test_no_slider_before_directions_are_known(answers):
    assert knobs(answers.shelf.get("dots-classes"), View("dots-classes", label=0)) == ([], [])


def test_tiles_are_buttons_of_which_the_taken_one_is_pressed(answers):
    taken, walk = (Elements(x) for x in answers.grids(View("dots", pick=3, walk=(5, 2))))
    assert [i for i, b in enumerate(taken.all("button")) if b["aria-pressed"] == "true"] == [3]
    badges = {i: b["data-badge"] for i, b in enumerate(walk.all("button")) if b["data-badge"]}
    assert badges == {5: "1", 2: "2"}
    for tile in taken.all("button") + walk.all("button"):
        assert tile["aria-label"].startswith("Sample ")
    assert len({image["src"] for image in taken.all("img")}) == GRID


def test_names_out_of_files_stay_text(answers):
    view = View("dots", steps={ODD: 1.0})
    for markup in (*hand(answers.shown(view), view), link(view), html.alert(ODD)):
        assert "<b>" not in markup
        assert not Elements(markup).all("b")
    assert ODD in Elements(hand(answers.shown(view), view)[0]).text


def test_a_link_is_the_query(answers):
    view = View("dots", seed=4, steps={ODD: 1.0})
    assert Elements(link(view)).all("input")[0]["data-query"] == view.query()
    assert Elements(link(None)).all("input")[0]["data-query"] == ""


def test_the_model_in_a_line(answers):
    assert Elements(about(answers.shelf.get("dots"))).text == (
        "mlp-gan. Each picture is a point in a space of 6 numbers: take one, and move it."
    )


def test_a_walk_needs_two_stops(answers):
    assert "Click two samples" in answers.walk(View("dots", walk=(1,)))
    played = Elements(answers.walk(View("dots", walk=(1, 2))))
    assert played.all("a")[0]["download"] == "walk.gif"
    assert played.all("input")[0]["aria-label"] == "Frame of the walk"


def test_samplers_side_by_side(answers):
    table = Elements(answers.samplers(View("dots"), draw=True))
    drawn = [image["alt"] for image in table.all("img")]
    assert drawn == ["10 pictures drawn by plain", "10 pictures drawn by truncation"]
    assert "obrs (head)" in table.text
    assert "Scores only" in table.text
    assert table.text.count("best") >= 1
    assert not Elements(answers.samplers(View("dots"), draw=False)).all("img")
    assert "ganzoo improve dots-classes" in Elements(answers.samplers(View("dots-classes"), draw=True)).text


def test_a_sampler_draws_what_it_was_measured_with(answers):
    shown, view = answers.shelf.get("dots"), View("dots", seed=3)
    plain, truncated, without = samplers.rows(shown)
    assert (plain.best, truncated.best, without.sampler) == (False, True, None)
    np.testing.assert_array_equal(
        samplers.draw_row(shown, view, plain.sampler), shown.gan.generate(samplers.PICTURES, seed=3)
    )
    np.testing.assert_array_equal(
        samplers.draw_row(shown, view, truncated.sampler),
        shown.gan.generate(samplers.PICTURES, seed=3, sampler="best"),
    )


@pytest.mark.parametrize("name", ganzoo.list_models())
def test_the_presets_own_tables_are_understood(name):
    from ganzoo.zoo import files

    folder = files.find(name)
    saved = files.read_sampler(folder, files.read_manifest(folder))
    if saved is None:
        pytest.skip(f"{name} has no sampler.json")
    made = [samplers.sampler_of(m.sampler, saved) for m in saved.measured]
    assert made[0].name == "plain"
    head = saved.calibration.head is not None
    for measured, sampler in zip(saved.measured, made, strict=True):
        free = measured.sampler.split(":")[0] in ("plain", "truncation")
        assert (sampler is not None) == (free or ("(head)" in measured.sampler) == head)


@pytest.mark.parametrize("words", ["", "Obrs", "obrs: 5", "plain: x", "dgflow: steps many", "nope: a 1"])
def test_a_sampler_that_is_not_known_has_no_pictures(answers, words):
    saved = answers.shelf.get("dots").gan.saved_sampler
    assert samplers.sampler_of(words, saved) is None


def test_a_shelf_gives_what_it_offers_and_nothing_else(tiny_zoo):
    assert Shelf.of("dots-classes").names == ["dots-classes", "dots"]
    assert Shelf.of(tiny_zoo / "dots", alone=True).names == ["dots"]
    with pytest.raises(InvalidArgumentError, match="It has: dots"):
        Shelf.of("dots", alone=True).get(str(tiny_zoo / "dots-classes"))
    with pytest.raises(UnknownModelError):
        Shelf.of("dost")
