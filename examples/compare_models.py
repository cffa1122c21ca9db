"""Every model of the zoo side by side: `python examples/compare_models.py`."""

import time

import numpy as np

import ganzoo
from ganzoo import images

rows = []
print(f"{'model':<16} {'generator':>12} {'latent':>7} {'images/s':>9}")
for name in ganzoo.list_models():
    gan = ganzoo.load(name)
    labels = np.arange(10) if gan.num_classes else None
    rows.append(gan.generate(10, seed=0, labels=labels))
    gan.generate(256, labels=0 if gan.num_classes else None)  # compiles
    start = time.perf_counter()
    gan.generate(2560, labels=0 if gan.num_classes else None)
    speed = 2560 / (time.perf_counter() - start)
    print(f"{name:<16} {gan.generator.count_params():>12,} {gan.latent_dim:>7} {speed:>9.0f}")

images.save_png("models.png", images.grid(np.concatenate(rows), columns=10, scale=3))
print("Wrote models.png: one row a model, in this order.")
