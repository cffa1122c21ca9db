"""An encoder: a network that guesses the z that a picture was drawn from, where an inversion starts."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import h5py
import keras
import numpy as np
from keras import layers

from ganzoo import backend
from ganzoo._foreign import open_plain, printable
from ganzoo._lean_build import float32, without_random_numbers
from ganzoo._weights_file import opened_weights
from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._classifier import initialise
from ganzoo.latent.fingerprint import fingerprint
from ganzoo.sampling import check_count, draw

__all__ = ["ENCODER_FILE", "build_encoder", "encoder_error", "load_encoder", "save_encoder", "train_encoder"]

ENCODER_FILE: Final = "encoder.weights.h5"
"""A preset's own encoder, in its folder."""

# The attribute of the file that says which generator it was trained for.
_MODEL = "ganzoo_model"
_WIDTH = 32
# How much the error of pixels, in [-1, 1], counts beside that of z.
_IMAGE_WEIGHT = 10.0


def build_encoder(gan: Any, *, width: int = _WIDTH) -> keras.Model:
    """The network: halved by strided convolutions to 4 x 4, then two dense layers.

    Args:
        gan: a `ganzoo.GAN`, whose pictures it takes and whose z it gives.
        width: filters of the first convolution, doubled at each one.

    Returns:
        An untrained model: pictures (n, height, width, channels) in [-1, 1], or `[pictures, labels]`, to z.
    """
    image = keras.Input(gan.image_shape, name="image")
    x, filters = image, check_count(width, name="width")
    while x.shape[1] > 4:
        x = layers.LeakyReLU(0.2)(layers.Conv2D(filters, 4, 2, "same")(x))
        filters *= 2
    x = layers.Flatten()(x)
    inputs = [image]
    if gan.num_classes:
        label = keras.Input((), dtype="int32", name="labels")
        inputs.append(label)
        one_hot = layers.CategoryEncoding(gan.num_classes, output_mode="one_hot")(layers.Reshape((1,))(label))
        x = layers.Concatenate()([x, one_hot])
    x = layers.LeakyReLU(0.2)(layers.Dense(8 * width)(x))
    return keras.Model(inputs if gan.num_classes else image, layers.Dense(gan.latent_dim)(x), name="encoder")


def train_encoder(
    gan: Any,
    *,
    steps: int = 1000,
    batch_size: int = 64,
    learning_rate: float = 1e-3,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> keras.Model:
    """Train an encoder on pairs (G(z), z), drawn anew for every step, to give z and, through G, the picture.

    Args:
        gan: a `ganzoo.GAN`.
        steps: of Adam.
        batch_size: pairs a step.
        learning_rate: at first; it falls to 0 by a cosine.
        seed: of the weights and the pairs, by NumPy.
        progress: called with steps done and steps in all.

    Returns:
        The trained encoder.

    Raises:
        InvalidArgumentError: an argument is out of range.

    Example:
        >>> encoder = train_encoder(gan)
        >>> invert(gan, images, encoder=encoder)

    Reference: [Zhu et al., 2016](https://arxiv.org/abs/1609.03552), section 3.2;
        [Zhu et al., 2020](https://arxiv.org/abs/2004.00049), section 3.1
    """
    steps, batch_size = check_count(steps, name="steps"), check_count(batch_size, name="batch_size")
    encoder = build_encoder(gan)
    initialise(encoder, seed=seed)
    trained = _round_trip(gan, encoder)
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    trained.compile(
        optimizer=keras.optimizers.Adam(schedule),
        loss=["mse", "mse"],
        loss_weights=[1.0, _IMAGE_WEIGHT],
        jit_compile=backend.jit_compile(),
    )
    rng = np.random.default_rng(seed)
    for step in range(1, steps + 1):
        z = draw(rng, gan.latent_prior, (batch_size, gan.latent_dim))
        labels = rng.integers(0, gan.num_classes, batch_size).astype("int32") if gan.num_classes else None
        pictures = gan.decode(z, labels=labels)
        trained.train_on_batch(pictures if labels is None else [pictures, labels], [z, pictures])
        if progress is not None:
            progress(step, steps)
    return encoder


def _round_trip(gan: Any, encoder: keras.Model) -> keras.Model:
    """Picture -> z -> picture, of which only the encoder is trained.

    Most of z hardly shows, and of that the best guess is 0. Pictures of such a z are too plain to start
    from, unless the encoder is held to what the generator draws from it as well.
    """
    # A copy: freezing the generator itself would be left behind in it.
    generator = keras.models.clone_model(gan.generator)
    generator.set_weights(gan.generator.get_weights())
    generator.trainable = False
    z = encoder(encoder.inputs if gan.num_classes else encoder.inputs[0])
    drawn = generator([z, encoder.inputs[1]] if gan.num_classes else z, training=False)
    return keras.Model(encoder.inputs if gan.num_classes else encoder.inputs[0], [z, drawn])


def encoder_error(gan: Any, encoder: keras.Model, *, n: int = 256, seed: int = 1) -> float:
    """How far an encoder's z is from the true one of new draws.

    Args:
        gan: the `ganzoo.GAN` that it was trained for.
        encoder: a trained encoder.
        n: draws.
        seed: of the draws.

    Returns:
        The mean squared error over the prior's variance: 0 is exact, 1 no better than always saying 0.
    """
    z = gan.sample_latents(n, seed=seed)
    labels = np.arange(n, dtype="int32") % gan.num_classes if gan.num_classes else None
    pictures = gan.decode(z, labels=labels)
    inputs = [pictures] if labels is None else [pictures, labels]
    guessed = np.asarray(backend.compiled_call(encoder)(*inputs), "float64")
    return float(np.mean((guessed - z) ** 2) / np.mean(z.astype("float64") ** 2))


def save_encoder(encoder: keras.Model, path: str | os.PathLike[str], *, gan: Any) -> Path:
    """Write an encoder's weights, and which generator they are for; the network is built from code.

    Args:
        encoder: of `train_encoder`.
        path: of the file, ending in `.weights.h5`.
        gan: the `ganzoo.GAN` that it was trained for.

    Raises:
        InvalidArgumentError: another ending, or the file cannot be written.
    """
    target = Path(path).expanduser()
    if not target.name.endswith(".weights.h5"):
        raise InvalidArgumentError(f"The file's name must end in .weights.h5. Received: {str(path)!r}")
    temporary = target.with_name(f".{os.getpid()}.{target.name}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        encoder.save_weights(temporary)
        with h5py.File(temporary, "r+") as file:
            file.attrs[_MODEL] = fingerprint(gan)
        temporary.replace(target)
    except OSError as error:
        raise InvalidArgumentError(
            f"Cannot write {str(target)!r}: {error.strerror or error}. Choose a place open to you."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return target


def load_encoder(path: str | os.PathLike[str], *, gan: Any) -> keras.Model:
    """Read an encoder.

    Args:
        path: a file that `save_encoder` wrote.
        gan: the `ganzoo.GAN` that it is to be used with.

    Raises:
        WeightsError: the file is missing, broken, points outside of itself, or does not fit the model.
        InvalidArgumentError: it is of another model.
    """
    source = Path(path).expanduser()
    remedy = "Write it with ganzoo.latent.save_encoder."
    with open_plain(source, remedy=remedy) as file, opened_weights(file, source) as weights:
        owner, expected = weights.label(_MODEL), fingerprint(gan)
        if owner != expected:
            raise InvalidArgumentError(
                f"{source} is an encoder of another model, weights {printable(owner[:12]) or 'unknown'}…. "
                f"Received: '{gan.name}', weights {expected[:12]}…. "
                "Train its own with ganzoo.latent.train_encoder."
            )
        with float32(), without_random_numbers(weights.numbers, of=str(source)):
            encoder = build_encoder(gan)
        weights.fill(encoder)
    return encoder
