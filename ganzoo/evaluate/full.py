"""The figures of a scorecard that need the data set, each beside its floor and with its protocol."""

import functools
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from ganzoo._full_card import FullCard, FullFigure, LeftOut
from ganzoo.evaluate._full_features import bins, copies, pairs
from ganzoo.evaluate._full_samples import accuracy, modes, paths
from ganzoo.evaluate._full_subject import METRICS, Found, Subject, Tell
from ganzoo.evaluate.extractors import Extractor
from ganzoo.evaluate.real_images import RealImages, RealMeasured

__all__ = ["METRICS", "Progress", "full_card"]

Progress = Callable[[float, str], None]
"""Called with the part that is done, in [0, 1], and what is being measured."""


def full_card(
    gan: Any,
    real: RealImages,
    extractor: Extractor,
    features: np.ndarray,
    logits: np.ndarray | None,
    *,
    labels: np.ndarray | None = None,
    seed: int = 0,
    batch_size: int = 256,
    progress: Progress = lambda done, what: None,
) -> FullCard:
    """Everything that `scorecard` leaves out for want of the data set.

    Args:
        gan: a `ganzoo.GAN`; path length and CAS draw from it again.
        real: both splits of the data.
        extractor: by whose features samples and real images are compared.
        features: float32 (n, d) of its samples of this seed, in their order.
        logits: float32 (n, classes), or None.
        labels: integers (n,) that a class-conditional model was asked for.
        seed: of the samples, and of all that is drawn.
        batch_size: samples per compiled call.
        progress: called as it goes on.

    Raises:
        InvalidArgumentError: The model draws images of another shape than the data's.
    """
    real.check(gan)
    side = real.by(extractor, n=len(features), seed=seed)
    n = side.n
    subject = Subject(
        gan,
        features[:n].astype("float64"),
        None if logits is None else logits[:n],
        None if labels is None else labels[:n],
        seed,
        batch_size,
    )
    found: list[FullFigure | LeftOut] = []
    whole, done = sum(weight for _, weight, _ in _STAGES), 0.0
    for what, weight, measure in _STAGES:
        tell = functools.partial(_tell, progress, what, done / whole, weight / whole)
        tell(0.0)
        found += measure(subject, side, tell)
        done += weight
    return FullCard(
        extractor_name=extractor.name,
        extractor_version=extractor.version,
        extractor_sha256=extractor.sha256,
        data=real.train.name,
        train_sha256=real.train.fingerprint(),
        test_sha256=real.test.fingerprint(),
        n_train=len(real.train),
        n=n,
        figures=[each for each in found if isinstance(each, FullFigure)],
        left_out=[each for each in found if isinstance(each, LeftOut)],
    )


def _tell(progress: Progress, what: str, done: float, weight: float, share: float) -> None:
    progress(done + share * weight, what)


def _read(subject: Subject, side: RealMeasured, tell: Tell) -> Found:
    """Only looks at the real images, so that what follows is timed by itself."""
    _ = side.test
    tell(0.2)
    _ = side.train
    return iter(())


# What is shown while it is measured, about how many seconds it takes, and the function.
_STAGES: Final = (
    ("real images", 40.0, _read),
    ("path length", 30.0, paths),
    ("bins", 15.0, bins),
    ("pairs", 10.0, pairs),
    ("classes", 1.0, modes),
    ("nearest training images", 40.0, copies),
    ("CAS", 90.0, accuracy),
)
