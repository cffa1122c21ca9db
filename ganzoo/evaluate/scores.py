"""Scores samples against real images, and says with every number how it was measured."""

from dataclasses import asdict, dataclass
from typing import Protocol

import numpy as np

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.classes import class_histogram, label_accuracy, mean_confidence
from ganzoo.evaluate.extractors import Extractor, load_extractor
from ganzoo.evaluate.frechet import frechet_distance_from_statistics
from ganzoo.evaluate.reference import Reference, load_reference
from ganzoo.evaluate.statistics import FeatureStatistics

__all__ = ["SampleScore", "score_model", "score_samples"]


@dataclass(frozen=True)
class SampleScore:
    """A Fréchet distance with the protocol without which it means nothing.

    Args:
        frechet_distance: between the samples and the reference; 0 is best.
        floor: the same distance for `n_fake` real images, which no model can be expected to beat; None if it
            was not measured near that n.
        floor_split: the split of those images, or None.
        class_histogram: share of samples read as each class, or None without a classifier.
        mean_confidence: of the classifier, or None.
        label_accuracy: share of samples read as the label asked for, or None for an unconditional model.
        reference_confidence: the classifier's mean confidence on the real images, or None.
        extractor_name, extractor_version, extractor_sha256: which extractor was used.
        reference_data, reference_split, n_real: what the samples were compared with.
        n_fake: number of samples.
        seed: that the samples were drawn with; None if it is not known.
    """

    frechet_distance: float
    floor: float | None
    floor_split: str | None
    class_histogram: tuple[float, ...] | None
    mean_confidence: float | None
    label_accuracy: float | None
    reference_confidence: float | None
    extractor_name: str
    extractor_version: str
    extractor_sha256: str
    reference_data: str
    reference_split: str
    n_real: int
    n_fake: int
    seed: int | None

    @property
    def floor_ratio(self) -> float | None:
        """The distance as a multiple of the floor; 1 is as close as real images are."""
        return self.frechet_distance / self.floor if self.floor else None

    def to_json(self) -> dict[str, object]:
        """Everything, the ratio included, as JSON types."""
        return {**asdict(self), "floor_ratio": self.floor_ratio}

    def __str__(self) -> str:
        """One line: the number, the floor and the protocol."""
        floor = f", {self.floor_ratio:.2f} times the floor of {self.floor:.4f}" if self.floor else ""
        seed = "unknown" if self.seed is None else self.seed
        return (
            f"Fréchet distance {self.frechet_distance:.4f}{floor} ({self.extractor_name} "
            f"{self.extractor_version}, sha256 {self.extractor_sha256[:12]}; {self.n_fake} samples, "
            f"seed {seed}; {self.n_real} images of {self.reference_data} {self.reference_split})"
        )


class Generates(Protocol):
    """Anything that draws uint8 images from a seed, such as `ganzoo.GAN`."""

    def generate(self, n: int, *, seed: int) -> np.ndarray:
        """Uint8 images (n, height, width, channels)."""


class GeneratesByLabel(Protocol):
    """Anything that draws uint8 images of given classes from a seed."""

    def generate(self, n: int, *, seed: int, labels: np.ndarray) -> np.ndarray:
        """Uint8 images (n, height, width, channels)."""


def score_samples(
    images: np.ndarray,
    *,
    extractor: Extractor | str = "mnist-cnn",
    reference: Reference | None = None,
    labels: np.ndarray | None = None,
    seed: int | None = None,
    batch_size: int = 256,
) -> SampleScore:
    """Scores generated images.

    Args:
        images: uint8 (n, height, width, channels), n >= 2; 10,000 are customary.
        extractor: the name of a shipped extractor, or one of your own.
        reference: what to compare with; the one shipped with a named extractor by default.
        labels: integers (n,), the labels that a class-conditional model was asked for.
        seed: that the samples were drawn with, for the record.
        batch_size: images per compiled call of the extractor.

    Raises:
        InvalidArgumentError: Images that do not fit the extractor, a reference of another extractor, or none.

    Example:
        >>> print(ganzoo.evaluate.score_samples(gan.generate(10_000, seed=0), seed=0))
    """
    if isinstance(extractor, str):
        reference = reference or load_reference(extractor)
        extractor = load_extractor(extractor)
    if reference is None:
        raise InvalidArgumentError(
            f"Extractor '{extractor.name}' ships no reference. Measure one from real images with "
            "ganzoo.evaluate.measure_reference and pass it as reference=."
        )
    if reference.extractor_sha256 != extractor.sha256:
        raise InvalidArgumentError(
            f"The reference was measured with {reference.extractor_name} {reference.extractor_sha256[:12]}…, "
            f"the extractor is {extractor.name} {extractor.sha256[:12]}…. "
            "Measure it again with this extractor."
        )
    logits = None
    if extractor.num_classes is None:
        features = extractor.features(images, batch_size=batch_size)
    else:
        features, logits = extractor.features_and_logits(images, batch_size=batch_size)
    if labels is not None and logits is None:
        raise InvalidArgumentError(f"labels need a classifier. Received: extractor '{extractor.name}'")
    fake = FeatureStatistics.of(features)
    floor = reference.floor_at(fake.n)
    return SampleScore(
        frechet_distance=frechet_distance_from_statistics(
            reference.mean, reference.covariance, fake.mean, fake.covariance
        ),
        floor=floor,
        floor_split=None if floor is None else reference.floor_split,
        class_histogram=None if logits is None else tuple(class_histogram(logits).tolist()),
        mean_confidence=None if logits is None else mean_confidence(logits),
        label_accuracy=None if logits is None or labels is None else label_accuracy(logits, labels),
        reference_confidence=None if logits is None else reference.mean_confidence,
        extractor_name=extractor.name,
        extractor_version=extractor.version,
        extractor_sha256=extractor.sha256,
        reference_data=reference.data,
        reference_split=reference.split,
        n_real=reference.n,
        n_fake=fake.n,
        seed=seed,
    )


def score_model(
    model: Generates | GeneratesByLabel,
    *,
    n: int = 10_000,
    seed: int = 0,
    num_classes: int | None = None,
    extractor: Extractor | str = "mnist-cnn",
    reference: Reference | None = None,
) -> SampleScore:
    """Draws samples from a model and scores them.

    Args:
        model: has `generate(n, seed=...)`, and takes `labels=` if it is class-conditional.
        n: number of samples.
        seed: that they are drawn with.
        num_classes: of a class-conditional model, which is asked for every class equally often.
        extractor: the name of a shipped extractor, or one of your own.
        reference: what to compare with; the one shipped with a named extractor by default.

    Raises:
        InvalidArgumentError: n below 2, or images that do not fit the extractor.

    Example:
        >>> print(ganzoo.evaluate.score_model(ganzoo.load("mnist-dcgan")))
    """
    if n < 2:
        raise InvalidArgumentError(f"n must be at least 2. Received: {n}")
    labels = None if num_classes is None else np.arange(n) % num_classes
    asked = {} if labels is None else {"labels": labels}
    images = model.generate(n, seed=seed, **asked)
    return score_samples(images, extractor=extractor, reference=reference, labels=labels, seed=seed)
