"""TeX between `$…$` and `$$…$$` becomes MathML when the site is built: no script, no font, no request."""

import html
import re
from typing import Any
from xml.etree import ElementTree

from latex2mathml.converter import convert
from mkdocs.exceptions import PluginError

__all__ = ["mathml", "on_page_content"]

# What pymdownx.arithmatex writes with `generic: true`.
_FORMULA = re.compile(r'<(span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</\1>', re.DOTALL)
_NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
_LIMITS = ("min", "max", "sup", "arg min")
_FUNCTIONS = ("log", "sin", "det", *_LIMITS)
_OPENERS = ("(", "[", "{", "=", ",", "≈", "←", "→", "∥", "‖")

ElementTree.register_namespace("", _NAMESPACE.strip("{}"))


def on_page_content(content: str, *, page: Any, **_: Any) -> str:
    """Replace every formula of a page."""

    def formula(found: re.Match[str]) -> str:
        kind, tex = found[1], html.unescape(found[2]).strip()
        try:
            drawn = mathml(tex, block=kind == "div")
        except Exception as error:  # the converter raises classes of its own without a common base
            raise PluginError(f"{page.file.src_uri}: no TeX that MathML has: {tex!r} ({error!r})") from error
        # A long formula scrolls by itself, not the page; who tabs to it can scroll it too.
        focus = ' tabindex="0" role="group" aria-label="Formula"' if kind == "div" else ""
        return f'<{kind} class="formula"{focus}>{drawn}</{kind}>'

    return _FORMULA.sub(formula, content)


def mathml(tex: str, *, block: bool) -> str:
    """A formula as MathML, with the spaces that TeX would set and the converter does not.

    Args:
        tex: without its dollars.
        block: on a line of its own: limits then stand below their operator.
    """
    root = ElementTree.fromstring(convert(tex, display="block" if block else "inline"))
    if unknown := [text for text in root.itertext() if "\\" in text]:
        raise ValueError(f"it knows no {unknown[0]}")
    for parent in list(root.iter()):
        if block and parent.tag == f"{_NAMESPACE}msub" and (parent[0].text or "").strip() in _LIMITS:
            parent.tag = f"{_NAMESPACE}munder"
        for index in reversed(range(len(parent))):
            _set_sign(parent, index)
            _set_space(parent, index)
    return ElementTree.tostring(root, encoding="unicode")


def _set_sign(parent: ElementTree.Element, index: int) -> None:
    """A minus after an opening bracket belongs to what follows; a bar stands close; a tilde relates."""
    sign = parent[index]
    before = parent[index - 1].text if index else "("
    if sign.text in ("-", "−") and before in _OPENERS:
        sign.set("form", "prefix")
    elif sign.text == "|":
        sign.attrib |= {"lspace": "0", "rspace": "0", "stretchy": "false"}
    elif sign.text == "~":
        sign.tag, sign.text = f"{_NAMESPACE}mo", "\u223c"


def _set_space(parent: ElementTree.Element, index: int) -> None:
    """A thin space after the name of a function without brackets: log 2."""
    is_row = parent.tag in (f"{_NAMESPACE}mrow", f"{_NAMESPACE}math", f"{_NAMESPACE}mtd")
    name = parent[index] if len(parent[index]) == 0 else parent[index][0]
    if not is_row or name.text not in _FUNCTIONS or index + 1 == len(parent):
        return
    if parent[index + 1].tag != f"{_NAMESPACE}mspace" and _first_text(parent[index + 1]) not in ("(", "["):
        parent.insert(index + 1, ElementTree.Element(f"{_NAMESPACE}mspace", width="0.167em"))


def _first_text(element: ElementTree.Element) -> str:
    return next((found.text for found in element.iter() if found.text), "")
