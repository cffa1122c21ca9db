"""Models of the zoo that are on the Hub, not in the wheel: `published.json` pins each by commit and hash."""

from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, RootModel

from ganzoo.zoo.manifest import Name, Sha256

__all__ = ["PUBLISHED_FILE", "Published", "published"]

PUBLISHED_FILE: Final = Path(__file__).with_name("published.json")


class Published(BaseModel):
    """Where a model is.

    Attributes:
        repo_id: on the Hub, "user/name".
        commit: that this ganzoo was released with.
        sha256: of its `ganzoo.json` there, which holds the hashes of the other files.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    repo_id: Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$")]
    commit: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
    sha256: Sha256


class _Registry(RootModel[dict[Name, Published]]):
    pass


def published() -> dict[str, Published]:
    """The models of the zoo that are on the Hub.

    Returns:
        Where each is, by name.
    """
    return _Registry.model_validate_json(PUBLISHED_FILE.read_text(encoding="utf-8")).root
