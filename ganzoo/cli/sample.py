"""`ganzoo sample`: pictures from a seed."""

from pathlib import Path
from typing import Annotated

import typer

from ganzoo.cli._quiet import import_keras
from ganzoo.errors import InvalidArgumentError

__all__ = ["parse_labels", "register", "sample"]

MOST_IN_A_GRID = 10_000


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sample", epilog="Example: ganzoo sample mnist-dcgan -n 64 --seed 7 -o samples.png")(sample)


def sample(
    name: Annotated[
        str, typer.Argument(help="A model of `ganzoo list`, a preset's folder, or hf://user/name.")
    ],
    n: Annotated[int, typer.Option("-n", "--number", help="How many pictures.")] = 64,
    seed: Annotated[int, typer.Option(help="The same seed draws the same pictures on every backend.")] = 0,
    output: Annotated[
        str,
        typer.Option("-o", "--output", help="x.png: a grid. x.npy, x.npz: an array. FOLDER/: one PNG each."),
    ] = "samples.png",
    labels: Annotated[
        str | None,
        typer.Option(help="For a class-conditional model: 3, or 0,1,2 in turn, or all."),
    ] = None,
    scale: Annotated[int | None, typer.Option(help="Times to enlarge each picture of a PNG.")] = None,
    batch_size: Annotated[int, typer.Option(help="Pictures a compiled call.")] = 256,
    sampler: Annotated[
        str | None, typer.Option(help="Draw better pictures at a higher cost: best, obrs, dgflow, …")
    ] = None,
) -> None:
    """Draw pictures with a pretrained model and say where they are."""
    from ganzoo import sampling

    # Everything that can be refused is refused before Keras, which takes seconds.
    sampling.check_count(n)
    sampling.check_count(batch_size, name="batch_size")
    if scale is not None:
        sampling.check_count(scale, name="scale")
    kind = _kind(output)
    if kind == "grid" and n > MOST_IN_A_GRID:
        raise InvalidArgumentError(
            f"A grid holds at most {MOST_IN_A_GRID} pictures. Received: -n {n}. "
            f"Type: ganzoo sample {name} -n {n} --seed {seed} -o samples.npy"
        )
    from ganzoo import zoo
    from ganzoo.cli import _write

    preset = zoo.info(name)
    network = preset.manifest.network
    every_label = sampling.check_labels(parse_labels(labels, n, network.num_classes), n, network.num_classes)
    pixels = (network.size, network.size, network.channels)
    with _write.writer(
        kind,
        Path(output).expanduser(),
        n=n,
        shape=pixels,
        labels=every_label,
        scale=scale or max(1, round(96 / network.size)),
    ) as write:
        import_keras()
        gan = zoo.load(preset.folder)
        for batch in _write.with_progress(
            gan.stream(n, seed=seed, labels=every_label, batch_size=batch_size, sampler=sampler), n
        ):
            write(batch)
    typer.echo(f"Wrote {n} picture{'s' if n > 1 else ''} to {output}")


def parse_labels(text: str | None, n: int, num_classes: int) -> list[int] | None:
    """The n labels that `--labels` asks for.

    Args:
        text: "3", "0,1,2" or "all"; None if the option was not given.
        n: pictures.
        num_classes: of the model.

    Returns:
        n labels, those asked for in turn; None without the option.

    Raises:
        InvalidArgumentError: it is no list of whole numbers, or is missing for a class-conditional model.
    """
    if text is None:
        if num_classes:
            raise InvalidArgumentError(
                f"This model is class-conditional, with labels 0 to {num_classes - 1}, and none were given. "
                "Add --labels all, or --labels 3, or --labels 0,1,2."
            )
        return None
    if text == "all" and num_classes:
        asked = list(range(num_classes))
    else:
        try:
            asked = [int(part) for part in text.split(",")]
        except ValueError:
            raise InvalidArgumentError(
                f"--labels takes 3, or 0,1,2, or all. Received: --labels {text}"
            ) from None
    return [asked[i % len(asked)] for i in range(n)]


def _kind(output: str) -> str:
    path = Path(output).expanduser()
    if output.endswith(("/", "\\")) or path.is_dir():
        return "folder"
    kinds = {".png": "grid", ".npy": "npy", ".npz": "npz"}
    suffix = path.suffix.lower()
    if suffix not in kinds:
        raise InvalidArgumentError(
            f"The output must end in .png, .npy or .npz, or in / for a folder. Received: -o {output}"
        )
    return kinds[suffix]
