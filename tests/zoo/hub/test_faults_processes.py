"""Processes that are killed, and processes that all want the same at once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hub_server import Fault, HubServer, damaged, unfinished

import ganzoo
from ganzoo import zoo

pytestmark = pytest.mark.faults

ADDRESS = "hf://alice/tiny"
LOAD = """
import sys
from ganzoo import zoo
folder = zoo.info(sys.argv[1]).folder
zoo.load_reference(folder)
print(folder)
"""


def start() -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", LOAD, ADDRESS]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("name", ["ganzoo.json", "config.json", "model.weights.h5", "reference.npz"])
def test_killed_in_the_middle_of_a_file(hub: HubServer, tiny_commit: str, hub_home: Path, name: str):
    fault = Fault(path=rf"(/resolve/.*/|/cdn/.*filename=){name}", stall=100)
    hub.faults.append(fault)
    process = start()
    try:
        while not fault.met and process.poll() is None:
            time.sleep(0.02)
        # some of it has arrived
        time.sleep(0.3)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    cache = hub_home / "hub"
    assert unfinished(cache)
    assert not damaged(cache)
    hub.faults.clear()
    assert ganzoo.load(ADDRESS).name == "tiny"
    assert not damaged(cache)


def test_eight_processes_fill_an_empty_cache(hub: HubServer, tiny_commit: str, hub_home: Path):
    processes = [start() for _ in range(8)]
    ends = [(process.communicate(timeout=300), process.returncode) for process in processes]
    assert [status for _, status in ends] == [0] * 8, ends
    assert {out.strip() for (out, _), _ in ends} == {
        str(hub_home / f"hub/models--alice--tiny/snapshots/{tiny_commit}")
    }
    assert not damaged(hub_home / "hub")
    assert not unfinished(hub_home / "hub")
    # each large file came once: the others waited for it
    fetched = [r.path for r in hub.requests if r.path.startswith("/cdn")]
    assert len(fetched) == len(set(fetched)) == 3


def test_a_partial_snapshot_without_the_network_is_told_from_a_whole_one(
    hub: HubServer, tiny_commit: str, monkeypatch: pytest.MonkeyPatch
):
    weights = zoo.info(ADDRESS).folder / "model.weights.h5"
    weights.unlink()
    hub.stop()
    for address in (ADDRESS, f"{ADDRESS}@{tiny_commit}"):
        with pytest.raises(ganzoo.WeightsError, match="cannot be fetched: no answer from"):
            zoo.info(address)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ganzoo.WeightsError, match="is not whole in"):
        zoo.info(ADDRESS)
    assert not os.path.lexists(weights)
