"""A whole training run: from a recipe to a finished preset folder, stopped and resumed at will."""

import datetime
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from ganzoo import backend
from ganzoo import data as data_module
from ganzoo.data import ImageSource
from ganzoo.training import finetune
from ganzoo.training.callbacks import read_journal
from ganzoo.training.output import check_output, keep_recipe
from ganzoo.training.recalibrate import recalibrate
from ganzoo.training.recipe import Recipe

if TYPE_CHECKING:
    from ganzoo.evaluate.scores import SampleScore
    from ganzoo.gan import GAN
    from ganzoo.zoo.manifest import Data, Manifest

__all__ = ["RunResult", "machine", "run", "run_finetune"]


@dataclass(frozen=True)
class RunResult:
    """What a run came to.

    Args:
        folder: the preset, and beside it the run's checkpoint, log and grids.
        interrupted: whether Ctrl-C stopped it; then there is a checkpoint to resume from and no preset.
        epochs: done in all.
        seconds: of training in all.
        last: the log's last line.
        score: of 10,000 samples, where there is an extractor for the data.
    """

    folder: Path
    interrupted: bool
    epochs: int
    seconds: float
    last: dict[str, Any]
    score: "SampleScore | None" = None

    def to_json(self) -> dict[str, Any]:
        """Everything as JSON types."""
        return {
            "folder": str(self.folder),
            "interrupted": self.interrupted,
            "epochs": self.epochs,
            "seconds": self.seconds,
            "last": self.last,
            "score": self.score.to_json() if self.score else None,
        }


def run(
    recipe: Recipe,
    *,
    output: str | os.PathLike[str],
    resume: bool = False,
    source: ImageSource | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    verbose: str | int = 0,
    sample_every: int = 1,
    deterministic: bool = False,
    tensorboard: bool = False,
    evaluate_every: int = 0,
    score_n: int = 10_000,
    say: Callable[[str], None] = lambda line: None,
    on_source: Callable[[ImageSource], None] = lambda source: None,
) -> RunResult:
    """Train by a recipe, then write the preset and score it.

    Args:
        recipe: the run as data.
        output: folder of the checkpoint, log and grids while it trains, and of the preset at the end.
        resume: go on from the checkpoint in `output`; of a run that is complete, only finish the preset.
        source: the images, if they are at hand; default: those that the recipe names.
        callbacks: Keras callbacks.
        verbose: Keras' own.
        sample_every: epochs between two grids.
        deterministic: as `GAN.fit`.
        tensorboard: as `GAN.fit`.
        evaluate_every: epochs between two scores of 1,000 samples, of which the best one's weights are kept
            in `output`'s folder `best`; 0 for none.
        score_n: samples to score, where there is an extractor for the data; 0 for none.
        say: called with a line for a person now and then.
        on_source: called with the images once they are read.

    Returns:
        The `RunResult`.

    Raises:
        InvalidArgumentError: `output` cannot be written or holds another run.
        DataError: the images cannot be used.
        TrainingDivergedError: a loss was not finite; the checkpoint is the last good epoch.

    Example:
        `run(recipe.load("mnist-dcgan"), output="runs/mnist-dcgan").score`
    """
    folder = check_output(output, resume=resume)
    if deterministic:
        # before the weights are drawn: TensorFlow wants it before anything is computed
        backend.make_deterministic()
    if source is None:
        source = _load(recipe.data, recipe.network.size, recipe.network.channels, recipe.network.num_classes)
    on_source(source)
    keep_recipe(folder, recipe, resume=resume)
    gan = recipe.build()
    recipe.compile(gan, steps=_steps(recipe, source))
    callbacks = [*_scores(recipe, source, folder, every=evaluate_every), *callbacks]
    options: dict[str, Any] = {
        "callbacks": callbacks,
        "verbose": verbose,
        "sample_every": sample_every,
        "deterministic": deterministic,
        "tensorboard": tensorboard,
    }
    return _train(gan, recipe, source, folder, resume=resume, score_n=score_n, say=say, **options)


def run_finetune(
    name_or_folder: str | os.PathLike[str],
    data: str | os.PathLike[str],
    *,
    output: str | os.PathLike[str],
    epochs: int = 5,
    batch_size: int | None = None,
    seed: int = 0,
    resume: bool = False,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    verbose: str | int = 0,
    evaluate_every: int = 0,
    say: Callable[[str], None] = lambda line: None,
    on_source: Callable[[ImageSource], None] = lambda source: None,
) -> RunResult:
    """Train a preset on with other images, from the pretrained weights of both networks.

    Args:
        name_or_folder: the preset.
        data: a folder of images, an `.npz` or a name; they are resized to what the preset draws. A
            class-conditional preset takes the sub-folders of a folder as classes.
        output: as `run`.
        epochs: passes over the data in all.
        batch_size: default: the recipe's, but at most an eighth of the images and at least 8.
        seed: of the data's order and of the random numbers in training.
        resume: as `run`.
        callbacks: Keras callbacks.
        verbose: Keras' own.
        evaluate_every: as `run`. Images of one's own are scored against themselves, by random convolutions.
        say: as `run`.
        on_source: called with the images once they are read.

    Returns:
        The `RunResult`.

    Raises:
        InvalidArgumentError: `output` cannot be written or holds another run.
        DataError: the images cannot be used.
        UnknownModelError: no preset has that name.
        WeightsError: the preset's files cannot be used.

    Example:
        `run_finetune("mnist-dcgan", "my-digits/", epochs=5, output="my-gan")`
    """
    from ganzoo import zoo
    from ganzoo.zoo.manifest import slug

    preset = zoo.info(name_or_folder)
    manifest = preset.manifest
    network = manifest.network
    folder = check_output(output, resume=resume)
    source = _load(data, network.size, network.channels, network.num_classes)
    on_source(source)
    gan = zoo.load(preset.folder)
    base = finetune.recipe_of(gan) or _plain(manifest)
    size = batch_size or max(8, min(base.batch_size, len(source) // 8))
    recipe = Recipe.model_validate(
        {
            **base.model_dump(),
            "name": slug(Path(output).expanduser().resolve().name),
            "data": os.fspath(data),
            "epochs": epochs,
            "batch_size": size,
            "seed": seed,
        }
    )
    steps = _steps(recipe, source)
    recipe = finetune.gentler(recipe, steps=steps)
    keep_recipe(folder, recipe, resume=resume)
    recipe.compile(gan, steps=steps)
    callbacks = [*_scores(recipe, source, folder, every=evaluate_every), *callbacks]
    return _train(
        gan, recipe, source, folder, resume=resume, score_n=0, say=say, callbacks=callbacks, verbose=verbose
    )


def _scores(
    recipe: Recipe, source: ImageSource, folder: Path, *, every: int
) -> list[keras.callbacks.Callback]:
    """What scores every few epochs, if it is asked for. It comes first, so that others see its figures."""
    if not every:
        return []
    from ganzoo.evaluate.callback import evaluate_on

    about = {"recipe": _published(recipe, source), "data": _data(source)}
    return [evaluate_on(source, every=every, folder=folder, about=about)]


def _train(
    gan: "GAN",
    recipe: Recipe,
    source: ImageSource,
    folder: Path,
    *,
    resume: bool,
    score_n: int,
    say: Callable[[str], None],
    **options: Any,
) -> RunResult:
    gan.fit(
        source,
        batch_size=recipe.batch_size,
        epochs=recipe.epochs,
        seed=recipe.seed,
        output=folder,
        resume=resume,
        **options,
    )
    curve = read_journal(folder)
    last = curve[-1] if curve else {}
    result = RunResult(folder, gan.interrupted, len(curve), float(last.get("seconds", 0.0)), last)
    if gan.interrupted:
        return result
    return _finish(gan, recipe, source, result, curve, score_n=score_n, say=say)


def _finish(
    gan: "GAN",
    recipe: Recipe,
    source: ImageSource,
    result: RunResult,
    curve: list[dict[str, Any]],
    *,
    score_n: int,
    say: Callable[[str], None],
) -> RunResult:
    from ganzoo import zoo
    from ganzoo.zoo.manifest import Cost

    if recipe.recalibrate:
        recalibrate(gan)
    cost = Cost(
        seconds=result.seconds,
        steps=_steps(recipe, source),
        machine=machine(),
        backend=keras.config.backend(),
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
    )
    zoo.save(
        gan,
        result.folder,
        recipe=_published(recipe, source),
        data=_data(source),
        cost=cost,
        curve=curve,
    )
    say(f"Wrote the preset {result.folder}")
    score = None
    extractor = None
    if score_n:
        from ganzoo.evaluate.extractors import shipped_extractor
        from ganzoo.evaluate.scores import score_model

        extractor = shipped_extractor(source.name, source.image_shape)
    if extractor is not None:
        say(f"Scoring {score_n:,} samples")
        score = score_model(gan, n=score_n, seed=0, extractor=extractor)
        zoo.save_evaluation(result.folder, score)
    return RunResult(**{**vars(result), "score": score})


def _published(recipe: Recipe, source: ImageSource) -> Recipe:
    # A preset may be published; where the images lay on this machine is nobody's business.
    return recipe.model_copy(update={"data": source.name})


def _data(source: ImageSource) -> "Data":
    from ganzoo.zoo.manifest import Data

    return Data(
        name=source.name,
        licence=source.licence,
        credit=source.credit,
        fingerprint=source.fingerprint(),
        n=len(source),
    )


def _plain(manifest: "Manifest") -> Recipe:
    """The default recipe for a preset that came without one."""
    return Recipe.model_validate(
        {
            "name": manifest.name,
            "architecture": manifest.architecture,
            "data": manifest.name,
            "epochs": 1,
            "latent_prior": manifest.latent_prior,
            "network": manifest.network.model_dump(),
            "objective": manifest.objective,
        }
    )


def machine() -> str:
    """This machine in words, such as "2 CPU cores"."""
    # os.sched_getaffinity knows what a container grants, but is Linux only
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    words = f"{cores} CPU core{'s' if cores > 1 else ''}"
    device = str(getattr(keras.ops.convert_to_tensor(np.zeros(1, np.float32)), "device", "")).lower()
    return f"a GPU and {words}" if "gpu" in device or "cuda" in device else words


def _load(data: Any, size: int, channels: int, num_classes: int) -> ImageSource:
    options: dict[str, Any] = {"labels": "folders"} if num_classes and Path(os.fspath(data)).is_dir() else {}
    return data_module.load(data, size=size, channels=channels, **options)


def _steps(recipe: Recipe, source: ImageSource) -> int:
    return recipe.epochs * data_module.steps_per_epoch(len(source), recipe.batch_size * recipe.n_critic)
