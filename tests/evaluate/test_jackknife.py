import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._kernel_blocks import kernel_within, kernel_without_blocks
from ganzoo.evaluate._manifold_blocks import manifold_without_blocks
from ganzoo.evaluate._neighbours import squared_radii
from ganzoo.evaluate.jackknife import block_of_rows, half_width, jackknife
from ganzoo.evaluate.kernel import kernel_distance
from ganzoo.evaluate.manifold import precision_recall_density_coverage


def test_of_a_mean_it_is_students_interval_of_the_block_means():
    x = np.random.default_rng(0).standard_normal(200)
    replicates = jackknife(lambda kept: float(x[kept].mean()), 200)
    means = x.reshape(10, 20).mean(1)
    # 2.262 is the tabulated 97.5% point of t with 9 degrees of freedom.
    assert half_width(replicates) == pytest.approx(2.262 * means.std(ddof=1) / np.sqrt(10), rel=1e-3)


def test_95_of_100_intervals_hold_the_truth():
    x = np.random.default_rng(1).standard_normal((1000, 50))
    held = [abs(row.mean()) < half_width(jackknife(lambda kept: row[kept].mean(), 50)) for row in x]  # noqa: B023
    assert np.mean(held) == pytest.approx(0.95, abs=0.02)


def test_a_bias_that_falls_with_n_is_no_spread():
    assert half_width(jackknife(lambda kept: 1 / kept.sum(), 200)) == pytest.approx(0, abs=1e-12)


def test_blocks_are_consecutive_and_equal_to_one_row():
    block = block_of_rows(23, 10)
    assert np.all(np.diff(block) >= 0)
    assert {*np.bincount(block)} == {2, 3}
    assert len(jackknife(lambda kept: 0.0, 5, 0)) == 0
    with pytest.raises(InvalidArgumentError, match="Received: 9"):
        block_of_rows(9)
    with pytest.raises(InvalidArgumentError, match=r"needs 10 replicates\. Received: 3"):
        half_width(np.zeros(3))


@pytest.mark.parametrize("n", [60, 107])
def test_the_kernel_distance_without_each_block(case, n):
    real, fake = case[0][:107].astype("float64"), case[1][:n].astype("float64")
    value, without = kernel_without_blocks(real, fake, real_within=kernel_within(real), blocks=10)
    if n == 107:
        everything = kernel_distance(real, fake, subsets=1, subset_size=107)[0]
        assert value == pytest.approx(everything, abs=1e-12)
    block = block_of_rows(n)
    for left_out in range(10):
        rest = fake[block != left_out]
        alone, nothing = kernel_without_blocks(real, rest, real_within=kernel_within(real), blocks=0)
        assert without[left_out] == pytest.approx(alone, abs=1e-12)
        assert len(nothing) == 0


def test_the_kernel_distance_of_all_pairs_is_the_known_case(case):
    real, fake = (features.astype("float64") for features in case)
    value, _ = kernel_without_blocks(real, fake, real_within=kernel_within(real), blocks=10)
    assert value == pytest.approx(0.01177571225321, abs=1e-12)


@pytest.mark.parametrize(("n", "k"), [(60, 3), (95, 5)])
def test_precision_and_the_others_without_each_block(case, n, k):
    real, fake = case[0][:80].astype("float64"), case[1][:n].astype("float64")
    found = manifold_without_blocks(real, fake, real_squared_radii=squared_radii(real, k), k=k, blocks=10)
    everything = precision_recall_density_coverage(real, fake, k=k)
    assert {name: value for name, (value, _) in found.items()} == pytest.approx(everything, abs=1e-12)
    block = block_of_rows(n)
    for left_out in range(10):
        rest = precision_recall_density_coverage(real, fake[block != left_out], k=k)
        assert {name: row[left_out] for name, (_, row) in found.items()} == pytest.approx(rest, abs=1e-12)


def test_fewer_in_a_block_than_neighbours(case):
    real, fake = case[0][:30].astype("float64"), case[1][:20].astype("float64")
    found = manifold_without_blocks(real, fake, real_squared_radii=squared_radii(real, 5), k=5, blocks=10)
    rest = precision_recall_density_coverage(real, fake[2:], k=5)
    assert {name: row[0] for name, (_, row) in found.items()} == pytest.approx(rest, abs=1e-12)


def test_copies_and_whole_numbers_tie_as_in_the_formula():
    rng = np.random.default_rng(0)
    real = rng.integers(0, 3, (60, 4)).astype("float64")
    fake = np.concatenate([real[:20], rng.integers(0, 3, (20, 4))])
    found = manifold_without_blocks(real, fake, real_squared_radii=squared_radii(real, 3), k=3, blocks=10)
    everything = precision_recall_density_coverage(real, fake, k=3)
    assert {name: value for name, (value, _) in found.items()} == pytest.approx(everything, abs=1e-12)
    rest = precision_recall_density_coverage(real, fake[4:], k=3)
    assert {name: row[0] for name, (_, row) in found.items()} == pytest.approx(rest, abs=1e-12)
