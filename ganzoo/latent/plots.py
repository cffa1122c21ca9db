"""Samplers as a picture: how much better, at what cost, at what loss of variety."""

from pathlib import Path
from typing import TYPE_CHECKING

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.plots import check_plot

if TYPE_CHECKING:
    from ganzoo.latent.improve import Improvement

__all__ = ["plot_improvement"]


def plot_improvement(path: Path, result: "Improvement", *, model: str) -> None:
    """Draw what was confirmed into a file: excess against cost and against recall.

    Args:
        path: ends in .png, .pdf or .svg.
        result: of `improve`.
        model: its name.

    Raises:
        InvalidArgumentError: the file cannot be written, or its ending is none that is drawn.
        MissingExtraError: Matplotlib is not installed.
    """
    check_plot(path)
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    best = result.front
    for axes, value, label in (
        (left, "cost", "times the seconds of plain generate"),
        (right, "recall", "recall"),
    ):
        for each in result.confirmed:
            axes.plot(getattr(each, value), each.excess, "o", color="C0" if each in best else "0.6")
            axes.annotate(
                each.sampler,
                (getattr(each, value), each.excess),
                xytext=(5, 4),
                textcoords="offset points",
                fontsize="small",
            )
        axes.set_xlabel(label)
    for axes in (left, right):
        # room for the names
        axes.margins(x=0.18, y=0.1)
    left.set_ylabel(f"Fréchet distance beyond the floor, {result.confirmed[0].extractor}")
    figure.suptitle(f"{model}: samplers on the Pareto front are blue")
    try:
        figure.savefig(path, dpi=150)
    except OSError as error:
        raise InvalidArgumentError(f"Cannot write {str(path)!r}: {error.strerror or error}.") from error
