"""Train by a loss of your own, Pearson's χ², beside the usual one: `python examples/custom_objective.py`.

An f-GAN ([Nowozin et al., 2016](https://arxiv.org/abs/1606.00709)) trains V to maximise a lower bound of a
divergence, E V(real) - E f*(V(fake)). Pearson's has f*(t) = t²/4 + t; the best V is 2 (p_real / p_fake - 1),
which is 0 where the two are equal. An objective is two functions of logits, compiled on every backend.
"""

import argparse

import ganzoo  # before Keras: it chooses the backend that is installed

# isort: split
from keras import ops

from ganzoo import evaluate, images, networks
from ganzoo.objectives import Objective

pearson = Objective(
    name="pearson",
    d_loss=lambda real, fake: ops.mean(ops.square(fake) / 4 + fake) - ops.mean(real),
    g_loss=lambda real, fake: -ops.mean(fake),  # section 3.2: steeper than the bound at the beginning
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Train by an objective of your own.")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("-n", type=int, default=6400, help="training images, drawn by a model of the zoo")
    options = parser.parse_args()
    data = ganzoo.load("mnist-dcgan").generate(options.n, seed=0)

    judge = {"width": 128, "activation": "leaky_relu", "dropout": 0.3, "input_dropout": 0.0}
    for name, objective in (("pearson", pearson), ("non_saturating", "non_saturating")):
        generator, discriminator = networks.build(
            "mlp-gan", size=28, generator={"width": 256}, discriminator=judge
        )
        gan = ganzoo.GAN(generator, discriminator)
        gan.compile(objective=objective, ema_decay=0.99)
        log = gan.fit(data, epochs=options.epochs, verbose=0).history
        score = evaluate.score_model(gan, n=1000)
        print(f"{name:<14} d_loss {log['d_loss'][-1]:+.3f}, Fréchet distance {score.frechet_distance:.1f}")
        images.save_png(f"{name}.png", images.grid(gan.generate(40, seed=0), columns=10, scale=3))
    print("Wrote pearson.png and non_saturating.png")


if __name__ == "__main__":
    main()
