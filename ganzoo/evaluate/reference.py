"""Statistics of real images, kept in a file so that scoring samples needs no data set."""

import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from ganzoo._files import weights_folder
from ganzoo.errors import InvalidArgumentError, WeightsError
from ganzoo.evaluate._checks import check_seed
from ganzoo.evaluate._measure import measure_images
from ganzoo.evaluate.classes import class_histogram, mean_confidence
from ganzoo.evaluate.extractor_config import read_config
from ganzoo.evaluate.extractors import Extractor, verified_file
from ganzoo.evaluate.frechet import frechet_distance_from_statistics
from ganzoo.evaluate.statistics import FeatureStatistics

__all__ = ["REFERENCE_FILE", "Reference", "load_reference", "measure_reference", "save_reference"]

REFERENCE_FILE: Final = "reference-test.npz"
# Twice a 2048 x 2048 covariance: enough for Inception, and a bound on what a foreign file makes us allocate.
MAX_BYTES: Final = 2**26


@dataclass(frozen=True, eq=False)
class Reference:
    """What samples are compared with: features of real images, and how far apart two sets of those are.

    Args:
        mean: float64 (d,).
        covariance: float64 (d, d), ddof 1.
        n: number of real images.
        data: name of the data set.
        split: such as `test`.
        images_sha256: of the bytes of the uint8 images, in order.
        extractor_name, extractor_version, extractor_sha256: which extractor the features came from.
        floor_n: (m,) ascending numbers of real images of `floor_split` that were held against the reference.
        floor: (m,) their Fréchet distance, the mean over `floor_draws` draws.
        floor_std: (m,) its standard deviation over the draws (ddof 1).
        floor_split: such as `train`.
        floor_draws: number of draws.
        floor_seed: of the draws.
        class_histogram: (num_classes,) shares of the classes that the extractor reads; empty if it is no
            classifier.
        mean_confidence: of the extractor on the real images; NaN if it is no classifier.
    """

    mean: np.ndarray
    covariance: np.ndarray
    n: int
    data: str
    split: str
    images_sha256: str
    extractor_name: str
    extractor_version: str
    extractor_sha256: str
    floor_n: np.ndarray
    floor: np.ndarray
    floor_std: np.ndarray
    floor_split: str
    floor_draws: int
    floor_seed: int
    class_histogram: np.ndarray
    mean_confidence: float

    def floor_at(self, n: int) -> float | None:
        """The real-against-real distance at n images.

        Returns:
            The measured value, or between two of them their interpolation in 1/n, which the bias of the
            distance follows; None outside of what was measured.
        """
        if len(self.floor_n) == 0 or not self.floor_n[0] <= n <= self.floor_n[-1]:
            return None
        return float(np.interp(-1 / n, -1 / self.floor_n, self.floor))


def measure_reference(
    extractor: Extractor,
    images: np.ndarray,
    *,
    data: str,
    split: str,
    floor_images: np.ndarray | None = None,
    floor_split: str = "train",
    floor_n: Sequence[int] = (),
    floor_draws: int = 20,
    seed: int = 0,
) -> Reference:
    """Measures a reference, and the floor under every distance to it.

    Args:
        extractor: turns images into features.
        images: uint8 (n, height, width, channels) real images, n >= 2.
        data: name of the data set, for the protocol.
        split: their split, for the protocol.
        floor_images: uint8 real images of another split; without them there is no floor.
        floor_split: their split.
        floor_n: how many of them to hold against the reference; the floor is measured at each.
        floor_draws: draws without replacement to average over.
        seed: of the draws.

    Raises:
        InvalidArgumentError: Images that do not fit the extractor, or a floor_n above their number.
    """
    statistics, logits = measure_images(extractor, images)
    sizes = np.array(sorted(floor_n if floor_images is not None else ()), dtype="int64")
    distances = np.zeros((len(sizes), floor_draws))
    if floor_images is not None:
        if len(sizes) and not 2 <= sizes[0] <= sizes[-1] <= len(floor_images):
            raise InvalidArgumentError(
                f"floor_n must be between 2 and {len(floor_images)}, the number of floor_images. "
                f"Received: {list(floor_n)}"
            )
        floor_features = extractor.features(floor_images)
        rng = np.random.default_rng(check_seed(seed))
        for i, size in enumerate(sizes):
            for draw in range(floor_draws):
                rows = rng.choice(len(floor_features), size, replace=False)
                other = FeatureStatistics.of(floor_features[rows])
                distances[i, draw] = frechet_distance_from_statistics(
                    statistics.mean, statistics.covariance, other.mean, other.covariance
                )
    return Reference(
        mean=statistics.mean,
        covariance=statistics.covariance,
        n=statistics.n,
        data=data,
        split=split,
        images_sha256=hashlib.sha256(np.ascontiguousarray(images).tobytes()).hexdigest(),
        extractor_name=extractor.name,
        extractor_version=extractor.version,
        extractor_sha256=extractor.sha256,
        floor_n=sizes,
        floor=distances.mean(1),
        floor_std=distances.std(1, ddof=1) if floor_draws > 1 else np.full(len(sizes), np.nan),
        floor_split=floor_split,
        floor_draws=floor_draws,
        floor_seed=seed,
        class_histogram=np.zeros(0) if logits is None else class_histogram(logits),
        mean_confidence=float("nan") if logits is None else mean_confidence(logits),
    )


def save_reference(reference: Reference, path: str | Path) -> None:
    """Writes a reference as `.npz`, without pickles."""
    with Path(path).open("wb") as file:
        np.savez(file, **asdict(reference))


def load_reference(extractor: str = "mnist-cnn", *, path: str | Path | None = None) -> Reference:
    """Loads the reference that is shipped with an extractor, or one of your own.

    Args:
        extractor: a folder of `weights/extractors`; its file is checked against the hash in `extractor.json`.
        path: an `.npz` written by `save_reference`, instead.

    Raises:
        WeightsError: The file is missing, altered, too large or no reference.
    """
    if path is None:
        folder = weights_folder() / "extractors" / extractor
        file, _ = verified_file(folder, REFERENCE_FILE, read_config(folder).sha256.get(REFERENCE_FILE))
    else:
        file = Path(path)
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > MAX_BYTES:
            raise ValueError(f"{size} bytes unpacked, at most {MAX_BYTES} are read")
        with np.load(file, allow_pickle=False) as arrays:
            values = {name: array if array.ndim else array.item() for name, array in arrays.items()}
        reference = Reference(**values)
        _check(reference)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, zipfile.BadZipFile) as error:
        raise WeightsError(f"{file} is no reference: {error}. Write one with save_reference().") from error
    return reference


def _check(reference: Reference) -> None:
    d = len(reference.mean)
    if reference.mean.shape != (d,) or reference.covariance.shape != (d, d):
        raise ValueError(
            f"mean {reference.mean.shape} and covariance {reference.covariance.shape} do not fit"
        )
    if not (reference.floor_n.shape == reference.floor.shape == reference.floor_std.shape):
        raise ValueError("its floors are of different length")
