"""What would be sent to the Hub: the files of a preset, held against those that are there."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from ganzoo._files import sha256_of_file
from ganzoo.errors import InvalidArgumentError
from ganzoo.zoo.checking import ALL_FILES
from ganzoo.zoo.hub_errors import endpoint

__all__ = ["BRANCH", "Change", "Plan", "Remote", "changes", "check_against", "look"]

BRANCH: Final = "main"

Content = Path | bytes


@dataclass(frozen=True)
class Change:
    """One file.

    Args:
        name: of the file.
        bytes: of what is here; of one to be removed, of what is there.
        state: what becomes of it.
        content: a path, or what is written in memory; None of one to be removed.
    """

    name: str
    bytes: int
    state: Literal["new", "changed", "unchanged", "removed"]
    content: Content | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Remote:
    """A repository as it is.

    Args:
        commit: that its branch "main" is at.
        private: whether only its owner sees it.
        files: SHA-256 of each large file at its root, git's SHA-1 of each small one, and their sizes.
        tags: the commit of each.
    """

    commit: str
    private: bool
    files: dict[str, tuple[str, int]]
    tags: dict[str, str]


@dataclass(frozen=True)
class Plan:
    """What publishing will do.

    Args:
        name: of the preset.
        repo: `user/name`.
        private: whether only its owner will see it.
        parent: the commit that it was compared with; None if the repository is not there yet.
        changes: every file of the preset, and those there that it no longer has.
        tag: to set, or None.
        tagged: whether the tag is there already.
        missing: what a reader of the card will miss, in words.
    """

    name: str
    repo: str
    private: bool
    parent: str | None
    changes: tuple[Change, ...]
    tag: str | None
    tagged: bool
    missing: tuple[str, ...]

    @property
    def url(self) -> str:
        """The page of the model."""
        return f"{endpoint()}/{self.repo}"

    @property
    def pending(self) -> tuple[Change, ...]:
        """What is to be changed there."""
        return tuple(change for change in self.changes if change.state != "unchanged")

    @property
    def bytes(self) -> int:
        """How much is to be sent."""
        return sum(change.bytes for change in self.pending if change.content is not None)

    def to_json(self) -> dict[str, Any]:
        """Everything as JSON types."""
        return {
            "model": self.name,
            "repo": self.repo,
            "url": self.url,
            "private": self.private,
            "new": self.parent is None,
            "parent": self.parent,
            "tag": self.tag,
            "bytes": self.bytes,
            "files": [{"name": c.name, "bytes": c.bytes, "state": c.state} for c in self.changes],
            "missing": list(self.missing),
        }


def look(api: Any, repo: str) -> Remote | None:
    """Ask the Hub what is there.

    Args:
        api: a `huggingface_hub.HfApi`.
        repo: `user/name`.

    Returns:
        The repository, or None if there is none that this login may see.
    """
    from huggingface_hub import RepoFile
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        info = api.model_info(repo, revision=BRANCH)
    except RepositoryNotFoundError:
        return None
    tree = api.list_repo_tree(repo, revision=info.sha)
    files = {
        file.path: (file.lfs.sha256 if file.lfs else file.blob_id, file.size)
        for file in tree
        if isinstance(file, RepoFile)
    }
    tags = {tag.name: tag.target_commit for tag in api.list_repo_refs(repo).tags}
    return Remote(info.sha, bool(info.private), files, tags)


def changes(contents: Mapping[str, Content], remote: Remote | None) -> tuple[Change, ...]:
    """Compare the files of a preset with a repository.

    Args:
        contents: of each file to publish.
        remote: the repository, or None if there is none yet.

    Returns:
        A change for each file, in the order of names. A file that a preset can have, is there and is no
        longer here goes: an old score would stand beside new weights. Other files there stay.
    """
    there = remote.files if remote else {}
    found = []
    for name in sorted({*contents, *(name for name in there if name in ALL_FILES)}):
        content = contents.get(name)
        if content is None:
            found.append(Change(name, there[name][1], "removed"))
            continue
        held = there.get(name)
        state: Literal["new", "changed", "unchanged"] = "new" if held is None else "changed"
        if held is not None and held[0] == _hash(content, like=held[0]):
            state = "unchanged"
        size = len(content) if isinstance(content, bytes) else content.stat().st_size
        found.append(Change(name, size, state, content))
    return tuple(found)


def check_against(plan: Plan, remote: Remote | None, *, private: bool) -> None:
    """Refuse, before anything is sent, what could not be kept.

    Raises:
        InvalidArgumentError: the tag is at another commit, or the repository is public and was to be private.
    """
    if remote is None:
        return
    if private and not remote.private:
        raise InvalidArgumentError(
            f"{plan.repo} is there and public. Received: private. Make it private in its settings first: "
            f"{plan.url}/settings"
        )
    at = remote.tags.get(plan.tag or "")
    if at is not None and (plan.pending or at != remote.commit):
        why = "these files are others" if plan.pending else f"{BRANCH} is at {remote.commit[:8]}"
        raise InvalidArgumentError(
            f"Tag {plan.tag!r} of {plan.repo} is at commit {at[:8]} and {why}. A tag that others may have "
            "pinned is not moved: choose another."
        )


def _hash(content: Content, *, like: str) -> str:
    """SHA-256 where the other hash is one, else the hash by which git knows a file."""
    if len(like) == 64:
        return sha256_of_file(content) if isinstance(content, Path) else hashlib.sha256(content).hexdigest()
    raw = content.read_bytes() if isinstance(content, Path) else content
    return hashlib.sha1(b"blob %d\0" % len(raw) + raw, usedforsecurity=False).hexdigest()
