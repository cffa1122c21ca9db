"""Sheets of z: their corners, and cells of equal probability."""

import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.grids import analogy, corner_grid, j_diagram, manifold_grid

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("kind", ["lerp", "slerp"])
def test_a_grid_has_its_corners_and_stays_on_the_shell(kind: str):
    corners = RNG.standard_normal((4, 6))
    corners /= np.linalg.norm(corners, axis=1, keepdims=True)
    sheet = corner_grid(corners, 3, 5, kind=kind)
    assert sheet.shape == (3, 5, 6)
    np.testing.assert_array_equal(sheet[[0, 0, -1, -1], [0, -1, 0, -1]], corners)
    lengths = np.linalg.norm(sheet, axis=2)
    if kind == "slerp":
        np.testing.assert_allclose(lengths, 1)
    else:
        np.testing.assert_allclose(sheet[1, 2], corners.mean(0))


def test_an_analogy_by_hand():
    np.testing.assert_array_equal(analogy([[3, 1]], [[1, 1]], [[0, 5]]), [[2, 5]])


def test_a_flat_diagram_carries_the_same_change_down_every_row():
    a, b, c = RNG.standard_normal((3, 6))
    sheet = j_diagram(a, b, c, 4, 4, kind="lerp")
    np.testing.assert_allclose(sheet[-1, -1], a - b + c)
    np.testing.assert_allclose(sheet[:, -1] - sheet[:, 0], np.broadcast_to(a - b, (4, 6)))
    np.testing.assert_array_equal(sheet[[0, 0, -1], [0, -1, 0]], [b, a, c])


def test_a_diagram_on_the_shell_keeps_the_direction():
    a, b, c = RNG.standard_normal((3, 6))
    made = j_diagram(a, b, c, 2, 2)[-1, -1]
    assert np.linalg.norm(made) == pytest.approx(np.mean([np.linalg.norm(x) for x in (a, b, c)]))
    assert made @ (a - b + c) == pytest.approx(np.linalg.norm(made) * np.linalg.norm(a - b + c))


def test_a_manifold_has_cells_of_equal_probability():
    sheet = manifold_grid(np.eye(2), 4, 8)
    # the quantiles 1/8, 3/8 … of N(0, 1)
    np.testing.assert_allclose(sheet[:, 0, 0], [-1.15034938, -0.31863936, 0.31863936, 1.15034938])
    assert (sheet[:, :, 0] == sheet[:, :1, 0]).all()
    draws = np.random.default_rng(0).standard_normal(40_000)
    edges = (sheet[0, 1:, 1] + sheet[0, :-1, 1]) / 2
    shares = np.histogram(draws, [-np.inf, *edges, np.inf])[0] / len(draws)
    np.testing.assert_allclose(shares, 1 / 8, atol=0.03)
    np.testing.assert_allclose(
        manifold_grid(np.eye(2), 4, 1, prior="uniform")[:, 0, 0], [-0.75, -0.25, 0.25, 0.75]
    )


def test_a_manifold_goes_where_its_axes_go():
    axes, centre = np.linalg.qr(RNG.standard_normal((5, 2)))[0].T, RNG.standard_normal(5)
    sheet = manifold_grid(axes, 3, 3, centre=centre)
    np.testing.assert_allclose(sheet[1, 1], centre)
    np.testing.assert_allclose((sheet - centre) @ axes.T, manifold_grid(np.eye(2), 3, 3), atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: corner_grid(np.eye(3), 2, 2), "n >= 4"),
        (lambda: corner_grid(np.eye(5), 2, 2), "5 corners"),
        (lambda: corner_grid(np.eye(4), 1, 2), "rows=1"),
        (lambda: corner_grid(np.eye(4), 2, 2, kind="cubic"), "'cubic'"),
        (lambda: analogy([[1, 2]], [[1, 2]], [[1, 2, 3]]), r"\(1, 2\), \(1, 2\), \(1, 3\)"),
        (lambda: manifold_grid(np.eye(3), 2, 2), r"axes \(3, 3\)"),
        (lambda: manifold_grid(np.eye(2), 2, 2, centre=[0]), r"centre \(1,\)"),
        (lambda: manifold_grid(np.eye(2), 0, 2), "rows=0"),
        (lambda: manifold_grid(np.eye(2), 2, 2, prior="cauchy"), "cauchy"),
    ],
)
def test_what_is_wrong_is_refused(call, message: str):
    with pytest.raises(InvalidArgumentError, match=message):
        call()
