"""`ganzoo walk`: through latent space, from seed to seed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from ganzoo.cli._quiet import import_keras
from ganzoo.cli._walk_options import Easing, Way, check_sheet, check_walk, parse_classes, parse_seeds
from ganzoo.cli._write import check_file
from ganzoo.cli.progress import bar
from ganzoo.errors import InvalidArgumentError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ganzoo.gan import GAN

__all__ = ["register", "walk"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "walk",
        epilog="Example: ganzoo walk mnist-dcgan --seeds 1,2,3 --frames 60 --fps 20 --loop -o walk.gif",
    )(walk)


def walk(
    name: Annotated[
        str, typer.Argument(help="A model of `ganzoo list`, a preset's folder, or hf://user/name.")
    ],
    seeds: Annotated[str, typer.Option(help="To pass, in this order: the first picture of each.")] = "0,1,2",
    output: Annotated[
        str, typer.Option("-o", "--output", help="x.gif, x.webp, x.apng: moving. x.png: a strip.")
    ] = "walk.gif",
    frames: Annotated[
        int | None, typer.Option(help="How many in all; default: 60, of a strip 10.", show_default=False)
    ] = None,
    fps: Annotated[
        float | None, typer.Option(help="Frames a second; default: 20.", show_default=False)
    ] = None,
    path: Annotated[
        Way | None,
        typer.Option(
            help="slerp: on the shell of the prior. lerp: straight. geodesic: the pictures change least. "
            "circle: a whole turn from the first seed by the second. Default: as suits the prior.",
            show_default=False,
        ),
    ] = None,
    easing: Annotated[Easing, typer.Option(help="The pace from seed to seed.")] = Easing.linear,
    loop: Annotated[bool, typer.Option("--loop", help="Return to the first seed.")] = False,
    labels: Annotated[
        str | None,
        typer.Option(help="For a class-conditional model: 3, or 0,1,2 side by side, or all."),
    ] = None,
    grid: Annotated[
        int | None, typer.Option(help="x.png: N x N pictures between 3 or 4 seeds in the corners.")
    ] = None,
    atlas: Annotated[
        int | None,
        typer.Option(
            help="x.png: the same, and maps of the Jacobian, the discriminator's logit, the classes."
        ),
    ] = None,
    scale: Annotated[int | None, typer.Option(help="Times to enlarge each picture.")] = None,
) -> None:
    """Walk from picture to picture, as an animation, a strip or a sheet."""
    from ganzoo import animation, sampling, zoo

    # Everything that can be refused is refused before Keras, which takes seconds.
    passed = parse_seeds(seeds)
    still = Path(output).suffix.lower() == ".png"
    side = grid if atlas is None else atlas
    if side is not None:
        moving = {"--frames": frames, "--fps": fps, "--loop": loop, "--grid with --atlas": grid and atlas}
        check_sheet(passed, side, output, path, moving)
    else:
        check_walk(passed, path, easing, frames)
    if still and fps is not None:
        raise InvalidArgumentError(f"A .png does not move. Received: --fps {fps:g}. Type: -o walk.gif")
    if scale is not None:
        sampling.check_count(scale, name="scale")
    rate = 20.0 if fps is None else fps
    if not still:
        animation.check_animation(output, fps=rate)
    preset = zoo.info(name)
    network = preset.manifest.network
    asked = parse_classes(labels, network, most=1 if side is not None or path is Way.geodesic else None)
    where = check_file(output, (*animation.FORMATS, ".png"))
    import_keras()
    from ganzoo import latent

    gan = zoo.load(preset.folder)
    points = np.concatenate([gan.sample_latents(1, seed=seed) for seed in passed])
    if side is not None:
        _write_sheet(where, gan, points, side, asked, kind=path, scale=scale, maps=atlas is not None)
        typer.echo(f"Wrote {side} x {side} pictures to {output}")
        return
    n = frames or (10 if still else 60)
    z = _latents(gan, points, n, asked, kind=path, easing=easing, loop=loop)
    if still:
        _write_strip(where, gan, z, asked, scale)
        typer.echo(f"Wrote {n} pictures to {output}")
        return
    with bar("drawing", n) as move:
        shown = latent.walk_frames(gan, z, labels=asked, progress=lambda done: move(done, f"{done}/{n}"))
    written = animation.save_animation(
        where, shown, fps=rate, scale=scale or _scale(gan, 224 if len(asked or [0]) == 1 else 84)
    )
    low, high = min(written.durations), max(written.durations)
    each = f"{low} ms" if low == high else f"{low} to {high} ms"
    typer.echo(f"Wrote {n} frames of {each} to {output}: {written.seconds:.2f} s, {written.fps:.4g} a second")


def _latents(
    gan: "GAN",
    points: "NDArray[np.float32]",
    n: int,
    labels: list[int] | None,
    *,
    kind: Way | None,
    easing: Easing,
    loop: bool,
) -> "NDArray[np.float32]":
    from ganzoo import latent

    with bar("finding the way", 1) as move:
        return latent.walk_latents(
            gan,
            points,
            n,
            kind=kind,
            easing=easing,
            loop=loop,
            labels=labels[0] if labels else None,
            progress=lambda done, total: move(done / total, f"{done}/{total}"),
        )


def _write_strip(
    path: Path, gan: "GAN", z: "NDArray[np.float32]", labels: list[int] | None, scale: int | None
) -> None:
    from ganzoo import images, latent

    classes: list[int | None] = [None] if labels is None else [*labels]
    rows = [latent.walk_frames(gan, z, labels=label) for label in classes]
    images.save_png(path, images.grid(np.concatenate(rows), columns=len(z), scale=scale or _scale(gan, 96)))


def _write_sheet(
    path: Path,
    gan: "GAN",
    points: "NDArray[np.float32]",
    side: int,
    labels: list[int] | None,
    *,
    kind: Way | None,
    scale: int | None,
    maps: bool,
) -> None:
    from ganzoo import images, latent

    bend = kind or latent.default_walk(gan)
    if len(points) == 3:
        sheet = latent.j_diagram(points[1], points[0], points[2], side, side, kind=bend)
    else:
        sheet = latent.corner_grid(points, side, side, kind=bend)
    if not maps:
        pictures = latent.walk_frames(gan, sheet.reshape(side * side, -1), labels=labels)
        images.save_png(path, images.grid(pictures, columns=side, scale=scale or _scale(gan, 56)))
        return
    with bar("mapping", side * side) as move:
        mapped = latent.atlas(
            gan, sheet, labels=labels, progress=lambda done: move(done, f"{done}/{side * side}")
        )
    images.save_png(path, latent.atlas_picture(mapped, scale=scale or 1))


def _scale(gan: "GAN", pixels: int) -> int:
    return max(1, round(pixels / gan.image_shape[0]))
