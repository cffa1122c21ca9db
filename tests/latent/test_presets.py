"""What is promised of the shipped models: slant and stroke width have names, own samples are inverted."""

import numpy as np
import pytest

import ganzoo
from ganzoo import latent

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ["mnist-dcgan", "mnist-wgan-gp", "mnist-mlp-gan", "mnist-cdcgan"])
def test_slant_and_stroke_width_are_found_by_name(name):
    found, table = latent.find_directions(ganzoo.load(name))
    effects = {effect.name: effect for effect in table}
    assert effects["slant"].monotone.low > 0.95
    assert effects["slant"].per_step.low > 5
    assert effects["stroke width"].monotone.low > 0.8
    assert effects["stroke width"].per_step.low > 0.15
    assert found["slant"].score > 0.75


def test_its_own_samples_are_drawn_again():
    gan = ganzoo.load("mnist-dcgan")
    found = latent.invert(gan, gan.generate(8, seed=99))
    # Of z itself little is recovered: most of it hardly shows.
    assert found.rmse.mean() < 9
    assert np.abs(np.linalg.norm(found.z, axis=1) / 10 - 1).max() < 0.25


@pytest.mark.data
def test_unseen_digits_keep_their_class():
    gan, images = ganzoo.load("mnist-dcgan"), ganzoo.data.load("mnist", split="test").images[:12]
    found = latent.invert(gan, np.array(images))
    assert found.rmse.mean() < 20
    extractor = ganzoo.evaluate.load_extractor("mnist-cnn")
    classes = [extractor.features_and_logits(x)[1].argmax(1) for x in (np.array(images), found.images)]
    assert np.mean(classes[0] == classes[1]) >= 11 / 12
