"""A Hub that refuses, fails or is not there: one line says so, the cache is sound, the next load works."""

import logging
import time
from pathlib import Path

import pytest
from hub_server import Fault, HubServer, damaged, unfinished

import ganzoo
from ganzoo import zoo

ADDRESS = "hf://alice/tiny"
FILES = r"/resolve/|/cdn/"


def fails(address: str, match: str, *, within: float = 5.0, kind: type = ganzoo.GanzooError) -> str:
    """What a load says that fails as it should, in time and in one line."""
    begun = time.monotonic()
    with pytest.raises(kind, match=match) as error:
        zoo.load_reference(address)
    assert time.monotonic() - begun < within
    assert "\n" not in str(error.value)
    return str(error.value)


REFUSALS = [
    (401, {}, r"refuses your token \(401\)\. Renew it"),
    (403, {}, r"forbids it to you \(403\)\. Use a token"),
    (404, {}, r"does not know what it was asked \(404\)\. Check HF_ENDPOINT"),
    (429, {"Retry-After": "3600"}, r"too many requests from here \(429\)\. Try again in 3600 seconds"),
    (429, {"ratelimit": '"api";r=0;t=55'}, r"Try again in 55 seconds"),
    (500, {}, r"the Hub has failed \(500\)\. Try again later"),
    (503, {}, r"the Hub has failed \(503\)"),
]


@pytest.mark.parametrize("path", ["/api/models", FILES], ids=["model", "files"])
@pytest.mark.parametrize(("status", "headers", "said"), REFUSALS)
def test_a_refusal_is_told_at_once_and_does_no_harm(
    hub: HubServer,
    tiny_commit: str,
    hub_home: Path,
    path: str,
    status: int,
    headers: dict[str, str],
    said: str,
):
    hub.faults.append(Fault(path=path, status=status, headers=headers))
    fails(ADDRESS, said)
    assert not damaged(hub_home / "hub")
    assert not unfinished(hub_home / "hub")
    hub.faults.clear()
    assert len(zoo.load_reference(ADDRESS)["z"]) == 16


def test_a_rate_limit_without_a_time(hub: HubServer, tiny_commit: str):
    hub.faults.append(Fault(path="/api/models", status=429))
    fails(ADDRESS, "Try again in some minutes")


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_failing_hub_is_no_matter_where_there_is_a_copy(
    hub: HubServer, tiny_commit: str, status: int, caplog: pytest.LogCaptureFixture
):
    zoo.info(ADDRESS)
    hub.faults.append(Fault(status=status))
    with caplog.at_level(logging.WARNING, logger="ganzoo"):
        assert zoo.info(ADDRESS).folder.name == tiny_commit
    assert len([r for r in caplog.records if r.name == "ganzoo"]) == 1


def test_a_refusal_is_told_though_there_is_a_copy(hub: HubServer, tiny_commit: str):
    zoo.info(ADDRESS)
    hub.faults.append(Fault(status=403))
    fails(ADDRESS, r"\(403\)")
    # a commit stays what it was
    assert zoo.info(f"{ADDRESS}@{tiny_commit}").name == "tiny"


@pytest.mark.parametrize("fault", ["down", "drop"])
def test_no_answer_at_all(hub: HubServer, tiny_commit: str, hub_home: Path, fault: str):
    ports = hub.ports
    if fault == "down":
        hub.stop()
    else:
        hub.faults.append(Fault(path="/api/models", drop=True))
    said = fails(ADDRESS, "cannot be fetched: no answer from http://127.0.0.1.*Check the connection")
    assert f"127.0.0.1:{ports[0]}" in said
    assert not (hub_home / "hub/models--alice--tiny").exists()
    if fault == "down":
        hub.start(ports=ports)
    hub.faults.clear()
    assert zoo.info(ADDRESS).name == "tiny"


@pytest.mark.faults
def test_a_hub_that_is_silent_is_waited_for_but_not_for_long(hub: HubServer, tiny_commit: str):
    hub.faults.append(Fault(path="/api/models", delay=60))
    fails(ADDRESS, "no answer from .*timed out", within=14)
    hub.faults.clear()
    zoo.info(ADDRESS)
    hub.faults.append(Fault(path="/api/models", delay=60))
    begun = time.monotonic()
    assert zoo.info(ADDRESS).folder.name == tiny_commit
    assert time.monotonic() - begun < 6


@pytest.mark.faults
def test_a_short_wait_is_waited(hub: HubServer, tiny_commit: str):
    hub.faults.append(Fault(path=FILES, status=429, headers={"Retry-After": "1"}, times=3))
    assert zoo.info(ADDRESS).name == "tiny"


@pytest.mark.faults
def test_a_hub_that_goes_away_between_two_files(hub: HubServer, tiny_commit: str, hub_home: Path):
    hub.faults.append(Fault(path=r"/resolve/.*/model\.weights", drop=True))
    # the client tries six times, for 23 seconds
    fails(ADDRESS, "no answer from", within=40)
    assert not damaged(hub_home / "hub")
    hub.faults.clear()
    del hub.requests[:]
    assert zoo.info(ADDRESS).name == "tiny"
    assert not [r for r in hub.requests if "discriminator" in r.path]
