"""TensorBoard: scalars and sample grids through the `tensorboard` package alone, on every backend."""

import io
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
from PIL import Image

from ganzoo.errors import MissingExtraError
from ganzoo.training.callbacks import sample_grid

__all__ = ["TensorBoard"]


class TensorBoard(keras.callbacks.Callback):
    """Writes each epoch's figures and a grid of samples for `tensorboard --logdir`.

    Args:
        folder: where the event files go.
        n: pictures in the grid, of the same z each time; 0 writes none.
        sample_every: epochs between two grids.

    Raises:
        MissingExtraError: `tensorboard` is not installed.

    Example:
        `gan.fit(images, epochs=5, callbacks=[TensorBoard("run/tensorboard")])`
    """

    def __init__(self, folder: str | Path, *, n: int = 64, sample_every: int = 1) -> None:
        super().__init__()
        try:
            import tensorboard.summary.writer.event_file_writer  # noqa: F401
        except ImportError:
            raise MissingExtraError(
                "TensorBoard's package is not installed. Type: pip install 'ganzoo[tensorboard]'"
            ) from None
        self.folder = Path(folder)
        self.n = n
        self.sample_every = sample_every
        self._writer: Any = None

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Open an event file at the first epoch; what an earlier run wrote from it on is hidden."""
        if self._writer is None:
            from tensorboard.compat.proto.event_pb2 import SessionLog
            from tensorboard.summary.writer.event_file_writer import EventFileWriter

            self._writer = EventFileWriter(str(self.folder))
            self._add(epoch + 1, session_log=SessionLog(status=SessionLog.START))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write this epoch; its step is the number of epochs that are done."""
        from tensorboard.compat.proto.summary_pb2 import Summary

        values = [Summary.Value(tag=key, simple_value=float(v)) for key, v in (logs or {}).items()]
        if self.n and (epoch + 1) % self.sample_every == 0:
            grid = sample_grid(self.model, self.n)
            if grid is not None:
                values.append(Summary.Value(tag="samples", image=_picture(grid)))
        self._add(epoch + 1, summary=Summary(value=values))
        self._writer.flush()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Close the file."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _add(self, step: int, **what: Any) -> None:
        from tensorboard.compat.proto.event_pb2 import Event

        self._writer.add_event(Event(wall_time=time.time(), step=step, **what))


def _picture(grid: np.ndarray) -> Any:
    from tensorboard.compat.proto.summary_pb2 import Summary

    buffer = io.BytesIO()
    Image.fromarray(grid.squeeze()).save(buffer, "PNG")
    height, width = grid.shape[:2]
    channels = 1 if grid.squeeze().ndim == 2 else 3
    return Summary.Image(
        height=height, width=width, colorspace=channels, encoded_image_string=buffer.getvalue()
    )
