"""Checkpoints: whole at any moment, refused where they do not fit."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ganzoo import GAN, WeightsError
from ganzoo.training import checkpoint

STATE = {
    "0000:kernel": np.arange(6, dtype=np.float32).reshape(2, 3),
    "0001:seed": np.array([1, 2], np.uint32),
}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    checkpoint.write(tmp_path / "c.npz", STATE, {"epoch": 3, "step": 1})
    state, meta = checkpoint.read(tmp_path / "c.npz")
    assert meta == {"epoch": 3, "step": 1}
    assert list(state) == list(STATE)
    for key, value in STATE.items():
        np.testing.assert_array_equal(state[key], value)
        assert state[key].dtype == value.dtype


def test_a_write_that_dies_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "c.npz"
    checkpoint.write(path, STATE, {"epoch": 1})
    before = path.read_bytes()

    def die(_: int) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", die)
        with pytest.raises(OSError, match="disk full"):
            checkpoint.write(path, STATE, {"epoch": 2})
    assert path.read_bytes() == before
    checkpoint.write(path, STATE, {"epoch": 3})
    assert [p.name for p in tmp_path.iterdir()] == ["c.npz"]


@pytest.mark.parametrize("damage", ["missing", "truncated", "text", "pickled", "no meta"])
def test_a_broken_file_is_refused_in_one_line(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "c.npz"
    checkpoint.write(path, STATE, {"epoch": 1})
    if damage == "missing":
        path.unlink()
    elif damage == "truncated":
        path.write_bytes(path.read_bytes()[:-100])
    elif damage == "text":
        path.write_text("hello")
    elif damage == "pickled":
        np.savez(path, meta=np.array({"a": 1}, dtype=object))
    else:
        np.savez(path, **STATE)
    with pytest.raises(WeightsError, match=r"Start without --resume\.$") as caught:
        checkpoint.read(path)
    assert "\n" not in str(caught.value)


def test_everything_that_training_changes_is_put_back(build: Callable[..., GAN], images: np.ndarray) -> None:
    gan = build(ema_decay=0.9)
    before = checkpoint.capture(gan)
    gan.fit(images, batch_size=4, verbose=0)
    after = checkpoint.capture(gan)
    changed = [key for key in before if not np.array_equal(before[key], after[key])]
    assert any("seed_generator_state" in key for key in changed)
    assert sum("momentum" in key for key in changed) >= 8
    assert sum("kernel" in key for key in changed) >= 12
    checkpoint.put_back(gan, before)
    for key, value in checkpoint.capture(gan).items():
        np.testing.assert_array_equal(value, before[key], err_msg=key)


def test_a_state_of_another_model_is_refused(build: Callable[..., GAN]) -> None:
    with pytest.raises(WeightsError, match="do not fit this model"):
        checkpoint.put_back(build(), checkpoint.capture(build(ema_decay=0.9)))


def test_arrays_that_are_not_finite_are_named() -> None:
    bad = {**STATE, "0002:bias": np.array([0.0, np.nan]), "0003:beta": np.array([np.inf])}
    assert checkpoint.not_finite(STATE) == []
    assert checkpoint.not_finite(bad) == ["bias", "beta"]
