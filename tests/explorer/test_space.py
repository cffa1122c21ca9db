"""`ganzoo export --space` and `ganzoo explore`: what is written, what is refused."""

import sys
from importlib.metadata import version

import pytest

import ganzoo
from ganzoo import explorer
from ganzoo.cli import main
from ganzoo.errors import InvalidArgumentError, MissingExtraError, WeightsError
from ganzoo.explorer.page import import_gradio


def test_a_space_holds_what_it_needs(tiny_zoo, tmp_path):
    written = explorer.write_space("dots", tmp_path / "space")
    names = {path.relative_to(tmp_path / "space").as_posix() for path in written}
    preset = {f"dots/{path.name}" for path in (tiny_zoo / "dots").iterdir()}
    assert names == {"app.py", "requirements.txt", "README.md"} | preset
    for name in preset:
        assert (tmp_path / "space" / name).read_bytes() == (tiny_zoo / name).read_bytes()
    pins = (tmp_path / "space" / "requirements.txt").read_text().splitlines()
    assert f"ganzoo=={ganzoo.__version__}" in pins
    assert f"keras=={version('keras')}" in pins
    head = (tmp_path / "space" / "README.md").read_text().split("---")[1].splitlines()
    assert {"sdk: gradio", "app_file: app.py", "title: dots explorer"} <= set(head)
    gan = ganzoo.load(tmp_path / "space" / "dots")
    assert gan.generate(1).shape == (1, 28, 28, 1)


def test_nothing_is_overwritten(tiny_zoo, tmp_path):
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(InvalidArgumentError, match=r"README.md is there already.*--overwrite"):
        explorer.write_space("dots", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]
    assert (tmp_path / "README.md").read_text() == "mine"
    explorer.write_space("dots", tmp_path, overwrite=True)
    assert (tmp_path / "README.md").read_text() != "mine"


def test_an_altered_preset_is_not_written(tiny_zoo, tmp_path):
    source = tmp_path / "dots"
    explorer.write_space("dots", tmp_path)
    weights = source / "model.weights.h5"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    with pytest.raises(WeightsError, match="altered"):
        explorer.write_space(source, tmp_path / "space")


def test_a_place_that_cannot_be_written(tiny_zoo, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InvalidArgumentError, match="Cannot write"):
        explorer.write_space("dots", tmp_path / "file" / "space")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["explore", "dost"], "Did you mean 'dots'?"),
        (["explore", "dots", "--port", "99999"], "--port must be from 1 to 65535"),
        (["export", "dots", "--overwrite"], "--overwrite is for --space"),
        (["export", "dots", "--space", "x", "-o", "y.onnx"], "--space stands alone"),
        (["export", "dost", "--space", "x"], "Did you mean 'dots'?"),
    ],
)
def test_what_the_command_refuses(tiny_zoo, capsys, arguments, said):
    with pytest.raises(SystemExit) as leave:
        main(arguments)
    assert leave.value.code == 2
    [line] = capsys.readouterr().err.splitlines()
    assert said in line


def test_the_command_writes_a_space(tiny_zoo, tmp_path, capsys):
    with pytest.raises(SystemExit) as leave:
        main(["export", "dots", "--space", str(tmp_path / "space")])
    assert not leave.value.code
    assert "app.py" in capsys.readouterr().out
    assert (tmp_path / "space" / "app.py").is_file()


def test_without_gradio_the_line_to_type(monkeypatch):
    monkeypatch.setitem(sys.modules, "gradio", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'ganzoo\[explore\]'"):
        import_gradio()
