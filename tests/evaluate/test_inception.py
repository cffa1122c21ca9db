import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.inception import inception_score


@pytest.fixture(scope="module")
def logits():
    r = np.random.RandomState(20240229 + 1000)
    y = r.randint(0, 10, 1000)
    logits = r.randn(1000, 10)
    logits[np.arange(1000), y] += 4
    return logits.astype("float32")


def test_the_known_case(logits):
    mean, std = inception_score(logits, splits=10, seed=2020)
    assert mean == pytest.approx(3.84064687319190, rel=1e-9)
    assert std == pytest.approx(0.13169261089764, rel=1e-9)
    assert inception_score(logits, splits=1)[0] == pytest.approx(3.92468177362, rel=1e-9)


def test_the_extremes():
    sure = np.full((40, 4), -1e4)
    sure[np.arange(40), np.arange(40) % 4] = 1e4
    assert inception_score(sure, splits=1) == (pytest.approx(4), 0)
    assert inception_score(np.zeros((40, 4)), splits=1) == (pytest.approx(1), 0)
    assert inception_score(np.tile(sure[:1], (40, 1)))[0] == pytest.approx(1)


@pytest.mark.parametrize(("n", "splits"), [(23, 4), (10, 10), (7, 1)])
def test_other_logits_image_by_image(n, splits):
    logits = 3 * np.random.default_rng(n).standard_normal((n, 5))
    shuffled = logits[np.random.RandomState(8).permutation(n)]
    scores = []
    for i in range(splits):
        p = [np.exp(row) / np.exp(row).sum() for row in shuffled[i * n // splits : (i + 1) * n // splits]]
        scores.append(np.exp(np.mean([np.sum(q * np.log(q / np.mean(p, axis=0))) for q in p])))
    mean, std = inception_score(logits, splits=splits, seed=8)
    assert mean == pytest.approx(np.mean(scores), rel=1e-12)
    assert std == pytest.approx(np.std(scores), rel=1e-9, abs=1e-15)


def test_it_agrees_with_torch_fidelity(logits, torch_fidelity):
    torch, metric = pytest.importorskip("torch"), torch_fidelity("metric_isc")
    theirs = metric.isc_features_to_metric(torch.from_numpy(logits), splits=3, shuffle=True, rng_seed=5)
    mean, std = inception_score(logits, splits=3, seed=5)
    assert mean == pytest.approx(theirs["inception_score_mean"], rel=1e-6)
    assert std == pytest.approx(theirs["inception_score_std"], rel=1e-4)


@pytest.mark.parametrize("splits", [0, 6])
def test_splits_out_of_range_are_refused(splits):
    with pytest.raises(InvalidArgumentError, match=f"from 1 to 5, the number of rows. Received: {splits}"):
        inception_score(np.zeros((5, 2)), splits=splits)
    with pytest.raises(InvalidArgumentError, match="NaN"):
        inception_score(np.full((5, 2), np.nan), splits=1)
