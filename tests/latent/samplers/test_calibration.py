"""Calibration: a probability whose odds are the density ratio."""

import json

import keras
import numpy as np
import pytest
from pydantic import ValidationError
from scipy import special

import ganzoo
from ganzoo._sampler_file import parse_sampler
from ganzoo.errors import InvalidArgumentError, WeightsError
from ganzoo.images import to_uint8
from ganzoo.latent.samplers import Calibration, Ddls, Obrs, Plain, calibrate, calibration_of, saved_sampler


def test_an_isotonic_fit_by_hand():
    # in order f, r, f, r: 0, then r and f pooled to 1/2, then 1; and no certainty from four: 1/4, 3/4
    calibration = calibration_of(np.array([2.0, 4.0]), np.array([1.0, 3.0]))
    assert calibration.probability(np.array([0.0, 1, 2, 3, 4, 9])).tolist() == [
        0.25,
        0.25,
        0.5,
        0.5,
        0.75,
        0.75,
    ]
    assert calibration.log_ratio(np.array([1.0, 2.5])).tolist() == pytest.approx([-np.log(3), 0])
    assert calibration.auc == 0.75


def test_either_side_counts_as_a_half():
    # all alike: three real ones and one drawn one at one score are even odds, not three to one
    calibration = calibration_of(np.zeros(3), np.zeros(1))
    assert calibration.probability(np.array([0.0])).tolist() == [0.5]
    assert calibration.auc == 0.5


def test_the_ratio_of_two_normals():
    # N(1, 1) over N(0, 1) at x: log r = x − 1/2
    rng = np.random.default_rng(0)
    calibration = calibration_of(1 + rng.standard_normal(50_000), rng.standard_normal(50_000))
    assert calibration.slope == pytest.approx(1, abs=0.03)
    assert calibration.intercept == pytest.approx(-0.5, abs=0.03)
    x = np.linspace(-1, 2, 13)
    np.testing.assert_allclose(calibration.log_ratio(x), x - 0.5, atol=0.25)
    assert calibration.auc == pytest.approx(special.ndtr(1 / 2**0.5), abs=0.01)


def test_a_monotone_transform_changes_nothing():
    rng = np.random.default_rng(0)
    real, fake = 1 + rng.standard_normal(500), rng.standard_normal(500)
    one, other = calibration_of(real, fake), calibration_of(np.exp(real), np.exp(fake))
    assert one.probabilities == other.probabilities
    assert one.auc == other.auc


@pytest.mark.parametrize(("real", "fake"), [([], [1.0]), ([1.0], []), ([np.nan], [1.0])])
def test_scores_that_cannot_be_calibrated(real, fake):
    with pytest.raises(InvalidArgumentError, match="finite scores"):
        calibration_of(np.array(real), np.array(fake))


def test_it_is_json_and_comes_back(tmp_path):
    rng = np.random.default_rng(0)
    calibration = calibration_of(1 + rng.standard_normal(300), rng.standard_normal(300), data="toy")
    saved = saved_sampler(Obrs(budget=3.0, exponent=0.5), calibration, budget=2.0)
    back = parse_sampler(json.loads(saved.to_text()), tmp_path / "sampler.json")
    assert back == saved
    assert back.build() == Obrs(budget=3.0, exponent=0.5, calibration=calibration)
    assert saved_sampler(None, calibration).build() == Plain()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda raw: raw.update(schema_version=99), "Upgrade"),
        (lambda raw: raw["calibration"].update(probabilities=[0.9, 0.1]), "probabilities"),
        (lambda raw: raw["calibration"].update(slope="steep"), "slope"),
        (lambda raw: raw.pop("calibration"), "calibration"),
    ],
)
def test_a_file_that_breaks_the_schema_is_refused(tmp_path, change, words):
    calibration = calibration_of(np.array([1.0, 2.0]), np.array([0.0, 1.5]))
    raw = json.loads(saved_sampler(Obrs(), calibration).to_text())
    change(raw)
    with pytest.raises(WeightsError, match=words):
        parse_sampler(raw, tmp_path / "sampler.json")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sampler": "dance"}, "Unknown sampler 'dance'"),
        ({"settings": {"budget": 0.5}}, r"budget=0\.5"),
        ({"settings": {"colour": 1}}, "no setting 'colour'"),
    ],
)
def test_settings_that_no_sampler_takes_are_refused_when_it_is_built(change, words):
    saved = saved_sampler(Obrs(), calibration_of(np.array([1.0, 2.0]), np.array([0.0, 1.5])))
    with pytest.raises(WeightsError, match=words):
        saved.model_copy(update=change).build()


def test_numbers_that_do_not_ascend_are_refused():
    fields = calibration_of(np.array([1.0, 2.0]), np.array([0.0, 1.5])).model_dump()
    with pytest.raises(ValidationError, match="ascend"):
        Calibration(**{**fields, "real_quantiles": (2.0, 1.0)})


def pixels_gan(**options):
    """Four pixels of a sixth of z, and a discriminator that looks at the first; its features are all four."""
    z, image = keras.Input((4,)), keras.Input((2, 2, 1))
    generator = keras.Model(z, keras.layers.Reshape((2, 2, 1))(z / 6.0))
    hidden = keras.layers.Flatten()(image)
    logit = keras.layers.Dense(1, name="logit")
    gan = ganzoo.GAN(generator, keras.Model(image, logit(hidden)), objective="wasserstein", **options)
    logit.set_weights([np.array([[1.0], [0], [0], [0]], "float32"), np.array([5.0], "float32")])
    return gan


def shifted(n, pixel):
    """Real pictures: as drawn, but one pixel's mean is a sixth higher."""
    x = np.random.default_rng(8).standard_normal((n, 4))
    x[:, pixel] += 1
    return to_uint8((x / 6).astype("float32").reshape(n, 2, 2, 1))


def test_a_discriminator_that_sees_nothing_tells_nothing_apart():
    calibration = calibrate(pixels_gan(), shifted(4000, pixel=2), components=0)
    assert calibration.head is None
    assert calibration.auc == pytest.approx(0.5, abs=0.02)


def test_a_refitted_head_finds_what_the_output_left_out():
    gan = pixels_gan()
    calibration = calibrate(gan, shifted(8000, pixel=2), components=4, data="shifted")
    # normals apart by one deviation in one pixel: log r = 6 x − 1/2 in that pixel x, AUC Φ(1/√2)
    assert calibration.auc == pytest.approx(special.ndtr(1 / 2**0.5), abs=0.02)
    weights = np.array(calibration.head.features) + calibration.head.logit * np.array([1, 0, 0, 0])
    np.testing.assert_allclose(weights * calibration.slope, [0, 0, 6, 0], atol=0.6)
    assert (calibration.data, calibration.n) == ("shifted", 4000)
    # and Langevin steps along it move that pixel alone: by ε/2 · d log r / dz = ε/2 in a step without noise
    drawn = np.concatenate(
        [b.images for b in Obrs(budget=8, calibration=calibration).draw(gan, 3000).batches]
    )
    np.testing.assert_allclose(6 * drawn.reshape(-1, 4).mean(0), [0, 0, 1, 0], atol=0.15)
    walked = np.concatenate(
        [b.images for b in Ddls(steps=60, step_size=0.1, calibration=calibration).draw(gan, 3000).batches]
    )
    np.testing.assert_allclose(6 * walked.reshape(-1, 4).mean(0), [0, 0, 1, 0], atol=0.15)


def test_a_calibration_of_another_discriminator_is_refused():
    gan = pixels_gan()
    calibration = calibrate(gan, shifted(100, pixel=2), components=2)
    head = calibration.head.model_copy(update={"features": (1.0, 2.0)})
    wrong = calibration.model_copy(update={"head": head})
    with pytest.raises(InvalidArgumentError, match="another discriminator"):
        next(Obrs(calibration=wrong).draw(gan, 4).batches)


def test_what_cannot_be_calibrated_is_refused():
    with pytest.raises(InvalidArgumentError, match="at least 20 real images"):
        calibrate(pixels_gan(), shifted(19, pixel=0))
