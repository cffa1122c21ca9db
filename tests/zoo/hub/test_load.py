"""A model on the Hub is what was published: fetched once, pinned, and loaded without a request after that."""

import json
import logging
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hub_server import HubServer

import ganzoo
from ganzoo import zoo
from ganzoo.zoo.manifest import DATA_FILES

ADDRESS = "hf://alice/tiny"


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_same_pictures_come_back(written: Path, tiny_commit: str):
    here, there = ganzoo.load(written / "tiny"), ganzoo.load(ADDRESS)
    assert np.array_equal(here.generate(4, seed=1), there.generate(4, seed=1))
    for one, other in zip(here.discriminator.get_weights(), there.discriminator.get_weights(), strict=True):
        assert np.array_equal(one, other)
    golden = zoo.load_reference(ADDRESS)
    assert np.array_equal(golden["z"], zoo.load_reference(written / "tiny")["z"])


def test_a_commit_in_the_cache_is_not_asked_about(
    hub: HubServer, tiny_commit: str, monkeypatch: pytest.MonkeyPatch
):
    pinned = f"{ADDRESS}@{tiny_commit}"
    zoo.info(pinned)
    del hub.requests[:]
    # nor is the client needed
    for name in [name for name in sys.modules if name.split(".")[0] == "huggingface_hub"]:
        monkeypatch.setitem(sys.modules, name, None)
    assert ganzoo.load(pinned).name == "tiny"
    assert hub.requests == []


def test_a_branch_is_asked_about_once_and_followed(hub: HubServer, written: Path, tiny_commit: str):
    first = zoo.info(ADDRESS)
    assert first.folder.name == tiny_commit
    del hub.requests[:]
    assert zoo.info(ADDRESS).folder == first.folder
    assert [(r.method, r.path.split("?")[0]) for r in hub.requests] == [
        ("GET", "/api/models/alice/tiny/revision/main")
    ]
    second = hub.publish(written / "tiny-classes", "alice/tiny")
    assert zoo.info(ADDRESS).name == "tiny-classes"
    assert zoo.info(ADDRESS).folder.name == second
    assert zoo.info(f"{ADDRESS}@{tiny_commit}").name == "tiny"


def test_a_tag_is_a_revision(hub: HubServer, written: Path, tiny_commit: str):
    hub.store.repo("alice/tiny").point("tag", "v1", tiny_commit)
    hub.publish(written / "tiny-classes", "alice/tiny")
    assert zoo.info(f"{ADDRESS}@v1").name == "tiny"
    with pytest.raises(ganzoo.UnknownModelError, match=r"no revision 'v2' \(404\)"):
        zoo.info(f"{ADDRESS}@v2")


def test_only_the_files_of_a_preset_are_fetched(hub: HubServer, written: Path, tmp_path: Path):
    folder = Path(shutil.copytree(written / "tiny", tmp_path / "more"))
    (folder / "model.pkl").write_bytes(b"no")
    (folder / "setup.py").write_text("raise SystemExit")
    (folder / "assets").mkdir()
    (folder / "assets/config.json").write_text("{}")
    hub.publish(folder, "alice/more")
    got = zoo.info("hf://alice/more").folder
    data = zoo.info(written / "tiny").manifest.files
    assert names(got) == {"ganzoo.json", *data} <= {"ganzoo.json", *DATA_FILES}
    assert not [r for r in hub.requests if "pkl" in r.path or ".py" in r.path or "assets" in r.path]


def test_with_the_network_down_the_copy_serves_and_a_line_says_so(
    hub: HubServer, tiny_commit: str, caplog: pytest.LogCaptureFixture
):
    zoo.info(ADDRESS)
    hub.stop()
    with caplog.at_level(logging.WARNING, logger="ganzoo"):
        assert zoo.info(ADDRESS).folder.name == tiny_commit
    assert [r.getMessage() for r in caplog.records if r.name == "ganzoo"] == [
        f"The Hub does not answer: using the copy of hf://alice/tiny in the cache, {tiny_commit[:8]}."
    ]


def test_offline_by_choice_nothing_is_asked_and_nothing_said(
    hub: HubServer, tiny_commit: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    zoo.info(ADDRESS)
    del hub.requests[:]
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert zoo.info(ADDRESS).folder.name == tiny_commit
    assert hub.requests == []
    assert not [r for r in caplog.records if r.name == "ganzoo"]
    with pytest.raises(ganzoo.WeightsError, match=r"is not whole in .*HF_HUB_OFFLINE forbids"):
        zoo.info("hf://alice/other")


def test_a_private_model_is_for_who_may_read_it(
    hub: HubServer, written: Path, use_hub: Callable[..., None], monkeypatch: pytest.MonkeyPatch
):
    hub.publish(written / "tiny", "alice/secret", private=True)
    for account, status in ((None, 401), ("bob", 404)):
        use_hub(hub, account=account)
        with pytest.raises(ganzoo.UnknownModelError, match=rf"no model 'alice/secret'.*\({status}\).*log in"):
            zoo.info("hf://alice/secret")
    use_hub(hub, account="alice")
    assert zoo.info("hf://alice/secret").name == "tiny"
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    with pytest.raises(ganzoo.WeightsError, match=r"refuses your token \(401\)") as error:
        zoo.info("hf://alice/secret")
    assert "hf_wrong" not in str(error.value)


def test_a_gated_model_says_where_to_ask(hub: HubServer, tiny_commit: str):
    repo = hub.store.repo("alice/tiny")
    repo.settings = {**repo.settings, "gated": True}
    with pytest.raises(
        ganzoo.WeightsError, match=rf"is gated \(401\)\. Ask for access at {hub.endpoint}/alice"
    ):
        zoo.info(ADDRESS)


def test_a_repository_without_a_preset(hub: HubServer, tmp_path: Path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other/config.json").write_text("{}")
    hub.publish(tmp_path / "other", "alice/other")
    with pytest.raises(ganzoo.WeightsError, match=r"no model of ganzoo: it has no ganzoo\.json"):
        zoo.info("hf://alice/other")
    assert not [r for r in hub.requests if "resolve" in r.path]


@pytest.mark.parametrize("damage", ["larger", "another", "missing"])
def test_a_file_that_ganzoo_json_does_not_describe_is_refused_before_it_is_fetched(
    hub: HubServer, tiny: Path, damage: str
):
    path = tiny / "model.weights.h5"
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(content + b"x" * 10**6 if damage == "larger" else content[:-1] + b"x")
    hub.publish(tiny, "alice/odd")
    expected = "lacks model" if damage == "missing" else r"is refused: model\.weights\.h5 has"
    with pytest.raises(ganzoo.WeightsError, match=expected):
        zoo.info("hf://alice/odd")
    assert not [r for r in hub.requests if "weights" in r.path]


def test_json_of_megabytes_is_not_fetched(hub: HubServer, tiny: Path):
    (tiny / "ganzoo.json").write_text(" " * (4 * 2**20 + 1))
    hub.publish(tiny, "alice/odd")
    with pytest.raises(ganzoo.WeightsError, match=r"ganzoo\.json has 4,194,305 bytes"):
        zoo.info("hf://alice/odd")
    assert not [r for r in hub.requests if "resolve" in r.path]


def test_a_preset_that_breaks_the_schema_says_so_each_time(hub: HubServer, tiny: Path):
    raw = json.loads((tiny / "ganzoo.json").read_text())
    (tiny / "ganzoo.json").write_text(json.dumps({**raw, "schema_version": 99}))
    commit = hub.publish(tiny, "alice/odd")
    for _ in range(2):
        with pytest.raises(ganzoo.WeightsError, match="schema version 99, this ganzoo reads up to"):
            zoo.info(f"hf://alice/odd@{commit}")


def test_nothing_is_written_into_the_cache(hub: HubServer, tiny_commit: str, written: Path):
    folder = zoo.info(ADDRESS).folder
    gan = ganzoo.load(ADDRESS)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(ganzoo.InvalidArgumentError, match="is in the cache of the Hub"):
        gan.save(folder)
    with pytest.raises(ganzoo.InvalidArgumentError, match="is in the cache of the Hub"):
        zoo.save_evaluation(folder, [])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_what_was_loaded_can_be_saved_and_knows_its_parent(tiny_commit: str, tmp_path: Path):
    ganzoo.load(ADDRESS).save(tmp_path / "mine")
    assert zoo.info(tmp_path / "mine").manifest.name == "tiny"
