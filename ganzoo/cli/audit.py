"""`ganzoo audit`: does a model give its training images away?"""

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ganzoo.cli._print import console, print_json, print_pairs, print_table
from ganzoo.cli._quiet import import_keras
from ganzoo.cli._write import check_file
from ganzoo.cli.progress import bar
from ganzoo.errors import InvalidArgumentError

if TYPE_CHECKING:
    from ganzoo.data import ImageSource
    from ganzoo.evaluate.audit import Audit
    from ganzoo.zoo.manifest import NetworkArguments

__all__ = ["audit", "register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("audit", epilog="Example: ganzoo audit mnist-dcgan --data mnist -o audit.png")(audit)


def audit(
    name: Annotated[
        str, typer.Argument(help="A model of `ganzoo list`, a preset's folder, or hf://user/name.")
    ],
    data: Annotated[str, typer.Option(help="What it was trained on: a folder of images, an .npz or a name.")],
    held_out: Annotated[
        str | None,
        typer.Option(help="Images like them that it was not trained on; default: the data's test split."),
    ] = None,
    n: Annotated[int, typer.Option("-n", "--number", help="How many samples.")] = 2000,
    n_recovery: Annotated[int, typer.Option(help="Images of either kind whose z is looked for.")] = 300,
    seed: Annotated[int, typer.Option(help="Of samples, splits, planted copies and starts.")] = 0,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            help="x.png: the most suspicious samples beside training images. It shows your data.",
        ),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write the figures into the model's evaluation.json and card.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look for copies of training images, and for ways to tell what was trained on."""
    from ganzoo import images, zoo

    # What is cheap to refuse is refused before Keras, which takes seconds.
    if n < 20 or n_recovery < 4:
        raise InvalidArgumentError(
            f"An audit needs -n >= 20 and --n-recovery >= 4. Received: -n {n}, --n-recovery {n_recovery}"
        )
    if held_out is None and _is_folder(data):
        raise InvalidArgumentError(
            "An audit needs images that were not trained on, and a folder has no test split. "
            f"Received: --data {data}. Add --held-out with a folder or an .npz of them."
        )
    path = None if output is None else check_file(output, (".png",))
    preset = zoo.info(name)
    if write:
        zoo.files.check_own(preset.folder)
    network = preset.manifest.network
    import_keras()
    train = _load(data, network, split="train")
    unseen = _load(held_out or data, network, split="train" if held_out else "test")
    from ganzoo.evaluate.audit import STAGES, audit_model
    from ganzoo.evaluate.audit_picture import audit_picture

    with bar("auditing", STAGES) as move:
        begun = itertools.count()
        result = audit_model(
            zoo.load(preset.folder),
            train,
            unseen,
            n=n,
            n_recovery=n_recovery,
            seed=seed,
            say=lambda line: move(next(begun), line),
        )
    if write:
        zoo.save_audit(preset.folder, result)
    if path is not None:
        images.save_png(path, audit_picture(result))
        console(stderr=True).print(f"Wrote {output}; it shows training images", markup=False)
    if as_json:
        print_json(result.to_json())
    else:
        _print(result)


def _is_folder(data: str) -> bool:
    from ganzoo import data as datasets

    return Path(data).expanduser().is_dir() and data not in datasets.list_datasets()


def _load(data: str, network: "NetworkArguments", *, split: str) -> "ImageSource":
    from ganzoo import data as datasets

    options: dict[str, Any] = {"labels": "folders"} if network.num_classes and _is_folder(data) else {}
    return datasets.load(data, split=split, size=network.size, channels=network.channels, **options)


def _print(result: "Audit") -> None:
    p = result.protocol
    recorded = {True: ", as the preset records", False: ", which is not what the preset records"}
    print_pairs(
        [
            ("model", f"{p['model']}, {p['n_samples']} samples, seed {p['seed']}"),
            ("data", f"{p['data']}, {p['n_train']} training images{recorded.get(p['recorded_data'], '')}"),
            (
                "held out",
                f"{p['n_unseen_tested']} unseen images tested as samples are, "
                f"{p['n_unseen_compared']} others compared with",
            ),
            (
                "extractor",
                f"{p['extractor_name']} {p['extractor_version']}, sha256 {p['extractor_sha256'][:12]}",
            ),
        ]
    )
    sets = [("samples", result.samples), ("unseen", result.unseen)]
    sets += [(f"copies ±{noise:g}" if noise else "copies", f) for noise, f in result.planted.items()]
    print_table(
        ("", *(label for label, _ in sets)),
        [
            ("images", *(str(f.n) for _, f in sets)),
            ("near-copies", *(str(f.near_copies) for _, f in sets)),
            ("expected", *(f"{f.expected:.1f}" for _, f in sets)),
            ("p", *(f"{f.p_value:.2g}" for _, f in sets)),
            ("C_T", *(f"{f.data_copying:+.2f}" for _, f in sets)),
            ("AuthPct", *(f"{f.authenticity:.1f}" for _, f in sets)),
            ("alarms", *(", ".join(f.alarms) or "none" for _, f in sets)),
        ],
    )
    found = " and ".join(f"{share:.0%}" for share in result.planted_found)
    typer.echo(f"copies: {p['planted_share']:.0%} training images among unseen ones, {found} of them found")
    print_table(
        ("told apart by", "AUC", "95% (DeLong)", "n + n", "control"),
        [
            (
                m.attack,
                f"{m.result.auc:.3f}",
                f"{m.result.low:.3f} to {m.result.high:.3f}",
                f"{m.result.n_members} + {m.result.n_non_members}",
                f"{m.control.low:.3f} to {m.control.high:.3f}",
            )
            for m in result.memberships
        ],
    )
    typer.echo(result.verdict)
