"""`{{ curves }}` in a page becomes what the zoo's runs logged: first, middle and last epoch."""

import json
from pathlib import Path
from typing import Any

__all__ = ["on_page_markdown"]

WEIGHTS = Path(__file__).parents[2] / "weights"
FIGURES = ("d_loss", "g_loss", "d_accuracy", "penalty")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the table in."""
    return markdown.replace("{{ curves }}", _table()) if "{{ curves }}" in markdown else markdown


def _table() -> str:
    rows = [["model", "objective", "epoch", *(f"`{name}`" for name in FIGURES)], ["---", "---", *["--:"] * 5]]
    for path in sorted(WEIGHTS.glob("*/ganzoo.json")):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        curve, name = manifest["curve"], manifest["name"]
        for epoch in (curve[0], curve[len(curve) // 2], curve[-1]):
            about = [f"[{name}](models/{name}.md)", manifest["objective"], str(epoch["epoch"])]
            rows.append([*about, *(f"{epoch[figure]:.3f}" for figure in FIGURES)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
