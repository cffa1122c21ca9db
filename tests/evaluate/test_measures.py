import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.frechet import frechet_distance, frechet_distance_infinity
from ganzoo.evaluate.inception import inception_score
from ganzoo.evaluate.kernel import kernel_distance
from ganzoo.evaluate.manifold import precision_recall_density_coverage
from ganzoo.evaluate.measures import METRICS, RealSide, curve, estimates, values
from ganzoo.evaluate.statistics import FeatureStatistics

SHARES = np.array([0.5, 0.3, 0.2])


def real_side(features, sample=None):
    return RealSide.of(FeatureStatistics.of(features), features if sample is None else sample, SHARES)


def logits_of(n, seed=0):
    return np.random.default_rng(seed).standard_normal((n, 3)) * 3


def test_values_are_those_of_the_functions(case):
    real, fake = case
    logits = logits_of(1000)
    found = values(real_side(real), fake, logits)
    assert tuple(found) == METRICS
    assert found["frechet_distance"] == pytest.approx(frechet_distance(real, fake), rel=1e-9)
    assert found["frechet_distance_infinity"] == pytest.approx(
        frechet_distance_infinity(real, fake, seed=0), rel=1e-6
    )
    everything = kernel_distance(real, fake, subsets=1, subset_size=1000)[0]
    assert found["kernel_distance"] == pytest.approx(everything, abs=1e-12)
    assert found["inception_score"] == pytest.approx(inception_score(logits, seed=0)[0], rel=1e-12)
    for name, value in precision_recall_density_coverage(real, fake, k=5).items():
        assert found[name] == pytest.approx(value, abs=1e-12)
    shares = np.bincount(logits.argmax(1), minlength=3) / 1000
    assert found["class_distance"] == pytest.approx(np.abs(shares - SHARES).sum() / 2)


def test_estimates_have_the_same_values_and_an_interval(case):
    real, fake = case[0], case[1][:300]
    logits, labels = logits_of(300), np.arange(300) % 3
    found = estimates(real_side(real), fake, logits, labels=labels)
    expected = values(real_side(real), fake, logits)
    assert {name: found[name].value for name in expected} == pytest.approx(expected, abs=1e-12)
    assert found["label_accuracy"].value == np.mean(logits.argmax(1) == labels)
    assert all(estimate.half_width > 0 for estimate in found.values())


def test_neighbours_take_as_many_fakes_as_there_are_reals_in_the_sample(case):
    real, fake = case
    found = values(real_side(real, real[:200]), fake, None)
    expected = precision_recall_density_coverage(real[:200], fake[:200], k=5)
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-12)
    assert "inception_score" not in found


def test_intervals_are_as_wide_as_independent_samples_spread():
    rng = np.random.default_rng(0)
    real = real_side(rng.standard_normal((300, 3)))
    runs = [estimates(real, rng.standard_normal((200, 3)) + 0.3, None) for _ in range(40)]
    for name in ("frechet_distance", "frechet_distance_infinity", "kernel_distance", "density", "recall"):
        spread = np.std([run[name].value for run in runs])
        stated = np.sqrt(np.mean([run[name].half_width ** 2 for run in runs])) / 2.262
        # A share of points that have a neighbour is no smooth statistic: the jackknife overstates its spread.
        assert 0.6 < stated / spread < (2.5 if name == "recall" else 1.7), name


def test_the_curve_ends_at_the_distance_of_all(case):
    real, fake = case
    sizes, distances = curve(real_side(real), fake)
    assert (sizes[0], sizes[-1], len(sizes)) == (100, 1000, 15)
    assert distances[-1] == pytest.approx(frechet_distance(real, fake), rel=1e-9)
    assert distances[0] > distances[-1]


def test_what_cannot_be_measured_is_refused(case):
    real = real_side(case[0])
    with pytest.raises(InvalidArgumentError, match=r"at least 100 rows\. Received: 99"):
        estimates(real, case[1][:99], None)
    with pytest.raises(InvalidArgumentError, match="real: 64, fake: 63"):
        estimates(real, case[1][:, 1:], None)
    with pytest.raises(InvalidArgumentError, match="logits must have 1000 rows"):
        values(real, case[1], logits_of(5))
    with pytest.raises(InvalidArgumentError, match="at least 6 rows"):
        real_side(case[0], case[0][:5])
