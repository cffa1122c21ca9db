"""`ganzoo compare`: models side by side."""

from typing import Annotated

import typer

from ganzoo.cli._print import console, print_json, print_table
from ganzoo.cli._quiet import import_keras
from ganzoo.cli._write import check_file
from ganzoo.cli.progress import bar

__all__ = ["compare", "register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compare", epilog="Example: ganzoo compare mnist-dcgan mnist-wgan-gp --png compare.png")(
        compare
    )


def compare(
    models: Annotated[
        list[str], typer.Argument(help="Two or more models of `ganzoo list`, or presets' folders.")
    ],
    n: Annotated[int, typer.Option("-n", "--number", help="Pictures in each grid.")] = 36,
    seed: Annotated[int, typer.Option(help="Of the pictures.")] = 0,
    batch_size: Annotated[int, typer.Option(help="Pictures drawn at once to measure the speed.")] = 256,
    png: Annotated[str | None, typer.Option(help="x.png: the grids with names and scores.")] = None,
    page: Annotated[str | None, typer.Option("--html", help="x.html: grids and figures as a page.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what models draw, scored, how large and how fast they are."""
    from ganzoo import images, sampling, zoo
    from ganzoo.zoo.preset import several

    # Everything that can be refused is refused before Keras, which takes seconds.
    for option, value in (("n", n), ("batch_size", batch_size)):
        sampling.check_count(value, name=option)
    sampling.check_seed(seed)
    presets = several(models, least=2)
    picture_file = None if png is None else check_file(png, (".png",), option="--png")
    page_file = None if page is None else check_file(page, (".html",), option="--html")
    import_keras()
    from ganzoo.zoo.comparison_page import comparison_page
    from ganzoo.zoo.comparison_picture import comparison_picture
    from ganzoo.zoo.comparison_rows import notes, table_rows

    with bar("comparing", 1) as move:
        comparison = zoo.compare(
            [preset.folder for preset in presets],
            n=n,
            seed=seed,
            batch_size=batch_size,
            progress=lambda done, total: move(done / total, f"{done}/{total}"),
        )
    if picture_file is not None:
        images.save_png(picture_file, comparison_picture(comparison))
        console(stderr=True).print(f"Wrote {png}", markup=False)
    if page_file is not None:
        text = comparison_page(comparison).encode("utf-8")
        images.write_file(page_file, ".html", lambda file: file.write(text))
        console(stderr=True).print(f"Wrote {page}", markup=False)
    if as_json:
        print_json(comparison.to_json())
        return
    rows = table_rows(comparison)
    print_table(("", *(model.name for model in comparison.models)), [(r.label, *r.cells) for r in rows])
    typer.echo("\n".join(notes(comparison)))
