"""One file of a model on the Hub: fetched by the Hub's client, and held to its hash."""

import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ganzoo._files import sha256_of_file
from ganzoo._version import __version__
from ganzoo.errors import WeightsError
from ganzoo.zoo import hub_cache
from ganzoo.zoo.hub_address import HubAddress
from ganzoo.zoo.hub_errors import endpoint, retry_after

__all__ = ["PATIENCE", "Remote", "get"]

# Seconds for an answer to begin.
PATIENCE: Final = 10.0
# The client sleeps for as long as a 429 asks, up to six times; beyond this the user decides.
_LONGEST_WAIT = 10


@dataclass(frozen=True)
class Remote:
    """A file, as the Hub or ganzoo.json lists it.

    Args:
        size: bytes.
        hash: SHA-256 in 64 digits, or git's SHA-1 of a small file in 40.
    """

    size: int
    hash: str


def get(address: HubAddress, path: Path, remote: Remote) -> None:
    """Have a file in the cache, with the bytes that it should hold or not at all.

    Args:
        address: of the model, pinned to a commit.
        path: of the file in the snapshot.
        remote: what it should be.

    Raises:
        WeightsError: it arrived with other bytes; they are not kept.
        Exception: of the client, for `hub_errors.explain`.
    """
    from huggingface_hub import hf_hub_download

    if os.path.lexists(path) and not _holds(path, remote):
        hub_cache.discard(path)
    if not path.exists():
        with _no_long_wait():
            hf_hub_download(
                address.repo_id,
                path.name,
                revision=address.revision,
                cache_dir=hub_cache.cache_folder(),
                endpoint=endpoint(),
                library_name="ganzoo",
                library_version=__version__,
                etag_timeout=PATIENCE,
                **_bar(hf_hub_download),
            )
    if not _holds(path, remote):
        raise WeightsError(
            f"{path.name} of {address} has other bytes than its hash {remote.hash[:12]}… stands for. "
            f"{hub_cache.remedy(path)}"
        )


def _holds(path: Path, remote: Remote) -> bool:
    if not path.is_file() or path.stat().st_size != remote.size:
        return False
    return remote.hash == (sha256_of_file(path) if len(remote.hash) == 64 else hub_cache.git_sha1(path))


@contextmanager
def _no_long_wait() -> Iterator[None]:
    """Raise where the client would sleep: half a minute for a Hub that fails, and as long as a 429 asks."""
    from huggingface_hub import get_session
    from huggingface_hub.utils import hf_raise_for_status

    def refuse(response: Any) -> None:
        asked = retry_after(response) or 0
        if response.status_code >= 500 or (response.status_code == 429 and asked > _LONGEST_WAIT):
            hf_raise_for_status(response)

    hooks = get_session().event_hooks["response"]
    hooks.append(refuse)
    try:
        yield
    finally:
        hooks.remove(refuse)


def _bar(download: Callable[..., Any]) -> dict[str, Any]:
    """A progress bar for what takes longer than two seconds, where this version of the client takes one."""
    from huggingface_hub.utils import tqdm

    class LateBar(tqdm):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **{"delay": 2, **options})

    return {"tqdm_class": LateBar} if "tqdm_class" in inspect.signature(download).parameters else {}
