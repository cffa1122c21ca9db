"""JSON of a preset against its schema: one place for what is said of a newer or a broken one."""

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ganzoo.errors import WeightsError

__all__ = ["validated"]

Model = TypeVar("Model", bound=BaseModel)


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
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise WeightsError(f"{path} is not valid: {where}: {first['msg']}. {remedy}") from None
