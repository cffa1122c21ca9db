"""Interpolation: end points, lengths, speeds, and what has no arc."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.interpolation import EASINGS, ease, great_circle, lerp, path, slerp

RNG = np.random.default_rng(0)
TIMES = np.linspace(0, 1, 11)


def angles(points: np.ndarray) -> np.ndarray:
    """Between each point and the next, as seen from 0."""
    units = points / np.linalg.norm(points, axis=1, keepdims=True)
    return np.arccos(np.clip((units[1:] * units[:-1]).sum(1), -1, 1))


def test_a_quarter_circle_by_hand():
    half, third = np.sqrt(0.5), np.sqrt(3) / 2
    np.testing.assert_allclose(slerp([1, 0], [0, 1], [0.5, 1 / 3]), [[half, half], [third, 0.5]])
    np.testing.assert_allclose(lerp([1, 0], [0, 1], [0.5, 0.25]), [[0.5, 0.5], [0.75, 0.25]])


@given(st.integers(2, 200), st.integers(0, 10_000))
def test_both_ends_come_out_exactly(d: int, seed: int):
    a, b = np.random.default_rng(seed).standard_normal((2, d)).astype("float32")
    for between in (lerp, slerp):
        np.testing.assert_array_equal(between(a, b, [0, 1]), [a, b])


@given(st.integers(2, 100), st.integers(0, 10_000))
def test_an_arc_has_an_even_speed_and_length(d: int, seed: int):
    a, b = np.random.default_rng(seed).standard_normal((2, d)) * [[1.0], [3.0]]
    arc = slerp(a, b, TIMES)
    np.testing.assert_allclose(np.ptp(angles(arc)), 0, atol=1e-6)
    expected = np.linalg.norm(a) + TIMES * (np.linalg.norm(b) - np.linalg.norm(a))
    np.testing.assert_allclose(np.linalg.norm(arc, axis=1), expected, rtol=1e-9)


def test_the_way_back_is_the_same():
    a, b = RNG.standard_normal((2, 9))
    np.testing.assert_allclose(slerp(a, b, TIMES), slerp(b, a, TIMES)[::-1])


def test_parallel_vectors_change_their_length_alone():
    a = RNG.standard_normal(5)
    np.testing.assert_allclose(slerp(a, 3 * a, [0.5]), [2 * a])
    np.testing.assert_allclose(slerp(a, a, TIMES), np.broadcast_to(a, (11, 5)))
    np.testing.assert_allclose(slerp(a, a * (1 + 1e-12), [0.5]), [a])


@pytest.mark.parametrize("noise", [0.0, 1e-12, 1e-6])
def test_opposite_vectors_are_joined_by_half_a_circle(noise: float):
    a = RNG.standard_normal(5)
    arc = slerp(a, noise - a, TIMES)
    assert np.isfinite(arc).all()
    np.testing.assert_allclose(angles(arc), np.pi / 10, rtol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(arc, axis=1), np.linalg.norm(a), rtol=1e-5)


def test_a_great_circle_stays_on_the_shell_and_closes():
    a, b = RNG.standard_normal((2, 100))
    circle = great_circle(a, b, 40)
    np.testing.assert_array_equal(circle[0], a)
    np.testing.assert_allclose(np.linalg.norm(circle, axis=1), np.linalg.norm(a))
    np.testing.assert_allclose(angles(np.concatenate([circle, circle[:1]])), 2 * np.pi / 40)
    np.testing.assert_allclose(circle[20], -a)
    # all in the plane of a and b
    assert np.linalg.matrix_rank(np.concatenate([circle, [a, b]]), tol=1e-9) == 2
    for parallel in (2 * a, -a):
        np.testing.assert_allclose(angles(great_circle(a, parallel, 40)), 2 * np.pi / 40)


@pytest.mark.parametrize("easing", EASINGS)
def test_an_easing_rises_from_0_to_1_and_is_its_own_mirror(easing: str):
    t = np.linspace(0, 1, 101)
    eased = ease(t, easing)
    np.testing.assert_allclose(eased[[0, 50, 100]], [0, 0.5, 1])
    assert (np.diff(eased) > 0).all()
    np.testing.assert_allclose(eased + eased[::-1], 1)
    if easing != "linear":
        assert eased[1] < 0.001


def test_an_easing_of_a_quarter_by_hand():
    assert ease(0.25, "smoothstep") == pytest.approx(3 / 16 - 2 / 64)
    assert ease(0.25, "sine") == pytest.approx((1 - np.sqrt(0.5)) / 2)


def test_a_path_meets_its_points():
    points = RNG.standard_normal((3, 7))
    for kind in ("lerp", "slerp"):
        walked = path(points, 9, kind=kind, easing="sine")
        np.testing.assert_array_equal(walked[[0, 4, 8]], points)


def test_a_loop_meets_its_points_and_ends_one_step_before_its_start():
    points = RNG.standard_normal((3, 7))
    walked = path(points, 12, loop=True)
    np.testing.assert_array_equal(walked[[0, 4, 8]], points)
    closing = path(points[[2, 0]], 5)
    np.testing.assert_allclose(walked[8:], closing[:4])


def test_a_linear_path_is_even():
    walked = path([[0.0], [1.0], [2.0]], 8, kind="lerp")
    np.testing.assert_allclose(walked[:, 0], np.linspace(0, 2, 8))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: slerp([0, 0], [1, 0], [0]), "zero vector"),
        (lambda: slerp([1.0], [-1.0], [0.5]), "d=1"),
        (lambda: slerp([1, 0], [1, 0, 0], [0]), r"shapes \(2,\) and \(3,\)"),
        (lambda: slerp([1, np.nan], [1, 0], [0]), "finite"),
        (lambda: lerp([[1, 0]], [[1, 0]], [0]), r"\(1, 2\)"),
        (lambda: lerp([1, 0], [0, 1], [np.inf]), "t must be finite"),
        (lambda: ease([0.5], "bounce"), "one of linear, smoothstep, sine. Received: 'bounce'"),
        (lambda: ease([1.5]), r"\[0, 1\]"),
        (lambda: ease([np.nan]), r"\[0, 1\]"),
        (lambda: path([[1, 0]], 5), "n >= 2"),
        (lambda: path([[1, 0], [0, 1]], 1), "n=1"),
        (lambda: path([[1, 0], [0, 1]], 4, kind="cubic"), "Received: 'cubic'"),
        (lambda: great_circle([1, 0], [0, 1], 0), "n=0"),
    ],
)
def test_what_is_wrong_is_refused(call, message: str):
    with pytest.raises(InvalidArgumentError, match=message):
        call()
