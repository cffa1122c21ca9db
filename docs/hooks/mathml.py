"""TeX between `$…$` and `$$…$$` becomes MathML when the site is built: no script, no font, no request."""

import html
import re
from typing import Any

from latex2mathml.converter import convert
from mkdocs.exceptions import PluginError

__all__ = ["on_page_content"]

# What pymdownx.arithmatex writes with `generic: true`.
_FORMULA = re.compile(r'<(span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</\1>', re.DOTALL)


def on_page_content(content: str, *, page: Any, **_: Any) -> str:
    """Replace every formula of a page."""

    def mathml(found: re.Match[str]) -> str:
        kind, tex = found[1], html.unescape(found[2]).strip()
        try:
            formula = convert(tex, display="block" if kind == "div" else "inline")
        except Exception as error:  # the converter raises classes of its own without a common base
            raise PluginError(f"{page.file.src_uri}: no TeX that MathML has: {tex!r} ({error!r})") from error
        # A long formula scrolls by itself, not the page; who tabs to it can scroll it too.
        focus = ' tabindex="0" role="group" aria-label="Formula"' if kind == "div" else ""
        return f'<{kind} class="formula"{focus}>{formula}</{kind}>'

    return _FORMULA.sub(mathml, content)
