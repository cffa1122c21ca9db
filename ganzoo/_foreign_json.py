"""JSON that a stranger may have written: measured before it is parsed, and held to what RFC 8259 means."""

import json
import math
import re
from pathlib import Path
from typing import Any, Final

from ganzoo._foreign import printable, read_plain
from ganzoo.errors import WeightsError

__all__ = ["parse_json", "read_json"]

_MAX_BYTES: Final = 4 * 2**20
_MAX_DEPTH: Final = 32
_MAX_VALUES: Final = 250_000
# more than any object of ours has: a name for each latent dimension
_MAX_KEYS: Final = 4096
# of 2**64
_MAX_DIGITS: Final = 20

# The end of the text ends a string as well: no second look at what an open one holds.
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*(?:"|\\?\Z)', re.DOTALL)
_NOT_STRUCTURE: Final = bytes(set(range(256)) - set(b"[]{}"))
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def read_json(path: Path, *, remedy: str) -> Any:
    """Read a JSON file.

    Args:
        path: of the file.
        remedy: the end of an error's message.

    Raises:
        WeightsError: it is missing, too large, or as `parse_json`.
    """
    return parse_json(read_plain(path, most=_MAX_BYTES, remedy=remedy), path, remedy=remedy)


def parse_json(content: bytes, path: Path, *, remedy: str) -> Any:
    """Parse JSON.

    Args:
        content: UTF-8.
        path: the file it came from, for the message.
        remedy: the end of an error's message.

    Returns:
        What it holds: finite numbers, integers of at most 20 digits, no key twice, no half of a surrogate
        pair.

    Raises:
        WeightsError: it is no such JSON, or too large or deep.
    """
    try:
        _measure(content)
        parsed = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_float=_float,
            parse_int=_int,
        )
        if _SURROGATE.search(content):
            json.dumps(parsed, ensure_ascii=False).encode("utf-8")
    # RecursionError: a recursion limit lower than usual
    except (ValueError, RecursionError) as error:
        raise WeightsError(f"Cannot read {path}: {printable(str(error))}. {remedy}") from None
    return parsed


def _measure(content: bytes) -> None:
    if len(content) > _MAX_BYTES:
        raise ValueError(f"it is larger than {_MAX_BYTES} bytes")
    bare = _STRING.sub(b"", content)
    if bare.count(b",") > _MAX_VALUES:
        raise ValueError(f"it holds more than {_MAX_VALUES} values")
    # Each round takes away the innermost pairs.
    brackets = bare.translate(None, _NOT_STRUCTURE)
    for _ in range(_MAX_DEPTH):
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    if brackets:
        raise ValueError("it is nested too deep, or its brackets do not match")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > _MAX_KEYS:
        raise ValueError(f"an object has more than {_MAX_KEYS} keys")
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice[:40]!r} stands twice in an object")
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON number")


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:40]} is too large a number")
    return value


def _int(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise ValueError(f"{text[:_MAX_DIGITS]}… is too large a number")
    return int(text)
