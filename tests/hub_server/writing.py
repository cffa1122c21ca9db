"""Changing: repositories, large files, commits, tags."""

import base64
import hashlib
import json
import time
from typing import Any
from urllib.parse import unquote

import yaml

from hub_server.routes import Answer, Call, route, writer
from hub_server.store import Commit, Entry, RefusedError, Repo

__all__: list[str] = []

_LARGE = (".h5", ".keras", ".npz", ".npy", ".gif", ".png")
_LARGE_BYTES = 10 * 2**20


@route("POST", "/api/repos/create")
def create(call: Call) -> Answer:
    """Make a repository."""
    asked = json.loads(call.body)
    if call.account is None:
        raise RefusedError(401, "Invalid username or password.")
    owner = asked.get("organization") or call.account.name
    if not call.account.may_write(owner):
        raise RefusedError(403, f'You don\'t have the rights to create a model under the namespace "{owner}"')
    repo_id = f"{owner}/{asked['name']}"
    url = f"{call.origins[0]}/{repo_id}"
    with call.store.lock:
        if call.store.repo(repo_id) is not None:
            raise RefusedError(409, "You already created this model repo", url=url)
        call.store.create(repo_id, private=asked.get("private") or asked.get("visibility") == "private")
    return Answer({"url": url, "name": repo_id, "id": repo_id})


@route("POST", "/api/validate-yaml")
def validate_yaml(call: Call) -> Answer:
    """Whether a model card's metadata is sound, as far as this server knows."""
    parts = json.loads(call.body)["content"].split("---\n", 2)
    if len(parts) != 3 or parts[0]:
        return Answer(
            {"errors": [], "warnings": [{"message": "empty or missing yaml metadata in repo card"}]}
        )
    try:
        card = yaml.safe_load(parts[1])
    except yaml.YAMLError as error:
        return Answer({"errors": [{"message": str(error)}], "warnings": []}, status=400)
    errors = [] if isinstance(card, dict) else ["metadata is no mapping"]
    if isinstance(card, dict):
        lists = {"tags", "datasets", "language"}
        errors += [f'"{key}" must be a list' for key in lists & set(card) if not isinstance(card[key], list)]
        if not isinstance(card.get("license", ""), str):
            errors.append('"license" must be a string')
    found = [{"message": message} for message in errors]
    return Answer({"errors": found, "warnings": []}, status=400 if found else 200)


@route("POST", "/api/models/REPO/preupload/REV")
def preupload(call: Call, repo_id: str, revision: str) -> Answer:
    """How each file is to be sent, and the hash of the one that is there under its name."""
    repo = writer(call, repo_id)
    present = repo.commit(repo.resolve(revision)).files
    files = []
    for file in json.loads(call.body)["files"]:
        path = file["path"]
        binary = b"\0" in base64.b64decode(file["sample"])
        large = path.endswith(_LARGE) or binary or file["size"] > _LARGE_BYTES
        told: dict[str, Any] = {
            "path": path,
            "uploadMode": "lfs" if large else "regular",
            "shouldIgnore": False,
        }
        if path in present:
            told["oid"] = present[path].etag
        files.append(told)
    return Answer({"files": files})


@route("POST", "/REPO.git/info/lfs/objects/batch")
def lfs_batch(call: Call, repo_id: str) -> Answer:
    """Where to send large files; those that are kept need no sending."""
    writer(call, repo_id)
    objects = []
    for asked in json.loads(call.body)["objects"]:
        oid = asked["oid"]
        told: dict[str, Any] = {"oid": oid, "size": asked["size"]}
        if not call.store.blob(oid).is_file():
            upload = f"{call.origins[1]}/upload/{oid}?signature={call.secret}"
            verify = f"{call.origins[0]}/{repo_id}.git/info/lfs/verify"
            told["actions"] = {"upload": {"href": upload}, "verify": {"href": verify}}
        objects.append(told)
    return Answer({"transfer": "basic", "objects": objects})


@route("PUT", "/upload/(?P<oid>[0-9a-f]{64})")
def lfs_put(call: Call, oid: str) -> Answer:
    """The content of a large file."""
    if call.query.get("signature") != call.secret:
        raise RefusedError(403, "The signature does not match.")
    if hashlib.sha256(call.body).hexdigest() != oid:
        raise RefusedError(400, "The content does not have that SHA-256.")
    call.store.keep(call.body, lfs=True)
    return Answer({})


@route("POST", "/REPO.git/info/lfs/verify")
def lfs_verify(call: Call, repo_id: str) -> Answer:
    """Whether a large file has arrived."""
    writer(call, repo_id)
    asked = json.loads(call.body)
    path = call.store.blob(asked["oid"])
    if not path.is_file() or path.stat().st_size != asked["size"]:
        raise RefusedError(404, "The object is not there.")
    return Answer({})


@route("POST", "/api/models/REPO/commit/REV")
def commit(call: Call, repo_id: str, revision: str) -> Answer:
    """Add, replace and delete files, all or none of them."""
    repo = writer(call, repo_id)
    if call.query.get("create_pr") == "1":
        raise RefusedError(400, "This server has no pull requests.")
    items = [json.loads(line) for line in call.body.splitlines() if line.strip()]
    header = next(item["value"] for item in items if item["key"] == "header")
    with call.store.lock:
        if revision not in repo.refs("branch"):
            raise RefusedError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        head = repo.resolve(revision)
        if header.get("parentCommit") not in (None, head):
            raise RefusedError(412, "A commit has happened since. Please refresh and try again.")
        files = dict(repo.commit(head).files)
        for item in items:
            _apply(repo, files, item["key"], item["value"])
        author = call.account.name if call.account else ""
        oid = repo.add(Commit(head, header["summary"], author, time.time(), files))
        repo.point("branch", revision, oid)
    url = f"{call.origins[0]}/{repo_id}/commit/{oid}"
    return Answer({"success": True, "commitOid": oid, "commitUrl": url, "hookOutput": ""})


def _apply(repo: Repo, files: dict[str, Entry], key: str, value: dict[str, Any]) -> None:
    path = value.get("path", "")
    if key == "file":
        files[path] = repo.store.keep(base64.b64decode(value["content"]), lfs=False)
    elif key == "lfsFile":
        if not repo.store.blob(value["oid"]).is_file():
            raise RefusedError(400, f"The content of {path} was not uploaded.")
        files[path] = repo.store.entry(value["oid"], lfs=True)
    elif key in ("deletedFile", "deletedFolder"):
        gone = [name for name in files if name == path or name.startswith(path.rstrip("/") + "/")]
        if not gone:
            raise RefusedError(404, f"A file with this name doesn't exist: {path}", "EntryNotFound")
        for name in gone:
            del files[name]


@route("POST", "/api/models/REPO/tag/REV")
def tag(call: Call, repo_id: str, revision: str) -> Answer:
    """Name a commit for good."""
    repo = writer(call, repo_id)
    name = json.loads(call.body)["tag"]
    with call.store.lock:
        if name in repo.refs("tag"):
            raise RefusedError(409, "Tag reference exists already")
        repo.point("tag", name, repo.resolve(revision))
    return Answer({})


@route("DELETE", "/api/models/REPO/tag/REV")
def untag(call: Call, repo_id: str, revision: str) -> Answer:
    """Take a tag away."""
    repo = writer(call, repo_id)
    if revision not in repo.refs("tag"):
        raise RefusedError(404, "Tag not found", "RevisionNotFound")
    (repo.folder / "tag" / revision.replace("/", "%2F")).unlink()
    return Answer({})


@route("POST", "/api/models/REPO/branch/(?P<branch>[^/]+)")
def branch(call: Call, repo_id: str, branch: str) -> Answer:
    """Start a branch."""
    repo = writer(call, repo_id)
    start = json.loads(call.body or b"{}").get("startingPoint", "main")
    with call.store.lock:
        if branch in repo.refs("branch"):
            raise RefusedError(409, "Reference already exists")
        repo.point("branch", branch, repo.resolve(unquote(start)))
    return Answer({})
