"""Pages that the repository has already, elsewhere: cards, benchmarks, changelog. No copy of them is committed."""

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

__all__ = ["on_config", "on_files"]

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "weights"
COPIED = {
    "benchmarks.md": "benchmarks/README.md",
    "changelog.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
}
LINKS = {"../docs/samplers.md": "samplers.md"}
"""Links of a copied page, which stand elsewhere on the site."""

MODELS = """# Models

{zoo}

A model's page is its card: what it was trained on and how, every figure with its protocol, the audit, and what it
does not do. Its code runs as it stands.

{gallery}
"""


def names() -> list[str]:
    """The shipped models."""
    return sorted(card.parent.name for card in WEIGHTS.glob("*/ganzoo.json"))


def on_config(config: Any, **_: Any) -> Any:
    """Put a page a model into the navigation."""
    for entry in config["nav"]:
        if "Models" in entry:
            entry["Models"] += [{name: f"models/{name}.md"} for name in names()]
    return config


def on_files(files: Files, *, config: Any, **_: Any) -> Files:
    """Add the pages and the pictures."""
    for target, source in COPIED.items():
        files.append(_page(config, target, _copied(ROOT / source)))
    for name in names():
        card = (WEIGHTS / name / "README.md").read_text(encoding="utf-8")
        files.append(_page(config, f"models/{name}.md", _card(name, card)))
        files.append(
            File.generated(
                config, f"models/{name}.png", content=(WEIGHTS / name / "samples.png").read_bytes()
            )
        )
    files.append(_page(config, "models/index.md", MODELS.format(zoo=_zoo(), gallery=_gallery())))
    return files


def _page(config: Any, target: str, content: str) -> File:
    return File.generated(config, target, content=content)


def _copied(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    for link, on_site in LINKS.items():
        text = text.replace(f"]({link})", f"]({on_site})")
    return text


def _card(name: str, card: str) -> str:
    """A model's card as a page: the Hub's header goes, the grid is the site's, details are Markdown."""
    text = re.sub(r"\A---\n.*?\n---\n", "", card, flags=re.DOTALL)
    text = text.replace("](samples.png)", f"]({name}.png){{ .samples }}")
    return text.replace("<details>", '<details markdown="1">')


def _zoo() -> str:
    """The zoo's table and what was measured how: from the README, with links to the pages."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [zoo] = re.findall(r"^## The zoo\n(.*?)^## ", readme, flags=re.MULTILINE | re.DOTALL)
    for name in names():
        zoo = zoo.replace(f"| `{name}`", f"| [`{name}`]({name}.md)")
    return zoo.strip()


def _gallery() -> str:
    rows = [f"## [{name}]({name}.md)\n\n![Pictures drawn by {name}]({name}.png){{ .samples }}" for name in names()]
    return "\n\n".join(rows)
