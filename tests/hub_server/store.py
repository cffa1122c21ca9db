"""Repositories in a folder: blobs by their hash, commits as JSON, branches and tags as files."""

import hashlib
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

__all__ = ["Account", "Commit", "Entry", "RefusedError", "Repo", "Store", "git_sha1"]


class RefusedError(Exception):
    """A request that is answered with an error, as the Hub puts it."""

    def __init__(
        self,
        status: int,
        message: str,
        code: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        **body: str,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.body = status, message, code, body
        self.headers = headers or {}


@dataclass(frozen=True)
class Account:
    """Who holds a token."""

    name: str
    role: str = "write"
    orgs: tuple[str, ...] = ()

    def may_write(self, owner: str) -> bool:
        """Whether it may write to repositories of `owner`."""
        return self.role == "write" and self.may_read(owner)

    def may_read(self, owner: str) -> bool:
        """Whether it may read private repositories of `owner`."""
        return owner == self.name or owner in self.orgs


@dataclass(frozen=True)
class Entry:
    """A file of a commit; `oid` is git's hash of its content, or of the pointer to a large file."""

    oid: str
    size: int
    sha256: str
    lfs: bool

    @property
    def etag(self) -> str:
        """What the Hub sends as ETag, and the client names its cached blob by."""
        return self.sha256 if self.lfs else self.oid


@dataclass(frozen=True)
class Commit:
    """A state of a repository."""

    parent: str | None
    message: str
    author: str
    date: float
    files: dict[str, Entry] = field(default_factory=dict)


def git_sha1(content: bytes) -> str:
    """The hash by which git knows a file."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def pointer(sha256: str, size: int) -> bytes:
    """What git keeps in place of a large file."""
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n".encode()


class Store:
    """All repositories of a server.

    Args:
        folder: that they are kept in; a server that is started on it again finds them.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock = threading.RLock()

    def repo(self, repo_id: str) -> "Repo | None":
        """A repository, or None if there is none of that name."""
        folder = self.folder / "repos" / repo_id
        return Repo(self, repo_id) if (folder / "repo.json").is_file() else None

    def create(self, repo_id: str, *, private: bool = False) -> "Repo":
        """Make an empty repository, with the first commit that the Hub makes too."""
        with self.lock:
            repo = Repo(self, repo_id)
            (repo.folder / "commits").mkdir(parents=True)
            for kind in ("branch", "tag"):
                (repo.folder / kind).mkdir()
            repo.settings = {"private": private, "gated": False, "granted": []}
            content = b"*.h5 filter=lfs diff=lfs merge=lfs -text\n"
            first = {".gitattributes": self.keep(content, lfs=False)}
            repo.point("branch", "main", repo.add(Commit(None, "initial commit", "hub", time.time(), first)))
            return repo

    def keep(self, content: bytes, *, lfs: bool) -> Entry:
        """Keep a file's content."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.blob(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return self.entry(sha256, lfs=lfs)

    def entry(self, sha256: str, *, lfs: bool) -> Entry:
        """What a commit says of a file that is kept."""
        size = self.blob(sha256).stat().st_size
        stored = pointer(sha256, size) if lfs else self.blob(sha256).read_bytes()
        return Entry(git_sha1(stored), size, sha256, lfs)

    def blob(self, sha256: str) -> Path:
        """Where the content of a file is kept."""
        return self.folder / "blobs" / sha256


class Repo:
    """One repository. Its settings are `private`, `gated` and the names that a gated one is `granted` to."""

    def __init__(self, store: Store, repo_id: str) -> None:
        self.store, self.id = store, repo_id
        self.owner = repo_id.split("/")[0]
        self.folder = store.folder / "repos" / repo_id

    @property
    def settings(self) -> dict:
        """As they are now."""
        return json.loads((self.folder / "repo.json").read_text())

    @settings.setter
    def settings(self, value: dict) -> None:
        (self.folder / "repo.json").write_text(json.dumps(value))

    def add(self, commit: Commit) -> str:
        """Keep a commit, and give its hash."""
        text = json.dumps(asdict(commit), sort_keys=True)
        oid = hashlib.sha1(text.encode()).hexdigest()
        (self.folder / "commits" / oid).write_text(text)
        return oid

    def commit(self, oid: str) -> Commit:
        """A commit by its hash."""
        raw = json.loads((self.folder / "commits" / oid).read_text())
        return Commit(**{**raw, "files": {path: Entry(**entry) for path, entry in raw["files"].items()}})

    def point(self, kind: str, name: str, oid: str) -> None:
        """Set a branch or a tag."""
        (self.folder / kind / name.replace("/", "%2F")).write_text(oid)

    def refs(self, kind: str) -> dict[str, str]:
        """Branches or tags, and the commits that they point to."""
        paths = sorted((self.folder / kind).iterdir())
        return {path.name.replace("%2F", "/"): path.read_text() for path in paths}

    def resolve(self, revision: str) -> str:
        """The commit of a branch, a tag or a hash."""
        known = {**self.refs("tag"), **self.refs("branch")}
        if revision in known:
            return known[revision]
        if revision and "/" not in revision and (self.folder / "commits" / revision).is_file():
            return revision
        raise RefusedError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
