"""The first GAN: two multilayer perceptrons, the discriminator of maxout units with dropout.

The paper leaves the sizes to its released code, whose MNIST figures (`mnist.yaml`) are the defaults here.

Reference: [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661), section 5;
[released code](https://github.com/goodfeli/adversarial)
"""

import keras
from keras import layers

from ganzoo.errors import InvalidArgumentError
from ganzoo.networks import Architecture
from ganzoo.networks.blocks import check, class_vector, label_input

__all__ = ["ARCHITECTURE", "discriminator", "generator"]


def generator(
    *,
    size: int = 28,
    channels: int = 1,
    latent_dim: int = 100,
    num_classes: int = 0,
    width: int = 1200,
    depth: int = 2,
    norm: str = "none",
) -> keras.Model:
    """z -> image through `depth` layers of rectified linear units.

    Args:
        size: 28, 32 or 64 pixels.
        channels: 1 or 3.
        latent_dim: length of z, 100 in the released code.
        num_classes: 0, or the number of labels, whose learned vector is joined to z
            ([Mirza and Osindero, 2014](https://arxiv.org/abs/1411.1784)).
        width: units of a hidden layer, 1200 in the released code.
        depth: hidden layers, 2 in the released code.
        norm: "none" or "batch".

    Returns:
        A model (N, latent_dim) -> (N, size, size, channels) in [-1, 1]. Its tanh is the paper's
        sigmoid rescaled: tanh(x) = 2 sigmoid(2x) - 1.

    Raises:
        InvalidArgumentError: an argument is out of range.

    Example:
        `mlp.generator(size=28)`
    """
    check(
        size=size, channels=channels, num_classes=num_classes, latent_dim=latent_dim, width=width, depth=depth
    )
    if norm not in ("none", "batch"):
        raise InvalidArgumentError(f"norm must be 'none' or 'batch'. Received: norm={norm!r}")
    z = keras.Input((latent_dim,), name="z")
    inputs, x = [z], z
    if num_classes:
        labels = label_input()
        inputs = [z, labels]
        x = layers.Concatenate()([z, class_vector(labels, num_classes, latent_dim, name="class_vector")])
    for _ in range(depth):
        x = layers.Dense(width)(x)
        if norm == "batch":
            x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
        x = layers.ReLU()(x)
    x = layers.Dense(size * size * channels)(x)
    x = layers.Reshape((size, size, channels))(x)
    image = layers.Activation("tanh", dtype="float32", name="image")(x)
    return keras.Model(inputs if num_classes else z, image, name="generator")


def discriminator(
    *,
    size: int = 28,
    channels: int = 1,
    num_classes: int = 0,
    width: int = 240,
    depth: int = 2,
    pieces: int = 5,
    dropout: float = 0.5,
    input_dropout: float | None = None,
    activation: str = "maxout",
) -> keras.Model:
    """Image -> logit through `depth` layers of maxout units with dropout.

    Args:
        size: 28, 32 or 64 pixels.
        channels: 1 or 3.
        num_classes: 0, or the number of labels, whose learned vector, of length 50, is joined to the
            pixels ([Mirza and Osindero, 2014](https://arxiv.org/abs/1411.1784), section 4.1, map
            labels to 50 units).
        width: units of a hidden layer, 240 in the released code.
        depth: hidden layers, 2 in the released code.
        pieces: linear pieces of a maxout unit, 5 in the released code
            ([Goodfellow et al., 2013](https://arxiv.org/abs/1302.4389)).
        dropout: share of hidden units dropped, 0.5 in the released code.
        input_dropout: share of pixels dropped; None is the released code's 0.2, or 0 where `dropout` is.
        activation: "maxout", or "leaky_relu" (slope 0.2), which has one piece.

    Returns:
        A model (N, size, size, channels) -> (N, 1) logits.

    Raises:
        InvalidArgumentError: an argument is out of range.

    Example:
        `mlp.discriminator(size=28)`
    """
    check(size=size, channels=channels, num_classes=num_classes, width=width, depth=depth, pieces=pieces)
    if activation not in ("maxout", "leaky_relu"):
        raise InvalidArgumentError(
            f"activation must be 'maxout' or 'leaky_relu'. Received: activation={activation!r}"
        )
    if input_dropout is None:
        input_dropout = 0.2 if dropout else 0.0
    for share in (dropout, input_dropout):
        if not 0.0 <= share < 1.0:
            raise InvalidArgumentError(
                "dropout and input_dropout must lie in [0, 1). "
                f"Received: dropout={dropout!r}, input_dropout={input_dropout!r}"
            )
    image = keras.Input((size, size, channels), name="image")
    inputs, x = [image], layers.Flatten()(image)
    if input_dropout:
        x = layers.Dropout(input_dropout)(x)
    if num_classes:
        labels = label_input()
        inputs = [image, labels]
        x = layers.Concatenate()([x, class_vector(labels, num_classes, 50, name="class_vector")])
    for _ in range(depth):
        if activation == "maxout":
            x = layers.Dense(width * pieces)(x)
            x = layers.Reshape((width * pieces, 1))(x)
            x = layers.Flatten()(layers.MaxPooling1D(pieces)(x))
        else:
            x = layers.LeakyReLU(0.2)(layers.Dense(width)(x))
        if dropout:
            x = layers.Dropout(dropout)(x)
    logit = layers.Dense(1, dtype="float32", name="logit")(x)
    return keras.Model(inputs if num_classes else image, logit, name="discriminator")


ARCHITECTURE = Architecture(
    name="mlp-gan",
    generator=generator,
    discriminator=discriminator,
    # the released code's Generator draws from "gaussian" unless told otherwise, and mnist.yaml tells nothing
    latent_prior="normal",
    reference="https://arxiv.org/abs/1406.2661",
)
