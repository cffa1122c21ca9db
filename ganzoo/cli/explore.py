"""`ganzoo explore`: a page to see a model's latent space."""

from typing import Annotated

import typer

from ganzoo.cli._quiet import import_keras
from ganzoo.errors import InvalidArgumentError

__all__ = ["explore", "register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explore", epilog="Example: ganzoo explore mnist-dcgan")(explore)


def explore(
    name: Annotated[str, typer.Argument(help="Shown first: a model of `ganzoo list`, or a preset's folder.")],
    port: Annotated[int | None, typer.Option(help="Default: the first free one from 7860 on.")] = None,
    host: Annotated[str, typer.Option(help="Where to listen; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the page.")] = False,
) -> None:
    """Serve a page: take samples, move sliders, walk, bring a picture of your own. It works offline."""
    from ganzoo import zoo

    # Everything that can be refused is refused before Keras, which takes seconds.
    if port is not None and not 0 < port < 2**16:
        raise InvalidArgumentError(f"--port must be from 1 to 65535. Received: --port {port}")
    zoo.info(name)
    import_keras()
    from ganzoo import explorer

    page = explorer.launch(name, host=host, port=port, browser=not no_browser, block=False)
    typer.echo(f"Explore {name} at {page.local_url} (Ctrl-C stops)")
    explorer.wait(page)
