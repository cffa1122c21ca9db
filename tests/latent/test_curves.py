"""Recovery curves: what a generator draws itself stands for what it learned by heart."""

import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.curves import recovery_curves


def test_what_is_known_by_heart_is_below(linear_gan):
    gan, _ = linear_gan(latent_dim=3)
    own = gan.generate(12, seed=5)
    noise = np.random.default_rng(0).integers(64, 192, own.shape, "uint8")
    curves = recovery_curves(gan, own, noise, shares=(0, 0.5, 1), steps=80, pool=64)
    assert (curves.train < curves.held_out).all()
    assert curves.auc.auc == 1
    assert (np.diff(curves.train) >= 0).all()


def test_two_of_a_kind_lie_on_top_of_each_other(linear_gan):
    gan, _ = linear_gan(latent_dim=3)
    first, second = np.random.default_rng(0).integers(64, 192, (2, 60, 4, 4, 1), "uint8")
    curves = recovery_curves(gan, first, second, steps=40, pool=64)
    assert curves.auc.low < 0.5 < curves.auc.high
    np.testing.assert_allclose(curves.train[5:16], curves.held_out[5:16], rtol=0.1)
    assert curves.shares[[0, -1]].tolist() == [0, 1]


@pytest.mark.parametrize("shares", [(), (0.5, 0.1), (0, 2)])
def test_shares_out_of_range(linear_gan, shares):
    pictures = np.zeros((2, 4, 4, 1), "uint8")
    with pytest.raises(InvalidArgumentError, match="shares must rise"):
        recovery_curves(linear_gan(latent_dim=3)[0], pictures, pictures, shares=shares)
