"""`ganzoo publish` shows what it sends, and says in one line why it does not."""

import functools
import json
from pathlib import Path

import pytest
from cli_runner import call_ganzoo
from hub_server import HubServer

REPO = "alice/dots"


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]):
    return functools.partial(call_ganzoo, capfd)


def lines(out: str) -> list[str]:
    return [" ".join(line.split()) for line in out.splitlines()]


def test_it_shows_what_it_will_send_and_what_it_sent(run, as_alice: HubServer, dots: Path):
    status, out, _ = run("publish", dots, REPO, "--tag", "v1", "--dry-run")
    assert status == 0
    said = lines(out)
    assert "to alice/dots, public, not there yet" in said
    assert any(line.startswith("missing the recipe and cost of the training, scores") for line in said)
    size = (dots / "model.weights.h5").stat().st_size
    assert f"model.weights.h5 {size / 1000:.1f} kB new" in said
    assert said[-1].endswith("; this was a dry run")
    assert as_alice.store.repo(REPO) is None

    status, out, _ = run("publish", dots, REPO, "--tag", "v1")
    assert status == 0
    commit = as_alice.store.repo(REPO).refs("tag")["v1"][:8]
    assert f"as commit {commit}: {as_alice.endpoint}/alice/dots" in out
    assert lines(out)[-2:] == [f"Tag v1 set on commit {commit}", 'ganzoo.load("hf://alice/dots@v1")']

    status, out, _ = run("publish", dots, REPO, "--tag", "v1")
    assert status == 0
    assert f"Nothing to send: {as_alice.endpoint}/alice/dots holds these files" in out
    assert f"Tag v1 is on commit {commit}" in out
    assert "model.weights.h5" in out
    assert "new" not in out.split()


def test_json_is_all_that_it_prints(run, as_alice: HubServer, dots: Path):
    status, out, _ = run("publish", dots, REPO, "--private", "--json")
    told = json.loads(out)
    assert status == 0
    assert (told["repo"], told["private"], told["new"], told["tag"]) == (REPO, True, True, None)
    assert told["commit"] == as_alice.store.repo(REPO).resolve("main")
    assert {file["state"] for file in told["files"]} == {"new"}
    assert told["bytes"] == sum(file["bytes"] for file in told["files"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nothing", REPO), ("Unknown model 'nothing'",)),
        (("mnist-dcgan", "digits"), ("user/name", "'digits'")),
        (("mnist-dcgan", REPO), ("needs a login", "hf auth login")),
        (("mnist-dcgan", REPO, "--tag", "a b"), ("A tag", "'a b'")),
        (("mnist-dcgan",), ("repo",)),
    ],
)
def test_what_is_refused_is_one_line(run, hub: HubServer, arguments: tuple[str, ...], words: tuple[str, ...]):
    status, out, err = run("publish", *arguments)
    assert (status, out) == (2, "")
    [line] = err.splitlines()
    for word in words:
        assert word in line
    assert hub.requests == []
