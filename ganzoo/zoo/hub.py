"""Models on the Hugging Face Hub: the fixed files of a preset, pinned to a commit, held to their hashes.

Nothing of a repository is believed before it is looked at: names that are not of a preset are not fetched,
sizes are compared before a byte is, and what does not have the SHA-256 that ganzoo.json gives is thrown away.
"""

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ganzoo._files import sha256_of_file
from ganzoo._version import __version__
from ganzoo.errors import GanzooError, WeightsError
from ganzoo.zoo import hub_cache
from ganzoo.zoo.hub_address import HubAddress
from ganzoo.zoo.hub_errors import endpoint, explain, is_outage, retry_after
from ganzoo.zoo.manifest import DATA_FILES, MANIFEST_FILE, parse, read_json

__all__ = ["fetch", "is_offline"]

_log = logging.getLogger("ganzoo")

_EVALUATION: Final = "evaluation.json"
# Seconds for the first answer. With a copy at hand there is no reason to wait long for a newer one.
_PATIENCE, _PATIENCE_WITH_A_COPY = 10.0, 3.0
# The client sleeps for as long as a 429 asks, up to six times; beyond this the user decides.
_LONGEST_WAIT = 10


@dataclass(frozen=True)
class _Remote:
    """A file, as the Hub lists it: its hash is SHA-256 of a large file, git's SHA-1 of a small one."""

    size: int
    hash: str


def fetch(address: HubAddress, *, sha256: str | None = None) -> Path:
    """The folder of a model on the Hub, fetched if it is not in the cache.

    A model at a commit that is in the cache is not asked about. For a branch or a tag the Hub is asked once
    what it is now; if there is no answer, the copy in the cache is used and a line is logged.

    Args:
        address: of the model.
        sha256: that its ganzoo.json must have, if that is known.

    Returns:
        The folder, in the Hub client's cache. Its weights are to be verified when they are read.

    Raises:
        UnknownModelError: the Hub knows no such model or revision, or does not show it to you.
        WeightsError: it cannot be fetched, is no preset, or holds other bytes than it says.

    Example:
        >>> fetch(parse_address("hf://user/digits@v1"))
        PosixPath('/home/you/.cache/huggingface/hub/models--user--digits/snapshots/51f2…')
    """
    commit = address.commit or hub_cache.read_ref(address)
    copy = None if commit is None else hub_cache.snapshot(address, commit)
    if copy is not None and not hub_cache.is_whole(copy, sha256=sha256):
        copy = None
    if copy is not None and (address.commit or is_offline()):
        return copy
    if is_offline():
        raise WeightsError(
            f"{address} is not whole in {hub_cache.cache_folder()}, and HF_HUB_OFFLINE forbids to fetch it. "
            "Unset that once."
        )
    with _in_one_line(address):
        try:
            commit, listed = _ask(address, timeout=_PATIENCE_WITH_A_COPY if copy else _PATIENCE)
        except Exception as error:
            if copy is None or not is_outage(error):
                raise
            _log.warning("The Hub does not answer: using the copy of %s in the cache, %.8s.", address, commit)
            return copy
        folder = hub_cache.snapshot(address, commit)
        if not hub_cache.is_whole(folder, sha256=sha256):
            _download(address.pinned(commit), listed, folder, sha256)
        if address.commit is None:
            hub_cache.write_ref(address, commit)
    return folder


def is_offline() -> bool:
    """Whether the environment forbids to ask the Hub."""
    asked = os.environ.get("HF_HUB_OFFLINE") or os.environ.get("TRANSFORMERS_OFFLINE") or ""
    return asked.upper() in ("1", "ON", "YES", "TRUE")


def _ask(address: HubAddress, *, timeout: float) -> tuple[str, dict[str, _Remote]]:
    """The commit that an address stands for, and the files of a preset that are there."""
    from huggingface_hub import HfApi

    api = HfApi(endpoint=endpoint(), library_name="ganzoo", library_version=__version__)
    info = api.model_info(address.repo_id, revision=address.revision, files_metadata=True, timeout=timeout)
    known = {MANIFEST_FILE, _EVALUATION, *DATA_FILES}
    listed = {
        file.rfilename: _Remote(file.size, file.lfs.sha256 if file.lfs else file.blob_id)
        for file in info.siblings or []
        if file.rfilename in known
    }
    return info.sha, listed


def _download(address: HubAddress, listed: dict[str, _Remote], folder: Path, sha256: str | None) -> None:
    if MANIFEST_FILE not in listed:
        raise WeightsError(
            f"{address} is no model of ganzoo: it has no {MANIFEST_FILE}. For a plain Keras model, use "
            "keras.saving.load_model."
        )
    # evaluation.json before the rest: who finds the rest need not ask whether there is one.
    for name in (MANIFEST_FILE, _EVALUATION):
        if name in listed:
            if listed[name].size > hub_cache.MOST_JSON:
                raise WeightsError(f"{address} is refused: {name} has {listed[name].size:,} bytes.")
            _get(address, folder / name, listed[name])
    path = folder / MANIFEST_FILE
    if sha256 is not None and sha256_of_file(path) != sha256:
        raise WeightsError(
            f"{address} has another {MANIFEST_FILE} than the one that this ganzoo was released with. "
            "Upgrade: pip install -U ganzoo"
        )
    files = parse(read_json(path), path).files
    stated = {name: _Remote(files[name].bytes, files[name].sha256) for name in DATA_FILES if name in files}
    for name, remote in stated.items():
        _check_listed(address, name, remote, listed.get(name))
    _check_room(address, sum(remote.size for name, remote in stated.items() if not (folder / name).exists()))
    for name, remote in stated.items():
        _get(address, folder / name, remote)


def _check_listed(address: HubAddress, name: str, stated: _Remote, listed: _Remote | None) -> None:
    """Refuse a file that cannot be the one that ganzoo.json describes, before it is fetched."""
    if listed is None:
        raise WeightsError(f"{address} lacks {name}, which its {MANIFEST_FILE} names. Ask its author.")
    other = len(listed.hash) == len(stated.hash) and listed.hash != stated.hash
    if listed.size != stated.size or other:
        raise WeightsError(
            f"{address} is refused: {name} has {listed.size:,} bytes and hash {listed.hash[:12]}…, its "
            f"{MANIFEST_FILE} says {stated.size:,} and {stated.hash[:12]}…. Ask its author."
        )


def _check_room(address: HubAddress, needed: int) -> None:
    cache = hub_cache.cache_folder()
    above = next(folder for folder in (cache, *cache.absolute().parents) if folder.is_dir())
    free = shutil.disk_usage(above).free
    if needed > free:
        raise WeightsError(
            f"No room for {address}: it needs {needed / 1e6:.1f} MB; in {cache} are {free / 1e6:.1f} MB. "
            "Free some, or set HF_HOME to a folder on another disk."
        )


def _get(address: HubAddress, path: Path, remote: _Remote) -> None:
    """Have a file in the cache, with the bytes that it should hold or not at all."""
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
                etag_timeout=_PATIENCE,
            )
    if not _holds(path, remote):
        raise WeightsError(
            f"{path.name} of {address} has other bytes than its hash {remote.hash[:12]}… stands for. "
            f"{hub_cache.remedy(path)}"
        )


def _holds(path: Path, remote: _Remote) -> bool:
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


@contextmanager
def _in_one_line(address: HubAddress) -> Iterator[None]:
    """Turn what the client raises into a line of ours."""
    try:
        yield
    except GanzooError:
        raise
    except Exception as error:
        told = explain(error, address)
        if told is None:
            raise
        raise told from error
