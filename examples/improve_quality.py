"""Better pictures from the same weights: `python examples/improve_quality.py`.

Samplers use what the discriminator knows once it is calibrated on real images; the calibration ships with the
preset. For a model of your own, `ganzoo improve MODEL --data FOLDER --write` calibrates and chooses.
"""

import argparse
import time

import ganzoo
from ganzoo import evaluate, images

parser = argparse.ArgumentParser(description="Compare samplers on one model.")
parser.add_argument("-n", type=int, default=2000, help="pictures of each sampler")
n = parser.parse_args().n

gan = ganzoo.load("mnist-dcgan")
grids, plain_seconds = {}, None
print(f"{'sampler':<12} {'Fréchet distance':>17} {'sure of the digit':>18} {'cost':>6}")
# Surer digits are not yet a closer distribution: `truncation` and a greedy `obrs` leave some kinds out.
for name in ("plain", "truncation", "obrs", "best"):
    gan.generate(256, sampler=name)  # compiles
    start = time.perf_counter()
    pictures = gan.generate(n, seed=0, sampler=name)
    seconds = time.perf_counter() - start
    plain_seconds = plain_seconds or seconds
    # the extractor by which the preset's sampler was confirmed, and not chosen
    score = evaluate.score_samples(pictures, extractor="mnist-resnet", seed=0)
    cost = seconds / plain_seconds
    print(f"{name:<12} {score.frechet_distance:>17.3f} {score.mean_confidence:>18.3f} {cost:>5.1f}x")
    grids[name] = images.grid(pictures[:40], columns=10, scale=3)
if score.floor:
    print(f"{'real images':<12} {score.floor:>17.3f} {score.reference_confidence:>18.3f}")

images.save_png("plain.png", grids["plain"])
images.save_png("best.png", grids["best"])
saved = gan.saved_sampler
print(f"Wrote plain.png and best.png; best is {saved.sampler} with {saved.settings}.")
