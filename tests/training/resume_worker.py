"""A small run that can be killed anywhere; see test_resume.py.

python resume_worker.py '{"output": "run", "kill_at": 5}'
"""

import json
import os
import signal
import sys
from typing import Any

import keras
import numpy as np

from ganzoo import GAN
from ganzoo.networks import dcgan, mlp
from ganzoo.penalties import R1
from ganzoo.training import callbacks

STEPS = 8  # an epoch: 70 images, 4 in a batch, 2 batches a step
EPOCHS = 4


class Signal(keras.callbacks.Callback):
    """Sends this process a signal when a step of the run is done, or while the next checkpoint is written."""

    def __init__(self, number: int, step: int, *, in_write: bool = False) -> None:
        super().__init__()
        self.number = number
        self.at = step
        self.in_write = in_write
        self.epoch = 0
        self.first = 0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self.epoch * STEPS + batch + 1 >= self.at:
            if self.in_write:
                # the file is written by then, under its temporary name, and not yet renamed
                os.fsync = lambda _: os.kill(os.getpid(), self.number)
            else:
                os.kill(os.getpid(), self.number)
            self.at = 10**9


def build() -> GAN:
    """Convolutions, batch normalisation, dropout, a lazy penalty, an average, two critic steps."""
    keras.utils.set_random_seed(3)
    gan = GAN(
        dcgan.generator(latent_dim=8, width=4),
        mlp.discriminator(width=8, pieces=2, dropout=0.5),
        latent_prior="uniform",
    )
    gan.compile(n_critic=2, ema_decay=0.9, penalties=[R1(weight=1.0, interval=2)], instance_noise=0.1)
    return gan


def main(
    *,
    output: str,
    resume: bool = False,
    kill_at: int = 0,
    kill_in_write_after: int = 0,
    interrupt_at: int = 0,
    seconds: float = 300.0,
    deterministic: bool = True,
) -> None:
    callbacks.Checkpoints.seconds = seconds
    signals = []
    if kill_at:
        signals.append(Signal(signal.SIGKILL, kill_at))
    if kill_in_write_after:
        signals.append(Signal(signal.SIGKILL, kill_in_write_after, in_write=True))
    if interrupt_at:
        signals.append(Signal(signal.SIGINT, interrupt_at))
    images = np.random.default_rng(0).integers(0, 256, (70, 28, 28, 1), dtype=np.uint8)
    gan = build()
    gan.fit(
        images,
        batch_size=4,
        epochs=EPOCHS,
        seed=5,
        output=output,
        resume=resume,
        callbacks=signals,
        sample_every=2,
        verbose=2,
        deterministic=deterministic,
    )
    sys.stdout.write("interrupted\n" if gan.interrupted else "done\n")


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
