"""`ganzoo invert`: one's own pictures as the model would draw them, and edited."""

import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from ganzoo.cli._print import console, print_json, print_table
from ganzoo.cli._quiet import import_keras
from ganzoo.cli._write import check_folder
from ganzoo.cli.progress import bar
from ganzoo.errors import InvalidArgumentError

if TYPE_CHECKING:
    from ganzoo.data.photo import Prepared
    from ganzoo.latent.direction import Directions
    from ganzoo.latent.inversion import Inversion
    from ganzoo.zoo.manifest import Manifest

__all__ = ["invert", "parse_edit", "register"]

LATENTS = "latents.npz"


class _Edit(NamedTuple):
    """Steps along directions, and the words that asked for them."""

    steps: dict[str, float]
    words: str


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("invert", epilog='Example: ganzoo invert mnist-dcgan seven.jpg -o mine --edit "slant=2"')(
        invert
    )


def invert(
    name: Annotated[
        str, typer.Argument(help="A model of `ganzoo list`, a preset's folder, or hf://user/name.")
    ],
    pictures: Annotated[list[str], typer.Argument(help="PNG, JPEG or WebP files.", metavar="IMAGE...")],
    output: Annotated[str, typer.Option("-o", "--output", help="Folder: a PNG each, and latents.npz.")],
    edit: Annotated[
        list[str] | None,
        typer.Option(
            help="name=step, such as slant=1.5, several with commas; one more picture for each --edit."
        ),
    ] = None,
    directions: Annotated[
        str | None, typer.Option(help="x.npz of `ganzoo directions`; default: found for the factors named.")
    ] = None,
    encoder: Annotated[
        str | None,
        typer.Option(
            help="x.weights.h5 of ganzoo.latent.save_encoder, to start from; default: the preset's, if any."
        ),
    ] = None,
    label: Annotated[
        int | None, typer.Option(help="Of a class-conditional model; default: as the classifier reads it.")
    ] = None,
    as_is: Annotated[
        bool, typer.Option("--as-is", help="Do not look for ink, invert or centre: only cut and resize.")
    ] = False,
    starts: Annotated[int, typer.Option(help="Places to start from; the best is followed.")] = 4,
    steps: Annotated[int, typer.Option(help="Of the descent from the best start.")] = 40,
    refine: Annotated[int, typer.Option(help="Gauss-Newton steps after it: closer, and dearer.")] = 8,
    seed: Annotated[int, typer.Option(help="Of the places to start from.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find the z of pictures; draw each one beside the model's version of it and its edits."""
    from ganzoo import sampling, zoo

    # Everything that can be refused is refused before Keras, which takes seconds.
    edits = [parse_edit(text) for text in edit or ()]
    if not 1 <= starts <= 1024 or steps < 1 or min(refine, seed) < 0:
        raise InvalidArgumentError(
            "--starts must be from 1 to 1024, --steps at least 1, --refine and --seed at least 0. "
            f"Received: --starts {starts}, --steps {steps}, --refine {refine}, --seed {seed}"
        )
    for option, file in (("--directions", directions), ("--encoder", encoder)):
        if file is not None and not Path(file).expanduser().is_file():
            raise InvalidArgumentError(f"No such file. Received: {option} {file}")
    preset = zoo.info(name)
    if label is not None:
        sampling.check_labels(label, 1, preset.manifest.network.num_classes)
    prepared = _prepare(pictures, preset.manifest, as_is=as_is)
    folder = check_folder(output)
    import_keras()
    from ganzoo import latent

    gan = zoo.load(preset.folder)
    known = _directions(gan, edits, directions, preset.folder)
    own = preset.folder / latent.ENCODER_FILE
    start = encoder or (own if own.is_file() else None)
    network = None if start is None else latent.load_encoder(start, gan=gan)
    import numpy as np

    targets = np.stack([one.image for one in prepared])
    with bar("inverting", 100) as move:
        found = latent.invert(
            gan,
            targets,
            labels=label,
            encoder=network,
            starts=starts,
            steps=steps,
            refine=refine,
            seed=seed,
            progress=lambda done, total: move(100 * done / total, ""),
        )
    edited = [_edited(gan, found, edit, known) for edit in edits]
    files = _write(folder, pictures, targets, found, edited)
    _report(name, pictures, prepared, found, edits, files, as_json=as_json)


def parse_edit(text: str) -> _Edit:
    """Steps by direction, such as `slant=1.5,stroke width=-1`.

    Raises:
        InvalidArgumentError: it is no name and number, or one name stands twice.
    """
    steps: dict[str, float] = {}
    for part in text.split(","):
        name, equals, number = (piece.strip() for piece in part.rpartition("="))
        try:
            step = float(number)
        except ValueError:
            step = math.nan
        if not name or not equals or not math.isfinite(step) or name in steps:
            raise InvalidArgumentError(
                f"--edit takes name=step, such as slant=1.5. Received: --edit {text!r}"
            )
        steps[name] = step
    return _Edit(steps, text)


def _prepare(pictures: Sequence[str], manifest: "Manifest", *, as_is: bool) -> "list[Prepared]":
    from ganzoo.data.photo import prepare_picture, read_photo

    network = manifest.network
    digits = manifest.data is not None and manifest.data.name == "mnist" and not as_is
    return [
        prepare_picture(
            read_photo(path),
            size=network.size,
            channels=network.channels,
            style="digit" if digits else "photo",
        )
        for path in pictures
    ]


def _directions(gan: Any, edits: list[_Edit], file: str | None, folder: Path) -> "Directions | None":
    """From the file named, the preset's own, or found for the factors that are to be edited."""
    from ganzoo import latent

    names = list(dict.fromkeys(name for edit in edits for name in edit.steps))
    if not names:
        return None
    saved = folder / latent.DIRECTIONS_FILE
    if file is not None or saved.is_file():
        known = latent.load_directions(file or saved, gan=gan)
        for name in names:
            _ = known[name]
        return known
    console(stderr=True).print(f"Finding {', '.join(names)} by 2,000 draws", markup=False)
    return latent.supervised_directions(gan, factors=names)


def _edited(gan: Any, found: "Inversion", edit: _Edit, known: "Directions | None") -> Any:
    from ganzoo import images

    z = found.z
    for name, step in edit.steps.items():
        if known is not None:
            z = known[name].move(z, step)
    return images.to_uint8(gan.decode(z, labels=found.labels))


def _write(
    folder: Path, pictures: Sequence[str], targets: Any, found: "Inversion", edited: list[Any]
) -> list[str]:
    """A PNG a picture: itself, the reconstruction, the edits; and all z."""
    import numpy as np

    from ganzoo import images

    names: list[str] = []
    scale = max(1, round(112 / targets.shape[1]))
    for index, path in enumerate(pictures):
        stem = Path(path).stem
        taken = sum(Path(other).stem == stem for other in pictures[:index])
        names.append(f"{stem}.png" if not taken else f"{stem}-{taken + 1}.png")
        panels = [targets[index], found.images[index], *(pictures_[index] for pictures_ in edited)]
        images.save_png(folder / names[-1], images.grid(np.stack(panels), columns=len(panels), scale=scale))
    _save(folder / LATENTS, found)
    return names


def _save(path: Path, found: "Inversion") -> None:
    import numpy as np

    arrays = {"z": found.z} if found.labels is None else {"z": found.z, "labels": found.labels}
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            np.savez(file, **arrays)
        temporary.replace(path)
    except OSError as error:
        raise InvalidArgumentError(
            f"Cannot write {str(path)!r}: {error.strerror or error}. Choose a place open to you."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def _report(
    name: str,
    pictures: Sequence[str],
    prepared: "list[Prepared]",
    found: "Inversion",
    edits: list[_Edit],
    files: list[str],
    *,
    as_json: bool,
) -> None:
    if as_json:
        rows = [
            {
                "image": path,
                "prepared": one.steps,
                "rmse": float(found.rmse[i]),
                "psnr": None if found.rmse[i] == 0 else float(found.psnr[i]),
                "start": found.starts[i],
                "label": None if found.labels is None else int(found.labels[i]),
                "file": files[i],
            }
            for i, (path, one) in enumerate(zip(pictures, prepared, strict=True))
        ]
        print_json({"model": name, "edits": [edit.words for edit in edits], "images": rows})
        return
    for path, one in zip(pictures, prepared, strict=True):
        typer.echo(f"{path}: {', '.join(one.steps) or 'taken as it is'}")
    print_table(
        ("picture", "RMSE of 255", "PSNR dB", "started from"),
        [
            (files[i], f"{found.rmse[i]:.1f}", f"{found.psnr[i]:.1f}", found.starts[i])
            for i in range(len(files))
        ],
    )
    shown = ", ".join(["itself", "reconstruction", *(edit.words for edit in edits)])
    typer.echo(f"Each picture shows, from left to right: {shown}")
