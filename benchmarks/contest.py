"""Contestants as child processes that take turns: start, `go`, answer; ratios from paired rounds.

On a shared machine a speed drifts by 15% within minutes, so every round asks all contestants, one after the
other and in another order each time, and what is compared are ratios within a round.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

__all__ = ["Child", "ContestError", "Ratio", "compete", "markdown", "ratio", "run_main"]

ROOT = Path(__file__).resolve().parent.parent


class ContestError(RuntimeError):
    """A contestant died or said nothing of use."""


class Child:
    """A contestant that stays alive between its turns.

    Args:
        arguments: of `benchmarks.worker`.
        backend: its `KERAS_BACKEND`.
    """

    def __init__(self, arguments: Sequence[str], *, backend: str) -> None:
        self.name = " ".join(arguments)
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", *arguments],
            cwd=ROOT,
            env={**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def answer(self) -> dict[str, Any]:
        """Wait for the next line of the child.

        Raises:
            ContestError: there is none; its last words are on stderr.
        """
        line = self.process.stdout.readline()  # type: ignore[union-attr]
        if not line:
            raise ContestError(f"'{self.name}' stopped with exit status {self.process.wait()}")
        return json.loads(line)

    def ask(self, line: str) -> dict[str, Any]:
        """Send a line and wait for the answer."""
        self.process.stdin.write(line + "\n")  # type: ignore[union-attr]
        self.process.stdin.flush()  # type: ignore[union-attr]
        return self.answer()

    def stop(self) -> None:
        """End the process."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


@dataclass
class Result:
    """What a contestant did, over all its processes."""

    ready: dict[str, Any]
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)
    cores: list[float] = field(default_factory=list)
    first_step: list[float] = field(default_factory=list)
    start: list[float] = field(default_factory=list)
    peak_rss_mb: list[float] = field(default_factory=list)
    first_loss: list[float] = field(default_factory=list)
    last_loss: list[float] = field(default_factory=list)


def compete(
    contestants: Sequence[str],
    arguments: Sequence[str],
    *,
    backend: str,
    steps: int,
    rounds: int,
    restarts: int = 1,
    warm_up: int = 2,
) -> dict[str, Result]:
    """Let contestants take turns.

    Args:
        contestants: names that `benchmarks.worker` knows.
        arguments: what each of them is given beside its name.
        backend: `KERAS_BACKEND` of all.
        steps: steps in a turn.
        rounds: turns of each process that count.
        restarts: how often the processes are started anew: some choices, such as the number of threads,
            are made once a process.
        warm_up: turns of each process that do not count.

    Returns:
        Results by name.

    Raises:
        ContestError: a contestant died.
    """
    results: dict[str, Result] = {}
    for _ in range(restarts):
        children: dict[str, Child] = {}
        try:
            for name in contestants:  # one after the other, so that no start disturbs another's first step
                children[name] = Child([name, *arguments], backend=backend)
                ready = children[name].answer()
                first = children[name].answer()
                result = results.setdefault(name, Result(ready))
                result.start.append(ready["at"] - children[name].begun)
                result.first_step.append(first["seconds"])
                result.first_loss.append(first["loss"])
            _take_turns(children, results, steps=steps, rounds=rounds, warm_up=warm_up)
            for name, child in children.items():
                results[name].peak_rss_mb.append(child.ask("stop")["peak_rss_mb"])
        finally:
            for child in children.values():
                child.stop()
    return results


def _take_turns(
    children: dict[str, Child], results: dict[str, Result], *, steps: int, rounds: int, warm_up: int
) -> None:
    names = list(children)
    for turn in range(warm_up + rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            answer = children[name].ask(f"go {steps}")
            if turn >= warm_up:
                results[name].seconds.append(answer["seconds"])
                results[name].cpu_seconds.append(answer["cpu_seconds"])
                results[name].cores.append(answer["cpu_seconds"] / answer["seconds"])
            if turn == warm_up + rounds - 1:
                results[name].last_loss.append(answer["loss"])


@dataclass(frozen=True)
class Ratio:
    """A ratio over paired rounds: its median and the range it was seen in."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f}-{self.high:.2f})"


def ratio(numerators: Sequence[float], denominators: Sequence[float]) -> Ratio:
    """The median and range of a_i / b_i.

    Args:
        numerators: a, one a round.
        denominators: b of the same rounds.
    """
    each = [a / b for a, b in zip(numerators, denominators, strict=True)]
    return Ratio(median(each), min(each), max(each))


def run_main(main: Callable[[], None]) -> None:
    """Run a benchmark; a contestant that died is one line and exit status 1."""
    try:
        main()
    except ContestError as error:
        raise SystemExit(str(error)) from None


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first are figures."""
    lines = [header, ["---", *["--:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
