"""A comparison as one HTML file: grids and figures in a table, with nothing to fetch."""

import base64
import html
import io
from typing import Final

from ganzoo import images
from ganzoo.zoo.comparison import Compared, Comparison
from ganzoo.zoo.comparison_picture import model_grid
from ganzoo.zoo.comparison_rows import Row, notes, table_rows

__all__ = ["comparison_page"]

_STYLE: Final = """
:root { color-scheme: light dark; }
body { margin: 2rem auto; padding: 0 1rem; max-width: 90rem; font: 1rem/1.5 system-ui, sans-serif; }
.table { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { padding: 0.25rem 1rem; text-align: right; white-space: nowrap; }
th[scope=row], thead td { padding-left: 0; text-align: left; font-weight: normal; }
thead th { vertical-align: bottom; font-size: 1.1rem; }
.head > * { border-top: 1px solid #8886; padding-top: 0.5rem; }
td { font-variant-numeric: tabular-nums; }
img { display: block; margin: 0 0 0.5rem auto; width: 17rem; max-width: none; }
li { font-size: 0.9rem; }
@media (max-width: 40rem) {
  h1 { font-size: 1.3rem; }
  th, td { padding: 0.25rem 0.5rem; }
  th[scope=row] { white-space: normal; }
  img { width: 8.5rem; }
}
""".strip()


def comparison_page(comparison: Comparison) -> str:
    """Write the comparison as a page.

    Args:
        comparison: of at least two models.

    Returns:
        HTML with the grids in it; it asks for nothing.

    Example:
        >>> pathlib.Path("compare.html").write_text(comparison_page(comparison), encoding="utf-8")
    """
    title = html.escape(", ".join(model.name for model in comparison.models))
    heads = "".join(f'<th scope="col">{_picture(model, comparison.seed)}</th>' for model in comparison.models)
    rows = "\n".join(_row(row) for row in table_rows(comparison))
    remarks = "\n".join(f"<li>{html.escape(note)}</li>" for note in notes(comparison))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
{_STYLE}
</style>
</head>
<body>
<h1>{title}</h1>
<div class="table" tabindex="0" role="region" aria-label="Comparison">
<table>
<thead><tr><td>seed {comparison.seed}</td>{heads}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
</div>
<ul>
{remarks}
</ul>
</body>
</html>
"""


def _picture(model: Compared, seed: int) -> str:
    file = io.BytesIO()
    images.to_pillow(model_grid(model)).save(file, "PNG", optimize=True)
    data = base64.b64encode(file.getvalue()).decode("ascii")
    name = html.escape(model.name)
    words = f"{len(model.images)} pictures drawn by {name}, seed {seed}"
    return f'<img src="data:image/png;base64,{data}" alt="{words}">{name}'


def _row(row: Row) -> str:
    cells = "".join(f"<td>{html.escape(cell)}</td>" for cell in row.cells)
    mark = ' class="head"' if row.head else ""
    return f'<tr{mark}><th scope="row">{html.escape(row.label)}</th>{cells}</tr>'
