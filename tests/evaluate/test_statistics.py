import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.statistics import FeatureStatistics, RunningStatistics


def test_batches_of_any_size_give_numpys_mean_and_covariance():
    features = np.random.default_rng(0).standard_normal((100, 5)) * [1, 2, 3, 4, 5]
    batches = np.split(features, [1, 2, 40, 99])
    statistics = FeatureStatistics.of(batches)
    assert statistics.n == 100
    np.testing.assert_allclose(statistics.mean, features.mean(0), atol=1e-14)
    np.testing.assert_allclose(statistics.covariance, np.cov(features, rowvar=False), atol=1e-12)
    whole = FeatureStatistics.of(features)
    np.testing.assert_allclose(whole.covariance, statistics.covariance, atol=1e-12)


def test_a_large_mean_does_not_cancel():
    features = 1e8 + np.random.default_rng(0).standard_normal((1000, 2))
    covariance = FeatureStatistics.of(np.split(features, 10)).covariance
    np.testing.assert_allclose(covariance, np.cov(features, rowvar=False), rtol=1e-6, atol=1e-6)


def test_one_row_has_no_covariance():
    running = RunningStatistics()
    running.update(np.zeros((1, 3)))
    with pytest.raises(InvalidArgumentError, match="at least 2 rows"):
        running.result()


def test_batches_of_different_width_are_refused():
    running = RunningStatistics()
    running.update(np.zeros((1, 3)))
    with pytest.raises(InvalidArgumentError, match="before: 3, features: 4"):
        running.update(np.zeros((1, 4)))
