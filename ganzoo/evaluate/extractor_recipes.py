"""How each shipped extractor is trained: its network, its seed, and the augmentation that suits its data."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from ganzoo.evaluate.augment import random_affine, random_mirror, random_tone

__all__ = ["AUGMENTATIONS", "RECIPES", "Augmentation", "ExtractorRecipe"]


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """What a batch goes through before every step.

    Args:
        words: for `extractor.json`.
        apply: uint8 images and a generator -> uint8 images.
    """

    words: str
    apply: Callable[[np.ndarray, np.random.Generator], np.ndarray]


@dataclass(frozen=True, kw_only=True)
class ExtractorRecipe:
    """One shipped extractor.

    Args:
        data: what it is trained on.
        version: changes whenever the numbers that it gives change.
        role: `tuning` is what models are chosen by; `confirmation` is looked at afterwards and by nobody
            before, so that a model fitted to the first is found out by the second.
        architecture: of `ganzoo.evaluate._networks.CLASSIFIERS`.
        widths: its filters; the last is the number of features.
        seed: of weights, order and augmentation.
        epochs: passes over the data.
        batch_size: images a step.
        learning_rate: at the first step.
    """

    data: str
    version: str
    role: Literal["tuning", "confirmation"]
    architecture: Literal["classifier_cnn", "classifier_resnet"]
    widths: tuple[int, ...]
    seed: int
    epochs: int
    batch_size: int = 128
    learning_rate: float = 2e-3


def _digits(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return random_tone(random_affine(images, rng=rng), rng=rng)


def _clothes(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    # Upright and of one size in the data: turning and zooming would only make it harder to learn.
    moved = random_affine(random_mirror(images, rng=rng), rng=rng, degrees=0, shift=1, zoom=0)
    return random_tone(moved, rng=rng)


_TONE: Final = "random_tone: contrast 10%, offset 8, noise 8"

AUGMENTATIONS: Final = {
    "mnist": Augmentation(words=f"random_affine: 10 degrees, 2 pixels, 10% zoom; {_TONE}", apply=_digits),
    "fashion-mnist": Augmentation(
        words=f"random_mirror: left to right; random_affine: 1 pixel; {_TONE}", apply=_clothes
    ),
}

RECIPES: Final = {
    "mnist-cnn": ExtractorRecipe(
        data="mnist",
        version="1.1",
        role="tuning",
        architecture="classifier_cnn",
        widths=(32, 48, 64, 128),
        seed=0,
        epochs=8,
    ),
    "mnist-resnet": ExtractorRecipe(
        data="mnist",
        version="1.0",
        role="confirmation",
        architecture="classifier_resnet",
        widths=(32, 64, 128),
        seed=1,
        epochs=10,
    ),
    "fashion-mnist-cnn": ExtractorRecipe(
        data="fashion-mnist",
        version="1.0",
        role="tuning",
        architecture="classifier_cnn",
        widths=(32, 64, 128, 128, 128),
        seed=0,
        epochs=14,
    ),
    "fashion-mnist-resnet": ExtractorRecipe(
        data="fashion-mnist",
        version="1.0",
        role="confirmation",
        architecture="classifier_resnet",
        widths=(32, 64, 128),
        seed=1,
        epochs=12,
    ),
}
