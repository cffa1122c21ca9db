"""DCGAN: strided convolutions all the way, batch normalisation, no pooling.

Reference: [Radford et al., 2016](https://arxiv.org/abs/1511.06434)
"""

import keras
from keras import layers

from ganzoo.errors import InvalidArgumentError
from ganzoo.networks import Architecture
from ganzoo.networks.blocks import (
    check,
    class_vector,
    crop,
    doublings,
    label_input,
    minibatch_stddev,
    normalise,
    project_labels,
)

__all__ = ["ARCHITECTURE", "discriminator", "generator"]


def _init(name: str) -> keras.initializers.Initializer:
    if name == "dcgan":
        # section 4: "a zero-centered Normal distribution with standard deviation 0.02"
        return keras.initializers.RandomNormal(stddev=0.02)
    if name in ("glorot_uniform", "he_normal", "he_uniform"):
        return keras.initializers.get(name)
    raise InvalidArgumentError(
        "initializer must be 'dcgan', 'glorot_uniform', 'he_normal' or 'he_uniform'. "
        f"Received: initializer={name!r}"
    )


def generator(
    *,
    size: int = 28,
    channels: int = 1,
    latent_dim: int = 100,
    num_classes: int = 0,
    width: int = 128,
    kernel_size: int = 5,
    norm: str = "batch",
    initializer: str = "dcgan",
) -> keras.Model:
    """z -> image, from 4 x 4, doubling the side at each fractionally-strided convolution.

    Args:
        size: 28, 32 or 64 pixels.
        channels: 1 or 3.
        latent_dim: length of z, 100 in figure 1.
        num_classes: 0, or the number of labels; z is then joined by a learned class vector
            ([Mirza and Osindero, 2014](https://arxiv.org/abs/1411.1784)).
        width: channels of the last hidden map, doubled at each coarser one; 128 gives
            figure 1's 1024-512-256-128 at 64 pixels.
        kernel_size: 5 in figure 1; 4 divides the stride and leaves no checkerboard.
        norm: "batch" on every layer but the output (section 3), "layer" or "none".
        initializer: of the kernels: "dcgan", N(0, 0.02) of section 4, "glorot_uniform", "he_normal" or
            "he_uniform".

    Returns:
        A model (N, latent_dim) -> (N, size, size, channels) in [-1, 1].

    Raises:
        InvalidArgumentError: an argument is out of range.

    Example:
        `dcgan.generator(size=64, channels=3)`
    """
    check(
        size=size,
        channels=channels,
        num_classes=num_classes,
        latent_dim=latent_dim,
        width=width,
        kernel_size=kernel_size,
    )
    z = keras.Input((latent_dim,), name="z")
    inputs, x = [z], z
    if num_classes:
        labels = label_input()
        inputs = [z, labels]
        x = layers.Concatenate()([z, class_vector(labels, num_classes, latent_dim, name="class_vector")])
    filters = width * 2 ** (doublings(size) - 1)
    x = layers.Dense(4 * 4 * filters, use_bias=norm == "none", kernel_initializer=_init(initializer))(x)
    x = layers.Reshape((4, 4, filters))(x)
    x = layers.ReLU()(normalise(x, norm))
    for _ in range(doublings(size) - 1):
        filters //= 2
        x = layers.Conv2DTranspose(
            filters, kernel_size, 2, "same", use_bias=norm == "none", kernel_initializer=_init(initializer)
        )(x)
        x = layers.ReLU()(normalise(crop(x, size), norm))
    x = layers.Conv2DTranspose(channels, kernel_size, 2, "same", kernel_initializer=_init(initializer))(x)
    # float32 at the end, so that a half-precision policy does not quantise the picture
    image = layers.Activation("tanh", dtype="float32", name="image")(x)
    return keras.Model(inputs if num_classes else z, image, name="generator")


def discriminator(
    *,
    size: int = 28,
    channels: int = 1,
    num_classes: int = 0,
    width: int = 64,
    kernel_size: int = 5,
    norm: str = "batch",
    initializer: str = "dcgan",
    stddev: bool = False,
) -> keras.Model:
    """Image -> logit, halving the side at each strided convolution.

    Args:
        size: 28, 32 or 64 pixels.
        channels: 1 or 3.
        num_classes: 0, or the number of labels, which enter by projection
            ([Miyato and Koyama, 2018](https://arxiv.org/abs/1802.05637)).
        width: channels of the first map, doubled at each coarser one; the paper gives no figure,
            64 is its authors' released code's for MNIST (for faces, 128).
        kernel_size: 5, as the generator's.
        norm: "batch" on every layer but the first (section 3), "layer" or "none".
        initializer: as the generator's; without normalisation N(0, 0.02) leaves the first logits at 0.
        stddev: append the minibatch standard deviation before the logit.

    Returns:
        A model (N, size, size, channels) -> (N, 1) logits.

    Raises:
        InvalidArgumentError: an argument is out of range.

    Example:
        `dcgan.discriminator(size=64, channels=3)`
    """
    check(size=size, channels=channels, num_classes=num_classes, width=width, kernel_size=kernel_size)
    image = keras.Input((size, size, channels), name="image")
    x = image
    for level in range(doublings(size)):
        norm_here = norm if level else "none"
        x = layers.Conv2D(
            width * 2**level,
            kernel_size,
            2,
            "same",
            use_bias=norm_here == "none",
            kernel_initializer=_init(initializer),
        )(x)
        # section 3: "LeakyReLU activation in the discriminator", slope 0.2 in section 4
        x = layers.LeakyReLU(0.2)(normalise(x, norm_here))
    if stddev:
        x = minibatch_stddev(x)
    features = layers.Flatten()(x)
    logit = layers.Dense(1, kernel_initializer=_init(initializer), dtype="float32", name="logit")(features)
    if not num_classes:
        return keras.Model(image, logit, name="discriminator")
    labels = label_input()
    logit = project_labels(features, logit, labels, num_classes)
    return keras.Model([image, labels], logit, name="discriminator")


ARCHITECTURE = Architecture(
    name="dcgan",
    generator=generator,
    discriminator=discriminator,
    # figure 1: "a 100 dimensional uniform distribution Z"
    latent_prior="uniform",
    reference="https://arxiv.org/abs/1511.06434",
)
