"""Figures of what a model draws and how: path length, classes, and what a classifier learns from samples."""

import math
from typing import Final

import numpy as np

from ganzoo._full_card import LeftOut
from ganzoo.evaluate._full_subject import Found, Subject, Tell, figure, no_classifier
from ganzoo.evaluate.classes import class_histogram
from ganzoo.evaluate.jackknife import jackknife
from ganzoo.evaluate.modes import mode_coverage
from ganzoo.evaluate.path_length import latent_steps, path_length
from ganzoo.evaluate.real_images import RealMeasured, cas_epochs

__all__ = ["accuracy", "modes", "paths"]

# A class is covered from this part of its share of the data: one misread image is no mode.
LEAST_SHARE: Final = 0.1


def paths(subject: Subject, side: RealMeasured, tell: Tell) -> Found:
    if not side.extractor.takes_floats:
        yield LeftOut(metric="path_length", reason=f"{side.extractor.name} reads bytes alone")
        return
    if not hasattr(subject.gan, "decode"):
        yield LeftOut(metric="path_length", reason="the model does not say how it maps z to images")
        return
    first, second = latent_steps(
        subject.gan,
        n=subject.n,
        seed=subject.seed,
        extractor=side.extractor,
        batch_size=subject.batch_size,
    )
    arc = "great circles" if subject.gan.latent_prior == "normal" else "straight lines"
    yield figure(
        "path_length",
        path_length(first, second),
        f"|change of features|²/ε² of steps of ε = 1e-4 on {arc} between two z, mean from the 1st to the "
        "99th percentile; real images have no z, so no floor",
        replicates=jackknife(lambda kept: path_length(first[kept], second[kept]), subject.n),
    )


def modes(subject: Subject, side: RealMeasured, tell: Tell) -> Found:
    train, test = side.train[1], side.test[1]
    logits = subject.logits
    if logits is None or train is None or test is None:
        yield from (no_classifier(metric, side.extractor) for metric in ("modes_covered", "mode_divergence"))
        return
    shares = class_histogram(train)
    found, real = (mode_coverage(each, at_least=LEAST_SHARE, shares=shares) for each in (logits, test))
    yield figure(
        "modes_covered",
        found.covered,
        f"of {found.modes} classes, those with at least a tenth of their share of the training images",
        floor=real.covered,
    )
    if subject.labels is not None:
        reason = "classes are asked for, equally often: their shares are not the model's choice"
        yield LeftOut(metric="mode_divergence", reason=reason)
    elif math.isinf(found.kl):
        reason = "samples are read as a class that no training image is read as"
        yield LeftOut(metric="mode_divergence", reason=reason)
    else:
        yield figure(
            "mode_divergence",
            found.kl,
            "KL divergence of the shares of classes from those of the training images, in nats",
            floor=None if math.isinf(real.kl) else real.kl,
            replicates=jackknife(lambda kept: mode_coverage(logits[kept], shares=shares).kl, subject.n),
        )


def accuracy(subject: Subject, side: RealMeasured, tell: Tell) -> Found:
    metric, real = "classification_accuracy_score", side.real
    if subject.labels is None:
        reason = "the model is unconditional; labels read by a classifier are not labels asked for"
        yield LeftOut(metric=metric, reason=reason)
        return
    if real.train.labels is None or real.test.labels is None:
        yield LeftOut(metric=metric, reason=f"{real.train.name} has no labels")
        return
    epochs = cas_epochs(subject.n)
    floor = side.floor_of_accuracy_score(lambda epoch, loss: tell(epoch / epochs / 2))
    tell(0.5)
    stream = subject.gan.stream(
        subject.n, seed=subject.seed, labels=subject.labels, batch_size=subject.batch_size
    )
    value = side.accuracy_score(
        np.concatenate(list(stream)),
        subject.labels,
        lambda epoch, loss: tell(0.5 + epoch / epochs / 2),
    )
    yield figure(
        metric,
        value,
        f"accuracy on all {len(real.test):,} test images of a small CNN trained for {epochs} epochs on "
        "samples and the labels asked for; real: trained on as many training images. ±: Wilson, over the "
        "test images, without the scatter of the training",
        floor=floor,
        half=_wilson(value, len(real.test)),
    )


def _wilson(share: float, n: int, *, z: float = 1.959964) -> float:
    """Half of the 95% interval of a share of n."""
    return z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
