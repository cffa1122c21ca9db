"""`ganzoo export`: a model for elsewhere."""

from typing import Annotated

import typer

from ganzoo.errors import InvalidArgumentError

__all__ = ["export", "register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export", epilog="Example: ganzoo export mnist-dcgan --space my-space")(export)


def export(
    name: Annotated[str, typer.Argument(help="A model of `ganzoo list`, or a preset's folder.")],
    space: Annotated[
        str | None, typer.Option(help="FOLDER: the explorer as a Gradio Space, which runs from there alone.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that are there.")] = False,
) -> None:
    """Write a model in a form that runs elsewhere."""
    if space is None:
        raise InvalidArgumentError(f"Say what to write. Type: ganzoo export {name} --space FOLDER")
    from ganzoo import explorer

    written = explorer.write_space(name, space, overwrite=overwrite)
    typer.echo(f"Wrote {len(written)} files to {space}. Run it: python {space}/app.py")
