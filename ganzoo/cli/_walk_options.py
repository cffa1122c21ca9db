"""The options of `ganzoo walk`: read and checked without Keras."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganzoo.cli.sample import parse_labels
from ganzoo.errors import InvalidArgumentError

if TYPE_CHECKING:
    from ganzoo.zoo.manifest import NetworkArguments

__all__ = ["Easing", "Way", "check_sheet", "check_walk", "parse_classes", "parse_seeds"]

# A sheet of more is no longer seen, and an atlas of more takes minutes.
MOST_A_SIDE = 50
MOST_FRAMES = 2_000


class Way(StrEnum):
    """`ganzoo.latent.WALKS`, known before Keras is."""

    slerp = "slerp"
    lerp = "lerp"
    geodesic = "geodesic"
    circle = "circle"


class Easing(StrEnum):
    """The names of `ganzoo.latent.ease`, known before Keras is."""

    linear = "linear"
    smoothstep = "smoothstep"
    sine = "sine"


def parse_seeds(text: str) -> list[int]:
    """The seeds that `--seeds` names, at least two.

    Raises:
        InvalidArgumentError: it is no such list.
    """
    try:
        seeds = [int(part) for part in text.split(",")]
    except ValueError:
        seeds = []
    if len(seeds) < 2 or min(seeds) < 0:
        raise InvalidArgumentError(
            f"--seeds takes two or more whole numbers of at least 0, such as 1,2,3. Received: --seeds {text}"
        )
    return seeds


def parse_classes(text: str | None, network: "NetworkArguments", *, most: int | None) -> list[int] | None:
    """The labels that `--labels` names, in their order; None for an unconditional model.

    Raises:
        InvalidArgumentError: they do not fit the model, or are more than `most`.
    """
    from ganzoo import sampling

    asked = None if text is None else text.count(",") + 1
    if text == "all":
        asked = network.num_classes
    labels = parse_labels(text, asked or 1, network.num_classes)
    sampling.check_labels(labels, asked or 1, network.num_classes)
    if labels is not None and most is not None and len(labels) > most:
        raise InvalidArgumentError(
            f"A sheet and a geodesic are of one class. Received: --labels {text}. Add --labels {labels[0]}."
        )
    return labels


def check_walk(seeds: list[int], path: Way | None, easing: Easing, frames: int | None) -> None:
    """Refuse a walk that there is none of.

    Raises:
        InvalidArgumentError: a circle through other than two seeds, or too few or many frames.
    """
    if path is Way.circle and (len(seeds) != 2 or easing is not Easing.linear):
        raise InvalidArgumentError(
            "A circle takes two seeds and --easing linear. "
            f"Received: {len(seeds)} seeds, --easing {easing.value}"
        )
    if frames is not None and not 2 <= frames <= MOST_FRAMES:
        raise InvalidArgumentError(f"--frames must be from 2 to {MOST_FRAMES}. Received: --frames {frames}")


def check_sheet(seeds: list[int], side: int, output: str, path: Way | None, moving: dict[str, Any]) -> None:
    """Refuse a sheet that there is none of, and options that it would ignore: those of `moving` that are set.

    Raises:
        InvalidArgumentError: the output is no picture, the seeds are no corners, or an option does not apply.
    """
    if Path(output).suffix.lower() != ".png":
        raise InvalidArgumentError(f"A sheet is a .png. Received: -o {output}")
    if not 2 <= side <= MOST_A_SIDE:
        raise InvalidArgumentError(f"A sheet is 2 to {MOST_A_SIDE} pictures wide. Received: {side}")
    if len(seeds) not in (3, 4):
        raise InvalidArgumentError(
            f"A sheet has 3 or 4 seeds for its corners. Received: {len(seeds)}. Add --seeds 0,1,2,3."
        )
    given = [name for name, value in moving.items() if value]
    if given or path in (Way.geodesic, Way.circle):
        given += [f"--path {path.value}"] if path in (Way.geodesic, Way.circle) else []
        raise InvalidArgumentError(f"A sheet has no {', '.join(given)}. Leave that out.")
