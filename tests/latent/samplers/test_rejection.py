"""Rejection and chains on a mixture whose density ratio is known: they draw the mixture."""

import numpy as np
import pytest
from scipy.stats import kstest

from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.samplers import Drs, MetropolisHastings, Obrs, Plain, calibration_of
from ganzoo.latent.samplers.obrs import log_scale

N = 3000


def test_plain_draws_are_far_from_the_target(mixture, pictures):
    build, cdf = mixture
    assert kstest(pictures(Plain(), build(), N)[:, 0], cdf).pvalue < 1e-12


@pytest.mark.parametrize(
    "sampler",
    [
        Drs(percentile=None, gamma=0.0),
        Obrs(budget=8.0, pilot=4000),
        MetropolisHastings(length=40, start_from_real=False),
    ],
    ids=lambda sampler: sampler.name,
)
def test_with_the_true_ratio_they_draw_the_target(mixture, pictures, sampler):
    build, cdf = mixture
    assert kstest(pictures(sampler, build(), N, seed=3)[:, 0], cdf).pvalue > 0.01


@pytest.fixture(scope="module")
def critic(mixture, mixture_sample):
    """A critic, whose score is no logit, and its calibration."""
    gan = mixture[0](0.25, 7.0, "wasserstein")
    scores = [
        np.asarray(gan.discriminator.predict(x, verbose=0, batch_size=5000), "float64")[:, 0]
        for x in (mixture_sample(20_000), gan.decode(gan.sample_latents(20_000, seed=99)))
    ]
    return gan, calibration_of(*scores, data="mixture")


@pytest.mark.parametrize(
    "make",
    [
        lambda c: Drs(percentile=None, calibration=c),
        lambda c: Obrs(budget=8.0, calibration=c),
        lambda c: MetropolisHastings(length=20, calibration=c),
    ],
    ids=["drs", "obrs", "mh"],
)
def test_a_calibrated_critic_draws_the_target(mixture, critic, pictures, make):
    gan, calibration = critic
    x = pictures(make(calibration), gan, N, seed=3)[:, 0]
    # an isotonic fit of 20,000 scores is off by a per cent or so
    assert kstest(x, mixture[1]).statistic < 0.035


def test_the_budget_is_met(critic):
    gan, calibration = critic
    for budget in (1.0, 1.5, 4.0):
        drawn = Obrs(budget=budget, calibration=calibration).draw(gan, 4000)
        assert sum(len(batch.images) for batch in drawn.batches) == 4000
        assert drawn.cost.per_image()["generator"] == pytest.approx(budget, rel=0.05)
        assert drawn.cost.discriminator == drawn.cost.generator
        assert drawn.cost.gradients == 0


def test_a_larger_budget_comes_nearer(mixture, critic, pictures):
    gan, calibration = critic
    distances = [
        kstest(pictures(Obrs(budget=b, calibration=calibration), gan, N)[:, 0], mixture[1]).statistic
        for b in (1, 1.3, 3)
    ]
    assert distances[0] > distances[1] > distances[2]


def test_a_budget_of_one_is_plain_generate(critic, pictures):
    gan, calibration = critic
    ours = pictures(Obrs(budget=1.0, calibration=calibration), gan, 300, seed=2)
    np.testing.assert_allclose(ours, pictures(Plain(), gan, 300, seed=2), rtol=1e-6)


def test_the_scale_by_hand():
    # ratios 1/4, 1, 4 and a mean acceptance of 1/2: c = 1/2 gives (1/8 + 1/2 + 1) / 3 = 13/24; the equation
    # c (1/4 + 1) + 1 = 3/2 gives c = 2/5
    log_ratios = np.log([0.25, 1.0, 4.0])
    assert np.exp(log_scale(log_ratios, 2.0)) == pytest.approx(0.4)
    # a budget beyond the largest over the mean ratio leaves nobody at 1: c · 5.25 / 3 = 1/7
    assert np.exp(log_scale(log_ratios, 7.0)) == pytest.approx(3 / 7 / 5.25)
    assert np.exp(log_scale(log_ratios, 1.0)) == pytest.approx(4)


def test_the_acceptance_of_drs_by_hand(mixture, pictures):
    # γ = 0: σ(F) = e^(d − d_M) / (1 + e^(d − d_M) (1 − e^(−ε))), which is e^(d − d_M) as ε goes to 0: a
    # picture costs as many proposals as the largest ratio
    build, _ = mixture
    drawn = Drs(percentile=None, pilot=20_000).draw(build(), N)
    assert sum(len(batch.images) for batch in drawn.batches) == N
    x = np.linspace(-6, 6, 100_001)
    density = sum(np.exp(-0.5 * ((x - c) / w) ** 2) / (2 * w) for c, w in ((-0.8, 0.5), (1.0, 0.4)))
    largest = (density / np.exp(-0.5 * x**2)).max()
    passes = drawn.cost.generator - 20_000
    assert passes / N == pytest.approx(largest, rel=0.05)


def test_a_higher_percentile_costs_more(critic):
    gan, calibration = critic
    costs = []
    for percentile in (0.0, 50.0, 90.0):
        drawn = Drs(percentile=percentile, calibration=calibration).draw(gan, 500)
        assert sum(len(batch.images) for batch in drawn.batches) == 500
        costs.append(drawn.cost.generator)
    assert costs == sorted(costs)
    assert costs[2] > 2 * costs[0]


def test_chains_never_return_their_real_start(critic, pictures):
    gan, calibration = critic
    # of length 1 many chains do not move from a real score: those start anew, and every picture is a draw
    drawn = MetropolisHastings(length=1, calibration=calibration).draw(gan, 600)
    for batch in drawn.batches:
        np.testing.assert_allclose(batch.images.reshape(-1, 1), batch.latents, rtol=1e-6)
        assert np.all(batch.latents != 0)
    assert drawn.cost.generator > 600


def test_nothing_accepted_is_said(mixture):
    build, _ = mixture
    drawn = Drs(percentile=None, gamma=80.0, pilot=100, max_tries=2000).draw(build(), 16)
    with pytest.raises(InvalidArgumentError, match=r"'drs' accepted none of 20\d\d proposals"):
        next(drawn.batches)


def test_chains_from_real_scores_need_a_calibration(mixture):
    build, _ = mixture
    with pytest.raises(InvalidArgumentError, match="start_from_real=False"):
        MetropolisHastings().draw(build(), 4)
