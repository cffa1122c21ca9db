"""Writes an inversion's losses and gradients, and directions, of one backend; see test_agreement.py."""

import functools
import sys

import numpy as np

import ganzoo
from ganzoo import backend, latent
from ganzoo.images import to_float
from ganzoo.latent._objective import Weights, compiled_objective, discriminator_heads, scales_of
from ganzoo.latent.gauss_newton import GaussNewton

MODELS = ("mnist-dcgan", "mnist-wgan-gp", "mnist-cdcgan")
BATCH = 8


def main(path: str) -> None:
    out = {}
    for name in MODELS:
        gan = ganzoo.load(name)
        labels = np.arange(BATCH, dtype="int32") if gan.num_classes else None
        given = [] if labels is None else [labels]
        target = to_float(gan.generate(BATCH, seed=5, labels=labels))
        heads = discriminator_heads(gan)
        features = backend.compiled_call(heads)(target, *given)[0]
        scales = scales_of(gan, heads, labels=labels, seed=0, n=64)
        objective = compiled_objective(gan, heads, scales, Weights(realism=0.1))
        losses, gradient = objective(gan.sample_latents(BATCH, seed=1), target, features, *given)
        out[f"{name}|losses"], out[f"{name}|gradient"] = losses, gradient
        newton = GaussNewton(gan, scales, Weights(realism=0.1))
        start = gan.sample_latents(BATCH, seed=1)
        loss = functools.partial(_loss, objective, (target, features, *given))
        moved, _ = newton.run(loss, start, given, 1)
        out[f"{name}|newton"] = moved - start
        out[f"{name}|sefa"] = latent.sefa_directions(gan, k=5).vectors
        out[f"{name}|fingerprint"] = np.array(latent.fingerprint(gan))
    gan = ganzoo.load("mnist-dcgan")
    pictures = gan.generate(4, seed=3)
    # Without its Gauss-Newton steps: each is taken or not, and after some of them rounding decides which.
    out["invert|rmse"] = latent.invert(gan, pictures, starts=2, explore=5, steps=20, refine=0, pool=64).rmse
    np.savez(path, **out)


def _loss(objective, rest, z):
    return objective(z, *rest)


if __name__ == "__main__":
    main(*sys.argv[1:])
