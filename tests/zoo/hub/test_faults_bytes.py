"""Bodies that are cut, short or wrong: nothing of them is taken for whole."""

import time
from pathlib import Path

import pytest
from hub_server import Fault, HubServer, damaged, unfinished
from huggingface_hub import constants

import ganzoo
from ganzoo import zoo

ADDRESS = "hf://alice/tiny"
WEIGHTS = r"/cdn/.*filename=model\.weights"
JSON = r"/resolve/.*ganzoo\.json"


@pytest.mark.parametrize("path", [WEIGHTS, JSON, r"/resolve/.*config\.json"])
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"truncate": 300}, r"was cut short: 300 of \d+ bytes came"),
        ({"corrupt": True}, r"has other bytes than its hash .* removed from the cache: load"),
    ],
)
def test_short_and_wrong_bodies(
    hub: HubServer, tiny_commit: str, hub_home: Path, path: str, fault: dict, said: str
):
    hub.faults.append(Fault(path=path, **fault))
    with pytest.raises(ganzoo.WeightsError, match=said) as error:
        zoo.info(ADDRESS)
    assert "\n" not in str(error.value)
    assert not damaged(hub_home / "hub")
    assert not unfinished(hub_home / "hub")
    hub.faults.clear()
    assert ganzoo.load(ADDRESS).name == "tiny"


@pytest.mark.faults
def test_a_connection_that_is_cut_is_resumed_where_it_was(
    hub: HubServer, tiny_commit: str, hub_home: Path, monkeypatch: pytest.MonkeyPatch
):
    # the client keeps what it has in pieces of 10 MB; the test's file has 30 kB
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 1000)
    hub.faults.append(Fault(path=WEIGHTS, cut=10_500, times=1))
    assert ganzoo.load(ADDRESS).name == "tiny"
    asked = [r.range for r in hub.requests if "filename=model.weights" in r.path]
    assert asked == [None, "bytes=10000-"]
    assert not damaged(hub_home / "hub")


@pytest.mark.faults
def test_a_small_file_that_is_cut_begins_anew(hub: HubServer, tiny_commit: str, hub_home: Path):
    hub.faults.append(Fault(path=WEIGHTS, cut=10_500, times=2))
    assert ganzoo.load(ADDRESS).name == "tiny"
    assert not damaged(hub_home / "hub")
    assert not unfinished(hub_home / "hub")


@pytest.mark.faults
def test_a_connection_that_is_always_cut_is_given_up(hub: HubServer, tiny_commit: str, hub_home: Path):
    hub.faults.append(Fault(path=WEIGHTS, cut=500))
    begun = time.monotonic()
    with pytest.raises(ganzoo.WeightsError, match="no answer from") as error:
        zoo.info(ADDRESS)
    assert time.monotonic() - begun < 20
    assert "\n" not in str(error.value)
    assert not damaged(hub_home / "hub")
    assert not unfinished(hub_home / "hub")
    hub.faults.clear()
    assert ganzoo.load(ADDRESS).name == "tiny"
