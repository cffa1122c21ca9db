"""Measure a model, without any data set: `python examples/evaluate.py`.

`ganzoo evaluate mnist-dcgan` prints the same card of 10,000 samples, as is customary.
"""

import argparse
import json
from pathlib import Path

import ganzoo
from ganzoo import evaluate

parser = argparse.ArgumentParser(description="Measure a model of the zoo.")
parser.add_argument("model", nargs="?", default="mnist-dcgan", help="a name, or a preset's folder")
parser.add_argument("-n", type=int, default=2000, help="samples; distances fall as n grows, so keep to one n")
options = parser.parse_args()

card = evaluate.scorecard(ganzoo.load(options.model), n=options.n, seed=0)
print(card)
Path("scorecard.json").write_text(json.dumps(card.to_json(), indent=1), encoding="utf-8")

for by in card.extractors:
    distance = by.figure("frechet_distance")
    floor = f", {distance.value / distance.floor:.1f} times that of real images" if distance.floor else ""
    print(f"{by.extractor_name}: Fréchet distance {distance.value:.2f} ± {distance.half_width:.2f}{floor}")
print("Wrote scorecard.json")
