"""Where the processor time of a training step goes on PyTorch: ganzoo's, and the tuned loop's by hand.

    OMP_NUM_THREADS=1 python -m benchmarks.profile_step

Milliseconds a step in each kind of kernel; what is left of the step's time is Python and the framework around
its kernels.
"""

import argparse
import collections
import os
import shlex
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks import contest, machine
from benchmarks.settings import BATCH, MODELS, random_images

__all__: list[str] = []

_KINDS = {
    "convolutions": ("convolution",),
    "matrix products": ("mm",),
    "copies": ("copy",),
    "Adam": ("adam",),
    "random numbers": ("bernoulli", "uniform", "normal_"),
}
HEADER = ("model, contestant", *_KINDS, "other kernels", "outside of kernels", "a step")


def contestants(model: str) -> dict[str, Callable[[], Any]]:
    """Steps on random images, ready to be called."""
    import torch

    from benchmarks.peers import keras_fit
    from benchmarks.peers.torch import TorchPeer
    from ganzoo import backend

    images = random_images(BATCH * MODELS[model].n_critic)
    gan, peer = keras_fit.new_gan(model), TorchPeer(model, batch=BATCH, tuned=True)
    resident = torch.from_numpy(images)
    return {
        "ganzoo": lambda: backend.train_step(gan, (resident,)),
        "torch-tuned": lambda: peer.step(images),
    }


def measure(step: Callable[[], Any], *, steps: int) -> list[float]:
    """Milliseconds in the columns of `HEADER`."""
    import torch

    for _ in range(2):
        step()
    begun = time.process_time()
    for _ in range(steps):
        step()
    whole = 1000 * (time.process_time() - begun) / steps
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profile:
        for _ in range(steps):
            step()
    spent: collections.Counter[str] = collections.Counter()
    for event in profile.key_averages():
        if event.key.startswith("aten::"):
            kind = next((k for k, parts in _KINDS.items() if any(p in event.key for p in parts)), "others")
            spent[kind] += event.self_cpu_time_total / 1000 / steps
    return [*(spent[kind] for kind in (*_KINDS, "others")), whole - sum(spent.values()), whole]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.profile_step", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--models", nargs="+", choices=list(MODELS), default=list(MODELS))
    parser.add_argument("--steps", type=int, default=5)
    options = parser.parse_args()
    os.environ["KERAS_BACKEND"] = "torch"
    rows = []
    for model in options.models:
        for name, step in contestants(model).items():
            figures = measure(step, steps=options.steps)
            rows.append([f"{model}, {name}", *(f"{figure:.1f}" for figure in figures)])
    print(f"`python -m benchmarks.profile_step {shlex.join(sys.argv[1:])}`, milliseconds of processor time\n")
    print(f"{machine.words()}\n\n{contest.markdown(HEADER, rows)}")


if __name__ == "__main__":
    main()
