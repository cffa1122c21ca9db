"""Cells that read well on a phone: a figure keeps its ±, prose its width; the table scrolls instead."""

import re
from typing import Any

__all__ = ["on_page_content"]

_CELL = re.compile(r"<td(?P<style> style=\"[^\"]*\")?>(?P<content>.*?)</td>", re.DOTALL)
_PROSE = 48


def on_page_content(content: str, **_: Any) -> str:
    """Mark the cells of a page."""

    def cell(found: re.Match[str]) -> str:
        text = re.sub(r"<[^>]*>", "", found["content"])
        prose = ' class="prose"' if len(text) > _PROSE else ""
        kept = found["content"].replace(" ± ", "\u00a0±\u00a0")
        return f"<td{found['style'] or ''}{prose}>{kept}</td>"

    return _CELL.sub(cell, content)
