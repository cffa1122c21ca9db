"""Measures the reference of the MNIST extractor: `python -m ganzoo.evaluate.build_reference mnist`.

The `reference-test.npz` that ganzoo ships was made by this command.
"""

from pathlib import Path
from typing import Annotated, Literal

import typer

from ganzoo import data as datasets
from ganzoo._files import sha256_of_file
from ganzoo.evaluate.extractor_config import read_config, write_config
from ganzoo.evaluate.extractors import load_extractor
from ganzoo.evaluate.reference import REFERENCE_FILE, measure_reference, save_reference

__all__ = ["main"]

FLOOR_N = (500, 1000, 2000, 5000, 10_000)


def main(
    data: Annotated[Literal["mnist"], typer.Argument(help="What to measure.")],
    *,
    seed: Annotated[int, typer.Option(min=0, help="Of the draws for the floor.")] = 0,
    folder: Annotated[Path, typer.Option(help="The extractor's folder.")] = Path(
        "weights/extractors/mnist-cnn"
    ),
) -> None:
    """Measures the test set and the floor under it, and writes both beside the extractor."""
    reference = measure_reference(
        load_extractor(folder=folder),
        datasets.load(data, split="test").images,
        data=data,
        split="test",
        floor_images=datasets.load(data).images,
        floor_n=FLOOR_N,
        seed=seed,
    )
    save_reference(reference, folder / REFERENCE_FILE)
    config = read_config(folder)
    hashes = {**config.sha256, REFERENCE_FILE: sha256_of_file(folder / REFERENCE_FILE)}
    write_config(folder, config.model_copy(update={"sha256": hashes}))
    for n, floor, std in zip(reference.floor_n, reference.floor, reference.floor_std, strict=True):
        typer.echo(f"{reference.n} test against {n} training images: {floor:.5f} ± {std:.5f}")
    typer.echo(f"mean confidence on the test images: {reference.mean_confidence:.4f}")


if __name__ == "__main__":
    typer.run(main)
