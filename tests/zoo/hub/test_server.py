"""The test server answers the real client as the Hub does; what is tested against it is worth no more."""

from pathlib import Path

import pytest
from hub_server import Fault, HubServer
from huggingface_hub import CommitOperationAdd, HfApi
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

REPO = "alice/digits"


@pytest.fixture
def api(hub: HubServer) -> HfApi:
    return HfApi(endpoint=hub.endpoint, token=hub.token("alice"))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "model.weights.h5").write_bytes(bytes(range(256)) * 1000)
    (folder / "ganzoo.json").write_text('{"a": 1}')
    (folder / "README.md").write_text("---\ntags: [gan]\n---\n# Digits\n")
    return folder


def add(api: HfApi, folder: Path, **options: str) -> str:
    operations = [CommitOperationAdd(path.name, str(path)) for path in sorted(folder.iterdir())]
    return api.create_commit(REPO, operations, commit_message="Add", **options).oid


def status(error: pytest.ExceptionInfo[HfHubHTTPError]) -> int:
    return error.value.response.status_code


def test_what_is_sent_comes_back(api: HfApi, hub: HubServer, files: Path, hub_home: Path):
    assert api.whoami()["name"] == "alice"
    api.create_repo(REPO)
    api.create_repo(REPO, exist_ok=True)
    commit = add(api, files)
    info = api.model_info(REPO, files_metadata=True)
    assert (info.sha, info.tags, info.private) == (commit, ["gan"], False)
    sizes = {file.rfilename: file.size for file in info.siblings}
    assert sizes["model.weights.h5"] == 256_000
    folder = Path(api.snapshot_download(REPO))
    assert folder.is_relative_to(hub_home)
    for path in files.iterdir():
        assert (folder / path.name).read_bytes() == path.read_bytes()
    # large files come from elsewhere, which sees no token
    assert {r.authorized for r in hub.requests if r.path.startswith(("/cdn", "/upload"))} == {False}


def test_what_is_there_is_not_sent_again(api: HfApi, hub: HubServer, files: Path):
    api.create_repo(REPO)
    commit = add(api, files)
    del hub.requests[:]
    assert add(api, files) == commit
    assert not [r for r in hub.requests if "/upload/" in r.path or "/commit/" in r.path]


def test_a_commit_on_a_branch_that_moved_is_refused(api: HfApi, files: Path):
    api.create_repo(REPO)
    before = api.model_info(REPO).sha
    add(api, files, parent_commit=before)
    (files / "ganzoo.json").write_text("{}")
    with pytest.raises(HfHubHTTPError, match="A commit has happened since") as error:
        add(api, files, parent_commit=before)
    assert status(error) == 412


def test_tags_branches_and_pages(api: HfApi, hub: HubServer, files: Path):
    hub.page_size = 2
    api.create_repo(REPO)
    commit = add(api, files)
    api.create_tag(REPO, tag="v1")
    with pytest.raises(HfHubHTTPError) as error:
        api.create_tag(REPO, tag="v1")
    assert status(error) == 409
    refs = api.list_repo_refs(REPO)
    assert [(tag.name, tag.target_commit) for tag in refs.tags] == [("v1", commit)]
    names = [entry.path for entry in api.list_repo_tree(REPO, recursive=True, revision="v1")]
    assert names == [".gitattributes", "README.md", "ganzoo.json", "model.weights.h5"]
    assert len([r for r in hub.requests if "/tree/" in r.path]) == 2
    [found] = api.get_paths_info(REPO, ["ganzoo.json", "nothing"])
    assert (found.path, found.size) == ("ganzoo.json", 8)
    with pytest.raises(RevisionNotFoundError):
        api.model_info(REPO, revision="v2")
    with pytest.raises(EntryNotFoundError):
        api.hf_hub_download(REPO, "nothing")


@pytest.mark.parametrize(
    ("token", "expected"), [(False, 401), ("hf_bob", 404), ("hf_wrong", 401), ("hf_alice_read", 200)]
)
def test_a_private_repository_is_for_its_owner(api: HfApi, files: Path, token: str | bool, expected: int):
    api.create_repo(REPO, private=True)
    add(api, files)
    if expected == 200:
        assert api.model_info(REPO, token=token).private
        return
    with pytest.raises(HfHubHTTPError) as error:
        api.model_info(REPO, token=token)
    assert status(error) == expected
    # whether it is there is not said, but that a token is wrong is
    assert isinstance(error.value, RepositoryNotFoundError) == (token != "hf_wrong")


def test_who_may_write(api: HfApi, files: Path):
    with pytest.raises(HfHubHTTPError) as error:
        api.create_repo("bob/digits")
    assert status(error) == 403
    api.create_repo(REPO)
    for token in ("hf_alice_read", "hf_bob"):
        with pytest.raises(HfHubHTTPError) as error:
            api.create_commit(REPO, [CommitOperationAdd("a", b"a")], commit_message="No", token=token)
        assert status(error) == 403


def test_a_gated_repository_shows_itself_but_not_its_files(api: HfApi, hub: HubServer, files: Path):
    hub.publish(files, REPO)
    repo = hub.store.repo(REPO)
    repo.settings = {**repo.settings, "gated": True}
    assert api.model_info(REPO, token="hf_bob").gated
    with pytest.raises(GatedRepoError) as error:
        api.hf_hub_download(REPO, "ganzoo.json", token="hf_bob")
    assert status(error) == 403
    repo.settings = {**repo.settings, "granted": ["bob"]}
    assert api.hf_hub_download(REPO, "ganzoo.json", token="hf_bob")


def test_metadata_of_a_card_is_looked_at(api: HfApi):
    api.create_repo(REPO)
    card = CommitOperationAdd("README.md", b"---\nlicense: [1\n---\n")
    with pytest.raises(ValueError, match=r"Invalid metadata in README\.md"):
        api.create_commit(REPO, [card], commit_message="Add")


def test_a_fault_happens_as_often_as_it_should(api: HfApi, hub: HubServer, files: Path):
    hub.publish(files, REPO)
    hub.faults.append(Fault(path=r"/api/models/alice/digits$", status=500, times=1))
    with pytest.raises(HfHubHTTPError) as error:
        api.model_info(REPO)
    assert status(error) == 500
    assert api.model_info(REPO).id == REPO
    assert [r.status for r in hub.requests] == [500, 200]


def test_a_server_that_stopped_comes_back_with_what_it_had(tmp_path: Path, files: Path):
    with HubServer(tmp_path / "kept") as first:
        commit = first.publish(files, REPO)
        ports = first.ports
    first.start(ports=ports)
    try:
        assert HfApi(endpoint=first.endpoint).model_info(REPO).sha == commit
    finally:
        first.stop()
