"""The Hub client's cache, read without the client: what is there, whether it is whole, what to throw away.

    models--user--name/refs/main                    the commit that "main" was when it was last asked for
    models--user--name/snapshots/COMMIT/FILE     -> ../../blobs/HASH
    models--user--name/blobs/HASH                   git's SHA-1 of a small file, SHA-256 of a large one

A model that is there loads without a request, and without importing the client.
"""

import contextlib
import hashlib
import os
import re
from pathlib import Path
from typing import Final

from ganzoo._files import sha256_of_file
from ganzoo.errors import WeightsError
from ganzoo.zoo.hub_address import HubAddress
from ganzoo.zoo.manifest import DATA_FILES, MANIFEST_FILE, parse, read_json

__all__ = [
    "MOST_JSON",
    "cache_folder",
    "discard",
    "git_sha1",
    "in_a_cache",
    "is_whole",
    "read_ref",
    "remedy",
    "snapshot",
    "write_ref",
]

# More than any ganzoo.json or evaluation.json has; what is larger is not read.
MOST_JSON: Final = 4 * 2**20


def cache_folder() -> Path:
    """The folder of the Hub client's cache, as the environment says now; the client reads that only once."""
    environ = os.environ
    chosen = environ.get("HF_HUB_CACHE") or environ.get("HUGGINGFACE_HUB_CACHE")
    if not chosen:
        base = environ.get("XDG_CACHE_HOME") or "~/.cache"
        chosen = f"{environ.get('HF_HOME') or f'{base}/huggingface'}/hub"
    return Path(os.path.expandvars(chosen)).expanduser()


def snapshot(address: HubAddress, commit: str) -> Path:
    """The folder of a model at a commit, there or not."""
    return _repository(address) / "snapshots" / commit


def read_ref(address: HubAddress) -> str | None:
    """The commit that a branch or tag was when it was last asked for, if that is known."""
    try:
        commit = (_repository(address) / "refs" / address.revision).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None
    return commit if re.fullmatch(r"[0-9a-f]{40}", commit) else None


def write_ref(address: HubAddress, commit: str) -> None:
    """Remember what a branch or tag is; in a cache that cannot be written, it is not remembered."""
    path = _repository(address) / "refs" / address.revision
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    if commit == read_ref(address):
        return
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(commit, encoding="ascii")
        temporary.replace(path)


def is_whole(folder: Path, *, sha256: str | None = None) -> bool:
    """Whether a snapshot has all files, of the right sizes; hashes of large ones are for who reads them.

    Args:
        folder: of the snapshot.
        sha256: of its ganzoo.json, if that is known.
    """
    path = folder / MANIFEST_FILE
    if not _is_intact(path) or (sha256 is not None and sha256_of_file(path) != sha256):
        return False
    try:
        entries = parse(read_json(path), path).files
    except WeightsError:
        # Where a link says what it holds, fetching it again changes nothing: its reader says what is wrong.
        return path.is_symlink()
    return all(_size(folder / name) == entries[name].bytes for name in DATA_FILES if name in entries)


def in_a_cache(folder: Path) -> bool:
    """Whether a folder is a snapshot in a cache of the Hub."""
    above = folder.parent
    return above.name == "snapshots" and above.parent.name.startswith("models--")


def discard(path: Path) -> bool:
    """Remove a file of a snapshot and the blob behind it, so that it is fetched anew.

    Args:
        path: of the file.

    Returns:
        Whether it is gone. A file that is not in a cache of the Hub stays.
    """
    repository = path.parent.parent.parent
    if not in_a_cache(path.parent):
        return False
    # A blob may itself be a link, into a store that the repositories of a cache share.
    homes = (repository / "blobs", repository.parent / "blobs")
    target = path
    with contextlib.suppress(OSError):
        while target.is_symlink():
            step = Path(os.path.normpath(target.parent / target.readlink()))
            target.unlink()
            target = step
            if not any(step.is_relative_to(home) for home in homes):
                return True
        target.unlink(missing_ok=True)
        return True
    return False


def remedy(path: Path) -> str:
    """What to do about a file that does not hold what it should; one in the cache is removed.

    Args:
        path: of the file.

    Returns:
        A sentence for the end of the message.
    """
    if not in_a_cache(path.parent):
        return "Get the preset again."
    if discard(path):
        return "It was removed from the cache: load the model again to fetch it anew."
    return "The cache is not open to you: have that file removed, or set HF_HOME to a folder of your own."


def git_sha1(path: Path) -> str:
    """The hash by which git knows a file."""
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _repository(address: HubAddress) -> Path:
    return cache_folder() / f"models--{address.repo_id.replace('/', '--')}"


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _is_intact(path: Path) -> bool:
    """Whether a small file holds what the name of its blob says, where there are links to blobs."""
    try:
        if path.stat().st_size > MOST_JSON:
            return False
        name = path.readlink().name if path.is_symlink() else ""
        if re.fullmatch(r"[0-9a-f]{40}", name):
            return git_sha1(path) == name
        if re.fullmatch(r"[0-9a-f]{64}", name):
            return sha256_of_file(path) == name
        return path.is_file()
    except OSError:
        return False
