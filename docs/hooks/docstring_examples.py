"""The house's docstrings say `Example:`; the parser knows `Examples:`, whose `>>>` lines become code."""

import re
from typing import Any

import griffe

__all__ = ["DocstringExamples"]


class DocstringExamples(griffe.Extension):
    """Reads `Example:` as `Examples:` where it holds a session."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Change the docstring before it is parsed."""
        if obj.docstring is not None:
            obj.docstring.value = re.sub(
                r"^Example:(?=\n +>>>)", "Examples:", obj.docstring.value, flags=re.MULTILINE
            )
