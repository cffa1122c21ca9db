"""Held to distances by differences, on arrays full of ties, which decide what strictly nearer means."""

import numpy as np
import pytest

from ganzoo.evaluate import _neighbours
from ganzoo.evaluate._neighbours import distance_blocks, nearest, nearest_other, radii, squared_blocks


def by_differences(x, y):
    return np.sqrt(((x[:, None] - y[None]) ** 2).sum(-1))


def grid(n, seed):
    return np.random.default_rng(seed).integers(0, 4, (n, 3)).astype("float64") / 10 + 1


def joined(blocks):
    return np.concatenate([block for _, block in blocks])


@pytest.mark.parametrize("block_bytes", [8, 8 * 31 * 5, 2**22])
def test_every_block_size_gives_the_same_distances(monkeypatch, block_bytes):
    monkeypatch.setattr(_neighbours, "BLOCK_BYTES", block_bytes)
    x, y = grid(40, 0), grid(31, 1)
    np.testing.assert_allclose(joined(distance_blocks(x, y)), by_differences(x, y), atol=1e-12)
    np.testing.assert_allclose(joined(squared_blocks(x, y)), by_differences(x, y) ** 2, atol=1e-12)
    indices, distances = nearest(x, y)
    assert indices.tolist() == np.round(by_differences(x, y), 9).argmin(1).tolist()  # the first of all ties
    np.testing.assert_allclose(distances, by_differences(x, y).min(1), rtol=1e-14)


@pytest.mark.parametrize("k", [1, 2, 7, 39])
def test_the_kth_neighbour_leaves_the_row_itself_out(monkeypatch, k):
    x = np.random.default_rng(0).standard_normal((40, 5))
    x[3] = x[9]  # a copy is a neighbour, at distance 0
    expected = np.sort(by_differences(x, x), axis=1)[:, k]
    np.testing.assert_allclose(radii(x, k), expected, atol=1e-7)
    monkeypatch.setattr(_neighbours, "FEW", 0)
    np.testing.assert_allclose(radii(x, k), expected, atol=1e-7)


def test_the_nearest_other_of_a_copy_is_its_twin():
    x = np.random.default_rng(0).standard_normal((20, 5))
    x[3] = x[9]
    indices, distances = nearest_other(x)
    assert (indices[3], indices[9]) == (9, 3)
    assert distances[3] == distances[9] == 0
    apart = by_differences(x, x) + np.diag(np.full(20, np.inf))
    np.testing.assert_allclose(distances, apart.min(1), rtol=1e-14)


@pytest.mark.parametrize("offset", [0, 1e4])
def test_equal_rows_are_at_distance_zero_and_raised_squares_settle_a_tie(offset):
    x = offset + np.random.default_rng(0).standard_normal((300, 17))
    assert all(np.all(np.diag(block[:, rows]) == 0) for rows, block in distance_blocks(x, x))
    # A copy of a row's neighbour is as far as the neighbour: not strictly nearer.
    square = radii(x, 1) ** 2
    copies = x[nearest_other(x)[0]][:100]
    inside = joined(squared_blocks(x, copies, raised=True)) < square[:, None]
    expected = by_differences(x, copies) < nearest_other(x)[1][:, None] - 1e-9
    np.testing.assert_array_equal(inside, expected)
