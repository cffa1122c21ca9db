"""Animations: the frames, their times and their colours come back from the file."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganzoo.animation import FORMATS, save_animation
from ganzoo.errors import DataError, InvalidArgumentError

NOISE = np.random.default_rng(0).integers(0, 256, (30, 16, 16, 1), np.uint8)


def read(path: Path, mode: str) -> tuple[np.ndarray, list[float]]:
    """The frames of a file and the milliseconds that each is shown for."""
    frames, durations = [], []
    with Image.open(path) as file:
        for index in range(getattr(file, "n_frames", 1)):
            file.seek(index)
            frames.append(np.asarray(file.convert(mode)))
            durations.append(file.info["duration"])
    return np.stack(frames), durations


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("fps", [7, 24, 30])
def test_it_plays_the_frames_at_the_speed_asked(tmp_path: Path, suffix: str, fps: float):
    written = save_animation(tmp_path / f"a{suffix}", NOISE, fps=fps)
    frames, durations = read(written.path, "L")
    np.testing.assert_array_equal(frames, NOISE[..., 0])  # grey stays exact
    assert durations == pytest.approx(written.durations)
    assert sum(durations) == pytest.approx(1000 * 30 / fps, abs=5)
    assert max(durations) - min(durations) <= (10 if suffix == ".gif" else 1)
    assert written.fps == pytest.approx(fps, rel=0.002)
    assert [path.name for path in tmp_path.iterdir()] == [f"a{suffix}"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_it_plays_as_often_as_asked(tmp_path: Path, suffix: str):
    for plays, loop in ((0, 0), (1, None if suffix == ".gif" else 1), (3, 2 if suffix == ".gif" else 3)):
        with Image.open(save_animation(tmp_path / f"a{suffix}", NOISE[:2], fps=5, plays=plays).path) as file:
            assert file.info.get("loop") == loop


@pytest.mark.parametrize("suffix", FORMATS)
def test_it_takes_colour_and_enlarges(tmp_path: Path, suffix: str):
    colours = ((255, 0, 0), (0, 0, 255))
    frames = [np.full((4, 6, 3), colour, np.uint8) for colour in colours]
    frames[0][0, 0] = 255
    shown, _ = read(save_animation(tmp_path / f"a{suffix}", frames, fps=2, scale=3).path, "RGB")
    assert shown.shape == (2, 12, 18, 3)
    assert (shown[0, :3, :3] == 255).all()
    np.testing.assert_array_equal(shown[0, 3:], np.broadcast_to(colours[0], (9, 18, 3)))
    np.testing.assert_array_equal(shown[1], np.broadcast_to(colours[1], (12, 18, 3)))


def test_a_pause_lasts(tmp_path: Path):
    frames = np.repeat(NOISE[:2], 5, axis=0)
    for suffix in FORMATS:
        _, durations = read(save_animation(tmp_path / f"a{suffix}", frames, fps=10).path, "L")
        assert sum(durations) == pytest.approx(1000)


@pytest.mark.parametrize(("suffix", "most"), [(".gif", 50), (".webp", 100), (".apng", 100)])
def test_it_refuses_a_speed_that_browsers_cannot_show(tmp_path: Path, suffix: str, most: int):
    for fps in (0, -1, most + 1, float("nan")):
        with pytest.raises(InvalidArgumentError, match=rf"fps must be from 0.01 to {most}"):
            save_animation(tmp_path / f"a{suffix}", NOISE, fps=fps)


@pytest.mark.parametrize("frames", [[], [np.zeros((4, 4), "uint8"), np.zeros((5, 5), "uint8")]])
def test_it_refuses_frames_that_differ(tmp_path: Path, frames: list):
    with pytest.raises(DataError, match="one shape"):
        save_animation(tmp_path / "a.gif", frames, fps=5)


def test_it_refuses_what_it_cannot_write(tmp_path: Path):
    for name, options in (("a.mp4", {}), ("a.gif", {"scale": 0}), ("a.gif", {"plays": -1})):
        with pytest.raises(InvalidArgumentError, match="Received: "):
            save_animation(tmp_path / name, NOISE, fps=5, **options)
    (tmp_path / "file").touch()
    with pytest.raises(InvalidArgumentError, match="Cannot write"):
        save_animation(tmp_path / "file" / "a.gif", NOISE, fps=5)
