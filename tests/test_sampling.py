"""z from NumPy: golden numbers, the same rows whatever n and batch size; labels checked."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganzoo import sampling
from ganzoo.errors import InvalidArgumentError
from ganzoo.noise import DeviceNoise

# the first numbers of numpy.random.default_rng(0); a preset's pictures hang on them
NORMAL = [0.12573022, -0.13210486, 0.64042265, 0.10490012, -0.53566937, 0.36159505]
UNIFORM = [0.27392337, -0.46042657, -0.91805295, -0.96694473, 0.62654048, 0.82551115]


def _latents(
    n: int, *, prior: str = "normal", seed: int = 0, batch_size: int = 4, dim: int = 3
) -> np.ndarray:
    stream = sampling.latent_stream(n, latent_dim=dim, prior=prior, seed=seed, batch_size=batch_size)
    return np.concatenate(list(stream))


@pytest.mark.parametrize(("prior", "golden"), [("normal", NORMAL), ("uniform", UNIFORM)])
def test_seed_zero_begins_with_these_numbers(prior: str, golden: list[float]) -> None:
    z = _latents(2, prior=prior)
    assert z.dtype == np.float32
    np.testing.assert_allclose(z.ravel(), golden, rtol=1e-6)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 50), st.sampled_from(sampling.PRIORS))
def test_row_i_depends_on_the_seed_alone(m: int, more: int, batch_size: int, prior: str) -> None:
    whole = _latents(m + more, prior=prior, seed=9, batch_size=m + more)
    np.testing.assert_array_equal(_latents(m, prior=prior, seed=9, batch_size=batch_size), whole[:m])
    np.testing.assert_array_equal(_latents(m + more, prior=prior, seed=9, batch_size=batch_size), whole)


def test_the_priors_have_their_moments() -> None:
    normal, uniform, truncated, sphere = (
        _latents(20_000, prior=prior, batch_size=20_000) for prior in sampling.PRIORS
    )
    assert abs(normal.mean()) < 0.02
    assert normal.var() == pytest.approx(1.0, abs=0.02)
    assert abs(uniform.mean()) < 0.02
    assert uniform.var() == pytest.approx(1 / 3, abs=0.01)
    assert -1.0 <= uniform.min() < -0.999
    assert 0.999 < uniform.max() <= 1.0
    # 1 - 2τφ(τ) / (2Φ(τ) - 1) at τ = 2
    assert truncated.var() == pytest.approx(0.7737, abs=0.01)
    assert 1.99 < np.abs(truncated).max() <= 2.0
    np.testing.assert_allclose(np.linalg.norm(sphere, axis=1), np.sqrt(3), rtol=1e-6)
    np.testing.assert_allclose(np.cov(sphere.T), np.eye(3), atol=0.02)


def test_the_truncated_prior_is_the_normal_stream_without_what_lies_beyond() -> None:
    normal = _latents(50).ravel()
    inside = normal[np.abs(normal) <= sampling.TRUNCATION]
    assert len(inside) < len(normal)
    np.testing.assert_array_equal(_latents(40, prior="truncated_normal").ravel(), inside[:120])


@pytest.mark.parametrize("prior", sampling.PRIORS)
def test_training_draws_from_the_same_prior(prior: str) -> None:
    noise = DeviceNoise(prior, keras.random.SeedGenerator(0))
    z = keras.ops.convert_to_numpy(noise.latents((20_000, 3)))
    public = _latents(20_000, prior=prior, batch_size=20_000)
    for power in (1, 2, 4):
        np.testing.assert_allclose((z**power).mean(), (public**power).mean(), atol=0.06)
    np.testing.assert_allclose(np.abs(z).max(), np.abs(public).max(), rtol=0.02 if prior != "normal" else 0.3)


def test_another_seed_gives_other_numbers() -> None:
    assert not np.isclose(_latents(4, seed=0), _latents(4, seed=1)).any()


@pytest.mark.parametrize("seed", [-1, 1.5, "0", None])
def test_a_wrong_seed_is_refused_before_the_first_batch(seed: object) -> None:
    with pytest.raises(InvalidArgumentError, match=rf"at least 0\. Received: seed={seed!r}"):
        sampling.latent_stream(1, latent_dim=1, prior="normal", seed=seed, batch_size=1)


@pytest.mark.parametrize("n", [0, -1, 2.0, "3", None, True])
def test_a_wrong_count_is_refused(n: object) -> None:
    with pytest.raises(InvalidArgumentError, match=rf"^batch_size must be .* Received: batch_size={n!r}$"):
        sampling.check_count(n, name="batch_size")


def test_a_count_may_be_any_integer() -> None:
    assert sampling.check_count(np.int64(3)) == 3


@pytest.mark.parametrize("labels", [2, [2], np.array(2, "uint8"), np.array([2, 2, 2])])
def test_one_label_is_repeated(labels: object) -> None:
    checked = sampling.check_labels(labels, 3, 5)
    assert checked.dtype == np.int32
    assert checked.tolist() == [2, 2, 2]


def test_a_repeated_label_takes_no_memory() -> None:
    assert sampling.check_labels(1, 10**15, 3).shape == (10**15,)


def test_an_unconditional_model_has_no_labels() -> None:
    assert sampling.check_labels(None, 3, 0) is None
    with pytest.raises(InvalidArgumentError, match="unconditional and takes no labels"):
        sampling.check_labels([0, 1, 2], 3, 0)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (None, r"pass labels, one number or 3 of them, from 0 to 4"),
        ([0, 1], r"one number or 3 of them\. Received: shape \(2,\)"),
        ([[0, 1, 2]], r"Received: shape \(1, 3\)"),
        ([0, 5, 9], r"lie in 0 to 4\. Received: 5"),
        (-1, r"lie in 0 to 4\. Received: -1"),
        ([0.0, 1.0, 2.0], r"whole numbers from 0 to 4\. Received: dtype float64"),
        ("cat", r"whole numbers"),
    ],
)
def test_wrong_labels_are_refused(labels: object, message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        sampling.check_labels(labels, 3, 5)
