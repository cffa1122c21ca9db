"""Supervised directions: a plane that is known is found, and its accuracy is that of new codes."""

import math

import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.supervised import METHODS, fit_direction

DIM = 10


def case(n=4000, seed=0):
    rng = np.random.default_rng(seed)
    normal = rng.standard_normal(DIM)
    return rng, rng.standard_normal((n, DIM)), normal / np.linalg.norm(normal)


@pytest.mark.parametrize("method", METHODS)
def test_it_finds_the_normal_of_the_plane(method):
    _, z, normal = case()
    found = fit_direction(z, z @ normal > 0.5, method=method, name="side", model="m")
    assert found.vector @ normal > 0.98
    assert found.score > 0.93
    assert (found.name, found.model, found.score_name) == ("side", "m", "held-out accuracy")
    assert found.method == f"supervised, {method}"


@pytest.mark.parametrize("method", METHODS)
def test_numbers_are_cut_at_their_median(method):
    rng, z, normal = case()
    noise = 0.75
    values = np.exp(z @ normal + noise * rng.standard_normal(len(z)))  # any rising function
    found = fit_direction(z, values, method=method)
    assert found.vector @ normal > 0.97
    # of signal x and noise s·e, the signs of x and x + s·e agree with probability 1 - arctan(s)/π
    assert found.score == pytest.approx(1 - math.atan(noise) / math.pi, abs=0.04)


@pytest.mark.parametrize("method", METHODS)
def test_labels_that_mean_nothing_have_the_accuracy_of_chance(method):
    rng, z, _ = case()
    assert fit_direction(z, rng.integers(0, 2, len(z)), method=method).score == pytest.approx(0.5, abs=0.05)
    # However rare one side is.
    assert fit_direction(z, rng.random(len(z)) < 0.05, method=method).score == pytest.approx(0.5, abs=0.13)


def test_it_points_to_the_larger_label_and_repeats_itself():
    _, z, normal = case(500)
    high = z @ normal > 0
    found = fit_direction(z, np.where(high, 3, 1))
    assert found.vector @ fit_direction(z, np.where(high, -3, -1)).vector == pytest.approx(-1, abs=1e-3)
    np.testing.assert_array_equal(found.vector, fit_direction(z, np.where(high, 3, 1)).vector)


def test_by_hand():
    z = np.repeat([[0.0, 0], [2, 2]], 20, axis=0)
    found = fit_direction(z, z[:, 0] > 1, method="mean")
    np.testing.assert_allclose(found.vector, [0.5**0.5, 0.5**0.5], atol=1e-6)
    assert found.score == 1


@pytest.mark.parametrize(
    ("codes", "labels", "options", "message"),
    [
        (np.zeros((9, 2)), np.arange(8), {}, r"Received: \(9, 2\) and \(8,\)"),
        (np.zeros(9), np.arange(9), {}, "codes must be"),
        (np.zeros((9, 2)), np.full(9, np.nan), {}, "Leave them out"),
        (np.zeros((9, 2)), np.array(list("abcdefghi")), {}, "labels n numbers"),
        (np.zeros((20, 2)), np.arange(20) > 15, {}, "Received: 4 of 20"),
        (np.zeros((20, 2)), np.ones(20), {}, "Received: 0 of 20"),
        (np.zeros((20, 2)), np.arange(20), {"method": "tree"}, "method must be one of mean, logistic, svm"),
        (np.zeros((20, 2)), np.arange(20), {"holdout": 1.0}, "holdout must lie between 0 and 1"),
    ],
)
def test_what_is_refused(codes, labels, options, message):
    with pytest.raises(InvalidArgumentError, match=message):
        fit_direction(codes, labels, **options)


@pytest.mark.parametrize("method", ["logistic", "svm"])
def test_it_agrees_with_scikit_learn(method):
    linear_model, svm = (pytest.importorskip(f"sklearn.{name}") for name in ("linear_model", "svm"))
    rng, z, normal = case(600)
    sides = z @ normal + rng.standard_normal(len(z)) > 0.8
    found = fit_direction(z, sides, method=method, holdout=0.001)
    # Two codes are kept aside; its loss is a weighted sum, ours a mean, of n codes.
    fitted = len(z) - 2
    if method == "logistic":
        theirs = linear_model.LogisticRegression(C=100 / fitted, class_weight="balanced", tol=1e-8)
    else:
        theirs = svm.LinearSVC(C=100 / fitted, class_weight="balanced", dual=False, intercept_scaling=1e3)
    expected = theirs.fit(z, sides).coef_[0]
    assert found.vector @ expected / np.linalg.norm(expected) > 0.999
