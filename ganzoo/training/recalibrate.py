"""Moving statistics that belong to the averaged weights."""

from typing import Any

import keras
import numpy as np

from ganzoo import sampling

__all__ = ["recalibrate"]


def recalibrate(gan: Any, *, batches: int = 100, batch_size: int = 128, seed: int = 0) -> None:
    """Replace the generator's moving means and variances by plain means over fresh batches of z.

    An average of weights has other activations than any of the weights that it averages, so the
    statistics gathered while training do not fit it. A generator without batch normalisation stays as it is.

    Args:
        gan: a `GAN`.
        batches: batches to average over.
        batch_size: z in a batch.
        seed: of z, the same numbers on every backend.

    Example:
        `ganzoo.training.recalibrate(gan)`

    Reference: [Izmailov et al., 2018](https://arxiv.org/abs/1803.05407), section 3.2
    """
    norms = [x for x in gan.generator.layers if isinstance(x, keras.layers.BatchNormalization)]
    if not norms:
        return
    momenta = [layer.momentum for layer in norms]
    rng = np.random.default_rng(seed)
    try:
        for done in range(batches):
            # new = done/(done+1) · old + 1/(done+1) · batch: the running mean of the batches so far
            for layer in norms:
                layer.momentum = done / (done + 1)
            z = sampling.draw(rng, gan.latent_prior, (batch_size, gan.latent_dim))
            labels = (
                rng.integers(gan.num_classes, size=batch_size).astype("int32") if gan.num_classes else None
            )
            gan.generator([z, labels] if gan.num_classes else z, training=True)
    finally:
        for layer, momentum in zip(norms, momenta, strict=True):
            layer.momentum = momentum
