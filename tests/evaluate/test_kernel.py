import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.kernel import kernel_distance


def test_the_known_case(case):
    mean, std = kernel_distance(*case, subsets=20, subset_size=200, seed=2020)
    assert mean == pytest.approx(0.01195627222108, abs=1e-12)
    assert std == pytest.approx(0.00495286977118, abs=1e-12)
    mean, std = kernel_distance(*case, subsets=1, subset_size=1000)
    assert mean == pytest.approx(0.01177571225321, abs=1e-12)
    assert std == 0


def test_by_hand():
    x, y = np.array([[0.0], [1]]), np.array([[1.0], [2]])
    # k = (xy + 1)³; within x: k(0, 1) = 1, within y: k(1, 2) = 27, across: mean of 1, 1, 8, 27.
    assert kernel_distance(x, y, subsets=1, subset_size=2)[0] == pytest.approx(1 + 27 - 2 * 37 / 4)


@pytest.mark.parametrize(("n_real", "n_fake", "d"), [(9, 14, 3), (30, 7, 40), (5, 5, 1)])
def test_other_arrays_pair_by_pair(n_real, n_fake, d):
    rng = np.random.default_rng(0)
    real, fake = rng.standard_normal((n_real, d)), rng.standard_normal((n_fake, d)) + 0.5
    fake[1] = fake[0]  # a copy is a row like any other
    size, draws, values = 5, np.random.RandomState(4), []
    for _ in range(6):
        y = fake[draws.choice(n_fake, size, replace=False)]
        x = real[draws.choice(n_real, size, replace=False)]
        pairs = [(i, j) for i in range(size) for j in range(size)]
        k = {name: [(a[i] @ b[j] / d + 1) ** 3 for i, j in pairs] for name, a, b in
             (("xx", x, x), ("yy", y, y), ("xy", x, y))}  # fmt: skip
        apart = [i != j for i, j in pairs]
        values.append(np.mean(k["xx"], where=apart) + np.mean(k["yy"], where=apart) - 2 * np.mean(k["xy"]))
    mean, std = kernel_distance(real, fake, subsets=6, subset_size=size, seed=4)
    assert mean == pytest.approx(np.mean(values), rel=1e-9)
    assert std == pytest.approx(np.std(values), rel=1e-9, abs=1e-15)


def test_constant_features_are_at_distance_zero():
    assert kernel_distance(np.full((5, 2), 3.0), np.full((9, 2), 3.0), subset_size=4) == (0, 0)


def test_it_is_unbiased():
    rng = np.random.default_rng(0)
    values = [
        kernel_distance(
            rng.standard_normal((20, 3)), rng.standard_normal((20, 3)), subsets=1, subset_size=20
        )[0]
        for _ in range(400)
    ]
    assert abs(np.mean(values)) < 3 * np.std(values) / 20
    assert min(values) < 0


def test_it_agrees_with_torch_fidelity(case, torch_fidelity):
    torch, metric = pytest.importorskip("torch"), torch_fidelity("metric_kid")
    theirs = metric.kid_features_to_metric(
        torch.from_numpy(case[1]),
        torch.from_numpy(case[0]),
        kid_subsets=3,
        kid_subset_size=150,
        kid_kernel="poly",
        rng_seed=7,
        verbose=False,
    )
    mean, std = kernel_distance(*case, subsets=3, subset_size=150, seed=7)
    assert mean == pytest.approx(theirs["kernel_inception_distance_mean"], abs=1e-7)
    assert std == pytest.approx(theirs["kernel_inception_distance_std"], abs=1e-7)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"subset_size": 6}, "from 2 to 5, the smaller number of rows. Received: 6"),
        ({"subset_size": 1}, "Received: 1"),
        ({"subset_size": 2, "subsets": 0}, "subsets must be at least 1"),
        ({"subset_size": 2, "seed": -1}, "seed must be from 0"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(InvalidArgumentError, match=message):
        kernel_distance(np.zeros((5, 2)), np.zeros((8, 2)), **options)
