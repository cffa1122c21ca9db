import itertools
import math

import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.closeness import (
    ALPHA,
    Closeness,
    copy_figures,
    least_count,
    measure_closeness,
    order_p_value,
)
from ganzoo.evaluate.copying import authenticity, data_copying


def of_ratios(ratios):
    """Closeness of images whose training neighbours are all at 1 of their own: distance and ratio are one."""
    return Closeness(np.zeros(len(ratios), int), np.asarray(ratios), np.asarray(ratios))


def test_ratios_by_hand():
    near = measure_closeness(np.array([[0.0], [1], [5]]), np.array([[0.4], [3], [9], [0]]))
    # 0.4 is at 0.4 of 0, whose neighbour is at 1; 3 is at 2 of 1; 9 is at 4 of 5, as 1 is; 0 is a copy.
    np.testing.assert_allclose(near.ratios, [0.4, 2, 1, 0])
    np.testing.assert_allclose(near.distances, [0.4, 2, 4, 0])
    assert near.indices.tolist() == [0, 1, 2, 0]


def test_a_copy_of_an_image_that_is_there_twice_is_a_copy():
    near = measure_closeness(np.array([[0.0], [0], [5]]), np.array([[0.0], [0.1]]))
    assert near.ratios.tolist() == [0, np.inf]


def test_ratios_and_distances_give_the_two_scores(case):
    real, fake = case
    near = measure_closeness(real[:500], fake)
    assert 100 * (near.ratios > 1).mean() == authenticity(real[:500], fake)
    figures = copy_figures(near, measure_closeness(real[:500], real[500:]))
    assert figures.authenticity == authenticity(real[:500], fake)
    assert figures.floor_authenticity == authenticity(real[:500], real[500:])
    assert figures.data_copying == data_copying(real[:500], real[500:], fake)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_p_value_is_a_share_of_all_orders(k):
    n, m = 3, 4
    orders = list(itertools.combinations(range(n + m), m))  # the places of the m among all
    for count in range(n + 1):
        # Before the k-th of the m, at place p, lie p - (k - 1) of the n.
        share = sum(places[k - 1] - (k - 1) >= count for places in orders) / len(orders)
        assert order_p_value(count, n=n, k=k, m=m) == pytest.approx(share)


def test_with_many_to_compare_with_it_is_the_binomial_test():
    n, share, count = 200, 0.01, 6
    binomial = sum(math.comb(n, c) * share**c * (1 - share) ** (n - c) for c in range(count, n + 1))
    assert order_p_value(count, n=n, k=10_000, m=10**6 - 1) == pytest.approx(binomial, rel=0.01)
    assert order_p_value(0, n=n, k=1, m=5) == 1


def test_the_least_count_is_the_first_that_alarms():
    least = least_count(n=2000, k=4, m=4000)
    assert order_p_value(least, n=2000, k=4, m=4000) < ALPHA
    assert order_p_value(least - 1, n=2000, k=4, m=4000) >= ALPHA
    assert least < 0.05 * 2000 / 2  # So that half of 5% copies are enough.
    assert least_count(n=3, k=1, m=3) == 4  # So few that nothing would be an alarm.


def test_copies_alarm_and_unseen_images_do_not():
    rng = np.random.default_rng(0)
    unseen, fresh = of_ratios(rng.uniform(0.5, 2, 4000)), rng.uniform(0.5, 2, 2000)
    clean = copy_figures(of_ratios(fresh), unseen)
    assert clean.alarms == ()
    assert clean.expected == pytest.approx(2000 * 4 / 4001)
    fresh[:100] = 0.01
    caught = copy_figures(of_ratios(fresh), unseen)
    assert caught.near_copies == 100 + clean.near_copies
    assert "near-copies" in caught.alarms
    all_copies = copy_figures(of_ratios(np.full(2000, 0.6)), unseen)
    assert all_copies.near_copies == 0
    assert all_copies.alarms == ("C_T", "AuthPct")


def test_false_alarms_are_as_rare_as_said():
    rng = np.random.default_rng(1)
    alarms = 0
    for _ in range(2000):
        figures = copy_figures(of_ratios(rng.uniform(0, 2, 60)), of_ratios(rng.uniform(0, 2, 90)))
        alarms += bool(figures.alarms)
    # Three tests at about 1 in 1000 each: 6 expected.
    assert alarms <= 16


def test_equal_shares_have_no_z():
    figures = copy_figures(of_ratios(np.full(5, 2.0)), of_ratios(np.full(7, 2.0)))
    assert figures.authenticity_z == 0
    assert figures.near_copies == 0  # None lies strictly below the smallest.


@pytest.mark.parametrize("bad", [{"count": 4}, {"count": -1}, {"k": 0}, {"k": 6}])
def test_impossible_counts_are_refused(bad):
    arguments = {"count": 1, "n": 3, "k": 1, "m": 5, **bad}
    with pytest.raises(InvalidArgumentError, match="Received"):
        order_p_value(arguments.pop("count"), **arguments)
