"""WGAN-GP's convolutional pair: a DCGAN without batch normalisation in the critic.

Reference: [Gulrajani et al., 2017](https://arxiv.org/abs/1704.00028)
"""

import keras
from keras import layers

from ganzoo.errors import InvalidArgumentError
from ganzoo.networks import Architecture
from ganzoo.networks.blocks import check, class_vector, label_input, normalise, project_labels

__all__ = ["ARCHITECTURE", "discriminator", "generator"]


def _doublings(size: int) -> int:
    # from 4 x 4, as in the released code; 28 pixels go through 8 -> 7 by a crop
    return 4 if size == 64 else 3


def generator(
    *,
    size: int = 28,
    channels: int = 1,
    latent_dim: int = 128,
    num_classes: int = 0,
    width: int = 64,
    kernel_size: int = 5,
    norm: str = "none",
) -> keras.Model:
    """z -> image.

    Args:
        size: 28, 32 or 64 pixels.
        channels: 1 or 3.
        latent_dim: length of z, 128 in the authors' released code.
        num_classes: 0, or the number of labels, whose learned vector is joined to z.
        width: channels of the last hidden map, 64 in the released code; doubled at each coarser one.
        kernel_size: 5 in the released code.
        norm: "none" as the released code's MNIST generator with gradient penalty, "batch" as its
            larger ones (which keep their biases), or "layer".

    Returns:
        A model (N, latent_dim) -> (N, size, size, channels) in [-1, 1].

    Raises:
        InvalidArgumentError: an argument is out of range.

    Example:
        `wgan_gp.generator(size=28)`
    """
    check(
        size=size,
        channels=channels,
        num_classes=num_classes,
        latent_dim=latent_dim,
        width=width,
        kernel_size=kernel_size,
    )
    doublings = _doublings(size)
    z = keras.Input((latent_dim,), name="z")
    inputs, x = [z], z
    if num_classes:
        labels = label_input()
        inputs = [z, labels]
        x = layers.Concatenate()([z, class_vector(labels, num_classes, latent_dim, name="class_vector")])
    filters = width * 2 ** (doublings - 1)
    x = layers.Dense(4 * 4 * filters)(x)
    x = layers.ReLU()(normalise(layers.Reshape((4, 4, filters))(x), norm))
    for level in range(doublings - 1):
        filters //= 2
        x = layers.Conv2DTranspose(filters, kernel_size, 2, "same", kernel_initializer="he_uniform")(x)
        if size == 28 and level == 0:
            x = layers.Cropping2D(((0, 1), (0, 1)))(x)
        x = layers.ReLU()(normalise(x, norm))
    x = layers.Conv2DTranspose(channels, kernel_size, 2, "same")(x)
    image = layers.Activation("tanh", dtype="float32", name="image")(x)
    return keras.Model(inputs if num_classes else z, image, name="generator")


def discriminator(
    *,
    size: int = 28,
    channels: int = 1,
    num_classes: int = 0,
    width: int = 64,
    kernel_size: int = 5,
    norm: str = "none",
) -> keras.Model:
    """Image -> the critic's value, unbounded.

    Args:
        size: 28, 32 or 64 pixels.
        channels: 1 or 3.
        num_classes: 0, or the number of labels, which enter by projection
            ([Miyato and Koyama, 2018](https://arxiv.org/abs/1802.05637)).
        width: channels of the first map, 64 in the released code; doubled at each coarser one.
        kernel_size: 5 in the released code.
        norm: "none" or "layer"; batch normalisation would make the penalty, which is defined for
            each example alone, depend on the whole batch (section 4).

    Returns:
        A model (N, size, size, channels) -> (N, 1).

    Raises:
        InvalidArgumentError: an argument is out of range.

    Example:
        `wgan_gp.discriminator(size=28)`
    """
    check(size=size, channels=channels, num_classes=num_classes, width=width, kernel_size=kernel_size)
    if norm not in ("none", "layer"):
        raise InvalidArgumentError(f"norm of a critic must be 'none' or 'layer'. Received: norm={norm!r}")
    image = keras.Input((size, size, channels), name="image")
    x = image
    for level in range(_doublings(size)):
        x = layers.Conv2D(width * 2**level, kernel_size, 2, "same", kernel_initializer="he_uniform")(x)
        x = layers.LeakyReLU(0.2)(normalise(x, norm if level else "none"))
    features = layers.Flatten()(x)
    logit = layers.Dense(1, dtype="float32", name="logit")(features)
    if not num_classes:
        return keras.Model(image, logit, name="discriminator")
    labels = label_input()
    logit = project_labels(features, logit, labels, num_classes)
    return keras.Model([image, labels], logit, name="discriminator")


ARCHITECTURE = Architecture(
    name="wgan-gp",
    generator=generator,
    discriminator=discriminator,
    latent_prior="normal",
    reference="https://arxiv.org/abs/1704.00028",
)
