"""Looks for the z that a generator draws a given picture from: gradient descent in z."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from ganzoo import backend
from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.descent import Adam, nearest_draws
from ganzoo.evaluate.membership import network_inputs
from ganzoo.images import to_float

__all__ = ["recover_latents"]


def recover_latents(
    gan: Any,
    images: np.ndarray,
    *,
    labels: np.ndarray | None = None,
    starts: int = 2,
    steps: int = 60,
    learning_rate: float = 0.1,
    pool: int = 1024,
    seed: int = 0,
    batch_size: int = 128,
) -> tuple[np.ndarray, np.ndarray]:
    """Minimise the squared error of each picture by Adam, from a few starts; the best place seen is kept.

    A picture that was memorised is recovered better than others like it. The starts of a picture are those
    of `pool` draws that look most like it: from any start, most descents end in a wrong valley.

    Args:
        gan: a `ganzoo.GAN`.
        images: uint8 (n, height, width, channels), n >= 1.
        labels: integers (n,), for a class-conditional model.
        starts: z to start from, at most `pool`.
        steps: of Adam.
        learning_rate: of Adam.
        pool: z that the starts are chosen from; the same on every backend.
        seed: of the pool.
        batch_size: pictures times starts in a step.

    Returns:
        z float32 (n, latent_dim), and the mean squared errors float64 (n,), of pixels in [-1, 1].

    Raises:
        InvalidArgumentError: A class-conditional model without labels, or fewer than one start or step.

    Reference: [Webster et al., 2019](https://arxiv.org/abs/1901.03396)
    """
    if not 1 <= starts <= pool or steps < 1 or not learning_rate > 0:
        raise InvalidArgumentError(
            "recover_latents needs 1 <= starts <= pool, steps >= 1 and learning_rate > 0. "
            f"Received: starts={starts}, pool={pool}, steps={steps}, learning_rate={learning_rate}"
        )
    inputs = network_inputs(gan, images, labels)
    n, step = len(images), _step(gan.generator)
    z = nearest_draws(gan, inputs, starts=starts, pool=pool, seed=seed)
    errors = np.zeros(len(z))
    for start in range(0, len(z), batch_size):
        # The last rows are repeated rather than the step compiled for fewer.
        rows = np.minimum(np.arange(start, start + batch_size), len(z) - 1)
        target, *others = (x[rows // starts] for x in inputs)
        descent = Adam(z[rows], learning_rate, bounded=gan.latent_prior == "uniform")
        for _ in range(steps):
            descent.update(*step(descent.z, to_float(target), *others))
        descent.keep(step(descent.z, to_float(target), *others)[0])
        z[rows], errors[rows] = descent.best_z, descent.best
    best = errors.reshape(n, starts).argmin(1)
    chosen = np.arange(n) * starts + best
    return z[chosen], errors[chosen]


def _step(generator: keras.Model) -> Callable[..., Any]:
    """`(z, target, [labels]) -> (errors, gradient)`, both a row a picture."""

    def step(z: Any, target: Any, *labels: Any) -> Any:
        def loss(z: Any) -> Any:
            made = generator([z, *labels] if labels else z, training=False)
            errors = keras.ops.mean(keras.ops.square(made - target), axis=(1, 2, 3))
            return keras.ops.sum(errors), errors

        (_, errors), gradient = backend.value_and_input_grad(loss, z)
        return errors, gradient

    return backend.compiled_function(step)
