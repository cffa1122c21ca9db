"""How long directions and inversion take, for a model of the zoo.

    KERAS_BACKEND=torch python -m benchmarks.latent --model mnist-dcgan

No peer has both, so each time is held to what is asked: directions by any method, found, measured and
named, in 10 s (learned ones, which are trained, in two minutes); 64 pictures inverted in 60 s. The pictures
are the model's own draws or, with `--data`, a data set's test split. Compilation counts: nothing warms up.
With `--rounds`, later rounds in the same process are printed apart from the first.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import machine

PICTURES = 64
ASKED = {"learned": 120.0, "inversion": 60.0}
METHODS = ("supervised", "ganspace", "sefa", "jacobian", "learned")


def main() -> int:
    """Print a row for each method and one for the inversion."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="mnist-dcgan")
    parser.add_argument("--methods", nargs="*", choices=METHODS, default=METHODS)
    parser.add_argument("--data", help="a data set whose test pictures are inverted, such as mnist")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep every figure")
    options = parser.parse_args()
    words, busy = machine.words(), machine.is_busy()
    import keras

    import ganzoo

    gan = ganzoo.load(options.model)
    rows = [_row(m, _directions(gan, m), options.rounds) for m in options.methods]
    pictures = _pictures(gan, options.data)
    errors: dict[str, float] = {}
    rows.append(_row("inversion", _inversion(gan, pictures, errors), options.rounds))
    print(f"`python -m benchmarks.latent {' '.join(sys.argv[1:])}`\n\n{words}")
    print(f"{options.model}, {keras.backend.backend()}{'; something else is running' if busy else ''}\n")
    print("| what | first s | cores busy | then s (median) | asked s | met |")
    print("| --- | --: | --: | --: | --: | --- |")
    for row in rows:
        later = "" if row["later"] is None else f"{row['later']:.1f}"
        met = "yes" if row["first"] <= row["asked"] else "no"
        figures = f"{row['first']:.1f} | {row['cores']:.1f} | {later} | {row['asked']:.0f}"
        print(f"| {row['what']} | {figures} | {met} |")
    drawn = options.data or "its own draws"
    print(f"\n{PICTURES} pictures of {drawn}: RMSE {errors['rmse']:.1f} of 255, PSNR {errors['psnr']:.1f} dB")
    if options.json:
        facts = {"machine": words, "busy": busy, "model": options.model, "rows": rows, "errors": errors}
        options.json.write_text(json.dumps(facts, indent=2) + "\n")
    return 0


def _directions(gan: Any, method: str) -> Callable[[], None]:
    from ganzoo import latent

    return lambda: latent.find_directions(gan, method=method) and None


def _inversion(gan: Any, pictures: Any, errors: dict[str, float]) -> Callable[[], None]:
    from ganzoo import latent

    def work() -> None:
        found = latent.invert(gan, pictures)
        errors.update(rmse=float(found.rmse.mean()), psnr=float(found.psnr.mean()))

    return work


def _pictures(gan: Any, data: str | None) -> Any:
    import numpy as np

    from ganzoo import data as datasets

    if data is None:
        labels = np.arange(PICTURES) % gan.num_classes if gan.num_classes else None
        return gan.generate(PICTURES, seed=99, labels=labels)
    size, channels = gan.image_shape[0], gan.image_shape[-1]
    return np.array(datasets.load(data, split="test", size=size, channels=channels).images[:PICTURES])


def _row(what: str, work: Callable[[], None], rounds: int) -> dict[str, Any]:
    times, cores = [], 0.0
    for round_number in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        times.append(time.perf_counter() - wall)
        if not round_number:
            cores = (time.process_time() - cpu) / times[0]
    print(f"{what}: {times[0]:.1f} s", file=sys.stderr, flush=True)
    return {
        "what": what if what == "inversion" else f"directions, {what}",
        "first": times[0],
        "cores": cores,
        "later": statistics.median(times[1:]) if rounds > 1 else None,
        "asked": ASKED.get(what, 10.0),
    }


if __name__ == "__main__":
    sys.exit(main())
