"""The `ganzoo` command: it parses and prints; what it does is done by the library."""

import importlib
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from ganzoo._version import __version__
from ganzoo.errors import GanzooError

__all__ = ["app", "main"]

app = typer.Typer(
    name="ganzoo",
    help="A zoo of pretrained GANs: draw from them, train them, and train them on with your images.",
    epilog="Example: ganzoo sample mnist-dcgan --seed 7 -o samples.png",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

# Usage errors of the parser; Typer carries its own copy of click or uses the installed one, by version.
_ClickError: Any = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"ganzoo {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


_MODULES = (
    "browse",
    "sample",
    "train",
    "finetune",
    "evaluate",
    "audit",
    "walk",
    "directions",
    "invert",
    "improve",
    "publish",
)

for _module in _MODULES:
    importlib.import_module(f"ganzoo.cli.{_module}").register(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process.

    Args:
        arguments: those after the command's name; default: the process's own.

    Raises:
        SystemExit: always. Status 0; 2 with one line on stderr for what the user can mend; 130 after
            Ctrl-C.
    """
    command = typer.main.get_command(app)
    try:
        status = command.main(
            None if arguments is None else list(arguments), prog_name="ganzoo", standalone_mode=False
        )
    except GanzooError as error:
        sys.exit(_complain(str(error)))
    except _ClickError as error:
        sys.exit(_complain(error.format_message()))
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("ganzoo: interrupted\n")
        sys.exit(130)
    except BrokenPipeError:
        # the reader, such as `head`, has seen enough
        sys.stderr.close()
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)


def _complain(message: str) -> int:
    line = " ".join(part.strip() for part in message.strip().splitlines())
    if line:  # none after the help that no arguments bring
        sys.stderr.write(f"ganzoo: {line}\n")
    return 2
