"""A discriminator's last layer, refitted: a linear score of its last hidden features and its own output."""

from typing import Any

import keras
import numpy as np

from ganzoo._sampler_file import Head
from ganzoo.errors import InvalidArgumentError

__all__ = ["features_of", "scorer"]


def features_of(discriminator: keras.Model) -> keras.Model:
    """A model of the discriminator's inputs that gives `[logits (N, 1), h (N, d)]`.

    Raises:
        InvalidArgumentError: its last layer with weights is no dense layer named "logit".
    """
    try:
        hidden = discriminator.get_layer("logit").input
    except ValueError:
        hidden = None
    if hidden is None or len(hidden.shape) != 2:
        raise InvalidArgumentError(
            "A head needs a discriminator whose last dense layer is named 'logit', as those of "
            "ganzoo.networks are. Calibrate with components=0."
        )
    return keras.Model(discriminator.input, [discriminator.output, hidden])


def scorer(gan: Any, head: Head | None) -> keras.Model:
    """A model of the generator's inputs that gives `[pictures, scores (N, 1)]`.

    Raises:
        InvalidArgumentError: the head is of another discriminator.
    """
    inputs = gan.generator.input
    pictures = gan.generator(inputs)
    seen = [pictures, inputs[1]] if gan.num_classes else pictures
    if head is None:
        return keras.Model(inputs, [pictures, gan.discriminator(seen)])
    logits, hidden = features_of(gan.discriminator)(seen)
    if hidden.shape[-1] != len(head.features):
        raise InvalidArgumentError(
            f"The calibration is of another discriminator: it knows {len(head.features)} features, this one "
            f"has {hidden.shape[-1]}. Calibrate again."
        )
    joined = keras.layers.Concatenate()([logits, hidden])
    last = keras.layers.Dense(1, name="head")
    scores = last(joined)
    weights = np.array([head.logit, *head.features], "float32")[:, None]
    last.set_weights([weights, np.array([head.bias], "float32")])
    return keras.Model(inputs, [pictures, scores])
