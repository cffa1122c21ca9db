"""Names of the zoo that are on the Hub: weights/, then the cache, then the Hub, pinned."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hub_server import HubServer

import ganzoo
from ganzoo import zoo
from ganzoo.zoo import published

Register = Callable[..., None]


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Register:
    """A function that writes the only entry of the registry."""

    def write(name: str, commit: str, manifest: Path) -> None:
        entry = {
            "repo_id": "alice/tiny",
            "commit": commit,
            "sha256": hashlib.sha256(manifest.read_bytes()).hexdigest(),
        }
        path = tmp_path / "published.json"
        path.write_text(json.dumps({name: entry}))
        monkeypatch.setattr(published, "PUBLISHED_FILE", path)

    return write


def test_the_registry_that_is_shipped_is_sound():
    assert isinstance(published.published(), dict)


def test_a_name_that_is_not_here_comes_from_the_hub_once(
    hub: HubServer, tiny_commit: str, written: Path, register: Register
):
    register("far-gan", tiny_commit, written / "tiny/ganzoo.json")
    assert ganzoo.load("far-gan").name == "tiny"
    hub.stop()
    assert ganzoo.load("far-gan").name == "tiny"


def test_a_name_that_is_here_is_not_asked_about(
    hub: HubServer, tiny_commit: str, zoo_of_two: Path, register: Register
):
    register("tiny", tiny_commit, zoo_of_two / "tiny-classes/ganzoo.json")
    assert zoo.info("tiny").folder == zoo_of_two / "tiny"
    assert hub.requests == []


def test_another_manifest_than_the_pinned_one_is_refused(
    hub: HubServer, tiny_commit: str, written: Path, register: Register
):
    register("far-gan", tiny_commit, written / "tiny-classes/ganzoo.json")
    for _ in range(2):
        with pytest.raises(ganzoo.WeightsError, match=r"has another ganzoo\.json than the one"):
            zoo.info("far-gan")


def test_unknown_names_are_told_what_is_near(
    hub: HubServer, tiny_commit: str, zoo_of_two: Path, register: Register
):
    register("far-gan", tiny_commit, zoo_of_two / "tiny/ganzoo.json")
    with pytest.raises(ganzoo.UnknownModelError, match="Did you mean 'far-gan'"):
        zoo.info("far-gann")
    assert hub.requests == []
