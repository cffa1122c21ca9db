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


def hub_licence(text: str) -> dict[str, str]:
    """The fields of a card's header for a licence in words.

    Args:
        text: such as "CC BY-SA 3.0".

    Returns:
        `license`, and `license_name` where the Hub has no identifier for it, as for two licences at once.

    Example:
        >>> hub_licence("CC BY-SA 3.0")
        {'license': 'cc-by-sa-3.0'}
    """
    name = re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-.")
    if name in _IDENTIFIERS:
        return {"license": name}
    return {"license": "other", "license_name": name or "unnamed"}
