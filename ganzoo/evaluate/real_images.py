"""The data set that models were trained on, and what is measured of it once for all of them."""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from ganzoo import data as datasets
from ganzoo.data import ImageSource
from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._checks import check_seed
from ganzoo.evaluate._measure import Measured, read_images
from ganzoo.evaluate._neighbours import nearest
from ganzoo.evaluate.bins import k_means
from ganzoo.evaluate.birthday import closest_pairs
from ganzoo.evaluate.cas import classification_accuracy_score
from ganzoo.evaluate.closeness import Closeness, measure_closeness
from ganzoo.evaluate.extractors import Extractor

__all__ = ["NEAR_PAIRS", "RealImages", "RealMeasured", "cas_epochs", "trained_on"]

# As near as this many of the closest pairs of real images are: near-duplicates. One pair would be all luck.
NEAR_PAIRS: Final = 20
# Of the accuracy score, which is trained twice: five passes over 10,000 images, or as many steps over fewer.
CAS_BATCH, CAS_EPOCHS, CAS_STEPS = 128, 5, 390


def cas_epochs(n: int) -> int:
    """Passes over n images that the classifier of the accuracy score is trained for."""
    return max(CAS_EPOCHS, math.ceil(CAS_STEPS / max(1, n // CAS_BATCH)))


def trained_on(gan: Any, train: ImageSource) -> bool | None:
    """Whether a preset says that it was trained on these very images; None if it does not say."""
    manifest = getattr(gan, "manifest", None)
    recorded = getattr(manifest, "data", None)
    fingerprint = getattr(recorded, "fingerprint", None)
    return None if fingerprint is None else bool(fingerprint == train.fingerprint())


@dataclass(frozen=True, eq=False)
class RealImages:
    """Both splits of a data set, for the figures of a scorecard that need them.

    What is measured of them is kept, so that the second model costs less than the first.

    Args:
        train: the images that models were trained on.
        test: images like them that no model was trained on.

    Raises:
        InvalidArgumentError: Images of two shapes, or fewer than 40 in a split.

    Example:
        >>> real = ganzoo.evaluate.RealImages.load("mnist")
        >>> print(ganzoo.evaluate.scorecard(ganzoo.load("mnist-cdcgan"), real=real))
    """

    train: ImageSource
    test: ImageSource
    _measured: dict[tuple[object, int, int], "RealMeasured"] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.train.image_shape != self.test.image_shape:
            raise InvalidArgumentError(
                "Both splits must have images of one shape. "
                f"Received: {self.train.image_shape} and {self.test.image_shape}"
            )
        if min(len(self.train), len(self.test)) < 40:
            raise InvalidArgumentError(
                f"Each split must have at least 40 images. Received: {len(self.train)} and {len(self.test)}"
            )

    @classmethod
    def load(cls, data: str, *, size: int | None = None, channels: int | None = None) -> "RealImages":
        """Both splits of a data set by name or `.npz`, as `ganzoo.data.load` finds them.

        Raises:
            DataError: The data is unknown, cannot be had, or has no test split.
        """
        train, test = (
            datasets.load(data, split=split, size=size, channels=channels) for split in ("train", "test")
        )
        return cls(train, test)

    def check(self, gan: Any) -> None:
        """Raises InvalidArgumentError unless a model draws images of this shape."""
        shape = tuple(gan.image_shape)
        if self.train.image_shape != shape:
            raise InvalidArgumentError(
                f"The model draws {shape}. Received: real images of {self.train.image_shape}. "
                "Load them with size= and channels=."
            )

    def by(self, extractor: Extractor, *, n: int, seed: int) -> "RealMeasured":
        """What an extractor sees in them; the same object for the same arguments.

        Args:
            extractor: turns images into features.
            n: samples that will be compared: as many of each split are, or all if there are fewer.
            seed: of the draws.
        """
        # Of a function of one's own the hash may be unknown: then it is the object itself.
        which = extractor if extractor.sha256 == "unknown" else (extractor.name, extractor.sha256)
        key = (which, n, seed)
        if key not in self._measured:
            self._measured[key] = RealMeasured(self, extractor, n=n, seed=seed)
        return self._measured[key]


class RealMeasured:
    """Real images as an extractor sees them; each part is measured when it is first asked for.

    Args:
        real: both splits.
        extractor: turns images into features.
        n: images of each split to take, or all if there are fewer.
        seed: of the draws.
    """

    def __init__(self, real: RealImages, extractor: Extractor, *, n: int, seed: int) -> None:
        self.real, self.extractor, self.seed = real, extractor, check_seed(seed)
        self.n = min(n, len(real.train), len(real.test))
        rng = np.random.default_rng(seed)
        # Not sorted: data sets have an order, and halves of what is drawn must be alike.
        self.train_rows, self.test_rows = (
            rng.choice(len(split), self.n, replace=False) for split in (real.train, real.test)
        )
        self._accuracy: float | None = None

    @functools.cached_property
    def train(self) -> Measured:
        """float64 features and logits of all training images."""
        features, logits = read_images(self.extractor, self.real.train.images)
        return features.astype("float64"), logits

    @functools.cached_property
    def test(self) -> Measured:
        """float64 features and logits of the test images that were drawn."""
        features, logits = read_images(self.extractor, self.real.test.images[self.test_rows])
        return features.astype("float64"), logits

    @functools.cached_property
    def centres(self) -> np.ndarray:
        """(bins, d) centres of bins of the training images: 100, or fewer where n would leave them empty."""
        bins = min(100, max(2, self.n // 20))
        return k_means(self.train[0], bins, np.random.default_rng(self.seed))

    @functools.cached_property
    def train_counts(self) -> np.ndarray:
        """(bins,) training images in each."""
        return self.counts(self.train[0])

    def counts(self, features: np.ndarray) -> np.ndarray:
        """(bins,) rows in each bin."""
        return np.bincount(nearest(features, self.centres)[0], minlength=len(self.centres))

    @functools.cached_property
    def threshold(self) -> float:
        """The distance of the `NEAR_PAIRS`-th closest pair of the training images that were drawn."""
        _, distances = closest_pairs(self.train[0][self.train_rows], count=NEAR_PAIRS)
        return float(distances[-1])

    @functools.cached_property
    def closeness(self) -> Closeness:
        """Of the test images to the training images."""
        return measure_closeness(self.train[0], self.test[0])

    def accuracy_score(
        self, images: np.ndarray, labels: np.ndarray, progress: Callable[[int, float], None] | None
    ) -> float:
        """The CAS of some images on the test split; it has to have labels."""
        test = self.real.test
        if test.labels is None:
            raise InvalidArgumentError(f"A CAS needs labels. Received: {test.report()}")
        return classification_accuracy_score(
            images,
            labels,
            test.images,
            test.labels,
            epochs=cas_epochs(len(images)),
            batch_size=min(CAS_BATCH, len(images)),
            seed=self.seed,
            progress=progress,
        )

    def floor_of_accuracy_score(self, progress: Callable[[int, float], None] | None) -> float:
        """The CAS of the training images that were drawn; they have to have labels."""
        labels = self.real.train.labels
        if labels is None:
            raise InvalidArgumentError(f"A CAS needs labels. Received: {self.real.train.report()}")
        if self._accuracy is None:
            rows = self.train_rows
            self._accuracy = self.accuracy_score(self.real.train.images[rows], labels[rows], progress)
        return self._accuracy
