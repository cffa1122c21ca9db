"""The images that look most like training images, beside those."""

from dataclasses import dataclass

import numpy as np

from ganzoo.evaluate._neighbours import distance_blocks
from ganzoo.evaluate.closeness import Closeness

__all__ = ["Suspects", "find_suspects"]

# Rows of the picture, and nearest training images in each.
SUSPECTS, NEAREST = 12, 3


@dataclass(frozen=True, eq=False)
class Suspects:
    """Pictures beside the training images that they are nearest to, the most suspicious first.

    Args:
        images: uint8 (n, height, width, channels).
        nearest: uint8 (n, k, height, width, channels), the nearest first.
        ratios: (n,) of `Closeness`.
    """

    images: np.ndarray
    nearest: np.ndarray
    ratios: np.ndarray


def find_suspects(
    near: Closeness, images: np.ndarray, features: np.ndarray, train: np.ndarray, train_features: np.ndarray
) -> Suspects:
    """The images nearest to the training images, by ratio.

    Args:
        near: of the images.
        images: uint8 (n, height, width, channels).
        features: (n, d) of the images.
        train: uint8 (n_train, height, width, channels).
        train_features: (n_train, d).
    """
    rows = np.argsort(near.ratios, kind="stable")[:SUSPECTS]
    blocks = distance_blocks(features[rows].astype("float64"), train_features.astype("float64"))
    order = np.concatenate([block.argsort(1, kind="stable")[:, :NEAREST] for _, block in blocks])
    return Suspects(images[rows], train[order], near.ratios[rows])
