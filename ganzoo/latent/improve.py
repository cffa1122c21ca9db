"""Finds the sampler that draws the best pictures from a model within a budget of time."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np

from ganzoo._sampler_file import Measurement
from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.extractors import load_extractor
from ganzoo.evaluate.reference import load_reference, shipped_extractors
from ganzoo.latent.candidates import candidates
from ganzoo.latent.samplers import Calibration, Plain, Sampler, SavedSampler, calibrate, saved_sampler
from ganzoo.latent.trials import Judge, Trial, front, seconds_per_image, trial, within_budget

__all__ = [
    "RECALL_LOSS",
    "Entry",
    "Improvement",
    "best_of_each",
    "calibrations_of",
    "improve",
    "judge_for",
    "measure",
]

RECALL_LOSS: Final = 0.03
"""What a sampler may cost in recall: variety is no price to pay unasked."""

# How much dearer than the budget a sampler may be on the pictures that confirm it: cost varies with them.
_LENIENT: Final = 2.0
# Rows that a candidate's time is estimated on before it is drawn in full.
_PROBE = 256

Say = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Improvement:
    """What was tried on a model, and what held.

    Args:
        tried: every candidate by the tuning extractor, plain `generate` first.
        confirmed: plain `generate` and the best of each sampler by the confirming extractor, on new pictures.
        saved: the sampler to keep, plain if the tuned one did not hold.
        budget: times the cost of plain `generate`.
        held: whether the tuned sampler lowered the excess on the confirming extractor within the loss of
            recall; False leaves the model as it is.
    """

    tried: list[Trial]
    confirmed: list[Trial]
    saved: SavedSampler
    budget: float
    held: bool

    @property
    def front(self) -> list[Trial]:
        """The Pareto front of excess, recall and cost on the confirming extractor."""
        return front(self.confirmed)

    def to_json(self) -> dict[str, Any]:
        """Everything but the calibration as JSON types."""
        chosen = {"sampler": self.saved.sampler, "settings": self.saved.settings}
        return {"budget": self.budget, "held": self.held, "chosen": chosen, **_rows(self)}


def improve(
    gan: Any,
    data: Any,
    *,
    budget: float = 10.0,
    n: int = 4000,
    n_confirm: int = 5000,
    seed: int = 0,
    tuning: Judge | None = None,
    confirming: Judge | None = None,
    say: Say | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Improvement:
    """Calibrate a model, try samplers within a budget, and confirm the best of each on another extractor.

    Args:
        gan: a `ganzoo.GAN` with a discriminator.
        data: real images for the calibration, as `ganzoo.data.load` gives them: not those of the references.
        budget: times the seconds of plain `generate`, at least 1.
        n: pictures of each candidate.
        n_confirm: pictures of each that is confirmed.
        seed: of the calibration and the candidates; those that are confirmed take the next.
        tuning: extractor and reference to choose by; default: those shipped for the model's data.
        confirming: to confirm by; default: those shipped, else the tuning ones on new pictures.
        say: called with a line before each step.
        clock: what seconds are read from; `time.process_time` on one core leaves out what other processes
            take of a busy machine.

    Returns:
        The `Improvement`.

    Raises:
        InvalidArgumentError: budget below 1, no discriminator, or a number of pictures without a floor.

    Example:
        >>> result = improve(ganzoo.load("mnist-dcgan"), ganzoo.data.load("mnist"), budget=10)
        >>> gan.saved_sampler = result.saved
        >>> gan.generate(16, sampler="best")
    """
    if not (isinstance(budget, int | float) and math.isfinite(budget) and budget >= 1):
        raise InvalidArgumentError(f"budget must be a number of at least 1. Received: budget={budget!r}")
    say = say or (lambda line: None)
    tuning, confirming = tuning or judge_for(gan, "tuning"), confirming or judge_for(gan, "confirmation")
    for (extractor, reference), count in ((tuning, n), (confirming, n_confirm)):
        if reference.floor_at(count) is None:
            raise InvalidArgumentError(
                f"The reference of {extractor.name} knows no floor for so few or so many pictures. "
                f"Received: n={n}, n_confirm={n_confirm}. Choose from 500 to 10000 for those that ship."
            )
    calibrations = calibrations_of(gan, data, seed=seed, say=say)
    entries = [
        Entry(Plain(), None),
        *(Entry(each, None) for each in candidates(gan, *calibrations, budget=budget)),
    ]
    options: dict[str, Any] = {"say": say, "clock": clock}
    tried = measure(gan, entries, tuning, budget=budget, n=n, seed=seed, **options)
    best = best_of_each(tried, budget=budget)
    # New pictures and another extractor: the least of many noisy distances is less than it should be.
    kept = [tried[0], *best]
    again = measure(gan, kept, confirming, budget=_LENIENT * budget, n=n_confirm, seed=seed + 1, **options)
    plain, *others = [entry.known for entry in again]
    first = [entry.known for entry in again if best and entry.sampler is best[0].sampler]
    held = bool(first) and _holds(first[0], plain)
    chosen = best[0].sampler if held else None
    calibration = getattr(chosen, "calibration", None) or calibrations[1]
    result = Improvement(
        [entry.known for entry in tried],
        [plain, *others],
        saved_sampler(chosen, calibration, budget=float(budget)),
        float(budget),
        held,
    )
    saved = result.saved.model_copy(update={"measured": [_measurement(t) for t in result.confirmed]})
    return replace(result, saved=saved)


@dataclass(frozen=True, eq=False)
class Entry:
    """A sampler, and what it scored once it was drawn from."""

    sampler: Sampler
    trial: Trial | None

    @property
    def known(self) -> Trial:
        """The trial of an entry that was measured."""
        if self.trial is None:
            raise InvalidArgumentError("This sampler was not measured yet.")
        return self.trial


def judge_for(gan: Any, role: str) -> Judge:
    """The shipped extractor of a role for a model's data, with its reference.

    Args:
        gan: a `ganzoo.GAN` with a manifest.
        role: "tuning" or "confirmation"; without one for confirmation, that for tuning stands in.

    Raises:
        InvalidArgumentError: none ships for the model's data.
    """
    manifest = getattr(gan, "manifest", None)
    name = manifest.data.name if manifest is not None and manifest.data is not None else ""
    known = shipped_extractors(name, image_shape=gan.image_shape) if name else []
    if not known:
        raise InvalidArgumentError(
            f"No shipped extractor is for this model. Received: data {name or 'unknown'!r}. Pass tuning= and "
            "confirming=, each an extractor with a reference from ganzoo.evaluate.measure_reference."
        )
    # those for tuning come first
    extractor = known[0] if role == "tuning" else known[-1]
    return load_extractor(extractor), load_reference(extractor)


def calibrations_of(gan: Any, data: Any, *, seed: int, say: Say) -> tuple[Calibration, Calibration]:
    """Of the discriminator's own output, and of its refitted last layer where it has one."""
    say("calibrating")
    own = calibrate(gan, data, components=0, seed=seed)
    try:
        return own, calibrate(gan, data, seed=seed)
    except InvalidArgumentError:
        # A discriminator of one's own may have no layer to refit.
        return own, own


def measure(
    gan: Any,
    entries: Sequence[Entry],
    judge: Judge,
    *,
    budget: float,
    n: int,
    seed: int,
    say: Say,
    clock: Callable[[], float] = time.perf_counter,
) -> list[Entry]:
    """Draw from each and score it; what costs more than the budget, by a probe or in full, is left out.

    Args:
        gan: a `ganzoo.GAN`.
        entries: samplers, plain `generate` first.
        judge: that scores them.
        budget: times the seconds of the first.
        n: pictures of each.
        seed: of the pictures, the same for all: their differences are less noisy than they are.
        say: called with a line before each.
        clock: what seconds are read from.
    """
    labels = np.arange(n) % gan.num_classes if gan.num_classes else None
    options: dict[str, Any] = {"labels": labels, "clock": clock}
    plain_seconds = seconds_per_image(gan, entries[0].sampler, n=min(n, 4 * _PROBE), **options)
    found: list[Entry] = []
    for index, entry in enumerate(entries):
        say(f"{judge[0].name} {index + 1}/{len(entries)}: {entry.sampler.name}")
        if index and math.isfinite(budget):
            seconds = seconds_per_image(gan, entry.sampler, n=min(n, _PROBE), **options)
            if seconds > budget * plain_seconds:
                continue
        limit = budget if index else math.inf
        scored = trial(
            gan,
            entry.sampler,
            [judge],
            n=n,
            seed=seed,
            plain_seconds=plain_seconds,
            limit=limit,
            **options,
        )
        found.extend(Entry(entry.sampler, each) for each in scored)
    return found


def best_of_each(tried: Sequence[Entry], *, budget: float, recall_loss: float = RECALL_LOSS) -> list[Entry]:
    """The entry of least excess of each kind of sampler, of those within budget that keep the recall."""
    plain, *others = tried
    kept = within_budget([e.known for e in others], plain.known, budget=budget, recall_loss=recall_loss)
    first: dict[str, Trial] = {}
    for each in kept:
        first.setdefault(each.sampler, each)
    return [entry for each in first.values() for entry in others if entry.trial is each]


def _holds(found: Trial, plain: Trial) -> bool:
    return found.excess < plain.excess and found.recall >= plain.recall - RECALL_LOSS


def _measurement(t: Trial) -> Measurement:
    return Measurement(
        sampler=t.words,
        extractor=t.extractor,
        n=t.n,
        seed=t.seed,
        excess=t.excess,
        recall=t.recall,
        precision=t.precision,
        cost=t.cost,
    )


def _rows(result: Improvement) -> dict[str, Any]:
    rows = {"tried": result.tried, "confirmed": result.confirmed, "front": result.front}
    return {name: [{**asdict(t), "excess": t.excess} for t in trials] for name, trials in rows.items()}
