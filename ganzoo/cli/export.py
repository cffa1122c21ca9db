"""`ganzoo export`: a generator outside of Keras."""

import importlib.util
from pathlib import Path
from typing import Annotated

import typer

from ganzoo.cli._quiet import import_keras
from ganzoo.cli._write import check_file
from ganzoo.errors import InvalidArgumentError, MissingExtraError

__all__ = ["export", "register"]

FORMATS = ("onnx", "html")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export", epilog="Example: ganzoo export mnist-dcgan --format onnx -o mnist-dcgan.onnx")(
        export
    )


def export(
    name: Annotated[str, typer.Argument(help="A model of `ganzoo list`, or a preset's folder.")],
    format_: Annotated[
        str, typer.Option("--format", help="onnx: the generator. html: a page that draws in the browser.")
    ] = "onnx",
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="x.onnx or x.html; default: the model's name.")
    ] = None,
    runtime: Annotated[
        str | None,
        typer.Option(
            help="For html: what `npm pack onnxruntime-web@1.30.0` wrote; default: that file, if it is here."
        ),
    ] = None,
    directions: Annotated[
        str | None,
        typer.Option(help="For html: an .npz of `ganzoo directions`; default: the preset's, or GANSpace's."),
    ] = None,
    space: Annotated[
        str | None, typer.Option(help="FOLDER: the explorer as a Gradio Space, which runs from there alone.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="For --space: replace files that are there.")
    ] = False,
) -> None:
    """Write the generator as an ONNX file, as a page that works from disk, or as a Gradio Space."""
    if space is None and overwrite:
        raise InvalidArgumentError("--overwrite is for --space.")
    if space is not None:
        if output or runtime or directions:
            raise InvalidArgumentError("--space stands alone: without -o, --runtime and --directions.")
        from ganzoo import explorer

        written = explorer.write_space(name, space, overwrite=overwrite)
        typer.echo(f"Wrote {len(written)} files to {space}. Run it: python {space}/app.py")
        return
    from ganzoo import zoo
    from ganzoo.export import web_runtime

    # Everything that can be refused is refused before Keras, which takes seconds.
    if format_ not in FORMATS:
        raise InvalidArgumentError(f"--format must be {' or '.join(FORMATS)}. Received: --format {format_}")
    if format_ == "onnx" and (runtime or directions):
        raise InvalidArgumentError("--runtime and --directions are for --format html.")
    if any(importlib.util.find_spec(package) is None for package in ("onnx", "onnxruntime")):
        raise MissingExtraError("onnx and onnxruntime are not installed. Type: pip install 'ganzoo[onnx]'")
    preset = zoo.info(name)
    path = check_file(output or f"{preset.name}.{format_}", (f".{format_}",))
    if format_ == "html":
        web_runtime.read_runtime(runtime or web_runtime.ARCHIVE)
        _check_directions(directions)
    import_keras()
    from ganzoo import export as exporting

    gan = zoo.load(preset.folder)
    if format_ == "onnx":
        exporting.save_onnx(gan, path)
    else:
        exporting.save_live_page(gan, path, runtime=runtime or web_runtime.ARCHIVE, directions=directions)
    typer.echo(f"Wrote {path} ({path.stat().st_size / 1e6:.1f} MB)")


def _check_directions(asked: str | None) -> None:
    if asked is not None and not Path(asked).expanduser().is_file():
        raise InvalidArgumentError(f"No such file. Received: --directions {asked}")
