"""`ganzoo list` and `ganzoo info`: what is in the zoo."""

from typing import Annotated, Any

import typer

from ganzoo.cli._print import print_json, print_pairs, print_table

__all__ = ["info", "list_", "register"]

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list", epilog="Example: ganzoo list --json")(list_)
    app.command("info", epilog="Example: ganzoo info mnist-dcgan")(info)


def list_(as_json: Json = False) -> None:
    """Show the models of the zoo."""
    from ganzoo import zoo

    presets = [zoo.info(name) for name in zoo.list_models()]
    if as_json:
        print_json([_short(preset) for preset in presets])
        return
    print_table(
        ("name", "draws", "data", "parameters", "times the floor"), [_row(_short(p)) for p in presets]
    )


def info(
    name: Annotated[
        str, typer.Argument(help="A model of `ganzoo list`, a preset's folder, or hf://user/name.")
    ],
    as_json: Json = False,
) -> None:
    """Show what is known of a model: data, licence, recipe, cost, scores."""
    from ganzoo import zoo

    preset = zoo.info(name)
    if as_json:
        print_json(preset.to_json())
        return
    manifest = preset.manifest
    short = _short(preset)
    rows = [
        ("name", manifest.name),
        ("architecture", f"{manifest.architecture}, {short['parameters']:,} parameters in the generator"),
        ("draws", _draws(short)),
        ("latent", f"{manifest.network.latent_dim} numbers, {manifest.latent_prior}"),
        ("objective", manifest.objective),
    ]
    if manifest.parent:
        rows.append(("fine-tuned from", manifest.parent))
    if manifest.data:
        n = f", {manifest.data.n:,} images" if manifest.data.n else ""
        rows.append(("data", manifest.data.name + n))
        rows.append(("licence", manifest.data.licence or "not recorded"))
        if manifest.data.credit:
            rows.append(("credit", manifest.data.credit))
    if manifest.cost:
        cost = manifest.cost
        rows.append(
            (
                "training",
                f"{cost.steps:,} steps, {cost.seconds / 60:.0f} minutes on {cost.machine} ({cost.backend})",
            )
        )
    for score in preset.evaluation.scores if preset.evaluation else []:
        ratio = f", {score.floor_ratio:.2f} times the floor" if score.floor_ratio else ""
        protocol = f"{score.extractor_name} {score.extractor_version}, {score.n_fake:,} samples"
        rows.append(("Fréchet distance", f"{score.frechet_distance:.4f}{ratio} ({protocol})"))
        if score.label_accuracy is not None:
            rows.append(("label accuracy", f"{score.label_accuracy:.1%}"))
    rows.append(("folder", f"{preset.folder} ({preset.bytes / 1e6:.1f} MB)"))
    print_pairs(rows)


def _short(preset: Any) -> dict[str, Any]:
    manifest = preset.manifest
    scores = preset.evaluation.scores if preset.evaluation else []
    return {
        "name": manifest.name,
        "architecture": manifest.architecture,
        "size": manifest.network.size,
        "channels": manifest.network.channels,
        "num_classes": manifest.network.num_classes,
        "data": manifest.data.name if manifest.data else None,
        "parameters": manifest.parameters.generator,
        "bytes": preset.bytes,
        "floor_ratio": scores[0].floor_ratio if scores else None,
    }


def _row(short: dict[str, Any]) -> tuple[str, ...]:
    ratio = short["floor_ratio"]
    return (
        short["name"],
        _draws(short),
        short["data"] or "",
        f"{short['parameters']:,}",
        f"{ratio:.2f}" if ratio else "",
    )


def _draws(short: dict[str, Any]) -> str:
    colour = "RGB" if short["channels"] == 3 else "grey"
    classes = f", {short['num_classes']} classes" if short["num_classes"] else ""
    return f"{short['size']}x{short['size']} {colour}{classes}"
