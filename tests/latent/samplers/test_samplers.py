"""What every sampler keeps to: order of labels, seeds, and one line for what is wrong."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import ganzoo
from ganzoo.errors import InvalidArgumentError
from ganzoo.latent import samplers
from ganzoo.latent.samplers import (
    Ddls,
    DgFlow,
    Drs,
    MetropolisHastings,
    Obrs,
    Plain,
    Polarity,
    Sampler,
    Truncation,
    calibration_of,
    saved_sampler,
)

RNG = np.random.default_rng(0)
KNOWN = calibration_of(1 + RNG.standard_normal(200), RNG.standard_normal(200))
ALL = [
    Plain(),
    Truncation(threshold=1.0),
    Drs(percentile=50.0, pilot=64, calibration=KNOWN),
    MetropolisHastings(length=3, calibration=KNOWN),
    Obrs(budget=2.0, calibration=KNOWN),
    Ddls(steps=2, calibration=KNOWN),
    DgFlow(steps=2, calibration=KNOWN),
    Polarity(top_k=1, pool=2),
]


def line_gan(toy, num_classes=0, **options):
    return toy(lambda z: 0.5 * z, lambda x: 2.0 * x, num_classes=num_classes, **options)


def collect(sampler, gan, n, **options):
    batches = list(sampler.draw(gan, n, **options).batches)
    return np.concatenate([b.latents for b in batches]), np.concatenate([b.images for b in batches])


@pytest.mark.parametrize("sampler", ALL, ids=lambda s: s.name)
def test_each_is_a_sampler_that_draws_what_it_says(toy, sampler):
    gan = line_gan(toy)
    drawn = sampler.draw(gan, 70, seed=1, batch_size=32)
    assert isinstance(sampler, Sampler)
    assert next(drawn.batches).images.shape == (32, 1, 1, 1)
    assert [len(batch.images) for batch in drawn.batches] == [32, 6]
    assert drawn.cost.images == 70
    assert drawn.cost.generator >= 70
    latents, images = collect(sampler, gan, 70, seed=1)
    assert latents.dtype == images.dtype == np.float32
    np.testing.assert_allclose(images.ravel(), 0.5 * latents.ravel(), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("sampler", ALL, ids=lambda s: s.name)
def test_pictures_depend_on_the_seed_and_neither_on_n_nor_on_the_batch(toy, sampler):
    gan = line_gan(toy)
    all_of_them, _ = collect(sampler, gan, 40, seed=4, batch_size=64)
    np.testing.assert_allclose(collect(sampler, gan, 13, seed=4)[0], all_of_them[:13], rtol=1e-4, atol=1e-6)
    in_parts, _ = collect(sampler, gan, 40, seed=4, batch_size=8)
    np.testing.assert_allclose(in_parts, all_of_them, rtol=1e-4, atol=1e-6)
    assert not np.allclose(collect(sampler, gan, 40, seed=5)[0], all_of_them)


@pytest.mark.parametrize("sampler", ALL, ids=lambda s: s.name)
def test_every_picture_has_the_label_that_was_asked_for(toy, sampler):
    gan = line_gan(toy, num_classes=3)
    labels = np.array([0, 2, 1, 1, 2, 0, 2] * 5)
    latents, images = collect(sampler, gan, 35, labels=labels, batch_size=8)
    np.testing.assert_allclose(images.ravel() - 0.5 * latents.ravel(), labels, atol=1e-5)
    with pytest.raises(InvalidArgumentError, match="class-conditional"):
        sampler.draw(gan, 4)


def test_generate_takes_a_name_or_a_sampler(toy):
    gan = line_gan(toy)
    np.testing.assert_array_equal(gan.generate(9, seed=2, sampler="plain"), gan.generate(9, seed=2))
    cut = gan.generate(200, sampler=Truncation(threshold=0.5))
    assert cut.min() >= round(0.75 * 127.5) - 1
    assert cut.max() <= round(1.25 * 127.5) + 1
    assert sum(len(batch) for batch in gan.stream(20, sampler="obrs", batch_size=8)) == 20


def test_best_is_the_saved_one(toy):
    gan = line_gan(toy)
    with pytest.raises(InvalidArgumentError, match="ganzoo improve"):
        gan.generate(4, sampler="best")
    gan.saved_sampler = saved_sampler(Truncation(threshold=0.5), KNOWN)
    expected = gan.generate(9, sampler=Truncation(threshold=0.5))
    np.testing.assert_array_equal(gan.generate(9, sampler="best"), expected)
    gan.compile()
    with pytest.raises(InvalidArgumentError, match="trained since"):
        gan.generate(4, sampler="best")


def test_the_saved_calibration_serves_every_sampler(toy):
    gan = line_gan(toy, objective="wasserstein")
    with pytest.raises(InvalidArgumentError, match="calibrated first"):
        gan.generate(4, sampler="obrs")
    gan.saved_sampler = saved_sampler(None, KNOWN)
    expected = gan.generate(9, sampler=Obrs(calibration=KNOWN))
    np.testing.assert_array_equal(gan.generate(9, sampler="obrs"), expected)


def test_weights_that_change_are_noticed(toy):
    gan = line_gan(toy, num_classes=2)
    first = gan.generate(8, labels=0, sampler="obrs")
    level = next(layer for layer in gan.generator.layers if hasattr(layer, "embeddings"))
    level.embeddings.assign(np.array([[0.25], [1.0]], "float32"))
    second = gan.generate(8, labels=0, sampler="obrs")
    assert second.astype(int).mean() - first.astype(int).mean() == pytest.approx(0.25 * 127.5, abs=1)


@pytest.mark.parametrize(("name", "nearest"), [("dsr", "drs"), ("DDLS", "ddls"), ("truncate", "truncation")])
def test_an_unknown_name_brings_the_nearest(toy, name, nearest):
    with pytest.raises(InvalidArgumentError, match=f"Did you mean '{nearest}'"):
        line_gan(toy).generate(4, sampler=name)


def test_what_is_no_sampler_is_refused(toy):
    with pytest.raises(InvalidArgumentError, match="Received: 3"):
        line_gan(toy).generate(4, sampler=3)


@pytest.mark.parametrize("sampler", [s for s in ALL if hasattr(s, "calibration")], ids=lambda s: s.name)
def test_a_model_without_a_discriminator(toy, sampler):
    gan = line_gan(toy)
    bare = SimpleNamespace(
        generator=gan.generator,
        discriminator=None,
        latent_dim=1,
        latent_prior="normal",
        num_classes=0,
        image_shape=(1, 1, 1),
    )
    with pytest.raises(InvalidArgumentError, match="needs a discriminator"):
        list(sampler.draw(bare, 4).batches)


@pytest.mark.parametrize(
    ("kind", "setting"),
    [
        (Obrs, {"budget": 0.99}),
        (Obrs, {"budget": float("nan")}),
        (Drs, {"percentile": 101}),
        (MetropolisHastings, {"length": 0}),
        (Ddls, {"step_size": 0}),
        (DgFlow, {"steps": 0}),
        (DgFlow, {"divergence": "chi2"}),
        (Truncation, {"threshold": 0}),
        (Polarity, {"pool": 0}),
    ],
)
def test_settings_out_of_range(kind, setting):
    (value,) = setting.values()
    with pytest.raises(InvalidArgumentError, match=f"Received: .*{value}"):
        kind(**setting)


def test_more_directions_than_latents(toy):
    with pytest.raises(InvalidArgumentError, match="at most latent_dim, 1"):
        Polarity(top_k=2).draw(line_gan(toy), 4)


@pytest.mark.parametrize("sampler", [Truncation(), Ddls(calibration=KNOWN), DgFlow(calibration=KNOWN)])
def test_a_prior_of_another_shape_is_not_left(toy, sampler):
    gan = line_gan(toy)
    gan.latent_prior = "hypersphere"
    with pytest.raises(InvalidArgumentError, match="knows normal and uniform priors"):
        sampler.draw(gan, 4)


def test_loading_needs_no_optimiser():
    code = "import sys, ganzoo; ganzoo.load('mnist-mlp-gan'); sys.exit('scipy.optimize' in sys.modules)"
    environ = {**os.environ, "PYTHONPATH": str(Path(ganzoo.__file__).parents[1])}
    assert subprocess.run([sys.executable, "-c", code], env=environ, check=False).returncode == 0


def test_a_walk_that_overflows_is_said(toy):
    gan = toy(lambda z: z + 0.0, lambda x: x * x * x * x)
    with pytest.raises(InvalidArgumentError, match="smaller step"):
        list(DgFlow(steps=30, step_size=90.0, divergence="wasserstein").draw(gan, 4).batches)


def test_the_names_are_sorted_and_complete():
    assert samplers.names() == sorted(["best", *(s.name for s in ALL)])
    assert isinstance(ganzoo.latent.samplers.names(), list)
