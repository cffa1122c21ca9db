"""Which function answers which request, and who may ask."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from hub_server.store import Account, RefusedError, Repo, Store

__all__ = ["Answer", "Call", "answer", "reader", "route", "writer"]


@dataclass
class Answer:
    """A response: JSON, or the content of a kept file."""

    json: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    blob: str | None = None


@dataclass
class Call:
    """A request, as the functions that answer it see it."""

    store: Store
    origins: tuple[str, str]
    secret: str
    page_size: int
    account: Account | None
    query: dict[str, str]
    body: bytes
    path: str


_ROUTES: list[tuple[str, "re.Pattern[str]", Callable[..., Answer]]] = []


def route(method: str, pattern: str) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Mark a function as the one that answers; `REPO` and `REV` stand for a repository and a revision."""
    pattern = pattern.replace("REPO", r"(?P<repo_id>[\w.-]+/[\w.-]+)").replace("REV", r"(?P<revision>[^/]+)")

    def mark(function: Callable[..., Answer]) -> Callable[..., Answer]:
        _ROUTES.append((method, re.compile(pattern), function))
        return function

    return mark


def answer(method: str, target: str, call: Call) -> Answer:
    """Answer a request.

    Raises:
        RefusedError: it asks for what is not there or not allowed.
    """
    url = urlsplit(target)
    call.query = {key: values[-1] for key, values in parse_qs(url.query).items()}
    call.path = url.path
    for verb, pattern, function in _ROUTES:
        match = pattern.fullmatch(url.path)
        if match and method in (verb, "HEAD" if verb == "GET" else verb):
            return function(call, **{key: unquote(value or "") for key, value in match.groupdict().items()})
    raise RefusedError(404, f"Sorry, we can't find the page you are looking for: {method} {url.path}")


def reader(call: Call, repo_id: str) -> Repo:
    """The repository, if the account may read it.

    Raises:
        RefusedError: it may not, or there is none; the Hub does not say which of them.
    """
    repo, account = call.store.repo(repo_id), call.account
    mine = repo is not None and account is not None and account.may_read(repo.owner)
    if repo is None or (repo.settings["private"] and not mine):
        if account is None:
            raise RefusedError(401, "Invalid username or password.", "RepoNotFound")
        raise RefusedError(404, "Repository not found", "RepoNotFound")
    return repo


def past_the_gate(call: Call, repo: Repo) -> None:
    """Refuse the files of a gated repository to those who were not granted access."""
    settings, account = repo.settings, call.account
    if not settings["gated"] or (account is not None and account.may_read(repo.owner)):
        return
    if account is None:
        raise RefusedError(401, f"Access to model {repo.id} is restricted. Please log in.", "GatedRepo")
    if account.name not in settings["granted"]:
        raise RefusedError(403, f"Access to model {repo.id} is restricted: ask for it.", "GatedRepo")


def writer(call: Call, repo_id: str) -> Repo:
    """The repository, if the account may write to it."""
    repo = reader(call, repo_id)
    if call.account is None:
        raise RefusedError(401, "Invalid username or password.")
    if not call.account.may_write(repo.owner):
        raise RefusedError(403, f"Forbidden: you must use a write token to upload to {repo_id}.")
    return repo
