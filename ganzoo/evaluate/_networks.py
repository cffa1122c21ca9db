"""The small networks that features are read from, built from stock Keras layers."""

from typing import Any

import keras
import numpy as np

__all__ = ["CLASSIFIERS", "classifier_cnn", "classifier_resnet", "random_conv_network"]


def classifier_cnn(
    *, input_shape: tuple[int, int, int], widths: tuple[int, ...], num_classes: int
) -> keras.Model:
    """A convolutional classifier whose features are the global average of its last feature maps.

    The image is halved twice, whatever the depth: by the first convolution (5x5, stride 2) and by a
    pooling after the second. Batch norm and ReLU follow every convolution, so the features are not negative.

    Args:
        input_shape: (height, width, channels) of the images.
        widths: filters of each convolution; the last is the number of features.
        num_classes: number of logits.

    Returns:
        The model, freshly initialised: (n, height, width, channels) in [0, 255] -> [features (n, widths[-1]),
        logits (n, num_classes)], both float32.
    """
    images = _images(input_shape)
    x = keras.layers.Rescaling(1 / 255, name="rescale")(images)
    for i, width in enumerate(widths):
        kernel, stride = (5, 2) if i == 0 else (3, 1)
        x = keras.layers.Conv2D(
            width, kernel, strides=stride, padding="same", use_bias=False, name=f"conv_{i}"
        )(x)
        x = keras.layers.BatchNormalization(name=f"norm_{i}")(x)
        x = keras.layers.ReLU(name=f"relu_{i}")(x)
        if i == 1:
            x = keras.layers.MaxPooling2D(2, name="pool")(x)
    features = keras.layers.GlobalAveragePooling2D(name="features")(x)
    logits = keras.layers.Dense(num_classes, name="logits")(features)
    return keras.Model(images, [features, logits], name="classifier_cnn")


def classifier_resnet(
    *, input_shape: tuple[int, int, int], widths: tuple[int, ...], num_classes: int
) -> keras.Model:
    """A residual classifier: another architecture than `classifier_cnn`, to confirm what that one says.

    A strided 3x3 convolution, then a residual stage for every width but the last (two 3x3 convolutions and a
    shortcut; all stages but the first halve the image), then a 1x1 convolution to the features. Nothing is
    pooled by maximum, and every map is a sum of paths.

    Args:
        input_shape: (height, width, channels) of the images.
        widths: filters of each stage; the last is the number of features. At least two.
        num_classes: number of logits.

    Returns:
        The model, freshly initialised: (n, height, width, channels) in [0, 255] -> [features (n, widths[-1]),
        logits (n, num_classes)], both float32.

    Reference: [He et al., 2016](https://arxiv.org/abs/1512.03385)
    """
    images = _images(input_shape)
    x = keras.layers.Rescaling(1 / 255, name="rescale")(images)
    x = _conv_norm(x, widths[0], kernel=3, stride=2, relu=True, name="stem")
    for i, width in enumerate(widths[:-1]):
        stride = 1 if i == 0 else 2
        shortcut = x
        if stride > 1 or x.shape[-1] != width:
            shortcut = _conv_norm(x, width, kernel=1, stride=stride, relu=False, name=f"stage_{i}_shortcut")
        x = _conv_norm(x, width, kernel=3, stride=stride, relu=True, name=f"stage_{i}_a")
        x = _conv_norm(x, width, kernel=3, stride=1, relu=False, name=f"stage_{i}_b")
        x = keras.layers.ReLU(name=f"stage_{i}_relu")(keras.layers.Add(name=f"stage_{i}_add")([x, shortcut]))
    x = _conv_norm(x, widths[-1], kernel=1, stride=1, relu=True, name="head")
    features = keras.layers.GlobalAveragePooling2D(name="features")(x)
    logits = keras.layers.Dense(num_classes, name="logits")(features)
    return keras.Model(images, [features, logits], name="classifier_resnet")


CLASSIFIERS = {"classifier_cnn": classifier_cnn, "classifier_resnet": classifier_resnet}
"""Builders by the name that stands in `extractor.json`."""


def _conv_norm(x: Any, width: int, *, kernel: int, stride: int, relu: bool, name: str) -> Any:
    x = keras.layers.Conv2D(
        width, kernel, strides=stride, padding="same", use_bias=False, name=f"{name}_conv"
    )(x)
    x = keras.layers.BatchNormalization(name=f"{name}_norm")(x)
    return keras.layers.ReLU(name=f"{name}_relu")(x) if relu else x


def random_conv_network(
    *, input_shape: tuple[int, int, int], width: int, seed: int
) -> tuple[keras.Model, list[np.ndarray]]:
    """Random convolutions over a pyramid of scales; nothing is learned, so no weights have to be shipped.

    Each level is a 3x3 convolution with ReLU; the map is halved between levels until it is narrower than 8.
    A level gives the mean of each map (texture); the last gives the mean of each quadrant of a map (layout).

    Args:
        input_shape: (height, width, channels) of the images, at least 4 x 4.
        width: maps per level.
        seed: seeds NumPy's generator, from which every kernel is drawn, so that all backends have the same.

    Returns:
        The model, (n, height, width, channels) in [0, 255] -> float32 (n, d), and its kernels in order.
    """
    rng = np.random.default_rng(seed)
    images = _images(input_shape)
    x = keras.layers.Rescaling(1 / 127.5, offset=-1.0, name="rescale")(images)
    pooled, convolutions, kernels = [], [], []
    channels = input_shape[-1]
    while True:
        fan_in = 9 * channels
        # sqrt(2 / fan_in): ReLU halves the power, so the signal keeps its size from level to level.
        kernels.append((rng.standard_normal((3, 3, channels, width)) * np.sqrt(2 / fan_in)).astype("float32"))
        convolutions.append(
            keras.layers.Conv2D(
                width, 3, padding="same", use_bias=False, activation="relu", name=f"conv_{len(kernels) - 1}"
            )
        )
        x = convolutions[-1](x)
        channels = width
        if min(x.shape[1:3]) < 8:
            break
        pooled.append(keras.layers.GlobalAveragePooling2D()(x))
        x = keras.layers.AveragePooling2D(2)(x)
    half = (x.shape[1] // 2, x.shape[2] // 2)
    # "valid" pooling drops an odd last row or column rather than making a fifth, thinner quadrant.
    pooled.append(keras.layers.Flatten()(keras.layers.AveragePooling2D(half)(x)))
    model = keras.Model(images, keras.layers.Concatenate(name="features")(pooled), name="random_conv")
    for layer, kernel in zip(convolutions, kernels, strict=True):
        layer.set_weights([kernel])
    return model, kernels


def _images(input_shape: tuple[int, int, int]) -> keras.KerasTensor:
    # Keras casts what it is given to this type: bytes exactly; as uint8, floats would lose their fraction.
    return keras.Input(input_shape, dtype="float32", name="images")
