"""Learned directions: steps that a second network can tell apart by what they do to a picture."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from ganzoo import backend
from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._classifier import initialise
from ganzoo.latent.direction import Direction, Directions, prior_deviation
from ganzoo.latent.fingerprint import fingerprint
from ganzoo.sampling import check_count, draw

__all__ = ["learned_directions"]

# The longest step, in standard deviations of the prior, and the shortest, which can be seen (section 3.3).
_LONGEST, _SHORTEST = 3.0, 0.5
# How much the error of the step's length counts beside that of its direction (the paper's lambda).
_LENGTH_WEIGHT = 0.25


class _Steps(layers.Layer):
    """z + step · the chosen row of a matrix, its rows brought to length 1."""

    def __init__(self, start: NDArray[np.float32], **options: Any) -> None:
        super().__init__(**options)
        self.start = start

    def build(self, *shapes: Any) -> None:
        self.matrix = self.add_weight(shape=self.start.shape, name="directions")
        self.matrix.assign(self.start)

    def rows(self) -> Any:
        # 1e-12: sqrt has no gradient at 0
        return self.matrix / ops.sqrt(ops.sum(ops.square(self.matrix), axis=1, keepdims=True) + 1e-12)

    def call(self, inputs: Any) -> Any:
        z, chosen = inputs
        return z + ops.matmul(chosen, self.rows())


def learned_directions(
    gan: Any,
    *,
    k: int = 10,
    steps: int = 500,
    batch_size: int = 32,
    learning_rate: float = 3e-3,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Directions:
    """Train k directions together with a network that sees two pictures and says which step is between.

    Steps whose effects are alike would be mistaken for each other, so the directions come to do different
    things, each the same one everywhere. No label and no measure is needed.

    Args:
        gan: a `ganzoo.GAN`.
        k: directions, from 2 to latent_dim.
        steps: of Adam.
        batch_size: pairs of pictures a step.
        learning_rate: at first; it falls to 0 by a cosine.
        seed: of weights and draws, by NumPy.
        progress: called with steps done and steps in all.

    Returns:
        The `Directions`, the best told apart first; each one's score is the share of its steps, among new
        ones, that the network knows (chance is 1 / k).

    Raises:
        InvalidArgumentError: an argument is out of range.

    Example:
        >>> learned_directions(gan, k=6, steps=300)

    Reference: [Voynov and Babenko, 2020](https://arxiv.org/abs/2002.03754), sections 3.1 and 3.3
    """
    k, steps = check_count(k, name="k"), check_count(steps, name="steps")
    if not 2 <= k <= gan.latent_dim:
        raise InvalidArgumentError(
            f"Learned directions are told apart: k must be from 2 to latent_dim, {gan.latent_dim}. "
            f"Received: k={k}"
        )
    rng = np.random.default_rng(seed)
    # The directions start orthogonal: the paper finds that they then stay apart.
    start = np.linalg.qr(rng.standard_normal((gan.latent_dim, k)))[0].T.astype("float32")
    moves = _Steps(start, name="steps")
    model = _model(gan, moves, k, seed)
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    model.compile(
        optimizer=keras.optimizers.Adam(schedule),
        loss=[keras.losses.SparseCategoricalCrossentropy(from_logits=True), "mae"],
        loss_weights=[1.0, _LENGTH_WEIGHT],
        jit_compile=backend.jit_compile(),
    )
    for step in range(1, steps + 1):
        inputs, targets = _batch(gan, rng, k, batch_size)
        model.train_on_batch(inputs, targets)
        if progress is not None:
            progress(step, steps)
    known = _known(gan, model, k, rng)
    vectors = np.asarray(keras.ops.convert_to_numpy(moves.rows()))
    reach, owner = _LONGEST * prior_deviation(gan.latent_prior), fingerprint(gan)
    entries = tuple(
        Direction(
            name=f"learned {place}",
            vector=vectors[i],
            method="learned",
            steps=(-reach, reach),
            score=float(known[i]),
            score_name="share told apart",
            model=owner,
        )
        for place, i in enumerate(np.argsort(-known, kind="stable"), 1)
    )
    return Directions(entries, owner, gan.name, {"method": "learned", "steps": steps, "seed": seed})


def _model(gan: Any, moves: _Steps, k: int, seed: int) -> keras.Model:
    """(z, chosen step, picture of z, [labels]) -> which direction, how far; the generator is not trained."""
    # A copy: freezing the generator itself would be left behind in it.
    generator = keras.models.clone_model(gan.generator)
    generator.set_weights(gan.generator.get_weights())
    generator.trainable = False
    backend.accelerate(generator)
    z, chosen = keras.Input((gan.latent_dim,)), keras.Input((k,))
    # Drawn beforehand: no gradient goes through it.
    before = keras.Input(gan.image_shape)
    labels = [keras.Input((), dtype="int32")] if gan.num_classes else []
    moved = moves([z, chosen])
    after = generator([moved, *labels] if labels else moved, training=False)
    image = keras.Input((*gan.image_shape[:2], 2 * gan.image_shape[-1]))
    x, width = image, 16
    while x.shape[1] > 4:
        x = layers.LeakyReLU(0.2)(layers.Conv2D(width, 4, 2, "same")(x))
        width *= 2
    x = layers.LeakyReLU(0.2)(layers.Dense(128)(layers.Flatten()(x)))
    reconstructor = keras.Model(image, [layers.Dense(k)(x), layers.Dense(1)(x)], name="reconstructor")
    initialise(reconstructor, seed=seed)
    which, far = reconstructor(layers.Concatenate()([before, after]))
    return keras.Model([z, chosen, before, *labels], [which, far])


def _batch(gan: Any, rng: np.random.Generator, k: int, n: int) -> tuple[list[Any], list[Any]]:
    z = draw(rng, gan.latent_prior, (n, gan.latent_dim))
    which = rng.integers(0, k, n)
    far = rng.uniform(-_LONGEST, _LONGEST, n)
    far = np.sign(far) * np.maximum(np.abs(far), _SHORTEST)
    chosen = np.zeros((n, k), "float32")
    chosen[np.arange(n), which] = far * prior_deviation(gan.latent_prior)
    labels = [rng.integers(0, gan.num_classes, n).astype("int32")] if gan.num_classes else []
    before = gan.decode(z, labels=labels[0] if labels else None)
    return [z, chosen, before, *labels], [which.astype("int32"), far.astype("float32")[:, None]]


def _known(gan: Any, model: keras.Model, k: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Of each direction the share of new steps that the reconstructor takes for it."""
    call, right, seen = backend.compiled_call(model), np.zeros(k), np.zeros(k)
    for _ in range(8):
        inputs, (which, _) = _batch(gan, rng, k, 64)
        said = np.asarray(call(*inputs)[0]).argmax(1)
        np.add.at(right, which, said == which)
        np.add.at(seen, which, 1)
    return right / np.maximum(seen, 1)
