"""Whether a client's cache holds what it says."""

import hashlib
import os
from pathlib import Path

from hub_server.store import git_sha1

__all__ = ["damaged", "unfinished"]


def damaged(cache: Path) -> list[str]:
    """Blobs that do not hold what their names say, and links of snapshots that lead nowhere."""
    wrong = []
    for blob in cache.glob("models--*/blobs/*"):
        content = blob.read_bytes()
        if blob.suffix != ".incomplete" and blob.name not in (
            git_sha1(content),
            hashlib.sha256(content).hexdigest(),
        ):
            wrong.append(f"{blob.name} holds something else")
    links = (path for path in cache.glob("models--*/snapshots/*/*") if os.path.lexists(path))
    return wrong + [f"{path} leads nowhere" for path in links if not path.exists()]


def unfinished(cache: Path) -> list[Path]:
    """Files that a download left behind; no reader takes them for whole."""
    return sorted(cache.rglob("*.incomplete"))
