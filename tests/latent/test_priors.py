"""Priors: densities that integrate to one, quantiles of the draws, projections that stay put."""

import numpy as np
import pytest

import ganzoo
from ganzoo import sampling
from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.priors import Hypersphere, Normal, TruncatedNormal, Uniform, get_prior, prior_of

FLAT = [Normal(), Uniform(), TruncatedNormal(), TruncatedNormal(0.7)]
ALL = [*FLAT, Hypersphere()]


@pytest.mark.parametrize("prior", FLAT)
def test_a_density_integrates_to_one(prior):
    line = np.linspace(-8, 8, 160_001)
    assert np.exp(prior.log_density(line[:, None])).sum() * 1e-4 == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("prior", FLAT)
def test_a_density_is_the_product_of_its_coordinates(prior):
    z = np.array([[0.1, -0.6, 0.3]])
    parts = [prior.log_density(z[:, [i]])[0] for i in range(3)]
    np.testing.assert_allclose(prior.log_density(z), [sum(parts)])


def test_densities_of_known_points():
    np.testing.assert_allclose(Normal().log_density(np.zeros((1, 2))), [-np.log(2 * np.pi)])
    assert Uniform().log_density([[0.0, 1.01]])[0] == -np.inf
    assert TruncatedNormal(1).log_density([[0.0, 1.01]])[0] == -np.inf
    # the circle of radius √2 and the ball's surface of radius √3
    np.testing.assert_allclose(Hypersphere().log_density([[1, -1]]), [-np.log(2 * np.pi * np.sqrt(2))])
    np.testing.assert_allclose(Hypersphere().log_density([[1, 1, 1]]), [-np.log(4 * np.pi * 3)])
    assert Hypersphere().log_density([[1, 1, 1.1]])[0] == -np.inf


@pytest.mark.parametrize("prior", FLAT)
def test_quantiles_are_those_of_the_draws(prior):
    z = prior.draw(np.random.default_rng(0), (40_000, 1))[:, 0]
    levels = np.array([[0.05, 0.5], [0.75, 0.99]])
    assert prior.quantile(levels).shape == (2, 2)
    np.testing.assert_allclose(prior.quantile(levels), np.quantile(z, levels), atol=0.03)


@pytest.mark.parametrize("prior", ALL)
def test_a_projection_ends_where_draws_lie_and_then_stays(prior):
    z = 5 * np.random.default_rng(0).standard_normal((6, 8))
    projected = prior.project(z)
    np.testing.assert_allclose(prior.project(projected), projected)
    assert np.isfinite(prior.log_density(projected)).all()
    if prior.name in ("normal", "hypersphere"):
        np.testing.assert_allclose(np.linalg.norm(projected, axis=1), np.sqrt(8))


@pytest.mark.parametrize("prior", ALL)
def test_the_first_rows_do_not_depend_on_how_many(prior):
    few, many = (prior.draw(np.random.default_rng(3), (n, 5)) for n in (4, 9))
    np.testing.assert_array_equal(few, many[:4])
    assert few.dtype == np.float32


@pytest.mark.parametrize("name", sampling.PRIORS)
def test_a_model_draws_from_the_prior_that_it_names(linear_gan, name: str):
    gan, _ = linear_gan(latent_dim=3, latent_prior=name)
    assert prior_of(gan) == get_prior(name)
    expected = prior_of(gan).draw(np.random.default_rng(7), (5, 3))
    np.testing.assert_array_equal(gan.sample_latents(5, seed=7), expected)


def test_what_is_wrong_is_refused():
    with pytest.raises(InvalidArgumentError, match=r"one of normal, .* Received: 'cauchy'"):
        get_prior("cauchy")
    for truncation in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(InvalidArgumentError, match="truncation must be"):
            TruncatedNormal(truncation)
    for u in (0.0, 1.0, np.nan):
        with pytest.raises(InvalidArgumentError, match="between 0 and 1"):
            Normal().quantile([0.5, u])
    with pytest.raises(InvalidArgumentError, match="finite"):
        Normal().log_density([[np.nan]])
    assert ganzoo.latent.prior_of is prior_of
