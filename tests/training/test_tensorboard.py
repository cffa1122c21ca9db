"""Event files that TensorBoard itself reads back."""

import builtins
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ganzoo import GAN, MissingExtraError
from ganzoo.training import TensorBoard


def test_tensorboard_reads_figures_and_grids(
    build: Callable[..., GAN], images: np.ndarray, tmp_path: Path
) -> None:
    reader = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator", reason="tensorboard is not installed"
    )
    history = build().fit(images, batch_size=4, epochs=2, verbose=0, output=tmp_path, tensorboard=True)
    # a run that goes on: the epochs before it stay, none is there twice
    build().fit(images, batch_size=4, epochs=3, verbose=0, output=tmp_path, tensorboard=True, resume=True)
    events = reader.EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    assert {"d_loss", "g_loss", "d_accuracy"} <= set(events.Tags()["scalars"])
    losses = events.Scalars("d_loss")
    assert [event.step for event in losses] == [1, 2, 3]
    assert [event.value for event in losses[:2]] == pytest.approx(history.history["d_loss"])
    grid = events.Images("samples")[-1]
    assert (grid.height, grid.width) == Image.open(io.BytesIO(grid.encoded_image_string)).size[::-1]


def test_without_the_package_the_line_to_type_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stock = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name.startswith("tensorboard"):
            raise ImportError(name)
        return stock(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(MissingExtraError, match=r"pip install 'ganzoo\[tensorboard\]'"):
        TensorBoard(tmp_path)
