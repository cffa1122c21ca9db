"""Blocks of code in Markdown."""

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ROOT", "Block", "find_blocks", "pages"]

ROOT = Path(__file__).parents[2]
COMMANDS = ("bash", "")
_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>```+)(?P<language>\w*)")
_COMMENT = re.compile(r"^<!-- (?P<kind>needs|not run): (?P<what>.+) -->$")


@dataclass(frozen=True)
class Block:
    """Code to run.

    Args:
        line: of its first line in the page, counted from 1.
        language: "python" or "bash".
        code: as it stands.
        needs: what has to be at hand for it.
        not_run: why it is not run.
    """

    line: int
    language: str
    code: str
    needs: str = ""
    not_run: str = ""


def pages() -> list[Path]:
    """Every page of the site, wherever it stands, and the README."""
    root = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md")
    cards = [manifest.with_name("README.md") for manifest in sorted(ROOT.glob("weights/*/ganzoo.json"))]
    return [*(ROOT / name for name in root), *sorted(ROOT.glob("docs/**/*.md")), *cards]


def find_blocks(markdown: str) -> list[Block]:
    """The blocks of Python and of commands in a page; a block without a language holds commands."""
    found: list[Block] = []
    lines = markdown.splitlines()
    number = 0
    while number < len(lines):
        opened = _FENCE.match(lines[number])
        if opened is None:
            number += 1
            continue
        end = number + 1
        while end < len(lines) and lines[end].strip() != opened["fence"]:
            end += 1
        language = opened["language"]
        if language == "python" or language in COMMANDS:
            indent = len(opened["indent"])
            code = "\n".join(line[indent:] for line in lines[number + 1 : end])
            kind = "python" if language == "python" else "bash"
            found.append(Block(number + 2, kind, code, **_said_above(lines, number)))
        number = end + 1
    return found


def _said_above(lines: list[str], number: int) -> dict[str, str]:
    above = next((line.strip() for line in reversed(lines[:number]) if line.strip()), "")
    comment = _COMMENT.match(above)
    return {} if comment is None else {comment["kind"].replace(" ", "_"): comment["what"]}
