"""A token comes from the Hub client's own login, and stands in no line, log or traceback of ours."""

import logging
import traceback
from pathlib import Path

import pytest
from hub_server import Fault, HubServer

import ganzoo
from ganzoo import zoo

REPO = "alice/dots"


def test_no_login_is_said_before_anything_is_done(hub: HubServer, tmp_path: Path):
    with pytest.raises(ganzoo.HubError) as error:
        zoo.publish(tmp_path / "nothing", REPO)
    assert str(error.value) == (
        "Publishing needs a login on the Hub, and there is none. "
        "Log in: hf auth login, or set HF_TOKEN to a token that may write"
    )
    assert hub.requests == []


def test_the_clients_own_login_is_used(hub: HubServer, hub_home: Path, dots: Path):
    hub_home.mkdir()
    (hub_home / "token").write_text(hub.token("alice"))
    zoo.publish(dots, REPO)
    assert {r.account for r in hub.requests if "/upload/" not in r.path} == {"alice"}
    # where large files are sent needs no token and gets none
    assert {r.authorized for r in hub.requests if r.path.startswith("/upload")} == {False}


@pytest.mark.parametrize(
    ("token", "fault", "said"),
    [
        ("hf_wrong", None, r"refuses your token \(401\)"),
        ("hf_bob", None, r"may not write to alice/dots \(403\)"),
        ("hf_alice_read", None, r"may not write to alice/dots \(403\)"),
        ("hf_alice", Fault(path="/commit/", status=500), r"Hub has failed \(500\)"),
        ("hf_alice", Fault(path="/commit/", drop=True), "no answer from http://127.0.0.1"),
        ("hf_alice", Fault(path="/lfs/objects/batch", status=403), r"\(403\)"),
        ("hf_alice", Fault(path="/upload/", status=400), r"refuses the request \(400\)"),
        ("hf_alice", Fault(path="/refs", status=404), r"shows you no alice/dots \(404\)"),
        ("hf_alice", Fault(path="/commit/", status=429, headers={"Retry-After": "7"}), "in 7 seconds"),
    ],
)
def test_what_the_hub_refuses_is_one_line_without_the_token(
    hub: HubServer,
    dots: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    token: str,
    fault: Fault | None,
    said: str,
):
    monkeypatch.setenv("HF_TOKEN", token)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    if fault is not None:
        hub.store.create(REPO)
        hub.faults.append(fault)
    caplog.set_level(logging.DEBUG, "ganzoo")
    with pytest.raises(ganzoo.HubError, match=said) as error:
        zoo.publish(dots, REPO)
    assert "\n" not in str(error.value)
    shown = "".join(traceback.format_exception(error.value)) + caplog.text + "".join(capfd.readouterr())
    # A debugger or a logger that shows the values of our frames shows no token either.
    home = str(Path(ganzoo.__file__).parent)
    for frame, _ in traceback.walk_tb(error.value.__traceback__):
        if frame.f_code.co_filename.startswith(home):
            shown += repr(frame.f_locals)
    assert token not in shown
    assert not hub.store.repo(REPO) or set(_files(hub)) == {".gitattributes"}


def _files(hub: HubServer) -> dict:
    repo = hub.store.repo(REPO)
    return repo.commit(repo.resolve("main")).files


def test_a_hub_that_is_down_is_said(as_alice: HubServer, dots: Path):
    as_alice.stop()
    with pytest.raises(ganzoo.HubError, match="no answer from"):
        zoo.publish(dots, REPO)
