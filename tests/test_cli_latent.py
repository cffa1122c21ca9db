"""`ganzoo directions` and `ganzoo invert`: what they print, write and refuse before Keras loads."""

import functools
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from cli_runner import call_ganzoo, refused
from PIL import Image

import ganzoo
from ganzoo import latent, networks
from ganzoo.cli.invert import parse_edit
from ganzoo.errors import InvalidArgumentError

ROOT = Path(ganzoo.__file__).parents[1]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zoo of two: `dots` and, with three classes, `dots-classes`."""
    folder = tmp_path_factory.mktemp("weights")
    for name, num_classes in (("dots", 0), ("dots-classes", 3)):
        pair = networks.build(
            "mlp-gan",
            latent_dim=3,
            num_classes=num_classes,
            generator={"width": 4},
            discriminator={"width": 4},
        )
        ganzoo.GAN(*pair).save(folder / name)
    return folder


@pytest.fixture
def run(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    """Run the command in an empty folder: `(status, stdout, stderr)`."""
    monkeypatch.setenv("GANZOO_WEIGHTS", str(weights))
    monkeypatch.chdir(tmp_path)

    return functools.partial(call_ganzoo, capfd)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 60, 3), "uint8")).save(path)
    return path


def left(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("command", ["directions", "invert"])
def test_help_has_an_example(run: Run, command: str):
    status, out, _ = run(command, "--help")
    assert status == 0
    assert f"Example: ganzoo {command}" in out


def test_directions_are_printed_written_and_drawn(run: Run, tmp_path: Path):
    status, out, err = run(
        "directions", "dots", "--method", "sefa", "-k", 2, "-o", "d.npz", "--picture", "d.png", "--json"
    )
    assert (status, err) == (0, "Wrote d.npz\nWrote d.png\n")
    assert left(tmp_path) == ["d.npz", "d.png"]
    told = json.loads(out)
    assert told["model"] == "dots"
    assert len(told["directions"]) == 2
    read = latent.load_directions(tmp_path / "d.npz", gan=ganzoo.load("dots"))
    assert read.names == [entry["name"] for entry in told["directions"]]
    with Image.open(tmp_path / "d.png") as picture:
        drawn = latent.direction_picture(ganzoo.load("dots"), read)
        np.testing.assert_array_equal(np.asarray(picture), drawn[..., 0])


def test_the_table(run: Run):
    status, out, err = run("directions", "dots-classes", "--method", "ganspace", "-k", 2, "--label", 1)
    assert (status, err) == (0, "")
    assert "a step of 1" in out
    assert "method ganspace" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("dots", "--method", "sefaa"), ("Unknown method 'sefaa'", "Did you mean 'sefa'")),
        (("dots", "-k", 4), ("from 1 to dots's latent_dim, 3", "-k 4")),
        (("dots", "-k", 1, "--method", "learned"), ("from 2",)),
        (("dots", "--seed", -1), ("--seed must be at least 0",)),
        (("dots", "-o", "d.json"), ("must end in .npz", "d.json")),
        (("dots", "--picture", "d.jpg"), ("must end in .png", "--picture d.jpg")),
        (("dots", "--picture", "photo.png/d.png"), ("Cannot write",)),
        (("dots-classes", "--label", 3), ("labels must lie in 0 to 2",)),
        (("dotz",), ("Unknown model 'dotz'", "Did you mean 'dots'")),
    ],
)
def test_directions_refuses(run: Run, photo: Path, tmp_path: Path, arguments, words):
    refused(run("directions", *arguments), *words)
    assert left(tmp_path) == ["photo.png"]


def test_a_picture_is_inverted_and_edited(run: Run, photo: Path, tmp_path: Path):
    run("directions", "dots", "--method", "sefa", "-k", 2, "-o", "d.npz")
    names = latent.load_directions(tmp_path / "d.npz").names
    status, out, err = run(
        "invert", "dots", photo, photo, "-o", "mine", "--edit", f"{names[0]}=2", "--edit", f"{names[1]}=-1",
        "--directions", "d.npz", "--steps", 5, "--json",
    )  # fmt: skip
    assert (status, err) == (0, "")
    assert left(tmp_path / "mine") == ["latents.npz", "photo-2.png", "photo.png"]
    told = json.loads(out)
    first, second = told["images"]
    assert [first["file"], second["file"]] == ["photo.png", "photo-2.png"]
    assert first["prepared"] == ["cut to the middle square", "resized from 60x40 to 28x28", "colour to grey"]
    assert first["rmse"] == second["rmse"] > 0
    with np.load(tmp_path / "mine" / "latents.npz") as arrays:
        assert arrays["z"].shape == (2, 3)
        z = arrays["z"]
    # itself, the reconstruction, and two edits, 28 pixels times 4 with a border of 2
    with Image.open(tmp_path / "mine" / "photo.png") as picture:
        panels = np.asarray(picture)
    assert panels.shape == (28 * 4 + 4, 4 * (28 * 4 + 2) + 2)
    directions = latent.load_directions(tmp_path / "d.npz")
    edited = ganzoo.images.to_uint8(ganzoo.load("dots").decode(directions[0].move(z, 2)))
    np.testing.assert_array_equal(panels[2:114:4, 2 + 2 * 114 : 2 * 114 + 114 : 4], edited[0, ..., 0])


def test_a_class_and_a_start_are_told(run: Run, photo: Path):
    status, out, _ = run("invert", "dots-classes", photo, "-o", "mine", "--label", 2, "--steps", 3)
    assert status == 0
    assert "cut to the middle square" in out
    assert "RMSE of 255" in out
    assert "itself, reconstruction" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("dots", "none.png"), ("No such file", "none.png")),
        (("dots", "photo.png", "--edit", "slant"), ("--edit takes name=step", "'slant'")),
        (("dots", "photo.png", "--edit", "slant=x"), ("--edit takes name=step",)),
        (("dots", "photo.png", "--edit", "slant=nan"), ("--edit takes name=step",)),
        (("dots", "photo.png", "--directions", "none.npz"), ("No such file", "--directions none.npz")),
        (("dots", "photo.png", "--encoder", "none.weights.h5"), ("--encoder none.weights.h5",)),
        (("dots", "photo.png", "--label", 1), ("takes no labels",)),
        (("dots-classes", "photo.png", "--label", 7), ("labels must lie in 0 to 2",)),
        (("dots", "photo.png", "--steps", 0), ("--steps 0",)),
        (("dotz", "photo.png"), ("Unknown model 'dotz'",)),
        (("dots-classes", "photo.png"), ("class-conditional: pass labels",)),
        (("dots", "photo.png", "--edit", "slent=1"), ("No factor 'slent'",)),
    ],
)
def test_invert_refuses(run: Run, photo: Path, tmp_path: Path, arguments, words):
    status, out, err = run("invert", *arguments, "-o", "mine")
    assert (status, out) == (2, "")
    assert err.splitlines()[-1].startswith("ganzoo: ")
    for word in words:
        assert word in err
    assert left(tmp_path) == ["photo.png"]


def test_another_models_directions_are_refused(run: Run, photo: Path, tmp_path: Path):
    run("directions", "dots", "--method", "sefa", "-k", 1, "-o", "d.npz")
    arguments = ("invert", "dots-classes", photo, "-o", "mine", "--label", 1, "--edit", "sefa 1=1")
    refused(run(*arguments, "--directions", "d.npz"), "of 'dots', weights", "Received: 'dots-classes'")


def test_a_folder_that_cannot_be_written(run: Run, photo: Path):
    refused(run("invert", "dots", photo, "-o", photo), "Cannot write")


def test_an_edit_can_go_along_several_directions():
    assert parse_edit("stroke width=-1, slant=1.5").steps == {"stroke width": -1.0, "slant": 1.5}
    with pytest.raises(InvalidArgumentError, match="--edit"):
        parse_edit("slant=1,slant=2")


@pytest.mark.parametrize(
    "arguments",
    [
        ("directions", "mnist-dcgan", "--method", "magic"),
        ("invert", "mnist-dcgan", "none.png", "-o", "mine"),
    ],
)
def test_what_is_refused_is_refused_before_keras(arguments):
    run = "import sys; from ganzoo.cli import main"
    code = run + "\ntry: main(sys.argv[1:])\nfinally: print('keras' in sys.modules)"
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 2
    assert done.stdout == "False\n"
