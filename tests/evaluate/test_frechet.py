import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.frechet import (
    frechet_distance,
    frechet_distance_from_statistics,
    frechet_distance_infinity,
)


def test_the_known_case(case):
    # torch-fidelity 0.4.0, pytorch-fid 0.3.0 and clean-fid 0.1.35 agree on it.
    assert frechet_distance(*case) == pytest.approx(0.70633762143331, rel=1e-9)


def test_a_set_with_itself_is_zero(case):
    assert frechet_distance(case[0], case[0]) == pytest.approx(0, abs=1e-10)
    assert frechet_distance(case[0][:40], case[0][:40]) == pytest.approx(0, abs=1e-10)


def test_two_gaussians_by_hand():
    distance = frechet_distance_from_statistics(
        np.zeros(4), np.diag([1.0, 9, 4, 4]), np.full(4, 0.5), np.diag([4, 1, 4, 0.25])
    )
    assert distance == pytest.approx(8.25, abs=1e-12)


def test_covariances_that_do_not_commute_by_hand():
    # tr √(S₁S₂) of 2 x 2 matrices is √(tr S₁S₂ + 2 √det S₁S₂).
    s1, s2 = np.array([[2.0, 1], [1, 3]]), np.array([[5.0, -2], [-2, 1]])
    cross = np.sqrt(np.trace(s1 @ s2) + 2 * np.sqrt(np.linalg.det(s1 @ s2)))
    expected = 25 + 5 + 6 - 2 * cross
    assert frechet_distance_from_statistics([3, 0], s1, [0, 4], s2) == pytest.approx(expected, rel=1e-12)


def test_few_rows_give_the_same_as_their_statistics(case):
    real, fake = case[0][:50], case[1][:30]
    expected = frechet_distance_from_statistics(
        real.mean(0, dtype="float64"),
        np.cov(real.astype("float64"), rowvar=False),
        fake.mean(0, dtype="float64"),
        np.cov(fake.astype("float64"), rowvar=False),
    )
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("n_real", "n_fake", "d"), [(300, 90, 12), (12, 9, 40), (200, 9, 40), (9, 41, 40)])
def test_other_arrays_by_scipys_matrix_root(n_real, n_fake, d):
    linalg = pytest.importorskip("scipy.linalg")
    rng = np.random.default_rng(2)
    real, fake = rng.standard_normal((n_real, d)), 0.8 * rng.standard_normal((n_fake, d)) + 0.2
    x, y = (z - z.mean(0) for z in (real, fake))
    s1, s2 = x.T @ x / (n_real - 1), y.T @ y / (n_fake - 1)
    # For n < d, tr √(S₁S₂) is tr √(CCᵀ) with C = XYᵀ over its counts, which has fewer eigenvalues of 0.
    cross = x @ y.T / np.sqrt((n_real - 1) * (n_fake - 1))
    small = cross @ cross.T if n_real < n_fake else cross.T @ cross
    root = (
        linalg.sqrtm(s1 @ s2) if min(n_real, n_fake) > d else linalg.sqrtm(small + 1e-18 * np.eye(len(small)))
    )
    mean = np.sum((real.mean(0) - fake.mean(0)) ** 2)
    expected = mean + np.trace(s1) + np.trace(s2) - 2 * np.trace(root).real
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=1e-8)


def test_copies_only_change_the_counts(case):
    real, fake = case[0][:100].astype("float64"), case[1][:100].astype("float64")
    doubled = np.repeat(fake, 2, axis=0)
    covariance = np.cov(fake, rowvar=False) * 2 * 99 / 199
    expected = frechet_distance_from_statistics(
        real.mean(0), np.cov(real, rowvar=False), fake.mean(0), covariance
    )
    assert frechet_distance(real, doubled) == pytest.approx(expected, rel=1e-9)


def test_constant_features_change_nothing(case):
    constant = np.full((1000, 3), 7.0)
    wide = [np.hstack([features, constant]) for features in case]
    assert frechet_distance(*wide) == pytest.approx(frechet_distance(*case), rel=1e-9)
    assert frechet_distance(wide[0], wide[0]) == pytest.approx(0, abs=1e-10)
    assert frechet_distance(constant, constant + 2) == pytest.approx(12)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(2, 20), st.integers(2, 20))
def test_invariances(seed, d, n_real, n_fake):
    rng = np.random.default_rng(seed)
    real, fake = rng.standard_normal((n_real, d)), 1 + 2 * rng.standard_normal((n_fake, d))
    distance = frechet_distance(real, fake)
    assert frechet_distance(fake, real) == pytest.approx(distance, rel=1e-8)
    rotation = np.linalg.qr(rng.standard_normal((d, d)))[0]
    turned = frechet_distance(3 * real @ rotation + 5, 3 * fake @ rotation + 5)
    assert turned == pytest.approx(9 * distance, rel=1e-7)
    assert frechet_distance(real, real + 1) == pytest.approx(d, rel=1e-8)


@pytest.mark.parametrize(
    ("real", "fake", "message"),
    [
        (np.zeros((0, 4)), np.zeros((5, 4)), "real must have at least 2 rows. Received: 0"),
        (np.zeros((5, 4)), np.zeros((1, 4)), "fake must have at least 2 rows. Received: 1"),
        (np.zeros((5, 4)), np.zeros((5, 3)), "real: 4, fake: 3"),
        (np.zeros(5), np.zeros((5, 1)), r"Received: \(5,\)"),
        (np.full((5, 4), np.nan), np.zeros((5, 4)), "NaN or infinity in 5 of 5"),
        (np.zeros((5, 4)), np.full((5, 4), np.inf), "fake must be finite"),
        (np.zeros((5, 4), complex), np.zeros((5, 4)), "complex128"),
    ],
)
def test_features_that_have_no_distance_are_refused(real, fake, message):
    with pytest.raises(InvalidArgumentError, match=message):
        frechet_distance(real, fake)


@pytest.mark.parametrize(
    ("cov", "message"),
    [
        (np.eye(3), r"\(2,\), \(3, 3\)"),
        (np.diag([1.0, -1]), "negative eigenvalue"),
        (-np.eye(2), "negative eigenvalue"),
        (np.array([[1.0, 2], [0, 1]]), "symmetric"),
        (np.full((2, 2), np.nan), "finite"),
    ],
)
def test_matrices_that_are_no_covariance_are_refused(cov, message):
    with pytest.raises(InvalidArgumentError, match=message):
        frechet_distance_from_statistics(np.zeros(2), np.eye(2), np.zeros(2), cov)


def test_means_of_different_length_are_refused():
    with pytest.raises(InvalidArgumentError, match="same length"):
        frechet_distance_from_statistics(np.zeros(2), np.eye(2), np.zeros(3), np.eye(3))


def test_the_known_case_of_infinitely_many_fakes(case):
    assert frechet_distance_infinity(*case, seed=0) == pytest.approx(0.32101853, rel=1e-4)


def test_extrapolation_removes_most_of_the_bias():
    rng = np.random.default_rng(0)
    real = rng.standard_normal((10_000, 6))
    fakes = rng.standard_normal((10, 200, 6))
    biased = np.mean([frechet_distance(real, fake) for fake in fakes])
    extrapolated = np.mean([frechet_distance_infinity(real, fake) for fake in fakes])
    assert biased > 0.05
    assert abs(extrapolated) < biased / 3


def test_too_few_fakes_or_points_to_extrapolate_are_refused():
    features = np.arange(10.0).reshape(5, 2)
    with pytest.raises(InvalidArgumentError, match="fake must have at least 4 rows"):
        frechet_distance_infinity(features, features[:3])
    with pytest.raises(InvalidArgumentError, match="points must be at least 2"):
        frechet_distance_infinity(features, features, points=1)
    with pytest.raises(InvalidArgumentError, match="seed must be from 0"):
        frechet_distance_infinity(features, features, seed=-1)


def test_it_agrees_with_torch_fidelity(case, torch_fidelity):
    torch, metric = pytest.importorskip("torch"), torch_fidelity("metric_fid")
    statistics = [
        metric.fid_features_to_statistics(torch.from_numpy(features.astype("float64"))) for features in case
    ]
    theirs = metric.fid_statistics_to_metric(*statistics, verbose=False)["frechet_inception_distance"]
    assert frechet_distance(*case) == pytest.approx(theirs, rel=1e-9)
