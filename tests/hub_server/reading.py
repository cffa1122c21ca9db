"""Asking: who am I, what is there, and its bytes."""

import json
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qs, urlencode

import yaml

from hub_server.routes import Answer, Call, past_the_gate, reader, route
from hub_server.store import Commit, Entry, RefusedError, Repo

__all__ = ["front_matter"]


@route("GET", "/api/whoami-v2")
def whoami(call: Call) -> Answer:
    """Who holds the token."""
    if call.account is None:
        raise RefusedError(401, "Invalid username or password.")
    token = {"displayName": "test", "role": call.account.role}
    orgs = [{"type": "org", "name": name, "fullname": name} for name in call.account.orgs]
    name = call.account.name
    return Answer(
        {
            "type": "user",
            "id": name,
            "name": name,
            "fullname": name,
            "orgs": orgs,
            "auth": {"type": "access_token", "accessToken": token},
        }
    )


@route("GET", "/api/models/REPO(/revision/REV)?")
def model_info(call: Call, repo_id: str, revision: str) -> Answer:
    """A repository at a revision; its files with sizes and hashes if `blobs` is asked for."""
    repo = reader(call, repo_id)
    sha = repo.resolve(revision or "main")
    commit = repo.commit(sha)
    card = front_matter(repo, commit)
    siblings: list[dict[str, Any]] = []
    for path, entry in sorted(commit.files.items()):
        sibling: dict[str, Any] = {"rfilename": path}
        if call.query.get("blobs", "").lower() == "true":
            sibling |= {"size": entry.size, "blobId": entry.oid, **_lfs(entry, sha_key="sha256")}
        siblings.append(sibling)
    settings = repo.settings
    return Answer(
        {
            "_id": sha[:24],
            "id": repo_id,
            "modelId": repo_id,
            "author": repo.owner,
            "sha": sha,
            "private": settings["private"],
            "gated": settings["gated"],
            "disabled": False,
            "downloads": 0,
            "likes": 0,
            "tags": card.get("tags", []),
            "pipeline_tag": card.get("pipeline_tag"),
            "library_name": card.get("library_name"),
            "cardData": card or None,
            "siblings": siblings,
        }
    )


@route("GET", "/api/models/REPO/refs")
def refs(call: Call, repo_id: str) -> Answer:
    """Branches and tags."""
    repo = reader(call, repo_id)

    def listed(kind: str, prefix: str) -> list[dict[str, str]]:
        return [
            {"name": name, "ref": f"refs/{prefix}/{name}", "targetCommit": oid}
            for name, oid in repo.refs(kind).items()
        ]

    return Answer({"branches": listed("branch", "heads"), "converts": [], "tags": listed("tag", "tags")})


@route("GET", "/api/models/REPO/tree/REV(/(?P<folder>.+))?")
def tree(call: Call, repo_id: str, revision: str, folder: str) -> Answer:
    """The files of a folder, or of all of them below it, a page at a time."""
    repo = reader(call, repo_id)
    commit = repo.commit(repo.resolve(revision))
    entries = _tree(commit, folder, recursive=call.query.get("recursive", "").lower() == "true")
    if folder and not entries:
        raise RefusedError(404, f"{folder} does not exist on {revision!r}", "EntryNotFound")
    start = int(call.query.get("cursor", 0))
    stop = start + call.page_size
    headers = {}
    if stop < len(entries):
        query = urlencode({**call.query, "cursor": stop})
        headers["Link"] = f'<{call.origins[0]}{call.path}?{query}>; rel="next"'
    return Answer(entries[start:stop], headers=headers)


@route("POST", "/api/models/REPO/paths-info/REV")
def paths_info(call: Call, repo_id: str, revision: str) -> Answer:
    """Those of the paths that are there."""
    repo = reader(call, repo_id)
    commit = repo.commit(repo.resolve(revision))
    asked = parse_qs(call.body.decode()).get("paths", [])
    return Answer([_file(path, commit.files[path]) for path in asked if path in commit.files])


@route("GET", "/REPO/resolve/REV/(?P<path>.+)")
def resolve(call: Call, repo_id: str, revision: str, path: str) -> Answer:
    """A file, or for a large one the way to where it is kept."""
    repo = reader(call, repo_id)
    past_the_gate(call, repo)
    sha = repo.resolve(revision)
    entry = repo.commit(sha).files.get(path)
    headers = {"X-Repo-Commit": sha}
    if entry is None:
        raise RefusedError(404, "Entry not found", "EntryNotFound", headers=headers)
    if not entry.lfs:
        return Answer(headers={**headers, "ETag": f'"{entry.etag}"'}, blob=entry.sha256)
    query = urlencode({"filename": PurePosixPath(path).name, "signature": call.secret})
    headers |= {
        "X-Linked-Size": str(entry.size),
        "X-Linked-Etag": f'"{entry.sha256}"',
        "Location": f"{call.origins[1]}/cdn/{entry.sha256}?{query}",
    }
    return Answer(status=302, headers=headers)


@route("GET", "/cdn/(?P<sha256>[0-9a-f]{64})")
def cdn(call: Call, sha256: str) -> Answer:
    """A large file, for those who hold a signed address."""
    if call.query.get("signature") != call.secret:
        raise RefusedError(403, "The signature does not match.")
    return Answer(headers={"ETag": f'"{sha256}"'}, blob=sha256)


def front_matter(repo: Repo, commit: Commit) -> dict[str, Any]:
    """The metadata at the head of the model card; empty if there is none."""
    entry = commit.files.get("README.md")
    if entry is None:
        return {}
    parts = repo.store.blob(entry.sha256).read_text(encoding="utf-8").split("---\n", 2)
    loaded = yaml.safe_load(parts[1]) if len(parts) == 3 and not parts[0] else {}
    # Dates and the like are text to a client.
    return json.loads(json.dumps(loaded, default=str)) if isinstance(loaded, dict) else {}


def _tree(commit: Commit, folder: str, *, recursive: bool) -> list[dict[str, Any]]:
    prefix = f"{folder}/" if folder else ""
    found: dict[str, dict[str, Any]] = {}
    for path, entry in sorted(commit.files.items()):
        if not path.startswith(prefix):
            continue
        parts = path[len(prefix) :].split("/")
        for depth in range(1, len(parts) if recursive else min(len(parts), 2)):
            above = prefix + "/".join(parts[:depth])
            found.setdefault(above, {"type": "directory", "oid": "0" * 40, "size": 0, "path": above})
        if recursive or len(parts) == 1:
            found[path] = _file(path, entry)
    return list(found.values())


def _file(path: str, entry: Entry) -> dict[str, Any]:
    return {"type": "file", "path": path, "oid": entry.oid, "size": entry.size, **_lfs(entry)}


def _lfs(entry: Entry, *, sha_key: str = "oid") -> dict[str, Any]:
    return {"lfs": {sha_key: entry.sha256, "size": entry.size, "pointerSize": 134}} if entry.lfs else {}
