"""A run's folder: whether a run can go there and loses nothing, and the recipe that it was started with."""

import json
import os
from pathlib import Path

from ganzoo.errors import InvalidArgumentError
from ganzoo.training import checkpoint
from ganzoo.training.recipe import Recipe

__all__ = ["RECIPE_FILE", "check_output", "keep_recipe", "read_recipe"]

RECIPE_FILE = "recipe.json"


def check_output(output: str | os.PathLike[str], *, resume: bool) -> Path:
    """Make sure, before anything is read or computed, that a run can go there and loses nothing.

    Args:
        output: the run's folder, which need not be there.
        resume: whether a run is there to be gone on with.

    Returns:
        The folder.

    Raises:
        InvalidArgumentError: the folder cannot be written, holds a run and `resume` is not asked for, or
            holds none and it is.
    """
    folder = Path(output).expanduser()
    begun = (folder / checkpoint.FILE).exists()
    if resume and not begun:
        raise InvalidArgumentError(
            f"No run to resume in {str(folder)!r}. Start it without --resume (resume=True)."
        )
    if begun and not resume:
        raise InvalidArgumentError(
            f"{str(folder)!r} holds a run already. Add --resume (resume=True) to go on with it, "
            "or choose another output folder."
        )
    if (folder / "ganzoo.json").exists() and not begun:
        raise InvalidArgumentError(f"{str(folder)!r} holds a preset already. Choose another output folder.")
    probe, was_there = folder / f".probe.{os.getpid()}", folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
        # What is refused later on, such as the images, leaves no empty folder behind.
        if not was_there:
            folder.rmdir()
    except OSError as error:
        raise InvalidArgumentError(
            f"Cannot write {str(folder)!r}: {error.strerror or error}. Choose a folder open to you."
        ) from error
    return folder


def keep_recipe(folder: Path, recipe: Recipe, *, resume: bool) -> None:
    """Write the recipe that a run is started with, or hold a resumed one to it.

    Args:
        folder: of the run.
        recipe: of the run.
        resume: whether it is gone on with.

    Raises:
        InvalidArgumentError: the run was started by another recipe.
    """
    kept = read_recipe(folder) if resume else None
    if kept is not None and kept != recipe:
        raise InvalidArgumentError(
            f"{str(folder)!r} holds a run by another recipe: {_difference(kept, recipe)}. "
            "Resume with the options that it was started with."
        )
    text = json.dumps(recipe.model_dump(mode="json"), indent=2) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RECIPE_FILE).write_text(text, encoding="utf-8")


def read_recipe(folder: str | os.PathLike[str]) -> Recipe | None:
    """The recipe of the run in a folder, None if there is none.

    Raises:
        InvalidArgumentError: it cannot be read.
    """
    path = Path(folder).expanduser() / RECIPE_FILE
    if not path.exists():
        return None
    try:
        return Recipe.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise InvalidArgumentError(f"Cannot read {path}: {first}. Pass the recipe again.") from None


def _difference(kept: Recipe, received: Recipe) -> str:
    for field in type(kept).model_fields:
        old, new = getattr(kept, field), getattr(received, field)
        if old != new:
            return f"{field} was {old!r}, received {new!r}"
    return "no difference"
