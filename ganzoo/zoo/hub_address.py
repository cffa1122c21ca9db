"""Where a model is on the Hub: `hf://user/name@revision`."""

import re
from dataclasses import dataclass
from typing import Final

from ganzoo.errors import InvalidArgumentError

__all__ = ["SCHEME", "HubAddress", "check_repo_id", "parse_address"]

SCHEME: Final = "hf://"
_FORM = "An address on the Hub is hf://user/name or hf://user/name@revision"
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?")
# It becomes a path in the cache: no step upwards, nothing hidden, nothing absolute.
_REVISION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.+-]*)*")
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class HubAddress:
    """A model on the Hub.

    Args:
        repo_id: "user/name".
        revision: a branch, a tag, or a commit.
    """

    repo_id: str
    revision: str = "main"

    @property
    def commit(self) -> str | None:
        """The commit that the address is pinned to; None if it names a branch or a tag, which can move."""
        return self.revision if _COMMIT.fullmatch(self.revision) else None

    def pinned(self, commit: str) -> "HubAddress":
        """The same model at a commit."""
        return HubAddress(self.repo_id, commit)

    def __str__(self) -> str:
        return f"{SCHEME}{self.repo_id}" + ("" if self.revision == "main" else f"@{self.revision}")


def parse_address(text: str) -> HubAddress:
    """Take an address on the Hub apart.

    Args:
        text: such as "hf://user/name@v1".

    Returns:
        The `HubAddress`; without a revision, that of the branch "main".

    Raises:
        InvalidArgumentError: it is no such address.

    Example:
        >>> parse_address("hf://user/digits@v1")
        HubAddress(repo_id='user/digits', revision='v1')
    """
    repo_id, at, revision = text.removeprefix(SCHEME).partition("@")
    check_repo_id(repo_id, received=text)
    if not at:
        return HubAddress(repo_id)
    if not _REVISION.fullmatch(revision) or ".." in revision or len(revision) > 200:
        raise InvalidArgumentError(
            f"{_FORM}, where the revision is a branch, a tag or a commit. Received: {text!r}"
        )
    return HubAddress(repo_id, revision)


def check_repo_id(repo_id: str, *, received: str | None = None) -> None:
    """Refuse what the Hub has no repository under.

    Args:
        repo_id: "user/name".
        received: what the user gave, if it was more than that.

    Raises:
        InvalidArgumentError: it is not of that form.
    """
    parts = repo_id.split("/")
    sound = len(parts) == 2 and len(repo_id) <= 96 and all(_NAME.fullmatch(part) for part in parts)
    if not sound or "--" in repo_id or ".." in repo_id or repo_id.endswith(".git"):
        form = "A repository on the Hub is user/name" if received is None else _FORM
        raise InvalidArgumentError(
            f"{form}, in letters, digits and single - _ . characters. Received: {(received or repo_id)!r}"
        )
