"""What samplers gain without training: excess of the Fréchet distance, recall and cost, wins and losses.

    GANZOO_DATA=FOLDER OMP_NUM_THREADS=1 KERAS_BACKEND=torch python -m benchmarks.samplers --json result.json

Settings are chosen on the tuning extractor, the best of each sampler; the table is of the confirming
extractor, on other pictures. Seconds are those of the process, so that a busy machine does not change the
ratios. What the JSON file holds is not measured again, so a run that was stopped goes on.
"""

import argparse
import json
import math
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

import ganzoo
from benchmarks import contest, machine
from ganzoo import data
from ganzoo.latent.candidates import candidates
from ganzoo.latent.improve import Entry, best_of_each, calibrations_of, judge_for
from ganzoo.latent.samplers import Plain, Sampler, calibrate
from ganzoo.latent.trials import Trial, seconds_per_image, trial

__all__: list[str] = []

MODELS = ("mnist-mlp-gan", "mnist-dcgan", "mnist-wgan-gp")
WITHIN = 10.0
KINDS = ("truncation", "obrs", "drs", "mh", "ddls", "dgflow", "polarity")
# Student's t, 97.5%, by degrees of freedom
T95 = {1: 12.71, 2: 4.303, 3: 3.182, 4: 2.776, 9: 2.262}


class Book:
    """Trials that were measured, kept in a file."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.lines: dict[str, dict[str, Any]] = {}
        if path is not None and path.exists():
            self.lines = json.loads(path.read_text())["trials"]

    def measured(self, model: "Model", sampler: Sampler, judge: Any, *, n: int, seed: int) -> Trial:
        """The trial, from the file or anew."""
        calibration = getattr(sampler, "calibration", None)
        head = calibration is not None and calibration.head is not None
        about = {name: value for name, value in vars(sampler).items() if name != "calibration"}
        key = "|".join(map(str, (model.name, sampler.name, head, about, judge[0].name, n, seed)))
        if key not in self.lines:
            labels = np.arange(n) % model.gan.num_classes if model.gan.num_classes else None
            [found] = trial(
                model.gan,
                sampler,
                [judge],
                n=n,
                seed=seed,
                labels=labels,
                plain_seconds=model.plain_seconds,
                clock=time.process_time,
            )
            self.lines[key] = {"model": model.name, **asdict(found)}
            if self.path is not None:
                self.path.write_text(json.dumps({"machine": machine.words(), "trials": self.lines}, indent=1))
        line = dict(self.lines[key])
        line.pop("model")
        return Trial(**line)


class Model:
    """A preset, its calibrations, and the best settings of each sampler within each budget."""

    def __init__(self, name: str, images: Any, kinds: Sequence[str]) -> None:
        self.name, self.gan, self.kinds = name, ganzoo.load(name), kinds
        self.calibrations = calibrations_of(self.gan, images, seed=0, say=lambda line: None)
        self.tuning, self.confirming = (judge_for(self.gan, role) for role in ("tuning", "confirmation"))
        self.plain_seconds = seconds_per_image(self.gan, Plain(), n=2048, clock=time.process_time)

    def best(self, book: Book, *, budget: float, n: int) -> list[Sampler]:
        """Plain `generate`, and the samplers that were tuned."""
        known = candidates(self.gan, *self.calibrations, budget=budget)
        if not math.isfinite(budget):
            # what is beyond the usual budget alone: the others are in its table
            within = candidates(self.gan, *self.calibrations, budget=WITHIN)
            known = [each for each in known if each not in within]
        tried = [Plain(), *(each for each in known if each.name in self.kinds)]
        entries = []
        for sampler in tried:
            if math.isfinite(budget) and sampler.name != "plain":
                seconds = seconds_per_image(self.gan, sampler, n=256, clock=time.process_time)
                if seconds > budget * self.plain_seconds:
                    continue
            entries.append(Entry(sampler, book.measured(self, sampler, self.tuning, n=n, seed=0)))
            print(self.name, _short(entries[-1].known), flush=True)
        # whatever it costs: a sampler that never helps is a finding
        loose = best_of_each(entries, budget=math.inf, recall_loss=1.0)
        strict = {entry.sampler.name: entry for entry in best_of_each(entries, budget=math.inf)}
        return [Plain(), *(strict.get(entry.sampler.name, entry).sampler for entry in loose)]


def _short(found: Trial) -> str:
    return f"{found.words}: excess {found.excess:.3f}, recall {found.recall:.3f}, cost {found.cost:.1f}"


def separation(models: Sequence[Model], unseen: Any) -> str:
    """How well a discriminator tells drawn from real pictures: of its training, and of those it never saw."""
    rows = []
    for model in models:
        own, head = model.calibrations
        # for this figure alone: nothing is drawn by it
        on_unseen = calibrate(model.gan, unseen, components=0)
        rows.append([model.name, *(f"{each.auc:.3f}" for each in (own, on_unseen, head))])
    return contest.markdown(("AUC", "own output", "on test images", "refitted head"), rows)


def interval(values: list[float]) -> str:
    """Mean and half of the 95% interval over seeds."""
    mean = float(np.mean(values))
    if len(values) < 2:
        return f"{mean:.3f}"
    half = T95.get(len(values) - 1, 2.0) * np.std(values, ddof=1) / len(values) ** 0.5
    return f"{mean:.3f} ± {half:.3f}"


def table(trials: dict[str, list[Trial]]) -> str:
    """One line a sampler, by the change of the excess, paired by seeds."""
    plain = trials["plain"]
    rows = []
    for words, found in trials.items():
        base = plain[: len(found)]
        change = float(np.mean([t.excess for t in found]) / np.mean([t.excess for t in base]) - 1)
        rows.append(
            [
                words,
                interval([t.excess for t in found]),
                "" if words == "plain" else f"{change:+.0%}",
                ""
                if words == "plain"
                else interval([t.excess - p.excess for t, p in zip(found, base, strict=True)]),
                interval([t.recall for t in found]),
                ""
                if words == "plain"
                else f"{np.mean([t.recall - p.recall for t, p in zip(found, base, strict=True)]):+.3f}",
                f"{np.mean([t.precision for t in found]):.3f}",
                f"{np.mean([t.cost for t in found]):.1f}",
                " + ".join(
                    f"{np.mean([t.passes[kind] for t in found]):.1f}"
                    for kind in ("generator", "discriminator", "gradients")
                ),
                str(len(found)),
            ]
        )
    header = (
        "sampler",
        "excess",
        "change",
        "difference",
        "recall",
        "change",
        "precision",
        "cost",
        "passes G + D + gradients",
        "seeds",
    )
    return contest.markdown(header, rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.samplers", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--models", nargs="+", default=MODELS)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--budget", type=float, default=WITHIN, help="inf: what is beyond that")
    parser.add_argument("--n", type=int, default=10_000, help="pictures of each sampler and seed")
    parser.add_argument("--n-tuning", type=int, default=4000, help="pictures of each candidate")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="file for all trials, read if it is there")
    options = parser.parse_args()
    book, images = Book(options.json), data.load("mnist")
    models = [Model(name, images, options.kinds) for name in options.models]
    chosen = [model.best(book, budget=options.budget, n=options.n_tuning) for model in models]
    found: list[dict[str, list[Trial]]] = [{} for _ in models]
    for seed in range(1, options.seeds + 1):
        for model, samplers, lines in zip(models, chosen, found, strict=True):
            for sampler in samplers:
                made = book.measured(model, sampler, model.confirming, n=options.n, seed=seed)
                lines.setdefault(made.words, []).append(made)
                print(model.name, seed, _short(made), flush=True)
    print(f"\n{machine.words()}\n\n{separation(models, data.load('mnist', split='test'))}\n")
    for model, lines in zip(models, found, strict=True):
        print(f"{model.name}, {model.confirming[0].name}, {options.n} pictures\n\n{table(lines)}\n")


if __name__ == "__main__":
    contest.run_main(main)
