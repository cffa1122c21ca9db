"""`ganzoo finetune`: a pretrained model trained on with one's own images."""

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from ganzoo.cli._quiet import import_keras

if TYPE_CHECKING:
    from ganzoo.data import ImageSource

__all__ = ["finetune", "register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "finetune", epilog="Example: ganzoo finetune mnist-dcgan --data my-digits/ --epochs 5 --output my-gan"
    )(finetune)


def finetune(
    name: Annotated[
        str, typer.Argument(help="A model of `ganzoo list`, a preset's folder, or hf://user/name.")
    ],
    data: Annotated[str, typer.Option(help="A folder of images, an .npz or a name.")],
    output: Annotated[str, typer.Option(help="Folder of the run, and of the preset at its end.")],
    epochs: Annotated[int, typer.Option(help="Passes over the images.")] = 5,
    batch_size: Annotated[
        int | None, typer.Option(help="Images a step; default: the recipe's, fewer for few images.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the images' order and the noise.")] = 0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in the output folder.")
    ] = False,
    evaluate_every: Annotated[
        int | None,
        typer.Option(help="Epochs between two scores of 1,000 samples; OUTPUT/best holds the best weights."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Train a pretrained model on with your own images, resized to what it draws."""
    from ganzoo import sampling

    sampling.check_count(epochs, name="epochs")
    if batch_size is not None:
        sampling.check_count(batch_size, name="batch_size")
    if evaluate_every is not None:
        sampling.check_count(evaluate_every, name="evaluate_every")
    import_keras()
    from ganzoo.cli._training import TrainingBar, report, say
    from ganzoo.training.run import run_finetune

    def on_source(source: "ImageSource") -> None:
        say(source.report())
        if source.was_colour:
            where = f"--data {shlex.quote(data)} --output {shlex.quote(output)}"
            say(
                f"{name} draws grey and your images are in colour, which is lost. To keep it: "
                f"ganzoo train --size 64 --channels 3 {where}"
            )

    with TrainingBar(epochs=epochs) as bar:
        result = run_finetune(
            name,
            data,
            output=output,
            epochs=epochs,
            batch_size=batch_size,
            seed=seed,
            resume=resume,
            callbacks=[bar],
            evaluate_every=evaluate_every or 0,
            say=say,
            on_source=on_source,
        )
    again = (
        f"ganzoo finetune {name} --data {shlex.quote(data)} --epochs {epochs} --output {shlex.quote(output)}"
    )
    if evaluate_every is not None:
        again += f" --evaluate-every {evaluate_every}"
    report(result, as_json=as_json, resume=f"{again} --resume")
