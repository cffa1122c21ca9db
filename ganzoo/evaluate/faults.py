"""Faults of a generator, put into real images at a known rate: what the metrics are tested on."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, ImageFilter

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.extractors import Extractor

__all__ = ["FAULTS", "Bench", "Features", "add_noise", "blur", "measure_bench"]

FAULTS: Final = ("mode drop", "duplicates", "blur", "noise", "copying")


@dataclass(frozen=True, eq=False)
class Features:
    """Features of some images, (n, d), and their logits, (n, classes), or None without a classifier."""

    features: np.ndarray
    logits: np.ndarray | None

    def __len__(self) -> int:
        return len(self.features)

    def take(self, rows: np.ndarray) -> "Features":
        """Some of the rows, in that order."""
        return Features(self.features[rows], None if self.logits is None else self.logits[rows])

    def replaced(self, rows: np.ndarray, others: "Features") -> "Features":
        """A copy with some rows replaced by those of `others`."""
        features = self.features.copy()
        features[rows] = others.features
        if self.logits is None or others.logits is None:
            return Features(features, None)
        logits = self.logits.copy()
        logits[rows] = others.logits
        return Features(features, logits)


@dataclass(frozen=True, eq=False)
class Bench:
    """Everything that faulty sets are put together from; each image is measured once.

    Args:
        train: real images that a copying generator copies.
        test: other real images, which sets are compared with.
        clean: yet other real images, which stand for the samples of a perfect generator.
        blurred: the clean ones, blurred.
        noisy: the clean ones, with noise.
        labels: (len(clean),) their classes.
    """

    train: Features
    test: Features
    clean: Features
    blurred: Features
    noisy: Features
    labels: np.ndarray

    def inject(self, fault: str, rate: float, *, n: int, seed: int) -> Features:
        """A set of n samples of which a share, or of whose classes a share, is at fault.

        The same seed at a higher rate keeps what is at fault already, so that rates can be compared.

        Args:
            fault: one of `FAULTS`. "mode drop" leaves out that share of the classes; "duplicates" replaces
                that share of the samples by copies of the others; "copying" by images of `train`; "blur" and
                "noise" by blurred or noisy ones.
            rate: in [0, 1).
            n: number of samples.
            seed: of the draws.

        Raises:
            InvalidArgumentError: No such fault, a rate out of range, or too few images for so many samples.
        """
        if fault not in FAULTS:
            raise InvalidArgumentError(f"fault must be one of {', '.join(FAULTS)}. Received: '{fault}'")
        if not 0 <= rate < 1:
            raise InvalidArgumentError(f"rate must be in [0, 1). Received: {rate}")
        rng = np.random.default_rng(seed)
        order, modes = rng.permutation(len(self.clean)), rng.permutation(np.unique(self.labels))
        if fault == "mode drop":
            order = order[~np.isin(self.labels[order], modes[: round(rate * len(modes))])]
        bad = np.arange(round(rate * n))
        if len(order) < n or (fault == "copying" and len(self.train) < len(bad)):
            raise InvalidArgumentError(f"There are too few images for {n} samples at rate {rate}.")
        order = order[:n]
        samples = self.clean.take(order)
        if fault == "duplicates":
            return samples.replaced(bad, samples.take(rng.integers(len(bad), n, n)[: len(bad)]))
        if fault == "copying":
            return samples.replaced(bad, self.train.take(rng.permutation(len(self.train))[: len(bad)]))
        if fault in ("blur", "noise"):
            worse = self.blurred if fault == "blur" else self.noisy
            return samples.replaced(bad, worse.take(order[: len(bad)]))
        return samples


def measure_bench(
    extractor: Extractor,
    train: np.ndarray,
    test: np.ndarray,
    clean: np.ndarray,
    labels: np.ndarray,
    *,
    radius: float = 1.5,
    deviation: float = 40.0,
    seed: int = 0,
) -> Bench:
    """Blurs and soils the clean images and reads the features of all.

    Args:
        extractor: turns images into features.
        train: uint8 (n_train, height, width, channels).
        test: uint8 (n_test, height, width, channels).
        clean: uint8 (n_clean, height, width, channels).
        labels: integers (n_clean,).
        radius: of the blur, in pixels.
        deviation: of the noise, of 255.
        seed: of the noise.

    Raises:
        InvalidArgumentError: Images that do not fit the extractor.
    """
    noisy = add_noise(clean, deviation=deviation, seed=seed)
    return Bench(
        train=_measure(extractor, train),
        test=_measure(extractor, test),
        clean=_measure(extractor, clean),
        blurred=_measure(extractor, blur(clean, radius=radius)),
        noisy=_measure(extractor, noisy),
        labels=np.asarray(labels),
    )


def blur(images: np.ndarray, *, radius: float) -> np.ndarray:
    """Images under a Gaussian blur of that standard deviation in pixels; uint8 in and out."""
    kernel = ImageFilter.GaussianBlur(radius)
    flat = images.transpose(0, 3, 1, 2).reshape(-1, *images.shape[1:3])
    done = np.stack([np.asarray(Image.fromarray(plane).filter(kernel)) for plane in flat])
    n, height, width, channels = images.shape
    return done.reshape(n, channels, height, width).transpose(0, 2, 3, 1)


def add_noise(images: np.ndarray, *, deviation: float, seed: int) -> np.ndarray:
    """Images with Gaussian noise of that standard deviation, of 255; uint8 in and out."""
    noise = np.random.default_rng(seed).standard_normal(images.shape, dtype="float32")
    return np.rint(np.clip(images + deviation * noise, 0, 255)).astype("uint8")


def _measure(extractor: Extractor, images: np.ndarray) -> Features:
    if extractor.num_classes is None:
        return Features(extractor.features(images), None)
    return Features(*extractor.features_and_logits(images))
