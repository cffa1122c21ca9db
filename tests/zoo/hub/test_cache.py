"""The cache: found where the client keeps it, judged without the client, mended by throwing away."""

import os
from pathlib import Path

import pytest
from hub_server import HubServer
from huggingface_hub import constants

import ganzoo
from ganzoo import zoo
from ganzoo.zoo import hub_cache
from ganzoo.zoo.hub_address import parse_address

ADDRESS = "hf://alice/tiny"
WEIGHTS = "model.weights.h5"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"HF_HUB_CACHE": "/a", "HUGGINGFACE_HUB_CACHE": "/b", "HF_HOME": "/c"}, "/a"),
        ({"HUGGINGFACE_HUB_CACHE": "/b", "HF_HOME": "/c"}, "/b"),
        ({"HF_HOME": "/c", "XDG_CACHE_HOME": "/d"}, "/c/hub"),
        ({"XDG_CACHE_HOME": "/d"}, "/d/huggingface/hub"),
        ({"HOME": "/e"}, "/e/.cache/huggingface/hub"),
        ({"HOME": "/e", "HF_HOME": "~/$WHERE", "WHERE": "f"}, "/e/f/hub"),
    ],
)
def test_where_it_is(environ: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch):
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert hub_cache.cache_folder() == Path(expected)


def test_it_is_where_the_client_keeps_it(hub: HubServer, tiny_commit: str):
    assert hub_cache.cache_folder() == Path(constants.HF_HUB_CACHE)
    folder = zoo.info(ADDRESS).folder
    assert folder == hub_cache.snapshot(parse_address(ADDRESS), tiny_commit)
    assert (folder / WEIGHTS).is_symlink()
    assert hub_cache.read_ref(parse_address(ADDRESS)) == tiny_commit


@pytest.mark.parametrize("name", ["ganzoo.json", WEIGHTS, "discriminator.weights.h5", "config.json"])
@pytest.mark.parametrize("damage", ["cut", "gone", "blob gone"])
def test_a_partial_snapshot_is_completed(hub: HubServer, tiny_commit: str, name: str, damage: str):
    pinned = f"{ADDRESS}@{tiny_commit}"
    path = zoo.info(pinned).folder / name
    content, blob = path.read_bytes(), path.resolve()
    if damage == "cut":
        blob.write_bytes(content[:-5])
    else:
        (path if damage == "gone" else blob).unlink()
    del hub.requests[:]
    assert ganzoo.load(pinned).name == "tiny"
    assert path.read_bytes() == content
    # only what lacks is asked for
    assert {r.path.split("/")[-1] for r in hub.requests if r.method == "HEAD"} == {name}


def test_wrong_bytes_are_removed_and_the_next_load_is_right(hub: HubServer, tiny_commit: str):
    path = zoo.info(ADDRESS).folder / WEIGHTS
    content, blob = path.read_bytes(), path.resolve()
    blob.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(
        ganzoo.WeightsError, match=r"was altered: sha256 .*removed from the cache: load"
    ) as error:
        ganzoo.load(ADDRESS)
    assert "\n" not in str(error.value)
    assert not os.path.lexists(path)
    assert not blob.exists()
    assert ganzoo.load(ADDRESS).name == "tiny"
    assert path.read_bytes() == content


def test_wrong_bytes_of_json_are_replaced_at_once(hub: HubServer, tiny_commit: str):
    pinned = f"{ADDRESS}@{tiny_commit}"
    path = zoo.info(pinned).folder / "ganzoo.json"
    content = path.read_bytes()
    path.resolve().write_bytes(content.replace(b'"uniform"', b'"normal" '))
    assert zoo.info(pinned).manifest.latent_prior == "uniform"
    assert path.read_bytes() == content


def test_a_store_that_repositories_share_is_read_and_cleaned(
    hub: HubServer, tiny_commit: str, hub_home: Path
):
    # as the client lays out what Xet brought: the blob is a link in turn
    path = zoo.info(ADDRESS).folder / WEIGHTS
    blob = path.resolve()
    store = hub_home / "hub/blobs/ab/abcd"
    store.parent.mkdir(parents=True)
    blob.rename(store)
    blob.symlink_to("../../blobs/ab/abcd")
    assert ganzoo.load(ADDRESS).name == "tiny"
    store.write_bytes(bytes(store.stat().st_size))
    with pytest.raises(ganzoo.WeightsError, match="removed from the cache"):
        ganzoo.load(ADDRESS)
    assert not any(map(os.path.lexists, (path, blob, store)))
    assert ganzoo.load(ADDRESS).name == "tiny"


def test_a_link_that_leads_out_of_the_cache_is_cut_and_not_followed(
    hub: HubServer, tiny_commit: str, tmp_path: Path
):
    path = zoo.info(ADDRESS).folder / WEIGHTS
    outside = tmp_path / "mine.h5"
    outside.write_bytes(b"mine")
    path.unlink()
    path.symlink_to(outside)
    assert hub_cache.discard(path)
    assert not os.path.lexists(path)
    assert outside.read_bytes() == b"mine"


def test_a_folder_of_ones_own_is_not_touched(tiny: Path):
    assert not hub_cache.discard(tiny / WEIGHTS)
    assert (tiny / WEIGHTS).is_file()
    assert hub_cache.remedy(tiny / WEIGHTS) == "Get the preset again."


def test_where_links_cannot_be_made_copies_do(
    hub: HubServer, tiny_commit: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_SYMLINKS", True)
    pinned = f"{ADDRESS}@{tiny_commit}"
    folder = zoo.info(pinned).folder
    assert not any(path.is_symlink() for path in folder.iterdir())
    (folder / "ganzoo.json").write_text("{")
    assert ganzoo.load(pinned).name == "tiny"


@pytest.mark.parametrize("text", ["", "main", "g" * 40, "../" * 10])
def test_a_ref_that_is_no_commit_is_none(hub: HubServer, tiny_commit: str, hub_home: Path, text: str):
    zoo.info(ADDRESS)
    (hub_home / "hub/models--alice--tiny/refs/main").write_text(text)
    assert hub_cache.read_ref(parse_address(ADDRESS)) is None
    assert zoo.info(ADDRESS).folder.name == tiny_commit
    assert hub_cache.read_ref(parse_address(ADDRESS)) == tiny_commit
