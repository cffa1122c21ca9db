"""A scorecard as a picture: classes, score against n, and the training images nearest to some samples."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from ganzoo._scorecard import ExtractorCard, Scorecard
from ganzoo.errors import InvalidArgumentError, MissingExtraError
from ganzoo.evaluate._neighbours import nearest
from ganzoo.evaluate.extractors import Extractor

__all__ = ["FORMATS", "SHOWN", "check_plot", "nearest_images", "plot_scorecards"]

FORMATS: Final = (".png", ".pdf", ".svg")
SHOWN: Final = 12


def check_plot(path: Path) -> None:
    """Refuses what cannot be drawn, before anything is measured.

    Raises:
        InvalidArgumentError: The file's ending is none that is drawn.
        MissingExtraError: Matplotlib is not installed.
    """
    if path.suffix.lower() not in FORMATS:
        raise InvalidArgumentError(f"A plot must end in {', '.join(FORMATS)}. Received: {path}")
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError:
        raise MissingExtraError("Matplotlib is not installed. Type: pip install 'ganzoo[plot]'") from None


def nearest_images(
    extractor: Extractor, samples: np.ndarray, images: np.ndarray, *, batch_size: int = 256
) -> np.ndarray:
    """The image nearest to each sample, as the extractor sees them.

    Args:
        extractor: that both are compared by.
        samples: uint8 (n, height, width, channels).
        images: uint8 (m, height, width, channels), such as the training set.
        batch_size: images per compiled call.

    Returns:
        uint8 (n, height, width, channels).
    """
    features = [
        extractor.features(each, batch_size=batch_size).astype("float64") for each in (samples, images)
    ]
    return images[nearest(features[0], features[1])[0]]


def plot_scorecards(
    path: Path, cards: Sequence[Scorecard], neighbours: Sequence[tuple[np.ndarray, np.ndarray]] = ()
) -> None:
    """Draws scorecards of one n into a file.

    Args:
        path: ends in .png, .pdf or .svg.
        cards: one a model. Classes and score against n are those of its first extractor.
        neighbours: for each model some samples, and the training image nearest to each; () where there is no
            data to look in.

    Raises:
        InvalidArgumentError: The file cannot be written, or its ending is none that is drawn.
        MissingExtraError: Matplotlib is not installed.
    """
    check_plot(path)
    from matplotlib.figure import Figure

    columns = [(card.model, card.extractors[0]) for card in cards]
    figure = Figure(figsize=(11, 4 + 1.9 * len(neighbours)), layout="constrained")
    upper, *lower = figure.subfigures(
        1 + len(neighbours), 1, height_ratios=[4, *[1.9] * len(neighbours)], squeeze=False
    )[:, 0]
    left, right = upper.subplots(1, 2)
    _classes(left, columns)
    _curves(right, columns)
    for part, card, pair in zip(lower, cards[: len(neighbours)], neighbours, strict=True):
        _neighbours(part, card.model, *pair)
    try:
        figure.savefig(path, dpi=150)
    except OSError as error:
        raise InvalidArgumentError(f"Cannot write {str(path)!r}: {error.strerror or error}.") from error


def _classes(axes: Any, columns: Sequence[tuple[str, ExtractorCard]]) -> None:
    shown = [(name, by) for name, by in columns if by.class_histogram]
    axes.set_title("Share of samples read as each class")
    width = 0.8 / max(len(shown), 1)
    for i, (name, by) in enumerate(shown):
        shares = np.array(by.class_histogram)
        place = np.arange(len(shares)) + (i - (len(shown) - 1) / 2) * width
        axes.bar(place, shares, width, yerr=by.class_half_widths, label=name, error_kw={"linewidth": 0.8})
    if shown:
        first = shown[0][1]
        real = np.array(first.reference_histogram)
        axes.plot(np.arange(len(real)), real, "k_", markersize=14, label=f"real {first.reference_split}")
        axes.set_xticks(np.arange(len(real)))
        axes.legend(fontsize="small")


def _curves(axes: Any, columns: Sequence[tuple[str, ExtractorCard]]) -> None:
    first = columns[0][1]
    axes.set_title(f"Fréchet distance by {first.extractor_name} against n")
    for name, by in columns:
        axes.plot(by.curve_n, by.curve, "o-", markersize=3, label=name)
    if first.curve_floor:
        axes.plot(first.curve_n, first.curve_floor, "k--", label=f"real {first.floor_split} images")
    # Models and floor lie orders of magnitude apart.
    axes.set_yscale("log")
    axes.set_xlabel("samples")
    axes.legend(fontsize="small")


def _neighbours(part: Any, model: str, samples: np.ndarray, images: np.ndarray) -> None:
    part.suptitle(f"{model}: samples, and under each the nearest training image", fontsize="medium")
    for row, axes in zip((samples, images), part.subplots(2, 1), strict=True):
        strip = np.concatenate(list(row), axis=1)
        axes.imshow(strip.squeeze(), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        axes.axis("off")
