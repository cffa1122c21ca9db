"""Train by a loss of your own beside the usual one: `python examples/custom_objective.py`.

A relativistic average GAN ([Jolicoeur-Martineau, 2018](https://arxiv.org/abs/1807.00734)) asks whether a real
picture is more real than the *average* drawn one, and the other way round. An objective is two functions of
logits, compiled on every backend; it needs no class of its own. Takes about three minutes on one core.
"""

import argparse

import ganzoo  # before Keras: it chooses the backend that is installed

# isort: split
import keras
from keras import ops

from ganzoo import evaluate, images, networks
from ganzoo.objectives import Objective


def more_real(these, those):
    """-log of how likely `these` are more real than the average of `those`, and that less real than these."""
    above, below = these - ops.mean(those), those - ops.mean(these)
    return ops.mean(ops.softplus(-above)) + ops.mean(ops.softplus(below))


relativistic_average = Objective(
    name="relativistic_average",
    d_loss=lambda real, fake: more_real(real, fake),
    g_loss=lambda real, fake: more_real(fake, real),
    g_needs_real=True,
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Train by an objective of your own.")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("-n", type=int, default=1600, help="training images, drawn by a model of the zoo")
    options = parser.parse_args()
    data = ganzoo.load("mnist-dcgan").generate(options.n, seed=0)

    for name, objective in (("own", relativistic_average), ("usual", "non_saturating")):
        keras.utils.set_random_seed(0)  # both begin from the same weights
        generator, discriminator = networks.build(
            "dcgan", size=28, latent_dim=32, generator={"width": 32}, discriminator={"width": 16}
        )
        gan = ganzoo.GAN(generator, discriminator, objective=objective)
        gan.compile(ema_decay=0.98)
        log = gan.fit(data, epochs=options.epochs, batch_size=32, verbose=0).history
        score = evaluate.score_model(gan, n=1000)
        print(f"{name:<5} d_loss {log['d_loss'][-1]:+.3f}, Fréchet distance {score.frechet_distance:.1f}")
        images.save_png(f"{name}.png", images.grid(gan.generate(40, seed=0), columns=10, scale=3))
    print("Wrote own.png and usual.png")


if __name__ == "__main__":
    main()
