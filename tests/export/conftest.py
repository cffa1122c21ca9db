"""Models of a few hundred parameters, their weights from NumPy."""

import functools
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

import ganzoo
from ganzoo import networks
from ganzoo._lean_build import without_random_numbers


def randomise(model: keras.Model, seed: int) -> None:
    """Give every weight a value of its own, moving statistics and scales among them."""
    rng = np.random.default_rng(seed)
    for variable in model.weights:
        value = rng.uniform(0.5, 1.5, variable.shape)
        if not variable.path.endswith(("variance", "gamma")):
            value = rng.normal(0.0, 0.4, variable.shape)
        variable.assign(value)


def weighted(build: Callable[[], keras.Model], seed: int = 0) -> keras.Model:
    """A model with random weights. JAX would compile a program for each shape that it draws itself."""
    with without_random_numbers(10**7, of="a test's model"):
        model = build()
    randomise(model, seed)
    return model


@functools.cache
def tiny_gan(prior: str = "normal", *, seed: int = 0, **options: Any) -> "ganzoo.GAN":
    with without_random_numbers(10**7, of="a test's model"):
        generator, discriminator = networks.build(
            "dcgan",
            latent_dim=5,
            generator={"width": 2, "kernel_size": 4},
            discriminator={"width": 2, "kernel_size": 4, "norm": "none"},
            **options,
        )
    randomise(generator, seed)
    return ganzoo.GAN(generator, discriminator, latent_prior=prior, name="tiny")


@pytest.fixture(scope="session")
def make_gan() -> Callable[..., "ganzoo.GAN"]:
    """A function that gives one tiny GAN for the same prior, seed and arguments of `networks.build`."""
    return tiny_gan


@pytest.fixture(scope="session")
def with_weights() -> Callable[..., keras.Model]:
    """`with_weights(build, seed=0)`: a model with random weights."""
    return weighted
