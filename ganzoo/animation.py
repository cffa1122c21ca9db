"""Animations: frames to a GIF, a WebP or an APNG, at a size and a rate that are asked for and told."""

import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import features

from ganzoo.errors import DataError, InvalidArgumentError
from ganzoo.images import to_pillow, write_file
from ganzoo.sampling import check_count

__all__ = ["FORMATS", "Animation", "check_animation", "save_animation"]


@dataclass(frozen=True)
class _Format:
    pillow: str
    unit: int  # milliseconds: a frame lasts a whole number of them
    most_fps: int
    options: dict[str, Any]


# Browsers play a GIF frame shorter than 20 ms at 100 ms, and may do so with the others below 10 ms.
FORMATS: Final = {
    ".gif": _Format("GIF", unit=10, most_fps=50, options={"optimize": False}),
    ".webp": _Format("WEBP", unit=1, most_fps=100, options={"lossless": True}),
    ".apng": _Format("PNG", unit=1, most_fps=100, options={"default_image": False}),
}
"""By suffix: how a file is written, and the most frames a second that players keep up with."""


@dataclass(frozen=True)
class Animation:
    """What was written.

    Args:
        path: of the file.
        frames: how many.
        durations: of each frame in milliseconds, as the format can hold them.
    """

    path: Path
    frames: int
    durations: tuple[int, ...]

    @property
    def seconds(self) -> float:
        """Of the whole."""
        return sum(self.durations) / 1000

    @property
    def fps(self) -> float:
        """Frames a second over the whole: that which was asked for, as near as the format comes."""
        return self.frames / self.seconds


def check_animation(path: str | os.PathLike[str], *, fps: float, scale: int = 1, plays: int = 0) -> None:
    """Refuse what `save_animation` would, before any frame is drawn.

    Raises:
        InvalidArgumentError: the file's ending is none of `FORMATS`, an option is out of range, or the Pillow
            that is installed cannot write it.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        raise InvalidArgumentError(f"The output must end in {', '.join(FORMATS)}. Received: {str(path)!r}")
    most = FORMATS[suffix].most_fps
    # A GIF frame can last 655 s at most.
    if not 0.01 <= fps <= most:
        raise InvalidArgumentError(f"fps must be from 0.01 to {most} in a {suffix}. Received: fps={fps}.")
    check_count(scale, name="scale")
    if plays < 0:
        raise InvalidArgumentError(f"plays must be at least 0, which is for ever. Received: plays={plays}")
    if suffix == ".webp" and not features.check("webp"):
        raise InvalidArgumentError("The Pillow that is installed writes no WebP. Use a .gif or an .apng.")


def save_animation(
    path: str | os.PathLike[str],
    frames: Sequence[Any] | NDArray[np.uint8],
    *,
    fps: float,
    scale: int = 1,
    plays: int = 0,
) -> Animation:
    """Write frames as an animation: complete or not at all.

    Args:
        path: file to write, ending in `.gif`, `.webp` or `.apng`; folders that lack are made.
        frames: (T, H, W, C) or a sequence of (H, W, C), uint8, all of one shape. All stays exact but colour
            in a GIF, which keeps 256 tones a frame.
        fps: frames a second, at most 50 in a GIF, else 100. A GIF counts hundredths of a second and the
            others thousandths: frames then differ by one of those, and the whole lasts as long as asked.
        scale: whole factor by which each frame is enlarged, pixel by pixel.
        plays: how often it is played; 0 for ever.

    Returns:
        An `Animation`: the path, and the durations that were written.

    Raises:
        DataError: when there is no frame or the frames differ in shape.
        InvalidArgumentError: as `check_animation`, or when the file cannot be written.

    Example:
        >>> save_animation("walk.gif", frames, fps=24, scale=4).fps
        24.0
    """
    check_animation(path, fps=fps, scale=scale, plays=plays)
    shapes = {np.shape(frame) for frame in frames}
    if len(shapes) != 1:
        raise DataError(
            f"An animation needs frames of one shape, at least one. Received: {len(frames)} frames"
            + (f" of shapes {sorted(shapes)}." if shapes else ".")
        )
    suffix = Path(path).suffix.lower()
    form = FORMATS[suffix]
    durations = _durations(len(frames), fps=fps, unit=form.unit)
    first, *rest = [to_pillow(np.asarray(frame).repeat(scale, 0).repeat(scale, 1)) for frame in frames]
    written = write_file(
        path,
        suffix,
        lambda file: first.save(
            file,
            form.pillow,
            save_all=True,
            append_images=rest,
            duration=durations,
            **form.options,
            **_loop(suffix, plays),
        ),
    )
    return Animation(path=written, frames=len(frames), durations=tuple(durations))


def _durations(n: int, *, fps: float, unit: int) -> list[int]:
    # Rounding the end of every frame, and not its length, keeps the length of the whole right.
    ends = [round(1000 / unit * index / fps) for index in range(n + 1)]
    return [unit * max(1, end - start) for start, end in itertools.pairwise(ends)]


def _loop(suffix: str, plays: int) -> dict[str, int]:
    if suffix != ".gif":
        return {"loop": plays}
    # A GIF counts the times after the first, 0 standing for no end.
    return {} if plays == 1 else {"loop": max(plays - 1, 0)}
