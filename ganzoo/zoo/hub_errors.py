"""What the Hub's client raises, as one line that says what came and what to do."""

import errno
import os
import re
from collections.abc import Iterator
from typing import Any

from ganzoo.errors import GanzooError, UnknownModelError, WeightsError
from ganzoo.zoo.hub_address import HubAddress
from ganzoo.zoo.hub_cache import cache_folder

__all__ = [
    "chain",
    "endpoint",
    "explain",
    "is_network",
    "is_outage",
    "response_of",
    "retry_after",
    "status_of",
]

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NOT_OPEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_LOG_IN = "log in: hf auth login"


def endpoint() -> str:
    """The address of the Hub, as the environment says now."""
    return (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")


def is_outage(error: BaseException) -> bool:
    """Whether the Hub did not answer or could not: a copy in the cache then does as well."""
    status = status_of(error)
    if status is not None:
        return status in (408, 429) or status >= 500
    return is_network(error)


def explain(error: BaseException, address: HubAddress) -> GanzooError | None:
    """Say in one line what went wrong.

    Args:
        error: that the client raised.
        address: that was asked for.

    Returns:
        A `WeightsError`, or an `UnknownModelError` where the Hub knows no such model or revision; None if
        the error has nothing to do with the Hub or the disk.
    """
    status = status_of(error)
    if status is not None:
        return _of_status(error, status, address)
    for cause in chain(error):
        number = cause.errno if isinstance(cause, OSError) else None
        if number in _NO_ROOM:
            return WeightsError(
                f"No room for {address} in {cache_folder()}: {os.strerror(number or 0)}. "
                "Free some, or set HF_HOME to a folder on another disk."
            )
        if number in _NOT_OPEN:
            return WeightsError(
                f"Cannot write {address} to {cache_folder()}: {os.strerror(number or 0)}. "
                "Set HF_HOME to a folder open to you."
            )
        sizes = re.search(r"should be of size (\d+) but has size (\d+)", str(cause))
        if sizes:
            return WeightsError(
                f"A file of {address} was cut short: {sizes[2]} of {sizes[1]} bytes came. Nothing of it was "
                "kept: load the model again."
            )
    if is_network(error):
        last = list(chain(error))[-1]
        first = str(last).strip().splitlines()[0] if str(last).strip() else type(last).__name__
        return WeightsError(
            f"{address} cannot be fetched: no answer from {endpoint()} ({first}). "
            "Check the connection; a model in the cache loads without it."
        )
    return None


def retry_after(response: Any) -> int | None:
    """The seconds that a 429 asks to wait, if it says so."""
    headers = response.headers
    limit = re.search(r"\br=0\s*;\s*t=(\d+)", headers.get("ratelimit") or "")
    told = limit[1] if limit else (headers.get("Retry-After") or "").strip()
    return int(told) if told.isdigit() else None


def _of_status(error: BaseException, status: int, address: HubAddress) -> GanzooError:
    kinds = {kind.__name__ for cause in chain(error) for kind in type(cause).__mro__}
    page = f"{endpoint()}/{address.repo_id}"
    if "GatedRepoError" in kinds:
        return WeightsError(f"{address} is gated ({status}). Ask for access at {page}, then {_LOG_IN}")
    if "RepositoryNotFoundError" in kinds:
        return UnknownModelError(
            f"The Hub has no model {address.repo_id!r} that you may read ({status}). "
            f"Check the name; for a private one, {_LOG_IN}"
        )
    if "RevisionNotFoundError" in kinds:
        return UnknownModelError(
            f"{address.repo_id!r} on the Hub has no revision {address.revision!r} ({status}). "
            f"See {page}/tree/main for its branches and tags."
        )
    if "RemoteEntryNotFoundError" in kinds:
        return WeightsError(f"{address} lacks a file that it listed ({status}). Load the model again.")
    if status == 401:
        return WeightsError(
            f"{address} cannot be fetched: the Hub refuses your token (401). Renew it: hf auth login, "
            "or change HF_TOKEN."
        )
    if status == 403:
        return WeightsError(
            f"{address} cannot be fetched: the Hub forbids it to you (403). Use a token that may read it: "
            "hf auth login"
        )
    if status == 429:
        seconds = retry_after(response_of(error))
        when = "in some minutes" if seconds is None else f"in {seconds} seconds"
        return WeightsError(
            f"{address} cannot be fetched: the Hub has had too many requests from here (429). "
            f"Try again {when}; who has a token may ask more often."
        )
    if status >= 500:
        return WeightsError(f"{address} cannot be fetched: the Hub has failed ({status}). Try again later.")
    return WeightsError(
        f"{address} cannot be fetched: {endpoint()} does not know what it was asked ({status}). "
        "Check HF_ENDPOINT, and upgrade: pip install -U huggingface_hub"
    )


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what caused it: the client wraps a failed request in one that says no file was found."""
    while error is not None:
        yield error
        error = error.__cause__


def response_of(error: BaseException) -> Any:
    """The answer that the error tells of, or None."""
    return next((r for e in chain(error) if (r := getattr(e, "response", None)) is not None), None)


def status_of(error: BaseException) -> int | None:
    """The status of that answer, or None."""
    response = response_of(error)
    return None if response is None else int(response.status_code)


def is_network(error: BaseException) -> bool:
    """Whether the connection failed. By name: the client has changed its HTTP library twice."""
    homes = {type(cause).__module__.split(".")[0] for cause in chain(error)}
    names = {kind.__name__ for cause in chain(error) for kind in type(cause).__mro__}
    offline = names & {"OfflineModeIsEnabled", "LocalEntryNotFoundError", "ConnectionError", "TimeoutError"}
    return bool(offline or homes & {"httpx", "httpx2", "httpcore", "httpcore2", "requests", "urllib3"})
