"""An address stands wherever a model's name does on the command line."""

from pathlib import Path

import pytest
from hub_server import HubServer
from PIL import Image

from ganzoo import zoo
from ganzoo.cli import main

ADDRESS = "hf://alice/tiny"


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as status:
        main(arguments)
    return status.value.code


def test_sample_asks_once_and_draws(hub: HubServer, tiny_commit: str, tmp_path: Path):
    assert run("sample", ADDRESS, "-n", "4", "-o", str(tmp_path / "x.png")) == 0
    with Image.open(tmp_path / "x.png") as picture:
        assert picture.width > 28
    assert len([r for r in hub.requests if r.path.startswith("/api/models")]) == 1


def test_info_says_where_it_is(tiny_commit: str, capsys: pytest.CaptureFixture[str]):
    assert run("info", f"{ADDRESS}@{tiny_commit}") == 0
    assert tiny_commit in "".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("address", "said"),
    [("hf://nobody/nothing", "has no model 'nobody/nothing'"), ("hf://tiny", "hf://user/name@revision")],
)
def test_an_error_is_one_line(hub: HubServer, address: str, said: str, capsys: pytest.CaptureFixture[str]):
    assert run("info", address) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    [line] = shown.err.splitlines()
    assert line.startswith("ganzoo: ")
    assert said in line


@pytest.mark.parametrize(
    "command",
    [("evaluate",), ("directions",), ("improve", "--data", "mnist"), ("audit", "--data", "mnist")],
)
def test_what_writes_into_a_preset_is_refused_at_once(
    tiny_commit: str,
    command: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    # before the model is loaded, let alone measured
    monkeypatch.setattr(zoo, "load", None)
    assert run(command[0], ADDRESS, "--write", *command[1:]) == 2
    assert "is in the cache of the Hub" in capsys.readouterr().err
