"""JSON of a preset against its schema: one place for what is said of a newer or a broken one."""

from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, Field, ValidationError

from ganzoo._foreign import printable
from ganzoo.errors import WeightsError

__all__ = ["Line", "LongLine", "Seed", "validated"]

Model = TypeVar("Model", bound=BaseModel)

# What may be printed: no control characters, no line breaks, nothing that turns the order of letters.
_PRINTABLE: Final = r"^[^\p{Cc}\p{Zl}\p{Zp}\x{202A}-\x{202E}\x{2066}-\x{2069}]*$"
Line = Annotated[str, Field(max_length=500, pattern=_PRINTABLE)]
LongLine = Annotated[str, Field(max_length=2000, pattern=_PRINTABLE)]
Seed = Annotated[int, Field(ge=0, lt=2**64)]


def validated(schema: type[Model], raw: Any, path: Path, *, version: int, remedy: str) -> Model:
    """Check JSON data.

    Args:
        schema: with a field `schema_version`.
        raw: JSON data.
        path: the file it came from, for the message.
        version: the newest that this ganzoo reads.
        remedy: what to do about a broken one.

    Raises:
        WeightsError: it breaks the schema, or is of a newer one.
    """
    received = raw.get("schema_version") if isinstance(raw, dict) else None
    if isinstance(received, int) and received > version:
        raise WeightsError(
            f"{path} has schema version {received}, this ganzoo reads up to {version}. "
            "Upgrade: pip install -U ganzoo"
        )
    try:
        return schema.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = printable(".".join(map(str, first["loc"])), most=100) or "the file"
        raise WeightsError(f"{path} is not valid: {where}: {printable(first['msg'])}. {remedy}") from None
