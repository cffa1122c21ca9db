"""A contestant's process: set up, take a first step, then some steps each time the parent says `go`.

    python -m benchmarks.worker CONTESTANT train|generate|memory MODEL BATCH

It answers on stdout in JSON lines, once when it is ready, once after the first step, and once a `go`;
`memory` answers once.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

__all__ = ["Gate"]

Loss = Callable[[], float]


class Gate:
    """Stands after every step: lets the loop go on, or waits for the parent's next word.

    It is the same for a loop of our own and, through a callback, for Keras' `fit`, which so runs as it is.
    """

    def __init__(self) -> None:
        # libraries print what they like; answers keep the pipe to themselves
        self._pipe = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)
        self._left = 1

    def ready(self, **facts: Any) -> None:
        """Say that all is built, and start the clock of the first step."""
        self.say(at=time.perf_counter(), **facts)
        self._start(1)

    def __call__(self, loss: Loss) -> None:
        """Count a step. `loss` reads a figure of the step, and so waits until it is computed."""
        self._left -= 1
        if self._left:
            return
        value = loss()
        seconds = time.perf_counter() - self._wall
        self.say(seconds=seconds, cpu_seconds=time.process_time() - self._cpu, loss=value)
        word, _, steps = sys.stdin.readline().strip().partition(" ")
        if word != "go":
            # no clean-up: threads of a data pipeline may be waiting for us
            self.say(peak_rss_mb=_peak_rss_mb())
            os._exit(0)
        self._start(int(steps))

    def _start(self, steps: int) -> None:
        self._left = steps
        self._cpu = time.process_time()
        self._wall = time.perf_counter()

    def say(self, **facts: Any) -> None:
        """Answer by one line."""
        print(json.dumps(facts), file=self._pipe, flush=True)


def _peak_rss_mb() -> float:
    # kilobytes on Linux, bytes on macOS
    units = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / units


def _peer(contestant: str, model: str, batch: int) -> Any:
    if contestant.startswith("torch"):
        from benchmarks.peers.torch import TorchPeer

        return TorchPeer(model, batch=batch, tuned=contestant == "torch-tuned")
    if contestant == "tensorflow":
        from benchmarks.peers.tensorflow import TensorFlowPeer

        return TensorFlowPeer(model, batch=batch)
    from benchmarks.peers.jax import JaxPeer

    return JaxPeer(model, batch=batch, fixed=contestant == "jax-fixed")


def train(contestant: str, model: str, batch: int, gate: Gate) -> None:
    """Train until the parent says otherwise."""
    from benchmarks.settings import MODELS, batches, random_images

    images = random_images()
    if contestant in ("ganzoo", "keras-io"):
        from benchmarks.peers import keras_fit

        fit, parameters = keras_fit.prepare(contestant, model, images, batch=batch)
        gate.ready(parameters=parameters)
        fit(keras_fit.gate_callback(gate))
        return
    peer = _peer(contestant, model, batch)
    gate.ready(parameters=peer.parameters)
    for real in batches(images, batch * MODELS[model].n_critic):
        peer.step(real)
        gate(peer.d_loss)


def _drawer(contestant: str, model: str, batch: int) -> tuple[Callable[[int], Any], int]:
    """`draw(n) -> uint8 (n, 28, 28, 1)` and the number of parameters."""
    import numpy as np

    from benchmarks.settings import latents, to_uint8

    if contestant in ("ganzoo", "keras-predict"):
        from benchmarks.peers import keras_fit

        return keras_fit.prepare_generation(contestant, model, batch=batch)
    peer = _peer(contestant, model, batch)

    def draw(n: int) -> Any:
        z = latents(n, model)
        return np.concatenate([to_uint8(peer.generate(z[i : i + batch])) for i in range(0, n, batch)])

    return draw, peer.parameters


def generate(contestant: str, model: str, batch: int, gate: Gate) -> None:
    """Draw `PICTURES` a step until the parent says otherwise."""
    from benchmarks.settings import PICTURES

    draw, parameters = _drawer(contestant, model, batch)
    gate.ready(parameters=parameters)
    while True:
        pictures = draw(PICTURES)
        gate(lambda pictures=pictures: float(pictures[-1].mean()))


def memory(contestant: str, model: str, batch: int, gate: Gate) -> None:
    """Say how far the peak memory rises from 1,000 pictures to 20,000, the output's own bytes taken off."""
    draw, _ = _drawer(contestant, model, batch)
    few = draw(1_000)
    before, size = _peak_rss_mb(), few.nbytes
    many = draw(20_000)
    gate.say(before_mb=before, growth_mb=_peak_rss_mb() - before - (many.nbytes - size) / 2**20)


if __name__ == "__main__":
    _contestant, _task, _model, _batch = sys.argv[1:]
    {"train": train, "generate": generate, "memory": memory}[_task](_contestant, _model, int(_batch), Gate())
