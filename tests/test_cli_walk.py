"""`ganzoo walk`: what it writes, and what it refuses before Keras is there."""

import functools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from cli_runner import call_ganzoo
from PIL import Image

import ganzoo
from ganzoo import networks
from ganzoo.cli._walk_options import Easing, Way
from ganzoo.latent import WALKS, corner_grid, path
from ganzoo.latent.interpolation import EASINGS

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zoo of two: `dots` and, with three classes, `dots-classes`."""
    folder = tmp_path_factory.mktemp("weights")
    for name, num_classes in (("dots", 0), ("dots-classes", 3)):
        generator, discriminator = networks.build(
            "mlp-gan",
            latent_dim=3,
            num_classes=num_classes,
            generator={"width": 16},
            discriminator={"width": 4},
        )
        # Frames need to differ: of equal ones, Pillow makes one that lasts longer.
        rng = np.random.default_rng(0)
        for variable in generator.trainable_variables:
            variable.assign(0.5 * rng.standard_normal(variable.shape))
        ganzoo.GAN(generator, discriminator).save(folder / name)
    return folder


@pytest.fixture
def run(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    """Run `ganzoo walk` in an empty folder: `(status, stdout, stderr)`."""
    monkeypatch.setenv("GANZOO_WEIGHTS", str(weights))
    monkeypatch.chdir(tmp_path)

    return functools.partial(call_ganzoo, capfd, "walk")


def corners(gan: ganzoo.GAN, *seeds: int) -> np.ndarray:
    return np.concatenate([gan.sample_latents(1, seed=seed) for seed in seeds])


def test_the_options_name_what_the_library_has():
    assert [way.value for way in Way] == list(WALKS)
    assert [easing.value for easing in Easing] == list(EASINGS)


def test_a_gif_shows_the_path_of_the_library(run: Run, tmp_path: Path):
    status, out, _ = run(
        "dots", "--seeds", "1,2,3", "--frames", 6, "--fps", 8, "--loop", "--scale", 2, "-o", "x.gif"
    )
    assert status == 0
    assert out == "Wrote 6 frames of 120 to 130 ms to x.gif: 0.75 s, 8 a second\n"
    gan = ganzoo.load("dots")
    z = path(corners(gan, 1, 2, 3), 6, loop=True)
    expected = ganzoo.images.to_uint8(gan.decode(z))[..., 0].repeat(2, axis=1).repeat(2, axis=2)
    with Image.open(tmp_path / "x.gif") as gif:
        for index, frame in enumerate(expected):
            gif.seek(index)
            np.testing.assert_array_equal(np.asarray(gif.convert("L")), frame)
    # the first frame is the first picture of the first seed
    np.testing.assert_array_equal(expected[0, ::2, ::2], gan.generate(1, seed=1)[0, ..., 0])
    assert [path.name for path in tmp_path.iterdir()] == ["x.gif"]


@pytest.mark.parametrize("output", ["x.webp", "x.apng"])
def test_classes_move_side_by_side(run: Run, tmp_path: Path, output: str):
    asked = ("--seeds", "1,2", "--labels", "all", "--frames", 4, "--path", "circle", "--scale", 1)
    assert run("dots-classes", *asked, "-o", output)[0] == 0
    with Image.open(tmp_path / output) as file:
        assert (file.n_frames, file.size) == (4, (3 * 30 + 2, 32))


def test_a_strip_has_a_row_for_each_class(run: Run, tmp_path: Path):
    asked = ("--seeds", "1,2", "--labels", "2,0", "--frames", 5, "--scale", 1)
    assert run("dots-classes", *asked, "-o", "x.png") == (0, "Wrote 5 pictures to x.png\n", "")
    gan = ganzoo.load("dots-classes")
    z = path(corners(gan, 1, 2), 5)
    rows = [ganzoo.images.to_uint8(gan.decode(z, labels=label)) for label in (2, 0)]
    with Image.open(tmp_path / "x.png") as picture:
        expected = ganzoo.images.grid(np.concatenate(rows), columns=5)
        np.testing.assert_array_equal(np.asarray(picture), expected[..., 0])


def test_a_grid_between_four_seeds(run: Run, tmp_path: Path):
    assert run("dots", "--seeds", "1,2,3,4", "--grid", 3, "--scale", 1, "-o", "x.png")[0] == 0
    gan = ganzoo.load("dots")
    sheet = corner_grid(corners(gan, 1, 2, 3, 4), 3, 3).reshape(9, -1)
    with Image.open(tmp_path / "x.png") as picture:
        expected = ganzoo.images.grid(ganzoo.images.to_uint8(gan.decode(sheet)), columns=3)
        np.testing.assert_array_equal(np.asarray(picture), expected[..., 0])


def test_an_atlas_and_a_geodesic(run: Run, tmp_path: Path):
    assert run("dots-classes", "--labels", 1, "--atlas", 2, "-o", "new/atlas.png")[0] == 0
    with Image.open(tmp_path / "new" / "atlas.png") as picture:
        # four panels of 2 x 2 pictures, three a row: no classifier is for a model of no known data
        assert picture.size == (3 * (56 + 8) + 8, 2 * (56 + 16 + 8) + 8)
    assert run("dots", "--path", "geodesic", "--frames", 5, "-o", "x.png")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("dotz",), ("Did you mean 'dots'",)),
        (("dotz", "-o", "new/x.gif"), ("Did you mean 'dots'",)),
        (("dots", "--seeds", "1"), ("two or more", "--seeds 1")),
        (("dots", "--seeds", "1,x"), ("--seeds 1,x",)),
        (("dots", "--seeds", "1,-2"), ("--seeds 1,-2",)),
        (("dots", "--frames", 1), ("--frames 1",)),
        (("dots", "--frames", 10**6), ("1000000",)),
        (("dots", "--fps", 60), ("fps=60", "50")),
        (("dots", "--fps", 0), ("fps=0",)),
        (("dots", "--fps", "nan"), ("fps=nan",)),
        (("dots", "--fps", 20, "-o", "x.png"), ("does not move",)),
        (("dots", "--scale", 0), ("scale=0",)),
        (("dots", "--path", "stroll"), ("stroll", "slerp")),
        (("dots", "--path", "circle"), ("3 seeds",)),
        (("dots", "--path", "circle", "--seeds", "1,2", "--easing", "sine"), ("sine",)),
        (("dots", "-o", "x.mp4"), ("x.mp4", ".gif")),
        (("dots", "--labels", "1"), ("unconditional",)),
        (("dots-classes",), ("--labels all",)),
        (("dots-classes", "--labels", "3"), ("0 to 2",)),
        (("dots-classes", "--labels", "0,1", "--path", "geodesic"), ("one class", "--labels 0,1")),
        (("dots-classes", "--labels", "all", "--grid", 3, "-o", "x.png"), ("one class",)),
        (("dots", "--grid", 3), (".png", "walk.gif")),
        (("dots", "--grid", 1, "-o", "x.png"), ("Received: 1",)),
        (("dots", "--grid", 3, "--seeds", "1,2", "-o", "x.png"), ("3 or 4 seeds",)),
        (("dots", "--grid", 3, "--loop", "--frames", 5, "-o", "x.png"), ("--frames, --loop",)),
        (("dots", "--grid", 3, "--path", "geodesic", "-o", "x.png"), ("--path geodesic",)),
        (("dots", "--grid", 3, "--atlas", 3, "-o", "x.png"), ("--grid with --atlas",)),
    ],
)
def test_bad_arguments(run: Run, tmp_path: Path, arguments: tuple[object, ...], words: tuple[str, ...]):
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert err.startswith("ganzoo: ")
    assert err.count("\n") == 1
    for word in words:
        assert word in err
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_cannot_be_written(run: Run, tmp_path: Path):
    (tmp_path / "file").write_text("mine")
    status, _, err = run("dots", "-o", "file/x.gif")
    assert status == 2
    assert "Cannot write" in err
    assert (tmp_path / "file").read_text() == "mine"


def test_bad_arguments_do_not_wait_for_keras(weights: Path, tmp_path: Path):
    code = (
        "import sys\nfrom ganzoo.cli import main\n"
        "try:\n    main(['walk', 'dots', '--labels', '1'])\n"
        "except SystemExit:\n    print('keras' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"GANZOO_WEIGHTS": str(weights)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"
