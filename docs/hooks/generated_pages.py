"""Pages that the repository has elsewhere already: cards, benchmarks, changelog. No copy is committed.

Where GANZOO_WEB_RUNTIME names onnxruntime-web as `npm pack` writes it, each model's page draws by itself.
"""

import functools
import os
import re
import tempfile
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

A model's page is its card: what it was trained on and how, every figure with its protocol, the audit, and
what it does not do. Its code runs as it stands.

{gallery}
"""
LIVE = """## Draw here

The generator runs in this page, on your processor; nothing is sent anywhere.
[Open it alone]({name}-live.html).

<iframe class="live" src="{name}-live.html" title="{name}, drawing in this page" loading="lazy"></iframe>

## Use
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

    def add(target: str, content: str | bytes) -> None:
        files.append(File.generated(config, target, content=content))

    runtime = os.environ.get("GANZOO_WEB_RUNTIME")
    for target, source in COPIED.items():
        add(target, _copied(ROOT / source))
    for name in names():
        card = _card(name, (WEIGHTS / name / "README.md").read_text(encoding="utf-8"))
        if runtime:
            card = card.replace("## Use\n", LIVE.format(name=name), 1)
            add(f"models/{name}-live.html", _live_page(name, runtime))
        add(f"models/{name}.md", card)
        add(f"models/{name}.png", (WEIGHTS / name / "samples.png").read_bytes())
    add("models/index.md", MODELS.format(zoo=_zoo(), gallery=_gallery()))
    return files


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


@functools.cache
def _live_page(name: str, runtime: str) -> bytes:
    # Keras takes seconds to import, and a site without live pages needs none of it.
    from ganzoo import export, zoo

    with tempfile.TemporaryDirectory() as folder:
        return export.save_live_page(zoo.load(name), Path(folder, "page.html"), runtime=runtime).read_bytes()


def _zoo() -> str:
    """The zoo's table and what was measured how: from the README, with links to the pages."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [zoo] = re.findall(r"^## The zoo\n(.*?)^## ", readme, flags=re.MULTILINE | re.DOTALL)
    for name in names():
        zoo = zoo.replace(f"| `{name}`", f"| [`{name}`]({name}.md)")
    return str(zoo).strip()


def _gallery() -> str:
    return "\n\n".join(
        f"## [{name}]({name}.md)\n\n![Pictures drawn by {name}]({name}.png){{ .samples }}" for name in names()
    )
