"""Learned directions: what shows is found, what does not show is left."""

import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.latent import learned_directions


def test_they_turn_to_what_shows(linear_gan):
    gan, matrix = linear_gan(latent_dim=8)
    # Six of eight latents hardly show.
    matrix[2:] *= 0.01
    matrix[:2] *= 1.5
    gan.generator.set_weights([matrix])
    seen = []
    found = learned_directions(
        gan, k=2, steps=150, learning_rate=0.02, seed=1, progress=lambda *step: seen.append(step)
    )
    start = np.linalg.norm(np.linalg.qr(np.random.default_rng(1).standard_normal((8, 2)))[0].T[:, :2], axis=1)
    share = np.linalg.norm(found.vectors[:, :2], axis=1)
    assert share.min() > 0.93 > start.max()
    # and they are told apart, where chance is a half
    assert min(direction.score for direction in found) > 0.9
    assert abs(found.vectors[0] @ found.vectors[1]) < 0.9
    assert seen[-1] == (150, 150)
    assert all(layer.trainable for layer in gan.generator.layers)


def test_of_a_class_conditional_model(conditional_gan):
    gan = conditional_gan(latent_dim=4, num_classes=3)
    assert learned_directions(gan, k=3, steps=2, batch_size=4).vectors.shape == (3, 4)


@pytest.mark.parametrize("k", [1, 4])
def test_there_have_to_be_two_and_no_more_than_latents(linear_gan, k):
    with pytest.raises(InvalidArgumentError, match="from 2 to latent_dim, 3"):
        learned_directions(linear_gan(latent_dim=3)[0], k=k)
