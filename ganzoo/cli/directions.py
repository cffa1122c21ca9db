"""`ganzoo directions`: which ways in latent space slant a digit, thicken it, change it."""

import difflib
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ganzoo.cli._print import console, print_json, print_pairs, print_table
from ganzoo.cli._quiet import import_keras
from ganzoo.cli._write import check_file
from ganzoo.cli.progress import bar
from ganzoo.errors import InvalidArgumentError

if TYPE_CHECKING:
    from ganzoo.latent.direction import Directions
    from ganzoo.latent.effects import Mean
    from ganzoo.latent.naming import Effect

__all__ = ["directions", "register"]

METHODS = ("supervised", "ganspace", "sefa", "jacobian", "learned")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("directions", epilog="Example: ganzoo directions mnist-dcgan --picture directions.png")(
        directions
    )


def directions(
    name: Annotated[
        str, typer.Argument(help="A model of `ganzoo list`, a preset's folder, or hf://user/name.")
    ],
    method: Annotated[
        str, typer.Option(help="supervised (one for each factor), ganspace, sefa, jacobian or learned.")
    ] = "supervised",
    k: Annotated[
        int | None, typer.Option("-k", help="How many; default: 10, of supervised ones all.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the draws that they are found and measured with.")] = 0,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="x.npz: the directions, for `ganzoo invert`.")
    ] = None,
    picture: Annotated[
        str | None, typer.Option(help="x.png: a row for each, from one end to the other.")
    ] = None,
    label: Annotated[
        int, typer.Option(help="Class of the picture's rows, of a class-conditional model.")
    ] = 0,
    write: Annotated[
        bool,
        typer.Option("--write", help="Save them with the preset, for explore and invert."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find directions, name them by what they do, and print the table."""
    from ganzoo import sampling, zoo

    # Everything that can be refused is refused before Keras, which takes seconds.
    if method not in METHODS:
        near = difflib.get_close_matches(method, METHODS, n=1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise InvalidArgumentError(f"Unknown method {method!r}. {hint}Choose one of: {', '.join(METHODS)}.")
    if seed < 0:
        raise InvalidArgumentError(f"--seed must be at least 0. Received: --seed {seed}")
    preset = zoo.info(name)
    if write:
        zoo.files.check_own(preset.folder)
    network = preset.manifest.network
    if k is not None and not 1 + (method == "learned") <= k <= network.latent_dim:
        raise InvalidArgumentError(
            f"-k must be from {1 + (method == 'learned')} to {name}'s latent_dim, {network.latent_dim}. "
            f"Received: -k {k}"
        )
    sampling.check_labels(label if network.num_classes else None, 1, network.num_classes)
    file = None if output is None else check_file(output, (".npz",))
    png = None if picture is None else check_file(picture, (".png",), option="--picture")
    import_keras()
    from ganzoo import images, latent

    gan = zoo.load(preset.folder)
    with bar("directions", 100) as move:
        found, table = latent.find_directions(
            gan,
            method=method,
            k=k,
            seed=seed,
            progress=lambda stage, done, total: move(100 * done / total, stage),
        )
    if png is not None:
        drawn = latent.direction_picture(gan, found, seed=seed, label=label)
    if file is not None:
        latent.save_directions(found, file)
        console(stderr=True).print(f"Wrote {output}", markup=False)
    if write:
        zoo.save_directions(preset.folder, found)
        console(stderr=True).print(f"Wrote {latent.DIRECTIONS_FILE} of {preset.name}", markup=False)
    if png is not None:
        images.save_png(png, drawn)
        console(stderr=True).print(f"Wrote {picture}", markup=False)
    if as_json:
        print_json(_to_json(found, table))
    else:
        _print(found, table)


def _to_json(found: "Directions", table: "list[Effect]") -> dict[str, Any]:
    entries = [
        {
            **effect.to_json(),
            "steps": list(direction.steps),
            "score": direction.score,
            "score_name": direction.score_name,
        }
        for direction, effect in zip(found, table, strict=True)
    ]
    return {
        "model": found.model_name,
        "weights": found.model,
        "protocol": dict(found.protocol),
        "directions": entries,
    }


def _print(found: "Directions", table: "list[Effect]") -> None:
    words = ", ".join(f"{key} {value}" for key, value in found.protocol.items())
    print_pairs([("model", found.model_name), ("found by", words)])
    print_table(
        ("direction", "a step of 1", "steady", "leaks", "kept", "score"),
        [
            (
                effect.name,
                f"{effect.per_step.value:+.3g} ± {_half(effect.per_step):.2g} {_short(effect.unit)}"
                if effect.factor
                else "no factor",
                # below: above, it ends at 1
                f"{effect.monotone.value:.2f} ± {effect.monotone.value - effect.monotone.low:.2f}",
                f"{effect.leakage:.2f} {effect.leaks_to}",
                "" if effect.class_kept != effect.class_kept else f"{effect.class_kept:.0%}",
                "" if direction.score is None else f"{direction.score:.3f}",
            )
            for direction, effect in zip(found, table, strict=True)
        ],
    )
    typer.echo(
        "steady: Spearman's correlation of step and factor, mean over z, ± 95%\n"
        "leaks: the other factor moved most, over this one, both in their own deviations\n"
        "kept: share of z whose class stays over two standard deviations to both sides\n"
        f"score: {found[0].score_name or 'none'}"
    )


def _short(unit: str) -> str:
    return "°" if unit == "degrees" else unit


def _half(mean: "Mean") -> float:
    return (mean.high - mean.low) / 2
