"""A view and its link: one is read from the other, and what others wrote is held to bounds."""

from urllib.parse import parse_qsl

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganzoo.errors import InvalidArgumentError
from ganzoo.explorer.view import GRID, MOST_STOPS, TABS, View, pack, parse_query, unpack

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=20)
STEPS = st.integers(-100, 100).filter(bool).map(lambda tenths: tenths / 10)
VIEWS = st.builds(
    View,
    model=st.sampled_from(["a", "b"]),
    seed=st.integers(0, 2**53 - 1),
    pick=st.integers(0, GRID - 1),
    label=st.none() | st.integers(0, 9),
    steps=st.dictionaries(NAMES, STEPS, max_size=4),
    walk=st.lists(st.integers(0, GRID - 1), unique=True, max_size=MOST_STOPS).map(tuple),
    z=st.sampled_from(["", "AAA", "_-9"]),
    tab=st.sampled_from(TABS),
)


def parse(query: str) -> View:
    return parse_query(parse_qsl(query, keep_blank_values=True), models=["a", "b"])


@settings(max_examples=50)
@given(VIEWS)
def test_a_link_restores_its_view(view):
    assert parse(view.query()) == view


def test_an_empty_link_is_the_first_model():
    assert parse("") == View("a")


def test_what_is_not_ours_is_left_alone():
    assert parse("__theme=dark&seed=4&utm=x") == View("a", seed=4)


def test_a_step_of_zero_is_none():
    assert parse("edit=slant=0").steps == {}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("model=c", "model 'c'"),
        ("model=../../etc", "This page has: a, b"),
        ("seed=-1", "seed must be a whole number"),
        ("seed=1.5", "'1.5'"),
        ("seed=" + "9" * 30, "seed"),
        ("seed=９", "seed"),  # noqa: RUF001
        ("pick=24", "from 0 to 23"),
        ("label=x", "label"),
        ("edit=slant", "edit"),
        ("edit=slant=nan", "edit"),
        ("edit=slant=11", "at most 10"),
        ("edit==1", "edit"),
        ("walk=1.1", "different"),
        ("walk=" + ".".join(map(str, range(MOST_STOPS + 1))), "at most 8"),
        ("walk=1..2", "walk"),
        ("tab=x", "samples, walk"),
    ],
)
def test_a_broken_link_is_refused(query, said):
    with pytest.raises(InvalidArgumentError, match=said):
        parse(query)


def test_z_comes_back_rounded_to_half_precision():
    z = np.random.default_rng(0).standard_normal(5).astype("float32")
    back = unpack(pack(z), 5)
    assert back.shape == (1, 5)
    np.testing.assert_array_equal(back[0], z.astype("float16").astype("float32"))
    assert pack(back[0]) == pack(z)


@pytest.mark.parametrize("text", ["", "AAAA", "!!!!", pack(np.zeros(4)), pack(np.full(5, np.nan)), "é" * 14])
def test_what_is_no_z_is_refused(text):
    with pytest.raises(InvalidArgumentError):
        unpack(text, 5)
