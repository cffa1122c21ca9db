"""Scores a model while it trains, and keeps its best weights."""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np

from ganzoo import networks, sampling
from ganzoo.data import ImageSource
from ganzoo.errors import DataError, InvalidArgumentError
from ganzoo.evaluate.extractors import Extractor, extractor_for, shipped_extractor
from ganzoo.evaluate.measuring import measure_reference
from ganzoo.evaluate.reference import Reference, load_reference
from ganzoo.evaluate.scores import SampleScore, score_model
from ganzoo.training.callbacks import Measure

__all__ = ["BEST", "BEST_SCORE", "EvaluateEvery", "evaluate_on"]

BEST: Final = "best"
BEST_SCORE: Final = "best.json"
# What two scores must share to be compared.
_PROTOCOL = ("extractor_sha256", "reference_data", "reference_split", "n_real", "n_fake", "seed")
_MOST_REAL = 10_000
# Two halves, each of which has fifth neighbours; a floor takes more.
_LEAST, _LEAST_FOR_A_FLOOR = 12, 20


class EvaluateEvery(Measure):
    """Scores samples every few epochs, logs `fd` and `floor_ratio`, and keeps the best weights.

    The figures stand in the epoch's log, so in `log.jsonl`, in Keras' `History` and for other callbacks too.
    The same z are drawn each time, from the average of the weights where there is one, so that scores differ
    by the weights alone. A score of few samples is biased upward: compare it with others of as many.

    Args:
        folder: the run's folder, which gets `best.json` and, in `best`, the preset with the lowest distance
            so far (`best.keras` for networks that `networks.build` did not make). A resumed run goes on from
            the best that is there. None keeps no weights.
        every: epochs between two scores.
        n: samples, at least 2.
        seed: that they are drawn with.
        extractor: the name of a shipped extractor, or one of your own.
        reference: what to compare with; the one shipped with a named extractor by default.
        about: options of `ganzoo.zoo.save` for the preset.

    Raises:
        InvalidArgumentError: every or n out of range; in a resumed run, a best that was measured otherwise.

    Example:
        `gan.fit(images, epochs=20, output="run", callbacks=[EvaluateEvery("run", every=2)])`
    """

    def __init__(
        self,
        folder: str | Path | None = None,
        *,
        every: int = 1,
        n: int = 1000,
        seed: int = 0,
        extractor: Extractor | str = "mnist-cnn",
        reference: Reference | None = None,
        about: dict[str, Any] | None = None,
    ) -> None:
        super().__init__()
        if n < 2:
            raise InvalidArgumentError(f"n must be at least 2. Received: n={n}")
        self.folder = None if folder is None else Path(folder).expanduser()
        self.every = sampling.check_count(every, name="every")
        self.n, self.seed = n, seed
        self.extractor, self.reference = extractor, reference
        self.about = about or {}
        self.best: dict[str, Any] | None = None
        self._begun, self._steps = False, 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Take up the best of the run that is gone on with; one that starts anew has none."""
        if not self._begun and self.folder is not None and epoch > 0:
            self.best = _read(self.folder / BEST_SCORE)
        self._begun, self._steps = True, 0

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Count the steps."""
        self._steps = batch + 1

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Score, log, keep."""
        if (epoch + 1) % self.every or not self._complete():
            return
        try:
            score = score_model(
                self.model, n=self.n, seed=self.seed, extractor=self.extractor, reference=self.reference
            )
        except DataError:
            # The generator has diverged: it is the NaN guard's part to say so.
            return
        if logs is not None:
            logs["fd"] = score.frechet_distance
            if score.floor_ratio is not None:
                logs["floor_ratio"] = score.floor_ratio
        self._keep(score, epoch)

    def _complete(self) -> bool:
        """Whether the epoch was not cut short: a resumed run will end it, and score it then."""
        steps = self.params.get("steps")
        return self._steps >= steps if steps else not self.model.stop_training

    def _keep(self, score: SampleScore, epoch: int) -> None:
        found: dict[str, Any] = {"epoch": epoch + 1, "score": score.to_json()}
        if self.best is not None:
            _check_comparable(self.best["score"], found["score"])
            if score.frechet_distance >= self.best["score"]["frechet_distance"]:
                return
        self.best = found
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        if networks.arguments_of(self.model.generator) is None:
            self.model.save(self.folder / f"{BEST}.keras")
        else:
            self.model.save(self.folder / BEST, **self.about)
        # After the weights: a run that is killed in between finds the older score, and keeps them once more.
        temporary = self.folder / f".{BEST_SCORE}.part"
        temporary.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        temporary.replace(self.folder / BEST_SCORE)


def evaluate_on(
    source: ImageSource, *, folder: str | Path | None = None, n: int = 1000, seed: int = 0, **options: Any
) -> EvaluateEvery:
    """An `EvaluateEvery` for the images that are trained on.

    The shipped extractor and test-set reference of the data are used if there are any; else random
    convolutions, on one half of the images, at most 10,000, with the other half for the floor.

    Args:
        source: the images, at least 4.
        folder: as `EvaluateEvery`.
        n: samples.
        seed: of samples and halves.
        **options: of `EvaluateEvery`.

    Raises:
        InvalidArgumentError: too few images.

    Example:
        `gan.fit(source, output="run", callbacks=[evaluate_on(source, folder="run")])`
    """
    extractor = extractor_for(source.name, source.image_shape)
    if shipped_extractor(source.name, source.image_shape) is not None:
        reference = load_reference(extractor.name)
    else:
        if len(source) < _LEAST:
            raise InvalidArgumentError(f"A score needs at least {_LEAST} images. Received: {len(source)}")
        order = np.random.default_rng(seed).permutation(len(source))
        one, other = (source.images[half[:_MOST_REAL]] for half in np.array_split(order, 2))
        reference = measure_reference(
            extractor,
            one,
            data=source.name,
            split="half of train",
            floor_images=other,
            floor_split="other half of train",
            floor_n=[size for size in [min(n, len(other))] if size >= _LEAST_FOR_A_FLOOR],
            seed=seed,
        )
    return EvaluateEvery(folder, n=n, seed=seed, extractor=extractor, reference=reference, **options)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        float(found["score"]["frechet_distance"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidArgumentError(
            f"Cannot read {path}: {error!r}. Remove it to begin with no best score."
        ) from None
    return dict(found)


def _check_comparable(best: dict[str, Any], score: dict[str, Any]) -> None:
    for key in _PROTOCOL:
        if best.get(key) != score[key]:
            raise InvalidArgumentError(
                f"The best score so far was measured otherwise: {key} was {best.get(key)!r}. "
                f"Received: {score[key]!r}. Resume with the options that the run was started with."
            )
