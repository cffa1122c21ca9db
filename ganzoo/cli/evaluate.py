"""`ganzoo evaluate`: every figure with its floor, its interval and its protocol."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ganzoo.cli._measure import RealSets, measure
from ganzoo.cli._print import console, print_json
from ganzoo.cli._quiet import import_keras
from ganzoo.errors import InvalidArgumentError

if TYPE_CHECKING:
    from ganzoo._scorecard import Scorecard
    from ganzoo.zoo.preset import Preset

__all__ = ["evaluate", "register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate", epilog="Example: ganzoo evaluate mnist-dcgan")(evaluate)


def evaluate(
    models: Annotated[
        list[str],
        typer.Argument(
            help="Models of `ganzoo list`, or presets' folders, hf://user/name; several stand side by side."
        ),
    ],
    n: Annotated[int, typer.Option("-n", "--number", help="Samples of each, at least 100.")] = 10_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same figures.")] = 0,
    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help="Add CAS, path length, bins, duplicates, copies: needs the data set, takes minutes.",
        ),
    ] = False,
    plot: Annotated[
        Path | None, typer.Option(help="Draw a PNG, PDF or SVG: classes, nearest images, score against n.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write the figures into each model's evaluation.json and card.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Measure samples against real images. Without --full it needs no data set."""
    from ganzoo import sampling, zoo

    # Everything that can be refused is refused before Keras, which takes seconds.
    sampling.check_count(n)
    if not 0 <= seed < 2**32:
        raise InvalidArgumentError(f"--seed must be from 0 to 4294967295. Received: --seed {seed}")
    presets = [zoo.info(name) for name in models]
    if write:
        for preset in presets:
            zoo.files.check_own(preset.folder)
    import_keras()
    if plot is not None:
        from ganzoo.evaluate import plots

        plots.check_plot(plot)
    real = RealSets(presets) if full else None
    cards = []
    for preset in presets:
        cards.append(measure(preset.folder, n=n, seed=seed, real=None if real is None else real.of(preset)))
        if write:
            zoo.save_evaluation(preset.folder, cards[-1])
    _show(cards, as_json=as_json)
    if plot is not None:
        plots.plot_scorecards(plot, cards, _neighbours(presets, cards))
        console(stderr=True).print(f"Wrote {plot}", markup=False)


def _neighbours(presets: Sequence["Preset"], cards: Sequence["Scorecard"]) -> list[tuple[Any, Any]]:
    """Some samples of each model and the training image nearest to each, where the data is here."""
    from ganzoo import data as datasets
    from ganzoo import zoo
    from ganzoo.errors import DataError
    from ganzoo.evaluate import load_extractor, plots

    pairs = []
    for preset, card in zip(presets, cards, strict=True):
        by = card.extractors[0]
        try:
            # A plot is no reason to fetch megabytes that nobody asked for.
            images = datasets.load(by.reference_data, download=False).images
        except (DataError, InvalidArgumentError) as error:
            console(stderr=True).print(f"No nearest images in the plot: {error}", markup=False)
            return []
        samples = zoo.load(preset.folder).generate(plots.SHOWN, seed=card.seed, labels=_labels(preset))
        pairs.append((samples, plots.nearest_images(load_extractor(by.extractor_name), samples, images)))
    return pairs


def _labels(preset: "Preset") -> list[int] | None:
    from ganzoo.evaluate import plots

    classes = preset.manifest.network.num_classes
    return [number % classes for number in range(plots.SHOWN)] if classes else None


def _show(cards: Sequence["Scorecard"], *, as_json: bool) -> None:
    from ganzoo._scorecard_table import print_cards

    if as_json:
        shown = [card.to_json() for card in cards]
        print_json(shown[0] if len(shown) == 1 else shown)
    else:
        print_cards(cards, console())
