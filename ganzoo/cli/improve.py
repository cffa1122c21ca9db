"""`ganzoo improve`: better pictures from the same weights."""

import itertools
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ganzoo.cli._print import console, print_json, print_table
from ganzoo.cli._quiet import import_keras
from ganzoo.cli.progress import bar
from ganzoo.errors import InvalidArgumentError

if TYPE_CHECKING:
    from ganzoo.data import ImageSource
    from ganzoo.latent.improve import Improvement
    from ganzoo.latent.trials import Trial
    from ganzoo.zoo.manifest import NetworkArguments

__all__ = ["improve", "register"]

# Lines that `improve` says on the way, about; more only fill the bar.
_STEPS = 32


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("improve", epilog="Example: ganzoo improve mnist-dcgan --budget 10")(improve)


def improve(
    model: Annotated[
        str, typer.Argument(help="A model of `ganzoo list`, a preset's folder, or hf://user/name.")
    ],
    budget: Annotated[float, typer.Option(help="Times the cost of plain generate, at least 1.")] = 10.0,
    data: Annotated[
        str | None,
        typer.Option(help="Real images to calibrate with: folder, .npz or name; default: the model's."),
    ] = None,
    n: Annotated[int, typer.Option("-n", "--number", help="Pictures of each candidate.")] = 4000,
    seed: Annotated[int, typer.Option(help="Of the calibration and the pictures.")] = 0,
    plot: Annotated[
        Path | None, typer.Option(help="Draw a PNG, PDF or SVG of quality, recall and cost.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Save the sampler with the preset; generate(sampler='best').")
    ] = False,
    cpu_time: Annotated[
        bool, typer.Option("--cpu-time", help="Count processor seconds: for a busy machine, on one core.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find the sampler that draws the best pictures within a budget of time, and confirm it."""
    from ganzoo import sampling, zoo

    # What is cheap to refuse is refused before Keras, which takes seconds.
    if not 1 <= budget < float("inf"):
        raise InvalidArgumentError(f"--budget must be a number of at least 1. Received: --budget {budget:g}")
    sampling.check_count(n)
    sampling.check_seed(seed)
    if n < 500:
        raise InvalidArgumentError(f"A distance needs -n of at least 500. Received: -n {n}")
    preset = zoo.info(model)
    if write:
        zoo.files.check_own(preset.folder)
    known = preset.manifest.data
    if data is None and known is None:
        raise InvalidArgumentError(f"{model!r} does not say what it was trained on. Add --data.")
    import_keras()
    if plot is not None:
        from ganzoo.evaluate.plots import check_plot

        check_plot(plot)
    from ganzoo.latent.improve import improve as find

    images = _load(data or (known.name if known else ""), preset.manifest.network)
    with bar(f"improving {preset.name}", _STEPS) as move:
        begun = itertools.count()
        result = find(
            zoo.load(preset.folder),
            images,
            budget=budget,
            n=n,
            n_confirm=max(n, 5000),
            seed=seed,
            clock=time.process_time if cpu_time else time.perf_counter,
            say=lambda line: move(min(next(begun), _STEPS), line),
        )
    if write:
        zoo.save_sampler(preset.folder, result.saved)
    if as_json:
        print_json(result.to_json())
    else:
        _print(result)
    if plot is not None:
        from ganzoo.latent.plots import plot_improvement

        plot_improvement(plot, result, model=preset.name)
        console(stderr=True).print(f"Wrote {plot}", markup=False)


def _load(name: str, network: "NetworkArguments") -> "ImageSource":
    from ganzoo import data as datasets

    is_folder = Path(name).expanduser().is_dir() and name not in datasets.list_datasets()
    options: dict[str, Any] = {"labels": "folders"} if network.num_classes and is_folder else {}
    return datasets.load(name, size=network.size, channels=network.channels, **options)


def _print(result: "Improvement") -> None:
    plain, tuned = result.confirmed[0], result.tried[0]
    typer.echo(
        f"{plain.n} pictures of seed {plain.seed} by {plain.extractor}; chosen among {len(result.tried) - 1} "
        f"settings by {tuned.extractor}, {tuned.n} pictures of seed {tuned.seed}"
    )
    on_front = result.front
    print_table(
        ("sampler", "excess", "change", "recall", "precision", "cost", "front"),
        [_row(trial, plain, trial in on_front) for trial in result.confirmed],
        fold_first=True,
    )
    typer.echo(
        "excess: of the Fréchet distance over that of as many real images; front: nothing beats it in all"
    )
    chosen = ", ".join(f"{name}={value}" for name, value in result.saved.settings.items())
    if result.held:
        typer.echo(f"best: {result.saved.sampler}({chosen}), confirmed")
    else:
        typer.echo("best: plain generate; what was tuned did not hold on the confirming extractor")


def _row(trial: "Trial", plain: "Trial", on_front: bool) -> tuple[str, ...]:
    change = "" if trial is plain else f"{trial.excess / plain.excess - 1:+.0%}" if plain.excess > 0 else "?"
    return (
        trial.words,
        f"{trial.excess:.3f}",
        change,
        f"{trial.recall:.3f}",
        f"{trial.precision:.3f}",
        f"{trial.cost:.1f}x",
        "*" if on_front else "",
    )
