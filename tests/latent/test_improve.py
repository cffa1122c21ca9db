"""`improve` on a toy whose right answer is known, with extractors of pixels."""

import json

import keras
import numpy as np
import pytest

import ganzoo
from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate import custom_extractor, measure_reference
from ganzoo.images import to_uint8
from ganzoo.latent.candidates import candidates
from ganzoo.latent.improve import improve
from ganzoo.latent.samplers import Obrs, Plain, calibration_of
from ganzoo.latent.trials import Trial, front, trial, within_budget


def square_gan():
    """Four pixels of N(0, 1) / 4, where the data's first is N(1, 1) / 4; its discriminator sees pixels."""
    z, image = keras.Input((4,)), keras.Input((2, 2, 1))
    generator = keras.Model(z, keras.layers.Reshape((2, 2, 1))(z / 4.0))
    logit = keras.layers.Dense(1, name="logit")
    gan = ganzoo.GAN(
        generator, keras.Model(image, logit(keras.layers.Flatten()(image))), objective="wasserstein"
    )
    logit.set_weights([np.array([[1.0], [0], [0], [0]], "float32"), np.zeros(1, "float32")])
    return gan


def real_pictures(n, seed):
    x = np.random.default_rng(seed).standard_normal((n, 4))
    x[:, 0] += 1
    return to_uint8((x / 4).astype("float32").reshape(n, 2, 2, 1))


@pytest.fixture(scope="module")
def judge():
    extractor = custom_extractor(
        lambda images: images.reshape(len(images), -1) / 32.0,
        name="pixels",
        version="1",
        input_shape=(2, 2, 1),
        sha256="ab" * 32,
    )
    reference = measure_reference(
        extractor,
        real_pictures(1500, 1),
        data="toy",
        split="test",
        sample_size=500,
        floor_images=real_pictures(1500, 2),
        floor_n=[300, 600, 1000],
        floor_draws=2,
    )
    return extractor, reference


@pytest.fixture(scope="module")
def result(judge):
    return improve(
        square_gan(),
        real_pictures(2000, 3),
        # by time a toy's discriminator costs many times its generator; nothing is to depend on the clock here
        budget=1e4,
        n=400,
        n_confirm=600,
        tuning=judge,
        confirming=judge,
    )


def test_it_finds_a_sampler_that_is_better_and_confirms_it(result):
    assert result.tried[0].sampler == result.confirmed[0].sampler == "plain"
    assert result.held
    assert result.saved.sampler != "plain"
    plain, best = result.confirmed[:2]
    assert plain.excess > 0.5
    assert best.excess < 0.5 * plain.excess
    assert best.sampler == result.saved.sampler
    assert best.settings == result.saved.settings


def test_what_is_confirmed_are_other_pictures_and_one_of_each_kind(result):
    assert {t.seed for t in result.tried} == {0}
    assert {t.seed for t in result.confirmed} == {1}
    names = [t.sampler for t in result.confirmed]
    assert len(names) == len(set(names))


def test_the_saved_sampler_draws(result):
    gan = square_gan()
    gan.saved_sampler = result.saved
    bright = gan.generate(300, sampler="best")[:, 0, 0, 0].mean()
    assert bright > gan.generate(300)[:, 0, 0, 0].mean() + 8


def test_it_is_json(result):
    text = json.loads(json.dumps(result.to_json()))
    assert text["chosen"]["sampler"] == result.saved.sampler
    assert len(text["tried"]) == len(result.tried)
    assert {"excess", "recall", "cost", "passes"} <= set(text["confirmed"][0])


def test_drawing_ends_where_it_costs_more_than_the_limit(judge):
    times = iter(range(100))
    given = {"n": 600, "seed": 0, "plain_seconds": 1 / 600, "batch_size": 200}
    # a clock that counts its reads: a second for each batch of 200, and a plain picture's 1/600 s
    drawn = trial(square_gan(), Plain(), [judge], limit=1.5, clock=lambda: next(times), **given)
    assert drawn == []
    assert next(times) == 3  # begun, one batch within, the second beyond
    [whole] = trial(square_gan(), Plain(), [judge], limit=3.5, clock=lambda: next(times), **given)
    assert whole.n == 600


def test_a_budget_below_one(judge):
    for budget in (0.5, float("nan"), float("inf")):
        with pytest.raises(InvalidArgumentError, match="budget must be a number of at least 1"):
            improve(square_gan(), real_pictures(30, 0), budget=budget, tuning=judge, confirming=judge)


def test_a_number_of_pictures_without_a_floor(judge):
    with pytest.raises(InvalidArgumentError, match=r"no floor .* Received: n=20"):
        improve(square_gan(), real_pictures(100, 3), n=20, tuning=judge, confirming=judge)


def test_a_model_without_a_shipped_extractor():
    with pytest.raises(InvalidArgumentError, match="measure_reference"):
        improve(square_gan(), real_pictures(30, 0))


def test_candidates_keep_to_the_budget():
    known = calibration_of(np.array([1.0, 2.0]), np.array([0.0, 1.5]))
    gan = square_gan()
    few, many = (candidates(gan, known, known, budget=b) for b in (1.5, 1000.0))
    assert 0 < len(few) < len(many)
    assert all(s.budget <= 1.5 for s in few if isinstance(s, Obrs))
    assert {s.name for s in many} == {"truncation", "obrs", "drs", "mh", "ddls", "dgflow", "polarity"}


def made(excess, recall, cost, name="obrs"):
    return Trial(name, {}, False, "x", 1, 0, excess + 1, 1.0, recall, 0.9, 0.9, cost, {})


def test_the_front_holds_what_nothing_beats_at_once():
    plain, better, dearer = made(1.0, 0.9, 1.0), made(0.5, 0.9, 2.0), made(0.6, 0.9, 3.0)
    varied = made(0.7, 0.95, 3.0)
    assert front([dearer, varied, better, plain]) == [plain, better, varied]


def test_budget_and_recall_bound_the_choice():
    plain = made(1.0, 0.9, 1.0)
    kept = [made(0.5, 0.88, 2.0), made(0.4, 0.87, 10.0)]
    lost = [made(0.1, 0.86, 2.0), made(0.1, 0.9, 10.1)]
    assert within_budget([*lost, *kept], plain, budget=10.0, recall_loss=0.03) == kept[::-1]
