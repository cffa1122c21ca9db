"""Draws by some samplers on the backend of this process and writes it down; see test_agreement.py.

KERAS_BACKEND=jax python agreement_worker.py out.npz
"""

import sys
from typing import Any

import numpy as np

import ganzoo
from ganzoo._sampler_file import Calibration, Head
from ganzoo.latent.samplers import Drs, MetropolisHastings, Obrs, calibration_of
from ganzoo.latent.samplers.base import Cost
from ganzoo.latent.samplers.passes import Passes

MODELS = ("mnist-mlp-gan", "mnist-dcgan", "mnist-wgan-gp")
ROWS, N = 64, 400


def stand_in(gan: Any) -> Calibration:
    """The same on every backend: scores of its own draws, rounded, stand for both kinds."""
    scores = Passes(gan, Cost()).score(gan.sample_latents(200, seed=7), None)[1].round(3)
    return calibration_of(scores + scores.std().round(3), scores)


def main(path: str) -> None:
    out: dict[str, np.ndarray] = {}
    for name in MODELS:
        gan = ganzoo.load(name)
        calibration = stand_in(gan)
        width = gan.discriminator.get_layer("logit").input.shape[-1]
        weights = 0.01 * np.random.default_rng(0).standard_normal(width)
        heads = {"own": None, "head": Head(logit=0.5, features=tuple(weights), bias=0.1)}
        z = gan.sample_latents(ROWS, seed=3)
        for kind, head in heads.items():
            images, scores, gradient = Passes(gan, Cost(), head=head).gradient(z, None)
            out[f"{name}|{kind}|gradient"], out[f"{name}|{kind}|scores"] = gradient, scores
            out[f"{name}|{kind}|images"] = images
        for sampler in (
            Obrs(budget=2.0, calibration=calibration),
            Drs(percentile=50.0, pilot=256, calibration=calibration),
            MetropolisHastings(length=4, calibration=calibration),
        ):
            batches = sampler.draw(gan, N, seed=5).batches
            out[f"{name}|{sampler.name}|latents"] = np.concatenate([batch.latents for batch in batches])
    np.savez(path, **out)


if __name__ == "__main__":
    main(*sys.argv[1:])
