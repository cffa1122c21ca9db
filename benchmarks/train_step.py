"""Steps a second of ganzoo's `fit` against hand-written loops for the same networks on the same backend.

    python -m benchmarks.train_step
    python -m benchmarks.train_step --backends jax --models dcgan --rounds 5 --json result.json

Each contestant is a process of its own that stays alive; in every round each of them takes its turn. Ratios
are medians over paired rounds with their range; above 1, ganzoo is faster.
"""

import argparse
import dataclasses
import json
import math
import shlex
import sys
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import contest, machine
from benchmarks.settings import BACKENDS, BATCH, MODELS

__all__: list[str] = []

# the first is the one that counts: the framework's fastest plain form
PEERS = {
    "torch": ("torch-tuned", "torch-plain", "keras-io"),
    "tensorflow": ("tensorflow", "keras-io"),
    "jax": ("jax-fixed", "jax-plain", "keras-io"),
}

# by how much ganzoo should be faster; 1 is as fast
ASKED = {"torch-tuned": 0.85, "tensorflow": 0.95, "jax-fixed": 1.0, "jax-plain": 1.7, "keras-io": 1.3}
_CLOCKS = {"wall": "seconds", "cpu": "cpu_seconds"}


def measure(model: str, backend: str, *, options: argparse.Namespace) -> list[dict[str, Any]]:
    """One line a contestant, ganzoo first.

    Raises:
        ContestError: contestants of different size, or a loss that is not finite.
    """
    contestants = ("ganzoo", *PEERS[backend])
    steps = options.steps or MODELS[model].steps
    results = contest.compete(
        contestants,
        ["train", model, str(options.batch)],
        backend=backend,
        steps=steps,
        rounds=options.rounds,
        restarts=options.restarts,
    )
    sizes = {name: result.ready["parameters"] for name, result in results.items()}
    if len(set(sizes.values())) > 1:
        raise contest.ContestError(f"Not the same network: {model} on {backend} has parameters {sizes}")
    lines = []
    clock = {name: getattr(result, _CLOCKS[options.clock]) for name, result in results.items()}
    for name, result in results.items():
        if not all(map(math.isfinite, result.last_loss)):
            raise contest.ContestError(f"{name} on {backend}: {model} went to {result.last_loss}")
        lines.append(
            {
                "model": model,
                "backend": backend,
                "contestant": name,
                "parameters": result.ready["parameters"],
                "steps_per_second": steps / median(clock[name]),
                "ganzoo_is_faster": dataclasses.asdict(contest.ratio(clock[name], clock["ganzoo"])),
                "cores_busy": {"median": median(result.cores), "low": min(result.cores)},
                "start_seconds": median(result.start),
                "first_step_seconds": median(result.first_step),
                "peak_rss_mb": max(result.peak_rss_mb),
                "d_loss": {"first": median(result.first_loss), "last": median(result.last_loss)},
                "seconds": result.seconds,
                "cpu_seconds": result.cpu_seconds,
            }
        )
    return lines


HEADER = (
    "model, backend, contestant",
    "steps/s",
    "ganzoo is faster by",
    "asked",
    "cores busy (least)",
    "imports and build s",
    "first step s",
    "peak RSS MB",
)


def row(line: dict[str, Any]) -> list[str]:
    """A line of the table."""
    spread = contest.Ratio(**line["ganzoo_is_faster"])
    asked = ASKED.get(line["contestant"])
    return [
        f"{line['model']}, {line['backend']}, {line['contestant']}",
        f"{line['steps_per_second']:.2f}",
        "1" if line["contestant"] == "ganzoo" else str(spread),
        f"{asked:.2f}" if asked else "",
        f"{line['cores_busy']['median']:.1f} ({line['cores_busy']['low']:.1f})",
        f"{line['start_seconds']:.1f}",
        f"{line['first_step_seconds']:.1f}",
        f"{line['peak_rss_mb']:.0f}",
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.train_step", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--backends", nargs="+", choices=BACKENDS, default=BACKENDS)
    parser.add_argument("--models", nargs="+", choices=list(MODELS), default=list(MODELS))
    parser.add_argument("--rounds", type=int, default=11, help="turns of each process that count")
    parser.add_argument("--steps", type=int, default=0, help="steps in a turn; default: about a second's")
    parser.add_argument("--restarts", type=int, default=1, help="how often the processes start anew")
    parser.add_argument("--batch", type=int, default=BATCH, help="images in one update of the discriminator")
    parser.add_argument(
        "--clock",
        choices=list(_CLOCKS),
        default="wall",
        help="what a second is; 'cpu', with OMP_NUM_THREADS=1, is for a machine that others use too",
    )
    parser.add_argument("--json", type=Path, help="file for all figures, each turn's seconds included")
    options = parser.parse_args()
    about = {"command": f"python -m benchmarks.train_step {shlex.join(sys.argv[1:])}".strip()}
    about["machine"] = machine.words()
    if machine.is_busy():
        print("Something else is running: ratios hold, but their spread will be wide.", file=sys.stderr)
    lines = []
    for model in options.models:
        for backend in options.backends:
            lines += measure(model, backend, options=options)
            print(f"{model} on {backend}: done", file=sys.stderr)
    print(f"`{about['command']}`, seconds of {options.clock} time\n\n{about['machine']}\n")
    print(contest.markdown(HEADER, [row(line) for line in lines]))
    if options.json:
        options.json.write_text(json.dumps({**about, "lines": lines}, indent=1))


if __name__ == "__main__":
    contest.run_main(main)
