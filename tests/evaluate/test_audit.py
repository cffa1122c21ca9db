"""The audit on images whose source is known: an honest generator, copiers, and an extractor that is blind."""

import dataclasses
import json

import keras
import numpy as np
import pytest

import ganzoo
from ganzoo.data import from_arrays, load
from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.audit import audit_model
from ganzoo.evaluate.audit_picture import CAPTION, audit_picture
from ganzoo.evaluate.extractors import random_conv_extractor
from ganzoo.zoo.manifest import Data

SHAPE, DIM = (8, 8, 1), 6


@pytest.fixture(scope="module")
def gan():
    """Draws tanh(z·W) and is as good as can be: the data are drawn from it too."""
    keras.utils.set_random_seed(0)
    z, images = keras.Input((DIM,)), keras.Input(SHAPE)
    dense = keras.layers.Dense(64, activation="tanh")
    generator = keras.Model(z, keras.layers.Reshape(SHAPE)(dense(z)))
    dense.set_weights([np.random.default_rng(0).normal(0, 0.4, (DIM, 64)), np.zeros(64)])
    return ganzoo.GAN(generator, keras.Model(images, keras.layers.Dense(1)(keras.layers.Flatten()(images))))


def drawn(gan, n, seed):
    return from_arrays(gan.generate(n, seed=seed), name="blobs")


@pytest.fixture(scope="module")
def extractor():
    return random_conv_extractor(SHAPE, width=8)


@pytest.fixture(scope="module")
def data(gan):
    return drawn(gan, 500, 1), drawn(gan, 600, 2)


@pytest.fixture(scope="module")
def honest(gan, data, extractor):
    return audit_model(gan, *data, n=300, n_recovery=20, seed=3, extractor=extractor)


class Copier:
    """A GAN a share of whose samples are training images, with noise."""

    def __init__(self, gan, train, share, noise=0.0):
        self._gan, self.train, self.share, self.noise = gan, train, share, noise

    def __getattr__(self, name):
        return getattr(self._gan, name)

    def generate(self, n, **options):
        rng = np.random.default_rng(5)
        samples = self._gan.generate(n, **options).copy()
        rows = rng.choice(n, round(self.share * n), replace=False)
        copies = self.train.images[rng.integers(len(self.train), size=len(rows))]
        noisy = copies + rng.normal(0, self.noise, copies.shape)
        samples[rows] = np.clip(np.rint(noisy), 0, 255).astype("uint8")
        return samples


def test_an_honest_model_passes_and_both_controls_hold(honest):
    assert honest.failed_controls == ()
    assert honest.outcome == "nothing found"
    assert honest.samples.alarms == honest.unseen.alarms == ()
    assert [figures.alarms[0] for figures in honest.planted.values()] == ["near-copies", "near-copies"]
    assert honest.planted_found[0] == 1
    for words in ("No copying found", "neither attack", "Not proven"):
        assert words in honest.verdict
    assert "\n" not in honest.verdict


@pytest.mark.parametrize("noise", [0.0, 4.0])
def test_a_copier_of_one_in_twenty_is_caught(gan, data, extractor, noise):
    copier = Copier(gan, data[0], 0.05, noise)
    audit = audit_model(copier, *data, n=300, n_recovery=4, extractor=extractor)
    assert audit.outcome == "copying"
    assert "near-copies" in audit.samples.alarms
    assert audit.verdict.startswith("Copying, by near-copies")
    # The most suspicious sample is beside the image that it copies.
    suspects = audit.suspects
    error = np.abs(suspects.images[0].astype(float) - suspects.nearest[0, 0])
    assert error.mean() <= noise
    assert np.all(np.diff(suspects.ratios) >= 0)


def test_a_model_of_nothing_but_copies_is_caught_by_every_test(gan, data, extractor):
    audit = audit_model(Copier(gan, data[0], 1.0), *data, n=300, n_recovery=4, extractor=extractor)
    assert audit.samples.alarms == ("near-copies", "C_T", "AuthPct")
    assert audit.samples.authenticity == 0


def test_an_extractor_that_does_not_see_copies_makes_the_audit_inconclusive(gan, data, extractor):
    def blind(batch):
        seeds = [int.from_bytes(image.tobytes()[:8]) for image in batch]
        return [np.stack([np.random.default_rng(seed).standard_normal(4) for seed in seeds])]

    audit = audit_model(
        gan, *data, n=300, n_recovery=4, extractor=dataclasses.replace(extractor, feature_dim=4, _call=blind)
    )
    assert audit.outcome == "inconclusive"
    assert audit.planted_found[0] == 1  # The same bytes give the same features,
    assert audit.planted_found[1] < 0.2  # and a little noise gives any others.
    assert "with noise 4" in audit.failed_controls[0]
    assert audit.verdict.startswith("Inconclusive")


def test_unseen_images_that_were_seen_fail_the_clean_control(gan, data, extractor):
    train, unseen = data
    # Of the unseen images, those that are tested as samples are come first in the order of the seed.
    tested = np.random.default_rng(3).permutation(len(unseen))[:200]
    images = unseen.images.copy()
    images[tested] = train.images[:200]
    audit = audit_model(gan, train, from_arrays(images), n=300, n_recovery=4, seed=3, extractor=extractor)
    assert audit.outcome == "inconclusive"
    assert "unseen real images were taken for copies" in audit.verdict


def test_a_model_that_draws_its_training_images_better_than_others_gives_them_away(data, gan, extractor):
    train, unseen = data
    # As unlike the training images as before, but for a noise that the generator cannot draw.
    noise = np.random.default_rng(0).normal(0, 6, unseen.images.shape)
    noisy = from_arrays(np.clip(np.rint(unseen.images + noise), 0, 255).astype("uint8"))
    audit = audit_model(gan, train, noisy, n=300, n_recovery=40, extractor=extractor)
    recovery = audit.memberships[1]
    assert recovery.attack == "latent recovery"
    assert recovery.result.low > 0.6
    assert abs(recovery.control.z) < 3
    assert audit.outcome == "members told apart"
    assert "latent recovery tells training images from unseen ones (AUC" in audit.verdict
    assert "if they were not drawn alike" in audit.verdict


def test_it_is_a_function_of_the_seed(gan, data, extractor, honest):
    again = audit_model(gan, *data, n=300, n_recovery=20, seed=3, extractor=extractor)
    assert again.to_json() == honest.to_json()


def test_the_report_is_json_and_holds_the_protocol(honest, extractor):
    report = json.loads(json.dumps(honest.to_json()))
    assert report["verdict"] == honest.verdict
    expected = {
        "data": "blobs",
        "extractor_name": "random-conv",
        "extractor_sha256": extractor.sha256,
        "n_samples": 300,
        "n_train": 500,
        "n_unseen_tested": 200,
        "n_unseen_compared": 400,
        "seed": 3,
    }
    assert report["protocol"].items() >= expected.items()
    assert [copies["noise"] for copies in report["planted_copies"]] == [0, 4]
    assert report["membership"][0]["result"]["n_members"] == 500


def test_the_picture_shows_suspects_beside_their_neighbours(honest):
    picture = audit_picture(honest)
    tile = 8 * 10 + 2  # Enlarged to 80 pixels, 2 of white between.
    assert picture.shape == (CAPTION + 12 * tile + 2, 2 * (4 * tile + 2) + 24, 1)
    for column, image in enumerate((honest.suspects.images[0], *honest.suspects.nearest[0])):
        top, left = CAPTION + 2, 2 + column * tile
        np.testing.assert_array_equal(picture[top : top + 80 : 10, left : left + 80 : 10], image)


def test_a_preset_that_records_other_data_says_so(gan, data, extractor):
    class Recorded:
        data = Data(name="others", fingerprint="0" * 64)

    other = Copier(gan, data[0], 0.0)
    other.manifest = Recorded
    audit = audit_model(other, *data, n=60, n_recovery=4, extractor=extractor)
    assert audit.protocol["recorded_data"] is False
    Recorded.data = Data(name="blobs", fingerprint=data[0].fingerprint())
    assert (
        audit_model(other, *data, n=60, n_recovery=4, extractor=extractor).protocol["recorded_data"] is True
    )


def test_what_cannot_be_audited_is_refused(gan, data, extractor):
    train, unseen = data
    few, larger = drawn(gan, 59, 0), from_arrays(np.zeros((60, 9, 9, 1), "uint8"))
    for arguments, options, words in (
        ((train, few), {}, "Received: 59"),
        ((train, larger), {}, r"Received: images of \(9, 9, 1\)"),
        ((train, unseen), {"n": 19}, "n=19"),
        ((train, unseen), {"n_recovery": 3}, "n_recovery=3"),
        ((train, unseen), {"seed": -1}, "Received: -1"),
    ):
        with pytest.raises(InvalidArgumentError, match=words):
            audit_model(gan, *arguments, extractor=extractor, **options)


@pytest.mark.data
@pytest.mark.slow
def test_the_shipped_digits_are_audited_and_a_copier_of_them_is_caught():
    train, unseen = load("mnist"), load("mnist", split="test")
    gan = ganzoo.load("mnist-dcgan")
    audit = audit_model(gan, train, unseen, n=400, n_recovery=16)
    assert audit.failed_controls == ()
    assert audit.samples.alarms == ()
    assert min(audit.planted_found) > 0.8
    assert audit.protocol["recorded_data"] is True
    assert audit.protocol["extractor_name"] == "mnist-cnn"
