"""Command lines as a reader types them: run, served and asked, or stood in for."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

from site_pages.blocks import ROOT
from site_pages.say import say
from site_pages.servers import ask
from site_pages.small import shorten

__all__ = ["CommandError", "run_commands"]

GANZOO = (sys.executable, "-c", "from _ganzoo_command import main; main()")
TENSORBOARD = (sys.executable, "-m", "tensorboard.main")


class CommandError(Exception):
    """A command that a page shows does not work."""


def run_commands(code: str) -> None:
    """Run the lines of a block.

    Raises:
        CommandError: one fails, or is none that these tests know.
    """
    for line in code.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        while words:
            end = words.index("&&") if "&&" in words else len(words)
            say(f"$ {shlex.join(words[:end])}")
            _run(words[:end])
            words = words[end + 1 :]


def _run(words: list[str]) -> None:
    assigned = {}
    while re.fullmatch(r"[A-Z_]+=.*", words[0]):
        name, _, value = words.pop(0).partition("=")
        # as pages write it where the reader puts in a folder
        if value != "FOLDER":
            assigned[name] = value
    command, *arguments = words
    if command == "ganzoo" and arguments[0] == "explore":
        ask([*GANZOO, *arguments, "--no-browser"], contains="gradio")
    elif command == "ganzoo" and assigned:
        _process([*GANZOO, *shorten(arguments)], assigned)
    elif command == "ganzoo":
        _here(shorten(arguments))
    elif command == "tensorboard":
        ask([*TENSORBOARD, *arguments], contains="TensorBoard")
    elif (known := STAND_INS.get(command)) is not None:
        known(arguments)
    else:
        raise CommandError(f"the tests know no command {command!r}")


def _here(arguments: list[str]) -> None:
    """`ganzoo` in this process, which has the framework loaded already."""
    from _ganzoo_command import main

    before, sys.argv = sys.argv, ["ganzoo", *arguments]
    try:
        main()
    except SystemExit as left:
        if left.code:
            raise CommandError(f"ganzoo left with status {left.code}") from None
    finally:
        sys.argv = before


def _process(command: list[str], assigned: dict[str, str]) -> None:
    status = subprocess.run(command, env={**os.environ, **assigned}, check=False).returncode
    if status:
        raise CommandError(f"left with status {status}")


def _install(arguments: list[str]) -> None:
    """`pip install`: nothing is installed, but what is asked for must be there to be had."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for argument in arguments:
        for extra in re.findall(r"[\w-]+", "".join(re.findall(r"\[(.*)\]", argument))):
            if extra not in project["optional-dependencies"]:
                raise CommandError(f"pyproject.toml has no extra {extra!r}")
    if "-c" in arguments and not (ROOT / arguments[arguments.index("-c") + 1]).is_file():
        raise CommandError(f"no file {arguments[arguments.index('-c') + 1]}")


def _npm(arguments: list[str]) -> None:
    """`npm pack`: the archive is at hand already."""
    archive = Path(os.environ["GANZOO_WEB_RUNTIME"])
    if arguments != ["pack", archive.stem.replace("-web-", "-web@")]:
        raise CommandError(f"npm fetches {archive.stem}, and no {arguments}")
    shutil.copy(archive, archive.name)


def _environment(arguments: list[str]) -> None:
    """`python -m venv` and its activation: the tests run in one."""
    if arguments[:2] not in (["-m", "venv"], [".venv/bin/activate"]):
        raise CommandError(f"the tests know no python {shlex.join(arguments)}")


def _pre_commit(arguments: list[str]) -> None:
    """`pre-commit install`: no hook is put anywhere."""
    if arguments != ["install"] or not (ROOT / ".pre-commit-config.yaml").is_file():
        raise CommandError(f"no hooks to {shlex.join(arguments)}")


STAND_INS: dict[str, Callable[[list[str]], None]] = {
    "pip": _install,
    "npm": _npm,
    "pre-commit": _pre_commit,
    "python": _environment,
    ".": _environment,
    # the tests themselves
    "nox": lambda arguments: None,
}
