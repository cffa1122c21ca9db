"""The same pictures on every backend that is installed: `python examples/compare_backends.py`."""

import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

WORKER = """
import sys, time
import numpy as np
import ganzoo
gan = ganzoo.load("mnist-dcgan")
np.save(sys.argv[1], gan.decode(gan.sample_latents(256, seed=7)))
start = time.perf_counter()
gan.generate(2560)
print(2560 / (time.perf_counter() - start))
"""

pictures = {}
print(f"{'backend':<12} {'images/s':>9} {'largest difference in [-1, 1]':>31}")
with tempfile.TemporaryDirectory() as folder:
    for backend in ("jax", "torch", "tensorflow"):
        if importlib.util.find_spec(backend) is None:
            print(f"{backend:<12} not installed")
            continue
        file = Path(folder) / f"{backend}.npy"
        # a process keeps its backend, so each gets one of its own
        done = subprocess.run(
            [sys.executable, "-c", WORKER, str(file)],
            env={**os.environ, "KERAS_BACKEND": backend},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        pictures[backend] = np.load(file)
        first = next(iter(pictures.values()))
        difference = float(np.abs(pictures[backend] - first).max())
        print(f"{backend:<12} {float(done.stdout.split()[-1]):>9.0f} {difference:>31.1e}")
