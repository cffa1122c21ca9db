"""How fast the metrics on arrays are: 10,000 rows against 10,000, and against the prdc package in that run.

    OMP_NUM_THREADS=1 python benchmarks/metrics.py --rounds 5

Precision, recall, density and coverage take turns with `prdc` (`pip install prdc`), whose numbers have to be
the same; the ratio is the median over the rounds, above 1 is faster than prdc. `--clock cpu` counts the
processor's seconds, which other jobs on the machine disturb less. The memory is the most that the arrays of
each of the two take beyond the features, in a process of its own. Without prdc the rest is measured.
"""

import argparse
import contextlib
import io
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import util
from pathlib import Path
from typing import Any

CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}
Work = Callable[[], Any]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--d", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clock", choices=CLOCKS, default="wall")
    parser.add_argument("--memory", choices=("ganzoo", "prdc"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parents[1]))
    if options.memory:
        print(_memory(options))
        return 0
    threads = os.environ.get("OMP_NUM_THREADS", "all")
    print(f"{options.n} x {options.d}, {options.rounds} rounds, {options.clock} clock, {threads} threads\n")
    print(f"{'metric':24}{'median':>10}{'range':>20}{'memory':>12}{'against prdc':>15}")
    _print_singles(options)
    _print_manifold(options)
    return 0


def _print_singles(options: argparse.Namespace) -> None:
    from ganzoo import evaluate

    real, fake = _features(options)
    works: dict[str, Work] = {
        "Fréchet distance": lambda: evaluate.frechet_distance(real, fake),
        "kernel distance": lambda: evaluate.kernel_distance(real, fake, subset_size=min(1000, options.n)),
        "AuthPct": lambda: evaluate.authenticity(real, fake),
        "pairwise distance": lambda: evaluate.mean_pairwise_distance(fake),
    }
    for name, work in works.items():
        print(f"{name:24}{_words(_times([work], options)[0])}", flush=True)


def _print_manifold(options: argparse.Namespace) -> None:
    works = [_manifold(options)]
    if util.find_spec("prdc"):
        works.append(_prdc(options))
        ours, theirs = (work() for work in works)
        if any(abs(ours[key] - theirs[key]) > 1e-9 for key in ours):
            raise SystemExit(f"The numbers differ: {ours} and {theirs}")
    times = _times(works, options)
    ratio = statistics.median(b / a for a, b in zip(*times, strict=True)) if len(works) > 1 else None
    print(
        f"{'PRDC, k = 5':24}{_words(times[0])}{_peak('ganzoo', options):>9} MB"
        + (f"{ratio:>15.2f}" if ratio else "")
    )
    if ratio is None:
        print("prdc is not installed: no ratio. pip install prdc")
    else:
        print(f"{'the prdc package':24}{_words(times[1])}{_peak('prdc', options):>9} MB")


def _times(works: list[Work], options: argparse.Namespace) -> list[list[float]]:
    clock, times = CLOCKS[options.clock], [[] for _ in works]
    for round_number in range(options.rounds + 1):
        for spent, work in zip(times, works, strict=True):
            start = clock()
            work()
            if round_number:  # the first one warms up
                spent.append(clock() - start)
    return times


def _words(times: list[float]) -> str:
    return f"{statistics.median(times):>8.3f} s{min(times):>11.3f} - {max(times):.3f}"


def _peak(name: str, options: argparse.Namespace) -> str:
    command = [sys.executable, __file__, "--memory", name, "--n", str(options.n), "--d", str(options.d)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _memory(options: argparse.Namespace) -> int:
    import tracemalloc

    work = _manifold(options) if options.memory == "ganzoo" else _prdc(options)
    # Not the process's peak: importing a framework takes more than any metric, and would hide it.
    tracemalloc.start()
    work()
    return tracemalloc.get_traced_memory()[1] // 2**20


def _features(options: argparse.Namespace) -> tuple[Any, Any]:
    import numpy as np

    rng = np.random.default_rng(0)
    shape = (options.n, options.d)
    real, fake = rng.standard_normal(shape), 0.95 * rng.standard_normal(shape)
    return real.astype("float32"), fake.astype("float32")


def _manifold(options: argparse.Namespace) -> Work:
    from ganzoo.evaluate import precision_recall_density_coverage

    real, fake = _features(options)
    return lambda: precision_recall_density_coverage(real, fake, k=5)


def _prdc(options: argparse.Namespace) -> Work:
    import prdc

    real, fake = _features(options)

    def quietly() -> Any:
        with contextlib.redirect_stdout(io.StringIO()):
            return prdc.compute_prdc(real_features=real, fake_features=fake, nearest_k=5)

    return quietly


if __name__ == "__main__":
    sys.exit(main())
