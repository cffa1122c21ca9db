"""`{{ source ganzoo.objectives:minimax }}` in a page becomes those lines as they are when the site is built.

Files are read, not imported. A name that is no longer there stops the build.
"""

import ast
import re
import textwrap
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError

__all__ = ["on_page_markdown", "source_of"]

ROOT = Path(__file__).parents[2]
_PLACE = re.compile(r"^\{\{ source ([\w.]+):([\w.]+) \}\}$", re.MULTILINE)


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Put the lines in."""

    def block(place: re.Match[str]) -> str:
        try:
            file, first, code = source_of(place[1], place[2])
        except (LookupError, OSError) as error:
            raise PluginError(f"{page.file.src_uri}: {place[0]} names nothing: {error}") from error
        return f'```python title="{file}, line {first}"\n{code}\n```'

    return _PLACE.sub(block, markdown)


def source_of(module: str, name: str) -> tuple[str, int, str]:
    """Where a function, class or method stands, and its lines without the docstring.

    Args:
        module: such as `ganzoo.objectives`.
        name: such as `minimax` or `GradientPenalty.term`.

    Returns:
        The file's path in the repository, the first line's number, the code.

    Raises:
        LookupError: the module has no such name.
        OSError: there is no such module.
    """
    path = ROOT / (module.replace(".", "/") + ".py")
    text = path.read_text(encoding="utf-8")
    node: Any = ast.parse(text)
    for part in name.split("."):
        node = _child(node, part)
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
    lines = text.splitlines()
    kept = lines[first - 1 : node.end_lineno]
    documented = isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None
    if documented:
        docstring = node.body[0]
        kept = lines[first - 1 : docstring.lineno - 1] + lines[docstring.end_lineno : node.end_lineno]
    code = textwrap.dedent("\n".join(kept)).strip("\n")
    return path.relative_to(ROOT).as_posix(), first, code


def _child(node: Any, name: str) -> Any:
    for child in node.body:
        targets = getattr(child, "targets", [getattr(child, "target", None)])
        if getattr(child, "name", None) == name or name in [getattr(t, "id", None) for t in targets]:
            return child
    raise LookupError(f"no {name!r}")
