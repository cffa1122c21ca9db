"""Measures the reference of a shipped extractor: `python -m ganzoo.evaluate.build_reference mnist-cnn`.

The `reference-test.npz` that ganzoo ships were made by this command.
"""

from pathlib import Path
from typing import Annotated

import typer

from ganzoo import data as datasets
from ganzoo._files import sha256_of_file
from ganzoo.evaluate.extractor_config import SCHEMA_VERSION, read_config, write_config
from ganzoo.evaluate.extractor_recipes import RECIPES
from ganzoo.evaluate.extractors import load_extractor
from ganzoo.evaluate.measuring import measure_reference
from ganzoo.evaluate.reference import REFERENCE_FILE, Reference, save_reference
from ganzoo.evaluate.train_extractor import recipe_of

__all__ = ["main"]

FLOOR_N = (500, 1000, 2000, 5000, 10_000)


def main(
    name: Annotated[str, typer.Argument(help=f"Whose reference: {', '.join(RECIPES)}.")],
    *,
    seed: Annotated[int, typer.Option(min=0, help="Of the sample, and of the draws for the floors.")] = 0,
    draws: Annotated[int, typer.Option(min=2, help="Draws that each floor is the mean of.")] = 20,
    folder: Annotated[
        Path | None, typer.Option(help="The extractor's folder; default: weights/extractors/NAME.")
    ] = None,
) -> None:
    """Measures the test set and the floors under it, and writes both beside the extractor."""
    data = recipe_of(name).data
    folder = folder or Path("weights/extractors") / name
    test = datasets.load(data, split="test")
    reference = measure_reference(
        load_extractor(folder=folder),
        test.images,
        data=data,
        split="test",
        labels=test.labels,
        floor_images=datasets.load(data).images,
        floor_n=FLOOR_N,
        floor_draws=draws,
        seed=seed,
    )
    save_reference(reference, folder / REFERENCE_FILE)
    config = read_config(folder)
    hashes = {**config.sha256, REFERENCE_FILE: sha256_of_file(folder / REFERENCE_FILE)}
    changes = {"schema_version": SCHEMA_VERSION, "sha256": hashes}
    write_config(folder, config.model_copy(update=changes))
    for line in _table(reference):
        typer.echo(line)


def _table(reference: Reference) -> list[str]:
    lines = [
        f"{reference.n} images of {reference.data} {reference.split} ({len(reference.sample)} in the sample) "
        f"against n of {reference.floor_split}, mean and deviation of {reference.floor_draws} draws:"
    ]
    for metric, means, stds in zip(
        reference.floor_metrics, reference.floor, reference.floor_std, strict=True
    ):
        figures = ", ".join(
            f"{n}: {mean:.4g} ± {std:.2g}"
            for n, mean, std in zip(reference.floor_n, means, stds, strict=True)
        )
        lines.append(f"{metric}: {figures}")
    return [
        *lines,
        f"mean confidence {reference.mean_confidence:.4f}, label accuracy {reference.label_accuracy:.4f}",
    ]


if __name__ == "__main__":
    typer.run(main)
