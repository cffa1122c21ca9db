"""Scores samples against real images, and says with every number how it was measured."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Protocol

import numpy as np

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._measure import measure_images
from ganzoo.evaluate.classes import class_histogram, label_accuracy, mean_confidence
from ganzoo.evaluate.extractors import Extractor, load_extractor
from ganzoo.evaluate.frechet import frechet_distance_from_statistics
from ganzoo.evaluate.reference import Reference, load_reference

__all__ = ["ImageModel", "SampleScore", "score_model", "score_samples"]


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


class ImageModel(Protocol):
    """Anything that streams uint8 images from a seed, as `ganzoo.GAN` does."""

    num_classes: int
    """0 if the model is unconditional."""

    def stream(
        self, n: int, *, seed: int = 0, labels: np.ndarray | None = None, batch_size: int = 256
    ) -> Iterator[np.ndarray]:
        """Batches of uint8 images, n in all."""


def score_samples(
    images: np.ndarray | Iterable[np.ndarray],
    *,
    extractor: Extractor | str = "mnist-cnn",
    reference: Reference | None = None,
    labels: np.ndarray | None = None,
    seed: int | None = None,
    batch_size: int = 256,
) -> SampleScore:
    """Scores generated images.

    Args:
        images: uint8 (n, height, width, channels), n >= 2, or an iterable of such batches;
            10,000 are customary.
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
    reference.check(extractor)
    if labels is not None and extractor.num_classes is None:
        raise InvalidArgumentError(f"labels need a classifier. Received: extractor '{extractor.name}'")
    fake, logits = measure_images(extractor, images, batch_size=batch_size)
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
    model: ImageModel,
    *,
    n: int = 10_000,
    seed: int = 0,
    extractor: Extractor | str = "mnist-cnn",
    reference: Reference | None = None,
    batch_size: int = 256,
) -> SampleScore:
    """Draws samples from a model and scores them, without holding them all.

    Args:
        model: a `ganzoo.GAN`; a class-conditional one is asked for every class in turn, equally often.
        n: number of samples, at least 2.
        seed: that they are drawn with.
        extractor: the name of a shipped extractor, or one of your own.
        reference: what to compare with; the one shipped with a named extractor by default.
        batch_size: samples per compiled call.

    Raises:
        InvalidArgumentError: n below 2, or images that do not fit the extractor.

    Example:
        >>> print(ganzoo.evaluate.score_model(ganzoo.load("mnist-dcgan")))
    """
    if n < 2:
        raise InvalidArgumentError(f"n must be at least 2. Received: {n}")
    labels = np.arange(n) % model.num_classes if model.num_classes else None
    images = model.stream(n, seed=seed, labels=labels, batch_size=batch_size)
    # Labels can only be checked by a classifier; without one the distance still can be had.
    classifier = isinstance(extractor, str) or extractor.num_classes is not None
    return score_samples(
        images,
        extractor=extractor,
        reference=reference,
        labels=labels if classifier else None,
        seed=seed,
        batch_size=batch_size,
    )
