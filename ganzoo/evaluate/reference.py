"""Statistics of real images, kept in a file so that scoring samples needs no data set."""

import functools
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from ganzoo._files import weights_folder
from ganzoo._foreign import printable, read_plain
from ganzoo.errors import InvalidArgumentError, WeightsError
from ganzoo.evaluate._reference_file import read_reference
from ganzoo.evaluate.extractor_config import CONFIG_FILE, read_config
from ganzoo.evaluate.extractors import Extractor, open_verified
from ganzoo.evaluate.measures import RealSide
from ganzoo.evaluate.statistics import FeatureStatistics

__all__ = ["REFERENCE_FILE", "Reference", "load_reference", "save_reference", "shipped_extractors"]

REFERENCE_FILE: Final = "reference-test.npz"
SCHEMA_VERSION: Final = 2
# Twice a 2048 x 2048 covariance: enough for Inception, and a bound on what a foreign file makes us allocate.
MAX_BYTES: Final = 2**26
_REMEDY: Final = "Write one with save_reference()."


@dataclass(frozen=True, eq=False)
class Reference:
    """What samples are compared with: features of real images, and how far apart two sets of those are.

    Args:
        mean: float64 (d,).
        covariance: float64 (d, d), ddof 1.
        n: number of real images.
        sample: float16 (m, d), the features of some of them, for what compares points and not moments.
        sample_rows: (m,) which of the images those are, ascending.
        data: name of the data set.
        split: such as `test`.
        images_sha256: of the bytes of the uint8 images, in order.
        extractor_name, extractor_version, extractor_sha256: which extractor the features came from.
        preprocessing: of the images, by that extractor.
        class_histogram: (num_classes,) shares of the classes that the extractor reads; empty if it is no
            classifier.
        mean_confidence: of the extractor on the real images; NaN if it is no classifier.
        label_accuracy: share of the real images read as their label; NaN without labels.
        floor_n: (s,) ascending numbers of real images of `floor_split` that were held against the reference.
        floor_metrics: (k,) names of the metrics that were measured, of `measures.METRICS`.
        floor: (k, s) each metric at each number, the mean over `floor_draws` draws.
        floor_std: (k, s) its standard deviation over the draws (ddof 1).
        floor_split: such as `train`.
        floor_draws: number of draws.
        floor_seed: of the draws.
        schema_version: of the file.
    """

    mean: np.ndarray
    covariance: np.ndarray
    n: int
    sample: np.ndarray
    sample_rows: np.ndarray
    data: str
    split: str
    images_sha256: str
    extractor_name: str
    extractor_version: str
    extractor_sha256: str
    preprocessing: str
    class_histogram: np.ndarray
    mean_confidence: float
    label_accuracy: float
    floor_n: np.ndarray
    floor_metrics: np.ndarray
    floor: np.ndarray
    floor_std: np.ndarray
    floor_split: str
    floor_draws: int
    floor_seed: int
    schema_version: int = SCHEMA_VERSION

    @functools.cached_property
    def real_side(self) -> RealSide:
        """What the metrics need of it, made once: the radii and kernels of the sample take a second."""
        histogram = self.class_histogram if len(self.class_histogram) else None
        return RealSide.of(FeatureStatistics(self.mean, self.covariance, self.n), self.sample, histogram)

    def floor_at(self, n: int, metric: str = "frechet_distance") -> float | None:
        """What n real images get from a metric.

        Args:
            n: number of images.
            metric: of `floor_metrics`.

        Returns:
            The measured value, or between two of them their interpolation in 1/n, which the bias of the
            distance follows; None outside of what was measured.
        """
        names = self.floor_metrics.tolist()
        if metric not in names or not self.floor_n[0] <= n <= self.floor_n[-1]:
            return None
        return float(np.interp(-1 / n, -1 / self.floor_n, self.floor[names.index(metric)]))

    def check(self, extractor: Extractor) -> None:
        """Holds an extractor to the one that the reference was measured with.

        Raises:
            InvalidArgumentError: It has other weights, or treats the images otherwise.
        """
        mine = (self.extractor_name, self.extractor_version, self.extractor_sha256)
        # The name too: of a function of one's own the hash may be unknown.
        if mine != (extractor.name, extractor.version, extractor.sha256):
            raise InvalidArgumentError(
                f"The reference was measured with {self.extractor_name} {self.extractor_version} "
                f"{self.extractor_sha256[:12]}…, the extractor is {extractor.name} {extractor.version} "
                f"{extractor.sha256[:12]}…. "
                "Measure it again with this extractor."
            )
        if self.preprocessing != extractor.preprocessing:
            raise InvalidArgumentError(
                f"The images of the reference were treated otherwise: '{self.preprocessing}'. "
                f"Received: '{extractor.preprocessing}'. Measure it again with this extractor."
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
        file = folder / REFERENCE_FILE
        opened, _ = open_verified(folder, REFERENCE_FILE, read_config(folder).sha256.get(REFERENCE_FILE))
        with opened:
            content = opened.read(MAX_BYTES + 1)
    else:
        file = Path(path)
        content = read_plain(file, most=MAX_BYTES, remedy=_REMEDY)
    found = read_reference(content, file, most=MAX_BYTES, remedy=_REMEDY)
    _check_version(found.get("schema_version", 1), file)
    try:
        reference = Reference(**found)
        _check(reference)
    # TypeError: one that it needs is not there
    except (ValueError, TypeError) as error:
        raise WeightsError(f"{file} is no reference: {printable(str(error))}. {_REMEDY}") from None
    return reference


def shipped_extractors(
    data: str, *, image_shape: tuple[int, ...] | None = None, role: str | None = None
) -> list[str]:
    """The shipped extractors whose reference is of a data set: those for tuning first, then for confirmation.

    Args:
        data: name of the data set, such as `mnist`.
        image_shape: (height, width, channels) that they have to take, if given.
        role: `tuning` or `confirmation`; both if not given.

    Raises:
        WeightsError: A reference is altered, or there is no folder of weights.
    """
    found = []
    for path in sorted((weights_folder() / "extractors").glob(f"*/{CONFIG_FILE}")):
        config = read_config(path.parent)
        fits = image_shape is None or tuple(config.input_shape) == tuple(image_shape)
        fits = fits and role in (None, config.role)
        if fits and REFERENCE_FILE in config.sha256 and load_reference(path.parent.name).data == data:
            found.append((config.role == "confirmation", path.parent.name))
    return [name for _, name in sorted(found)]


def _check_version(version: object, file: Path) -> None:
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise WeightsError(
            f"{file} has schema version {version}, this ganzoo reads up to {SCHEMA_VERSION}. "
            "Upgrade: pip install -U ganzoo"
        )
    if version != SCHEMA_VERSION:
        raise WeightsError(
            f"{file} has schema version {version}, which holds no sample of features and no floors but one. "
            "Measure it again with ganzoo.evaluate.measure_reference."
        )


def _check(reference: Reference) -> None:
    d, m = len(reference.mean), len(reference.sample)
    if reference.mean.shape != (d,) or reference.covariance.shape != (d, d):
        raise ValueError(
            f"mean {reference.mean.shape} and covariance {reference.covariance.shape} do not fit"
        )
    if reference.sample.shape != (m, d) or reference.sample_rows.shape != (m,):
        raise ValueError(f"its sample {reference.sample.shape} does not fit a mean of {d}")
    floors = (len(reference.floor_metrics), len(reference.floor_n))
    if not floors == reference.floor.shape == reference.floor_std.shape:
        raise ValueError("its floors are of different length")
    if not floors[1] or np.any(np.diff(reference.floor_n) <= 0) or reference.floor_n[0] < 1:
        raise ValueError("its floors are of numbers that do not ascend")
    if min(reference.n, m, d, reference.floor_draws) < 1:
        raise ValueError("it is of no images")
