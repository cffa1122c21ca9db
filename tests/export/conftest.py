"""Models of a few hundred parameters, and the runtime of a page."""

from collections.abc import Callable
from typing import Any

import pytest

import ganzoo
from ganzoo import networks


def tiny_gan(prior: str = "normal", **options: Any) -> "ganzoo.GAN":
    pair = networks.build(
        "dcgan",
        latent_dim=5,
        generator={"width": 2, "kernel_size": 4},
        discriminator={"width": 2, "kernel_size": 4, "norm": "none"},
        **options,
    )
    return ganzoo.GAN(*pair, latent_prior=prior, name="tiny")


@pytest.fixture(scope="session")
def make_gan() -> Callable[..., "ganzoo.GAN"]:
    """A function that builds a tiny GAN: `make_gan(prior="normal", size=28, channels=1, num_classes=0)`."""
    return tiny_gan
