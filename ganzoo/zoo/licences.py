"""Licences as the Hub knows them."""

import re
from typing import Final

__all__ = ["hub_licence"]

# Those of the Hub's identifiers that images come under.
_IDENTIFIERS: Final = frozenset(
    {
        "apache-2.0",
        "mit",
        "unlicense",
        "bsd-2-clause",
        "bsd-3-clause",
        "gpl-2.0",
        "gpl-3.0",
        "agpl-3.0",
        "lgpl-3.0",
        "mpl-2.0",
        "isc",
        "zlib",
        "etalab-2.0",
        "wtfpl",
        "ofl-1.1",
        "cc0-1.0",
        "cc-by-2.0",
        "cc-by-2.5",
        "cc-by-3.0",
        "cc-by-4.0",
        "cc-by-sa-3.0",
        "cc-by-sa-4.0",
        "cc-by-nc-2.0",
        "cc-by-nc-3.0",
        "cc-by-nc-4.0",
        "cc-by-nd-4.0",
        "cc-by-nc-nd-3.0",
        "cc-by-nc-nd-4.0",
        "cc-by-nc-sa-2.0",
        "cc-by-nc-sa-3.0",
        "cc-by-nc-sa-4.0",
        "cdla-sharing-1.0",
        "cdla-permissive-1.0",
        "cdla-permissive-2.0",
        "pddl",
        "odc-by",
        "odbl",
        "c-uda",
        "gfdl",
    }
)


def hub_licence(text: str) -> dict[str, str | list[str]]:
    """The fields of a card's header for a licence in words.

    Args:
        text: such as "CC BY-SA 3.0", or several joined by "and".

    Returns:
        `license`, and `license_name` where the Hub has no identifier for it.

    Example:
        >>> hub_licence("CC BY-SA 3.0")
        {'license': 'cc-by-sa-3.0'}
    """
    names = [_slug(part) for part in re.split(r"\s+and\s+|\s*,\s*", text)]
    if all(name in _IDENTIFIERS for name in names):
        return {"license": names[0] if len(names) == 1 else names}
    return {"license": "other", "license_name": _slug(text) or "unnamed"}


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-.")
