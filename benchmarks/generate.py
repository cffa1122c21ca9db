"""Pictures a second of `gan.generate` against the same network compiled plainly and Keras' `predict`.

    python -m benchmarks.generate
    python -m benchmarks.generate --backends jax --sizes 64 --rounds 5 --json result.json

All draw z with NumPy and give uint8; the networks have fresh weights, which does not change their speed.
"""

import argparse
import dataclasses
import json
import shlex
import sys
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import contest, machine
from benchmarks.settings import BACKENDS, MODELS, PICTURES

__all__: list[str] = []

PEERS = {
    "torch": ("torch-tuned", "torch-plain", "keras-predict"),
    "tensorflow": ("tensorflow", "keras-predict"),
    "jax": ("jax-plain", "keras-predict"),
}


def speed(model: str, backend: str, batch: int, *, rounds: int) -> list[dict[str, Any]]:
    """One line a contestant, ganzoo first."""
    contestants = ("ganzoo", *PEERS[backend])
    results = contest.compete(
        contestants, ["generate", model, str(batch)], backend=backend, steps=1, rounds=rounds
    )
    return [
        {
            "model": model,
            "backend": backend,
            "batch": batch,
            "contestant": name,
            "images_per_second": PICTURES / median(result.seconds),
            "ganzoo_is_faster": dataclasses.asdict(contest.ratio(result.seconds, results["ganzoo"].seconds)),
            "first_call_seconds": result.first_step[0],
            "seconds": result.seconds,
        }
        for name, result in results.items()
    ]


def growth(model: str, backend: str, batch: int) -> list[dict[str, Any]]:
    """How peak memory grows with the number of pictures, for ganzoo and `predict`."""
    lines = []
    for name in ("ganzoo", "keras-predict"):
        child = contest.Child([name, "memory", model, str(batch)], backend=backend)
        try:
            lines.append({"backend": backend, "batch": batch, "contestant": name, **child.answer()})
        finally:
            child.stop()
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.generate", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--backends", nargs="+", choices=BACKENDS, default=BACKENDS)
    parser.add_argument("--model", choices=list(MODELS), default="dcgan")
    parser.add_argument("--sizes", nargs="+", type=int, default=[64, 1024], help="pictures per call")
    parser.add_argument("--rounds", type=int, default=11, help="turns that count")
    parser.add_argument("--json", type=Path, help="file for all figures")
    options = parser.parse_args()
    about = {"command": f"python -m benchmarks.generate {shlex.join(sys.argv[1:])}".strip()}
    about["machine"] = machine.words()
    lines, memory = [], []
    for backend in options.backends:
        for batch in options.sizes:
            lines += speed(options.model, backend, batch, rounds=options.rounds)
        memory += growth(options.model, backend, options.sizes[0])
        print(f"{backend}: done", file=sys.stderr)
    print(f"`{about['command']}`\n\n{about['machine']}\n")
    header = ("backend, batch, contestant", "images/s", "ganzoo is faster by", "first call s")
    rows = [
        [
            f"{line['backend']}, {line['batch']}, {line['contestant']}",
            f"{line['images_per_second']:.0f}",
            "1" if line["contestant"] == "ganzoo" else str(contest.Ratio(**line["ganzoo_is_faster"])),
            f"{line['first_call_seconds']:.1f}",
        ]
        for line in lines
    ]
    print(contest.markdown(header, rows) + "\n")
    header = ("backend, contestant", "peak RSS MB at n = 1,000", "growth to n = 20,000 beyond the output, MB")
    rows = [
        [f"{line['backend']}, {line['contestant']}", f"{line['before_mb']:.0f}", f"{line['growth_mb']:.1f}"]
        for line in memory
    ]
    print(contest.markdown(header, rows))
    if options.json:
        options.json.write_text(json.dumps({**about, "speed": lines, "memory": memory}, indent=1))


if __name__ == "__main__":
    contest.run_main(main)
