"""Langevin steps, gradient flow, truncation and polarity where the answer is known."""

import numpy as np
import pytest
from keras import ops
from scipy import special
from scipy.stats import kstest

from ganzoo.latent.samplers import Ddls, DgFlow, Plain, Polarity, Truncation
from ganzoo.latent.samplers.walkers import into_support

N = 3000


def identity(z):
    return z + 0.0


def square(b):
    """log r = −b x² / 2: the target is N(0, 1 / (1 + b))."""
    return lambda x: ops.sum(-0.5 * b * ops.square(x), axis=1, keepdims=True)


def test_langevin_steps_have_their_known_stationary_variance(toy, pictures):
    # z' = (1 − εk/2) z + √ε noise for a normal of precision k: variance 1 / (k (1 − εk/4))
    size, k = 0.2, 4.0
    gan = toy(identity, square(k - 1), dim=2)
    z = pictures(Ddls(steps=40, step_size=size), gan, N)
    expected = 1 / (k * (1 - size * k / 4))
    assert z.var() == pytest.approx(expected, rel=4 * np.sqrt(1 / N))
    assert kstest(z[:, 0] / expected**0.5, "norm").pvalue > 0.01


def test_corrected_langevin_steps_draw_the_target_at_any_step_size(toy, pictures):
    gan = toy(identity, square(3.0))
    sampler = Ddls(steps=40, step_size=0.4, corrected=True)
    z = pictures(sampler, gan, N)[:, 0]
    assert kstest(2 * z, "norm").pvalue > 0.01
    # where the steps alone do not: their variance is larger by 1 / (1 − 0.4)
    loose = pictures(Ddls(steps=40, step_size=0.4), gan, N)[:, 0]
    assert kstest(2 * loose, "norm").pvalue < 1e-6


def test_corrected_langevin_steps_draw_a_mixture(mixture, pictures):
    build, cdf = mixture
    z = pictures(Ddls(steps=80, step_size=0.5, corrected=True), build(), N)[:, 0]
    assert kstest(z, cdf).pvalue > 0.01


def test_no_weight_leaves_the_prior(toy, pictures):
    gan = toy(identity, square(3.0), latent_prior="uniform")
    for corrected in (False, True):
        z = pictures(Ddls(steps=20, step_size=0.3, weight=0.0, corrected=corrected), gan, N)[:, 0]
        assert np.abs(z).max() <= 1
        assert kstest((z + 1) / 2, "uniform").pvalue > 0.01


def test_reflection_at_the_walls():
    z = np.array([0.5, 1.25, -1.5, 3.5, -3.25])
    np.testing.assert_allclose(into_support(z, "uniform"), [0.5, 0.75, -0.5, -0.5, 0.75])
    assert into_support(z, "normal") is z


def test_a_flow_without_noise_moves_by_its_formula(toy, pictures):
    gan = toy(identity, lambda x: ops.sum(0.3 * x, axis=1, keepdims=True) + 0.1)
    start = pictures(Plain(), gan, 50)
    moves = {
        "kl": lambda d: 1 + 0 * d,
        "js": special.expit,
        "logd": lambda d: special.expit(-d),
        "wasserstein": lambda d: 1 + 0 * d,
    }
    for divergence, factor in moves.items():
        end = pictures(DgFlow(steps=2, step_size=0.5, noise=0.0, divergence=divergence), gan, 50)
        z = start.astype("float64")
        for _ in range(2):
            z = z + 0.5 * 0.3 * factor(0.3 * z + 0.1)
        np.testing.assert_allclose(end, z, rtol=1e-5, atol=1e-6, err_msg=divergence)


@pytest.mark.parametrize(
    ("divergence", "derivative"),
    [
        ("kl", lambda t: np.log(t) + 1),
        ("js", lambda t: np.log(t) - np.log((t + 1) / 2)),
        ("logd", lambda t: np.log(t + 1) + 1),
    ],
)
def test_the_factors_are_the_derivatives_of_the_divergences(divergence, derivative):
    d = np.linspace(-3, 3, 13)
    slope = (derivative(np.exp(-(d + 1e-5))) - derivative(np.exp(-(d - 1e-5)))) / 2e-5
    np.testing.assert_allclose(DgFlow(divergence=divergence)._factor(d), -slope, rtol=1e-7)


def test_a_flow_moves_towards_the_target(mixture, pictures):
    build, cdf = mixture
    gan = build()
    before = kstest(pictures(Plain(), gan, N)[:, 0], cdf).statistic
    for divergence in ("kl", "js", "logd"):
        flow = DgFlow(steps=10, step_size=0.01, noise=0.01, divergence=divergence)
        assert kstest(pictures(flow, gan, N)[:, 0], cdf).statistic < 0.8 * before


def test_truncation_draws_the_truncated_prior(toy, pictures):
    z = pictures(Truncation(threshold=0.7), toy(identity, square(1.0), dim=3), N)
    assert np.abs(z).max() <= np.float32(0.7)
    least = special.ndtr(-0.7)
    assert kstest(z.ravel(), lambda x: (special.ndtr(x) - least) / (1 - 2 * least)).pvalue > 0.01
    uniform = toy(identity, square(1.0), latent_prior="uniform")
    z = pictures(Truncation(threshold=0.5), uniform, N)[:, 0]
    assert kstest(z + 0.5, "uniform").pvalue > 0.01
    z = pictures(Truncation(threshold=3.0), uniform, N)[:, 0]
    assert kstest((z + 1) / 2, "uniform").pvalue > 0.01


def test_polarity_weighs_by_a_known_volume(toy, pictures):
    # x = z + z³/3 stretches by 1 + z²: for ρ = 1 the density is φ(z) (1 + z²) / 2, its integral Φ − z φ / 2
    gan = toy(lambda z: z + z * z * z / 3, square(1.0))
    drawn = Polarity(polarity=1.0, top_k=1, pool=30).draw(gan, 1000)
    z = np.concatenate([batch.latents for batch in drawn.batches])[:, 0]

    def cdf(z):
        return special.ndtr(z) - z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) / 2

    assert kstest(z, cdf).pvalue > 0.01
    assert kstest(z, "norm").pvalue < 1e-6
    assert drawn.cost.per_image() == {"generator": 1, "discriminator": 0, "gradients": 30}


def test_no_polarity_is_the_prior(toy, pictures):
    gan = toy(lambda z: z + z * z * z / 3, square(1.0))
    drawn = Polarity(polarity=0.0, top_k=1, pool=3).draw(gan, 1000)
    z = np.concatenate([batch.latents for batch in drawn.batches])[:, 0]
    assert kstest(z, "norm").pvalue > 0.01
