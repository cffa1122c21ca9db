"""Metrics that test themselves: which of them notices which fault, and does it grow with the fault?

    python -m ganzoo.evaluate.sensitivity glyphs

prints a table in Markdown, and so does `mnist` where `GANZOO_DATA` is set; `--model mnist-dcgan` puts the
faults into a model's samples.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal

import numpy as np
import typer

from ganzoo import data as datasets
from ganzoo.errors import DataError, InvalidArgumentError
from ganzoo.evaluate.bins import num_different_bins
from ganzoo.evaluate.birthday import birthday_support, closest_pairs
from ganzoo.evaluate.classes import mean_confidence
from ganzoo.evaluate.copying import authenticity, data_copying
from ganzoo.evaluate.diversity import mean_pairwise_distance
from ganzoo.evaluate.extractors import Extractor, load_extractor
from ganzoo.evaluate.faults import FAULTS, Bench, Features, measure_bench
from ganzoo.evaluate.frechet import frechet_distance
from ganzoo.evaluate.glyphs import glyph_digits
from ganzoo.evaluate.inception import inception_score
from ganzoo.evaluate.kernel import kernel_distance
from ganzoo.evaluate.manifold import precision_recall_density_coverage
from ganzoo.evaluate.modes import mode_coverage

__all__ = ["RATES", "Sensitivity", "main", "markdown", "measure_sensitivity"]

RATES: Final = (0.0, 0.1, 0.2, 0.4)


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """What one metric says of one fault.

    Args:
        metric: its name.
        fault: one of `ganzoo.evaluate.faults.FAULTS`.
        rates: ascending, the first is 0.
        values: (repeats, rates).
    """

    metric: str
    fault: str
    rates: tuple[float, ...]
    values: np.ndarray

    @property
    def means(self) -> np.ndarray:
        """Over the repeats, (rates,)."""
        return self.values.mean(0)

    @property
    def direction(self) -> int:
        """1 if the metric rises with every step of the rate, -1 if it falls, 0 if it does not notice.

        Noticed means that every repeat moves that way, and that the mean change is above three standard
        deviations of what the metric says of clean sets.
        """
        steps, changes = np.diff(self.means), self.values[:, -1] - self.values[:, 0]
        scatter = 3 * self.values[:, 0].std(ddof=1)
        for sign in (1, -1):
            if np.all(sign * steps > 0) and np.all(sign * changes > 0) and sign * changes.mean() > scatter:
                return sign
        return 0


def measure_sensitivity(
    bench: Bench,
    *,
    n: int,
    rates: Sequence[float] = RATES,
    repeats: int = 5,
    seed: int = 0,
    faults: Sequence[str] = FAULTS,
) -> list[Sensitivity]:
    """Puts every fault at every rate into samples and measures them.

    Args:
        bench: what samples are made from.
        n: samples in a set.
        rates: ascending from 0, below 1.
        repeats: sets at each rate, at least 2.
        seed: of the first repeat; the others follow.
        faults: which.

    Raises:
        InvalidArgumentError: Too few images for n samples, rates that do not begin with 0, or one repeat.
    """
    if len(rates) < 2 or rates[0] != 0 or repeats < 2:
        raise InvalidArgumentError(
            f"rates must begin with 0, and repeats be at least 2. Received: {tuple(rates)}, {repeats}"
        )
    # Half as far as any two real images are: what is closer is the same image.
    threshold = float(closest_pairs(bench.test.features, count=1)[1][0]) / 2
    centres = bench.train.features[np.random.default_rng(seed).choice(len(bench.train), 50, replace=False)]

    def measure(fault: str, rate: float, repeat: int) -> dict[str, float]:
        return _metrics(bench, bench.inject(fault, rate, n=n, seed=seed + repeat), threshold, centres)

    # Without a fault they are the same samples, whichever fault it is not.
    clean = [measure(FAULTS[0], 0.0, repeat) for repeat in range(repeats)]
    found = []
    for fault in faults:
        tables = [
            [clean[repeat], *(measure(fault, rate, repeat) for rate in rates[1:])]
            for repeat in range(repeats)
        ]
        for metric in tables[0][0]:
            values = np.array([[numbers[metric] for numbers in row] for row in tables])
            found.append(Sensitivity(metric, fault, tuple(rates), values))
    return found


def _metrics(bench: Bench, fake: Features, threshold: float, centres: np.ndarray) -> dict[str, float]:
    real, train, x = bench.test.features, bench.train.features, fake.features
    bins = num_different_bins(train, x, centres=centres)
    manifold = precision_recall_density_coverage(real, x)
    numbers = {
        "Fréchet distance": frechet_distance(real, x),
        "kernel distance": kernel_distance(real, x, subsets=1, subset_size=min(len(real), len(x)))[0],
        **manifold,
        "pairwise distance": mean_pairwise_distance(x),
        "NDB of 50": bins.different,
        "JS of bins": bins.jensen_shannon,
        "duplicate pairs": birthday_support(x, threshold=threshold, trials=1).pairs,
        "AuthPct": authenticity(train, x),
        "C_T": data_copying(train, real, x),
    }
    if fake.logits is not None:
        numbers |= {
            "Inception score": inception_score(fake.logits, splits=1)[0],
            "mean confidence": mean_confidence(fake.logits),
            "modes covered": mode_coverage(fake.logits, at_least=0.2).covered,
        }
    return numbers


def markdown(found: Sequence[Sensitivity]) -> str:
    """One table: a row a metric, a column a fault, each the value at the first and at the last rate.

    An arrow says that the fault was noticed, and which way the metric goes.
    """
    faults = list(dict.fromkeys(entry.fault for entry in found))
    lines = ["| metric | " + " | ".join(faults) + " |", "|---" * (len(faults) + 1) + "|"]
    for metric in dict.fromkeys(entry.metric for entry in found):
        cells = {entry.fault: _cell(entry) for entry in found if entry.metric == metric}
        lines.append(f"| {metric} | " + " | ".join(cells.get(fault, "") for fault in faults) + " |")
    return "\n".join(lines)


def _cell(entry: Sensitivity) -> str:
    first, last = f"{entry.means[0]:.4g}", f"{entry.means[-1]:.4g}"
    return f"{first} → {last} {'↓·↑'[entry.direction + 1]}"


def main(
    data: Annotated[Literal["glyphs", "mnist"], typer.Argument(help="Digits drawn by code, or real ones.")],
    *,
    n: Annotated[int, typer.Option(min=100, help="Samples in a set.")] = 1000,
    model: Annotated[
        str | None, typer.Option(help="Put the faults into its samples, not into real images.")
    ] = None,
    repeats: Annotated[int, typer.Option(min=2)] = 5,
    seed: Annotated[int, typer.Option(min=0)] = 0,
) -> None:
    """Injects faults at known rates and prints which metric notices which, as a table in Markdown."""
    needed = round(2.2 * n)
    train, test, clean, labels = _glyphs(n, needed, seed) if data == "glyphs" else _mnist(n, needed, seed)
    extractor = load_extractor("mnist-cnn")
    if model is not None:
        clean, labels = _samples(model, needed, seed, extractor)
    bench = measure_bench(extractor, train, test, clean, labels, seed=seed)
    found = measure_sensitivity(bench, n=n, repeats=repeats, seed=seed)
    rates = ", ".join(f"{rate:g}" for rate in RATES)
    typer.echo(
        f"`python -m ganzoo.evaluate.sensitivity {data}{f' --model {model}' if model else ''} --n {n} "
        f"--repeats {repeats} --seed {seed}`: "
        f"{n} samples against {len(test)} other images and {len(train)} training images, rates {rates}, "
        f"means of {repeats} sets; {extractor.name} {extractor.version}, sha256 {extractor.sha256[:12]}.\n"
    )
    typer.echo(markdown(found))


def _glyphs(n: int, needed: int, seed: int) -> tuple[np.ndarray, ...]:
    images, labels = glyph_digits(3 * n + needed, seed=seed)
    return images[: 2 * n], images[2 * n : 3 * n], images[3 * n :], labels[3 * n :]


def _mnist(n: int, needed: int, seed: int) -> tuple[np.ndarray, ...]:
    train, test = datasets.load("mnist"), datasets.load("mnist", split="test")
    if test.labels is None:
        raise DataError(f"Modes are dropped by label, and this data has none. Received: {test.report()}")
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(test.images))
    if len(rows) < n + needed:
        raise DataError(f"n must be at most {int(len(rows) / 3.2)} for so many test images. Received: {n}")
    copied = train.images[rng.choice(len(train.images), 2 * n, replace=False)]
    clean = rows[n : n + needed]
    return copied, test.images[rows[:n]], test.images[clean], test.labels[clean]


def _samples(name: str, n: int, seed: int, extractor: Extractor) -> tuple[np.ndarray, np.ndarray]:
    """A model's samples with their classes: those asked for, else those that the extractor reads."""
    from ganzoo.zoo import load  # a command stands above the zoo, this module's functions below it

    gan = load(name)
    asked = np.arange(n) % gan.num_classes if gan.num_classes else None
    images = gan.generate(n, seed=seed, labels=asked)
    return images, extractor.features_and_logits(images)[1].argmax(1) if asked is None else asked


if __name__ == "__main__":
    typer.run(main)
