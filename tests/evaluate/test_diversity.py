import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate import _neighbours
from ganzoo.evaluate.diversity import mean_pairwise_distance


def test_by_hand():
    square = np.array([[0.0, 0], [3, 0], [3, 4], [0, 4]])
    assert mean_pairwise_distance(square) == pytest.approx((3 + 4 + 5 + 4 + 5 + 3) / 6)
    assert mean_pairwise_distance(square, labels=np.array([7, 7, 1, 1])) == pytest.approx(3)
    assert mean_pairwise_distance(square, labels=np.array([0, 1, 0, 1])) == pytest.approx(5)


def test_blocks_change_nothing(monkeypatch):
    x = np.random.default_rng(0).standard_normal((50, 3))
    expected = np.sqrt(((x[:, None] - x) ** 2).sum(-1)).sum() / (50 * 49)
    assert mean_pairwise_distance(x) == pytest.approx(expected, rel=1e-12)
    monkeypatch.setattr(_neighbours, "BLOCK_BYTES", 8 * 50 * 7)
    assert mean_pairwise_distance(x) == pytest.approx(expected, rel=1e-12)


def test_it_scales_with_the_features_and_ignores_a_shift():
    x = np.random.default_rng(0).standard_normal((50, 3))
    assert mean_pairwise_distance(3 * x + 100) == pytest.approx(3 * mean_pairwise_distance(x))


def test_rows_that_are_all_alike_are_exactly_zero_apart():
    assert mean_pairwise_distance(np.full((9, 3), 0.1)) == 0


def test_one_picture_a_class_shows_within_the_classes_alone():
    classes = np.repeat(10 * np.eye(4), 5, axis=0)
    labels = np.repeat(np.arange(4), 5)
    assert mean_pairwise_distance(classes) > 10
    assert mean_pairwise_distance(classes, labels=labels) == 0


@pytest.mark.parametrize(
    ("features", "labels", "message"),
    [
        (np.zeros((1, 2)), None, "at least 2 rows. Received: 1"),
        (np.zeros((0, 2)), None, "at least 2 rows. Received: 0"),
        (np.full((3, 2), np.nan), None, "NaN"),
        (np.zeros((3, 2)), np.array([0, 0, 1]), "1 row of label 1"),
        (np.zeros((3, 2)), np.array([0, 0]), "must be 3 integers"),
        (np.zeros((3, 2)), np.zeros(3), "float64"),
    ],
)
def test_what_has_no_pairs_is_refused(features, labels, message):
    with pytest.raises(InvalidArgumentError, match=message):
        mean_pairwise_distance(features, labels=labels)
