"""Figures that compare the features of samples with those of real images: bins, pairs, copies."""

import numpy as np

from ganzoo._full_card import FullFigure, LeftOut
from ganzoo.evaluate._full_subject import Found, Subject, Tell, figure, no_classifier
from ganzoo.evaluate._neighbours import nearest
from ganzoo.evaluate._pairs import pairs_without_blocks
from ganzoo.evaluate.bins import compare_counts
from ganzoo.evaluate.birthday import birthday_support
from ganzoo.evaluate.closeness import measure_closeness
from ganzoo.evaluate.copying import mann_whitney_z
from ganzoo.evaluate.diversity import mean_pairwise_distance
from ganzoo.evaluate.jackknife import BLOCKS, jackknife
from ganzoo.evaluate.real_images import NEAR_PAIRS, RealMeasured, trained_on

__all__ = ["bins", "copies", "pairs"]


def bins(subject: Subject, side: RealMeasured, tell: Tell) -> Found:
    number, train = len(side.centres), side.train_counts
    tell(0.9)
    cells = nearest(subject.features, side.centres)[0]

    def compare(kept: np.ndarray) -> np.ndarray:
        found = compare_counts(train, np.bincount(cells[kept], minlength=number))
        return np.array([found.different, found.jensen_shannon])

    value = compare(np.ones(subject.n, bool))
    replicates = jackknife(compare, subject.n)
    floor = compare_counts(train, side.counts(side.test[0]))
    yield figure(
        "num_different_bins",
        value[0],
        f"of {number} k-means bins of all training images, those that samples fill more or less often, by a "
        f"z-test at 0.05 ({0.05 * number:g} by chance)",
        floor=floor.different,
        replicates=replicates[:, 0],
    )
    yield figure(
        "bin_divergence",
        value[1],
        "Jensen-Shannon divergence of the shares of those bins, in nats",
        floor=floor.jensen_shannon,
        replicates=replicates[:, 1],
    )


def pairs(subject: Subject, side: RealMeasured, tell: Tell) -> Found:
    x, real, threshold = subject.features, side.test[0], side.threshold
    tell(0.2)
    (mean, means), (near, nears) = pairs_without_blocks(x, threshold=threshold, blocks=BLOCKS)
    tell(0.4)
    (real_mean, _), (real_near, _) = pairs_without_blocks(real, threshold=threshold, blocks=BLOCKS)
    yield figure(
        "pairwise_distance",
        mean,
        "mean over all pairs of samples; below that of real images, samples are too much alike",
        floor=real_mean,
        replicates=means,
    )
    tell(0.6)
    yield from _class_pairs(subject, side)
    yield figure(
        "near_duplicates",
        near,
        f"pairs of samples as near as the {NEAR_PAIRS} closest pairs of as many training images; many more "
        "than among real images mean that samples repeat",
        floor=real_near,
        replicates=nears,
    )
    tell(0.7)
    yield _birthday(x, real, threshold, seed=subject.seed)


def _class_pairs(subject: Subject, side: RealMeasured) -> Found:
    test, test_logits = side.test
    if subject.logits is None or test_logits is None:
        yield no_classifier("class_pairwise_distance", side.extractor)
        return
    classes = subject.logits.shape[1]
    if classes > subject.n // 2:
        # Else some two of the samples are of one class, whichever block is left out.
        reason = f"{subject.n:,} samples are too few for pairs in {classes:,} classes"
        yield LeftOut(metric="class_pairwise_distance", reason=reason)
        return
    read = subject.logits.argmax(1)
    yield figure(
        "class_pairwise_distance",
        _within_classes(subject.features, read),
        "the same over pairs that are read as one class, mean of the classes",
        floor=_within_classes(test, test_logits.argmax(1)),
        replicates=jackknife(lambda kept: _within_classes(subject.features[kept], read[kept]), subject.n),
    )


def _within_classes(features: np.ndarray, read: np.ndarray) -> float:
    several = np.bincount(read)[read] > 1
    return mean_pairwise_distance(features[several], labels=read[several])


def _birthday(x: np.ndarray, real: np.ndarray, threshold: float, *, seed: int) -> FullFigure | LeftOut:
    samples, images = (birthday_support(each, threshold=threshold, seed=seed) for each in (x, real))
    if not samples.pairs:
        reason = f"no two of {len(x):,} samples are near-duplicates: too many different ones to count"
        return LeftOut(metric="birthday_support", reason=reason)
    return figure(
        "birthday_support",
        samples.support,
        "batch²/(2 ln 2) of the batch that holds a near-duplicate half of the time; it depends on what "
        "counts as near, so compare it with the real one alone",
        floor=images.support if images.pairs else None,
    )


def copies(subject: Subject, side: RealMeasured, tell: Tell) -> Found:
    train = side.real.train
    if trained_on(subject.gan, train) is False:
        reason = f"the {train.name} at hand is not what the model was trained on: its sha256 is another"
        yield from (LeftOut(metric=metric, reason=reason) for metric in ("authenticity", "data_copying"))
        return
    unseen = side.closeness
    tell(0.5)
    near = measure_closeness(side.train[0], subject.features)
    authentic = near.ratios > 1
    yield figure(
        "authenticity",
        100 * authentic.mean(),
        "% of samples that are farther from their nearest training image than that is from another one; far "
        "below that of real images means copies",
        floor=100 * (unseen.ratios > 1).mean(),
        replicates=jackknife(lambda kept: 100 * float(authentic[kept].mean()), subject.n),
    )
    half = side.n // 2
    yield figure(
        "data_copying",
        mann_whitney_z(near.distances, unseen.distances),
        "z-score of the distances to the nearest training image, samples against test images: below -3 means "
        "copies, far above 0 samples unlike the data; real: half of the test images against the others",
        floor=mann_whitney_z(unseen.distances[:half], unseen.distances[half:]),
        replicates=jackknife(lambda kept: mann_whitney_z(near.distances[kept], unseen.distances), subject.n),
    )
