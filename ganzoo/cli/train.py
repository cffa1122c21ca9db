"""`ganzoo train`: from a recipe, or on a folder of one's own images."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ganzoo.cli._quiet import import_keras
from ganzoo.errors import InvalidArgumentError

if TYPE_CHECKING:
    from ganzoo.training.recipe import Recipe

__all__ = ["register", "train"]

# Images of one's own are trained by this architecture's MNIST recipe, in another size and number of channels.
DEFAULT = "dcgan"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "train", epilog="Example: ganzoo train --size 64 --channels 3 --data photos/ --output my-gan"
    )(train)


def train(
    output: Annotated[str, typer.Option(help="Folder of the run, and of the preset at its end.")],
    recipe: Annotated[
        str | None, typer.Option(help="A TOML file, or the name of a recipe of the zoo, e.g. mnist-dcgan.")
    ] = None,
    data: Annotated[
        str | None, typer.Option(help="A folder of images, an .npz or a name; default: the recipe's.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in the output folder.")
    ] = False,
    size: Annotated[int | None, typer.Option(help="Height and width in pixels: 28, 32 or 64.")] = None,
    channels: Annotated[int | None, typer.Option(help="1 (grey) or 3 (RGB).")] = None,
    architecture: Annotated[str | None, typer.Option(help="dcgan (default), mlp-gan or wgan-gp.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the data; default: the recipe's.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Images a step; default: the recipe's.")] = None,
    seed: Annotated[
        int | None, typer.Option(help="Of weights, order and noise; default: the recipe's.")
    ] = None,
    deterministic: Annotated[
        bool,
        typer.Option("--deterministic", help="Repeat to the bit; TensorFlow needs it for an exact resume."),
    ] = False,
    tensorboard: Annotated[
        bool,
        typer.Option("--tensorboard", help="Write figures and grids for TensorBoard into the output folder."),
    ] = False,
    evaluate_every: Annotated[
        int | None,
        typer.Option(help="Epochs between two scores of 1,000 samples; OUTPUT/best holds the best weights."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Train a GAN by a recipe, or with --data on your own images."""
    from ganzoo import sampling

    if evaluate_every is not None:
        sampling.check_count(evaluate_every, name="evaluate_every")
    import_keras()
    changes = {"data": data, "epochs": epochs, "batch_size": batch_size, "seed": seed}
    network = {"size": size, "channels": channels}
    chosen = _recipe(
        recipe, output, resume=resume, architecture=architecture, network=network, changes=changes
    )
    from ganzoo.cli._training import TrainingBar, report, say
    from ganzoo.training.run import run

    with TrainingBar(epochs=chosen.epochs) as bar:
        result = run(
            chosen,
            output=output,
            resume=resume,
            deterministic=deterministic,
            tensorboard=tensorboard,
            evaluate_every=evaluate_every or 0,
            callbacks=[bar],
            say=say,
            on_source=lambda source: say(source.report()),
        )
    again = f"ganzoo train --output {shlex.quote(output)} --resume"
    if evaluate_every is not None:
        again += f" --evaluate-every {evaluate_every}"
    report(result, as_json=as_json, resume=again)


def _recipe(
    name: str | None,
    output: str,
    *,
    resume: bool,
    architecture: str | None,
    network: dict[str, Any],
    changes: dict[str, Any],
) -> "Recipe":
    import pydantic

    from ganzoo import networks
    from ganzoo.training import recipe as recipes
    from ganzoo.training.output import read_recipe
    from ganzoo.zoo.manifest import slug

    kept = read_recipe(output) if resume and name is None else None
    if name is not None:
        base = recipes.load(name)
    elif kept is not None:
        base = kept
    elif changes["data"] is None or None in network.values():
        raise InvalidArgumentError(
            "train needs --recipe NAME, or your images: --size 64 --channels 3 --data FOLDER. "
            f"Received: neither a recipe nor all of the three (output {output})."
        )
    else:
        base = recipes.load(f"mnist-{networks.get(architecture or DEFAULT).name}")
        changes = {**changes, "name": slug(Path(output).expanduser().resolve().name)}
    if architecture not in (None, base.architecture):
        raise InvalidArgumentError(
            "--architecture goes with --data and without --recipe. "
            f"Received: {architecture}, and a recipe of {base.architecture}."
        )
    asked = {key: value for key, value in changes.items() if value is not None}
    inner = base.network.model_dump() | {k: v for k, v in network.items() if v is not None}
    try:
        return recipes.Recipe.model_validate({**base.model_dump(), **asked, "network": inner})
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        where = str(first["loc"][-1]).replace("_", "-")
        raise InvalidArgumentError(f"--{where}: {first['msg']}. Received: {first['input']}") from None
