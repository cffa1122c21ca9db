"""The scorecard: every figure with its floor and interval, by every extractor that ships for the data."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from ganzoo._scorecard import ExtractorCard, Figure, Scorecard
from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._checks import check_seed
from ganzoo.evaluate._measure import Measured, read_images
from ganzoo.evaluate.classes import class_histogram, mean_confidence
from ganzoo.evaluate.extractors import Extractor, load_extractor
from ganzoo.evaluate.full import Progress, full_card
from ganzoo.evaluate.jackknife import INTERVAL, half_width, jackknife
from ganzoo.evaluate.measures import FEWEST, LOWER_IS_BETTER, Estimate, K, curve, estimates
from ganzoo.evaluate.real_images import RealImages
from ganzoo.evaluate.reference import Reference, load_reference, shipped_extractors
from ganzoo.evaluate.scores import ImageModel

__all__ = ["Measured", "draw", "resolve", "scorecard"]

SETTINGS = (
    f"kernel distance over all pairs; neighbours k = {K}; "
    "FD∞ of 15 points, Inception score of 10 splits, permuted by seed 0"
)

Judge = tuple[Extractor, Reference]


def scorecard(
    gan: ImageModel,
    *,
    n: int = 10_000,
    seed: int = 0,
    extractors: Sequence[str | Judge] | None = None,
    batch_size: int = 256,
    real: RealImages | None = None,
    progress: Progress = lambda done, what: None,
) -> Scorecard:
    """Draws samples from a model and takes every figure of them, by one extractor or several.

    No data set is needed: the shipped references hold the statistics of the real images, the features of some
    of them, and the floors. Memory holds the features of all samples, not the samples.

    Args:
        gan: a `ganzoo.GAN`; a class-conditional one is asked for every class in turn, equally often.
        n: number of samples, at least 100. Floors are known from 500 to 10,000.
        seed: that they are drawn with; the same seed gives the same card.
        extractors: names of shipped extractors, or pairs of an `Extractor` and its `Reference`; by default
            those that ship for the data that the model was trained on.
        batch_size: samples per compiled call.
        real: the data set, if it is at hand: adds the figures that need it, by the first extractor.
        progress: called while those are measured.

    Returns:
        The `Scorecard`; `print` it, or take `to_json()`.

    Raises:
        InvalidArgumentError: n below 100, no extractor for the model's data, images that do not fit it, or a
            reference of another one; real images of another shape.

    Example:
        >>> print(ganzoo.evaluate.scorecard(ganzoo.load("mnist-dcgan")))
    """
    if n < FEWEST:
        raise InvalidArgumentError(f"n must be at least {FEWEST}. Received: {n}")
    judges = resolve(gan, extractors)
    if real is not None:
        real.check(gan)
    labels = np.arange(n) % gan.num_classes if gan.num_classes else None
    measured = draw(gan, [extractor for extractor, _ in judges], n, seed, labels, batch_size=batch_size)
    manifest = getattr(gan, "manifest", None)
    return Scorecard(
        model=manifest.name if manifest is not None else "unnamed",
        n=n,
        seed=check_seed(seed),
        interval=f"{INTERVAL}; the real images are held fixed",
        settings=SETTINGS,
        extractors=[
            _card(extractor, reference, features, logits, labels)
            for (extractor, reference), (features, logits) in zip(judges, measured, strict=True)
        ],
        full=None
        if real is None
        else full_card(
            gan,
            real,
            judges[0][0],
            *measured[0],
            labels=labels,
            seed=seed,
            batch_size=batch_size,
            progress=progress,
        ),
    )


def resolve(gan: ImageModel, extractors: Sequence[str | Judge] | None) -> list[Judge]:
    """The extractors to judge a model by, each with the reference that it was held to.

    Raises:
        InvalidArgumentError: None were given, and none ships for the model's data; or one is not its
            reference's.
    """
    judges = [
        (load_extractor(each), load_reference(each)) if isinstance(each, str) else each
        for each in (_shipped(gan) if extractors is None else extractors)
    ]
    if not judges:
        raise InvalidArgumentError("extractors must name at least one. Received: none")
    for extractor, reference in judges:
        reference.check(extractor)
    return judges


def _shipped(gan: ImageModel) -> list[str]:
    manifest = getattr(gan, "manifest", None)
    data = manifest.data.name if manifest is not None and manifest.data is not None else None
    shape = getattr(gan, "image_shape", None)
    names = shipped_extractors(data, image_shape=shape) if data else []
    if not names:
        received = f"data {data!r}" if data else "a model that does not say what it was trained on"
        raise InvalidArgumentError(
            f"No shipped extractor is for this model. Received: {received}. "
            "Pass extractors=['mnist-cnn'], or an extractor with a reference from measure_reference."
        )
    return names


def draw(
    gan: ImageModel,
    extractors: Sequence[Extractor],
    n: int,
    seed: int,
    labels: np.ndarray | None,
    *,
    batch_size: int = 256,
) -> list[Measured]:
    """Features and logits of n samples by every extractor, from one pass over the samples."""
    parts: list[list[Measured]] = [[] for _ in extractors]
    for batch in gan.stream(n, seed=seed, labels=labels, batch_size=batch_size):
        for extractor, part in zip(extractors, parts, strict=True):
            part.append(read_images(extractor, batch, batch_size=batch_size))
    return [
        (np.concatenate([features for features, _ in part]), _joined([logits for _, logits in part]))
        for part in parts
    ]


def _joined(parts: list[np.ndarray | None]) -> np.ndarray | None:
    known = [part for part in parts if part is not None]
    return np.concatenate(known) if known else None


def _card(
    extractor: Extractor,
    reference: Reference,
    features: np.ndarray,
    logits: np.ndarray | None,
    labels: np.ndarray | None,
) -> ExtractorCard:
    asked = labels if logits is not None else None
    found = estimates(reference.real_side, features, logits, labels=asked)
    sizes, distances = curve(reference.real_side, features)
    floors = [reference.floor_at(int(size)) for size in sizes]
    return ExtractorCard(
        extractor_name=extractor.name,
        extractor_version=extractor.version,
        extractor_sha256=extractor.sha256,
        preprocessing=extractor.preprocessing,
        role=extractor.role,
        reference_data=reference.data,
        reference_split=reference.split,
        n_real=reference.n,
        n_sample=len(reference.sample),
        floor_split=reference.floor_split,
        floor_draws=reference.floor_draws,
        figures=list(_figures(found, reference, len(features))),
        class_histogram=None if logits is None else class_histogram(logits).tolist(),
        class_half_widths=None if logits is None else _share_half_widths(logits),
        reference_histogram=None if logits is None else reference.class_histogram.tolist(),
        curve_n=sizes.tolist(),
        curve=distances.tolist(),
        curve_floor=[] if None in floors else [float(floor) for floor in floors if floor is not None],
        mean_confidence=None if logits is None else mean_confidence(logits),
        reference_confidence=None if logits is None else reference.mean_confidence,
    )


def _figures(found: dict[str, Estimate], reference: Reference, n: int) -> Iterator[Figure]:
    for metric, estimate in found.items():
        floor = reference.floor_at(n, metric)
        if metric == "label_accuracy" and not math.isnan(reference.label_accuracy):
            floor = reference.label_accuracy
        yield Figure(
            metric=metric,
            value=estimate.value,
            half_width=estimate.half_width,
            floor=floor,
            best="low" if metric in LOWER_IS_BETTER else "high",
        )


def _share_half_widths(logits: np.ndarray) -> list[float]:
    replicates = jackknife(lambda kept: class_histogram(logits[kept]), len(logits))
    return [half_width(share) for share in replicates.T]
