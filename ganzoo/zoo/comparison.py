"""Models side by side: what they draw, what they scored, how large and how fast they are."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ganzoo.sampling import check_count, check_seed
from ganzoo.zoo.loading import load
from ganzoo.zoo.preset import Preset, several

__all__ = ["Compared", "Comparison", "compare"]


@dataclass(frozen=True)
class Compared:
    """One model of a comparison.

    Args:
        name: it goes by: the preset's, or the folder's if two presets share one.
        preset: what is known of it.
        images: uint8 (n, H, W, C), of the comparison's seed, the classes in turn if there are any.
        seconds: that drawing one batch took, a figure a round.
    """

    name: str
    preset: Preset
    images: NDArray[np.uint8]
    seconds: tuple[float, ...]


@dataclass(frozen=True)
class Comparison:
    """Models side by side.

    Args:
        models: at least two, in the order asked for.
        seed: of the pictures.
        batch_size: pictures drawn at once while the speed was measured.
        backend: that drew them.
    """

    models: tuple[Compared, ...]
    seed: int
    batch_size: int
    backend: str

    @property
    def images_per_second(self) -> list[float]:
        """The median speed of each model."""
        return [self.batch_size / median(model.seconds) for model in self.models]

    @property
    def times_as_fast(self) -> list[float]:
        """Each model's speed over the first one's: the median of ratios, each taken within one round."""
        first = self.models[0].seconds
        return [
            median(ours / theirs for ours, theirs in zip(first, model.seconds, strict=True))
            for model in self.models
        ]

    def to_json(self) -> dict[str, Any]:
        """Everything but the pictures as JSON types, each score with its protocol."""
        speeds = zip(self.models, self.images_per_second, self.times_as_fast, strict=True)
        return {
            "seed": self.seed,
            "speed": {"batch_size": self.batch_size, "backend": self.backend, "rounds": self._rounds},
            "models": [
                {
                    "name": model.name,
                    "architecture": model.preset.manifest.architecture,
                    "network": model.preset.manifest.network.model_dump(mode="json"),
                    "parameters": model.preset.manifest.parameters.model_dump(mode="json"),
                    "bytes": model.preset.bytes,
                    "images_per_second": speed,
                    "times_as_fast": ratio,
                    "evaluation": model.preset.evaluation and model.preset.evaluation.model_dump(mode="json"),
                }
                for model, speed, ratio in speeds
            ],
        }

    @property
    def _rounds(self) -> int:
        return len(self.models[0].seconds)


def compare(
    models: Sequence[str | os.PathLike[str]],
    *,
    n: int = 36,
    seed: int = 0,
    batch_size: int = 256,
    rounds: int = 5,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Put models side by side.

    Scores are those of each preset's `evaluation.json`. The speed is measured now: `gan.generate` draws
    `batch_size` pictures once without being timed, then the models take turns, so that what else the machine
    does falls on all of them.

    Args:
        models: at least two of `list_models()`, or presets' folders.
        n: pictures of each.
        seed: of them.
        batch_size: pictures drawn at once.
        rounds: turns that are timed.
        progress: called with rounds done, loading counted as one, and rounds in all.

    Returns:
        The `Comparison`.

    Raises:
        InvalidArgumentError: fewer than two models, or an option out of range.
        UnknownModelError: no preset has that name.
        WeightsError: a preset is broken.

    Example:
        >>> zoo.compare(["mnist-dcgan", "mnist-wgan-gp"]).times_as_fast
        [1.0, 1.9]
    """
    presets = several(models, least=2)
    n, batch_size, rounds = (
        check_count(value, name=name)
        for name, value in (("n", n), ("batch_size", batch_size), ("rounds", rounds))
    )
    seed = check_seed(seed)
    gans = [load(preset.folder) for preset in presets]
    draws = [_drawing(gan, batch_size) for gan in gans]
    for draw in draws:
        draw()
    seconds: list[list[float]] = [[] for _ in gans]
    for turn in range(rounds):
        if progress is not None:
            progress(turn + 1, rounds + 1)
        for draw, taken in zip(draws, seconds, strict=True):
            begun = time.perf_counter()
            draw()
            taken.append(time.perf_counter() - begun)
    compared = tuple(
        Compared(name, preset, gan.generate(n, seed=seed, labels=_labels(gan, n)), tuple(taken))
        for name, preset, gan, taken in zip(_names(presets), presets, gans, seconds, strict=True)
    )
    return Comparison(compared, seed, batch_size, keras.config.backend())


def _names(presets: Sequence[Preset]) -> list[str]:
    names = [preset.name for preset in presets]
    return [
        preset.name if names.count(preset.name) == 1 else Path(preset.folder).as_posix() for preset in presets
    ]


def _labels(gan: Any, n: int) -> NDArray[np.int64] | None:
    return np.arange(n) % gan.num_classes if gan.num_classes else None


def _drawing(gan: Any, n: int) -> Callable[[], Any]:
    labels = _labels(gan, n)
    return lambda: gan.generate(n, labels=labels, batch_size=n)
