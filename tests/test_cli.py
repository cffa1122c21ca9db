"""The command line: what it prints, where it writes, one line and status 2 for what the user can mend."""

import functools
import json
import os
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from cli_runner import call_ganzoo, refused
from PIL import Image

import ganzoo
from ganzoo import networks, zoo
from ganzoo.cli import _write

ROOT = Path(ganzoo.__file__).parents[1]
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
            generator={"width": 4},
            discriminator={"width": 4},
        )
        ganzoo.GAN(generator, discriminator).save(folder / name)
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
def photos(tmp_path: Path) -> Path:
    """Twelve colour images of 40x30 and one broken file."""
    folder = tmp_path / "photos"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for index in range(12):
        Image.fromarray(rng.integers(0, 256, (30, 40, 3), dtype=np.uint8)).save(folder / f"{index:02d}.png")
    (folder / "broken.png").write_bytes(b"no image")
    return folder


@pytest.mark.parametrize(
    "command", ["list", "info", "sample", "train", "finetune", "evaluate", "audit", "walk", "publish"]
)
def test_every_command_has_help_with_an_example(run: Run, command: str):
    status, out, _ = run(command, "--help")
    assert status == 0
    assert f"Example: ganzoo {command}" in out


def test_version(run: Run):
    assert run("--version") == (0, f"ganzoo {ganzoo.__version__}\n", "")


def test_list(run: Run):
    status, out, _ = run("list")
    assert status == 0
    assert "28x28 grey, 3 classes" in out
    status, out, _ = run("list", "--json")
    assert [entry["name"] for entry in json.loads(out)] == ["dots", "dots-classes"]


def test_a_narrow_terminal_crops_no_name_and_no_figure(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "20")
    _, out, _ = run("list")
    assert "dots-classes" in out
    assert "times the floor" in out


def test_info(run: Run):
    status, out, _ = run("info", "dots")
    assert status == 0
    assert "mlp-gan" in out
    status, out, _ = run("info", "dots-classes", "--json")
    assert json.loads(out)["network"]["num_classes"] == 3


def test_sample_writes_the_grid_of_the_library(run: Run, tmp_path: Path):
    status, out, err = run("sample", "dots", "-n", 6, "--seed", 7, "--scale", 2)
    assert (status, out, err) == (0, "Wrote 6 pictures to samples.png\n", "")
    expected = ganzoo.images.grid(ganzoo.load("dots").generate(6, seed=7), scale=2)[..., 0]
    with Image.open(tmp_path / "samples.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), expected)
    assert [path.name for path in tmp_path.iterdir()] == ["samples.png"]


def test_sample_as_arrays_and_as_files(run: Run, tmp_path: Path):
    expected = ganzoo.load("dots-classes").generate(5, seed=1, labels=[0, 2, 0, 2, 0])
    asked = ("sample", "dots-classes", "-n", 5, "--seed", 1, "--labels", "0,2", "--batch-size", 2)
    assert run(*asked, "-o", "x.npy")[0] == 0
    np.testing.assert_array_equal(np.load(tmp_path / "x.npy", allow_pickle=False), expected)
    assert run(*asked, "-o", "x.npz")[0] == 0
    with np.load(tmp_path / "x.npz", allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["images"], expected)
        assert arrays["labels"].tolist() == [0, 2, 0, 2, 0]
    assert run(*asked, "-o", "many/", "--scale", 1)[0] == 0
    files = sorted((tmp_path / "many").iterdir())
    assert [path.name for path in files] == [f"{index:04d}.png" for index in range(5)]
    with Image.open(files[3]) as picture:
        np.testing.assert_array_equal(np.asarray(picture), expected[3, ..., 0])


def test_labels_all(run: Run, tmp_path: Path):
    assert run("sample", "dots-classes", "-n", 4, "--labels", "all", "-o", "x.npz")[0] == 0
    with np.load(tmp_path / "x.npz", allow_pickle=False) as arrays:
        assert arrays["labels"].tolist() == [0, 1, 2, 0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("lst",), ("lst", "list")),
        (("sample", "dotz"), ("Unknown model 'dotz'", "Did you mean 'dots'", "all 2")),
        (("info", "dotz"), ("Did you mean 'dots'",)),
        (("sample", "dots", "--sed", "1"), ("--sed", "--seed")),
        (("sample", "dots", "-n", "many"), ("-n",)),
        (("sample", "dots", "-n", 0), ("n=0",)),
        (("sample", "dots", "-n", -3), ("n=-3",)),
        (("sample", "dots", "--seed", -1), ("seed=-1",)),
        (("sample", "dots", "--scale", 0), ("scale=0",)),
        (("sample", "dots", "--batch-size", 0), ("batch_size=0",)),
        (("sample", "dots", "-n", 1_000_000), ("1000000", "ganzoo sample dots -n 1000000 --seed 0 -o")),
        (("sample", "dots", "-o", "x.jpg"), ("x.jpg", ".png")),
        (("sample", "dots", "--labels", "1"), ("unconditional",)),
        (("sample", "dots-classes"), ("--labels all", "0 to 2")),
        (("sample", "dots-classes", "--labels", "3"), ("0 to 2", "3")),
        (("sample", "dots-classes", "--labels", "-1"), ("-1",)),
        (("sample", "dots-classes", "--labels", "cat"), ("cat",)),
        (("train", "--output", "run"), ("--recipe", "--data")),
        (("train", "--output", "run", "--recipe", "mnist-dcgn"), ("mnist-dcgn", "mnist-dcgan")),
        (("train", "--output", "run", "--resume"), ("run",)),
        (("train", "--output", "run", "--data", "x", "--size", 30, "--channels", 1), ("--size", "30")),
        (("train", "--output", "run", "--recipe", "mnist-dcgan", "--epochs", 0), ("--epochs", "0")),
        (("finetune", "dots", "--data", "nowhere/", "--output", "run"), ("nowhere",)),
        (("finetune", "dotz", "--data", "x", "--output", "run"), ("Did you mean 'dots'",)),
        (("finetune", "dots", "--data", "x", "--output", "run", "--epochs", 0), ("epochs=0",)),
        (
            ("train", "--output", "run", "--recipe", "mnist-dcgan", "--evaluate-every", 0),
            ("evaluate_every=0",),
        ),
        (("audit", "dotz", "--data", "mnist"), ("Did you mean 'dots'",)),
        (("audit", "dots", "--data", "mnis"), ("Did you mean 'mnist'",)),
        (("audit", "dots", "--data", "nowhere.npz"), ("nowhere.npz",)),
        (("audit", "dots", "--data", "."), ("no test split", "--held-out")),
        (("audit", "dots", "--data", "mnist", "-n", 3), ("-n 3",)),
        (("audit", "dots", "--data", "mnist", "-o", "x.jpg"), (".png", "x.jpg")),
        (("audit", "dots"), ("--data",)),
    ],
)
def test_bad_arguments(run: Run, tmp_path: Path, arguments: tuple[object, ...], words: tuple[str, ...]):
    refused(run(*arguments), *words)
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_cannot_be_written(run: Run, tmp_path: Path, photos: Path):
    (tmp_path / "file").write_text("mine")
    for output in ("file/x.png", "file/x.npy", "file/sub/"):
        refused(run("sample", "dots", "-o", output), "Cannot write")
    shape = ("--size", 28, "--channels", 1)
    refused(run("train", "--data", photos, *shape, "--output", "file/run"), "Cannot write")
    assert (tmp_path / "file").read_text() == "mine"


def test_a_million_pictures_stream(tmp_path: Path):
    shape, n, batch = (2, 2, 1), 1_000_000, np.ones((2**14, 2, 2, 1), np.uint8)
    tracemalloc.start()
    with _write.writer("npy", tmp_path / "x.npy", n=n, shape=shape, labels=None, scale=1) as write:
        for start in range(0, n, len(batch)):
            write(batch[: n - start])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1e6
    written = np.load(tmp_path / "x.npy", mmap_mode="r", allow_pickle=False)
    assert written.shape == (n, *shape)
    assert written.dtype == np.uint8
    assert written.min() == 1


def test_a_model_yields_a_million_one_batch_at_a_time(weights: Path):
    gan = ganzoo.load(weights / "dots")
    next(gan.stream(256))  # what is compiled once does not count
    tracemalloc.start()
    stream = gan.stream(1_000_000, batch_size=256)
    sizes = [len(next(stream)) for _ in range(3)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sizes == [256, 256, 256]
    assert peak < 50 * 256 * 28 * 28


def test_finetune_says_what_it_did_and_what_suits_colour(run: Run, tmp_path: Path, photos: Path):
    arguments = ("finetune", "dots", "--data", photos, "--epochs", 1, "--output", "mine")
    status, out, err = run(*arguments, "--json")
    assert status == 0, err
    assert "resized from 40x30 to 28x28" in err
    assert "broken.png" in err
    assert f"ganzoo train --size 64 --channels 3 --data {photos} --output mine" in err
    result = json.loads(out)
    assert (result["epochs"], result["interrupted"]) == (1, False)
    assert {"d_loss", "g_loss", "d_accuracy"} <= set(result["last"])
    manifest = ganzoo.zoo.info(tmp_path / "mine").manifest
    assert (manifest.name, manifest.parent, manifest.data.name, manifest.data.n) == (
        "mine",
        "dots",
        "photos",
        12,
    )
    assert str(tmp_path) not in (tmp_path / "mine/ganzoo.json").read_text()
    refused(run(*arguments), "holds a run already", "--resume")
    assert run("sample", "mine", "-n", 2)[0] == 0


def test_finetune_scores_one_s_own_images_against_themselves(run: Run, tmp_path: Path, photos: Path):
    arguments = ("finetune", "dots", "--data", photos, "--epochs", 2, "--output", "mine")
    status, out, err = run(*arguments, "--evaluate-every", 2, "--json")
    assert status == 0, err
    assert json.loads(out)["last"]["fd"] > 0
    best = json.loads((tmp_path / "mine/best.json").read_text())
    assert (best["epoch"], best["score"]["extractor_name"]) == (2, "random-conv")
    assert best["score"]["reference_split"] == "half of train"
    manifest = ganzoo.zoo.info(tmp_path / "mine/best").manifest
    assert (manifest.parent, manifest.data.n) == ("dots", 12)
    refused(run(*arguments, "--evaluate-every", 0), "evaluate_every=0")


TOML = """
name = "specks"
architecture = "mlp-gan"
data = "photos"
epochs = 1
batch_size = 4
network = { latent_dim = 3, generator = { width = 4 }, discriminator = { width = 4, pieces = 2 } }
"""


def test_audit_reports_and_draws_and_writes_only_where_asked(run: Run, weights: Path, tmp_path: Path):
    rng = np.random.default_rng(0)
    train, test, more = (rng.integers(0, 256, (n, 28, 28, 1), dtype=np.uint8) for n in (40, 90, 60))
    np.savez("own.npz", x_train=train, x_test=test)
    np.savez("more.npz", images=more)
    few = ("--data", "own.npz", "-n", 20, "--n-recovery", 4)
    status, out, err = run("audit", "dots", *few, "--json")
    assert status == 0, err
    report = json.loads(out)
    assert report["protocol"]["n_unseen_tested"] + report["protocol"]["n_unseen_compared"] == 20 + 40
    # One planted copy in 20 samples is no alarm, and the audit says that it cannot know.
    assert report["outcome"] == "inconclusive"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["more.npz", "own.npz"]

    shutil.copytree(weights / "dots", "copy")
    status, out, err = run("audit", "./copy", *few, "--held-out", "more.npz", "-o", "audit.png", "--write")
    assert status == 0, err
    assert "shows training images" in err
    for words in ("random-conv 1.0", "latent recovery", "95% (DeLong)", "Inconclusive"):
        assert words in out
    assert Image.open("audit.png").size[0] > 8 * 28
    kept = zoo.info("./copy").evaluation
    assert (kept.scores, kept.audit.outcome, kept.audit.protocol.n_train) == ([], "inconclusive", 40)
    assert f"**{kept.audit.verdict}**" in Path("copy/README.md").read_text(encoding="utf-8")
    assert zoo.info("dots").evaluation is None
    np.savez("whole.npz", images=train)
    refused(run("audit", "dots", "--data", "whole.npz"), "no 'test' images")


def test_train_by_a_recipe_and_resume_a_complete_run(run: Run, tmp_path: Path, photos: Path):
    (tmp_path / "specks.toml").write_text(TOML)
    arguments = ("train", "--recipe", "specks.toml", "--data", photos, "--output", "mine")
    status, out, err = run(*arguments)
    assert status == 0, err
    assert "ganzoo sample mine" in out
    assert "epoch 1/1 d_accuracy" in err
    before = (tmp_path / "mine/model.weights.h5").read_bytes()
    (tmp_path / "mine/ganzoo.json").unlink()
    status, out, err = run("train", "--output", "mine", "--resume", "--json")
    assert status == 0, err
    assert json.loads(out)["epochs"] == 1
    assert (tmp_path / "mine/model.weights.h5").read_bytes() == before
    assert "epochs was 1, received 2" in run("train", "--output", "mine", "--resume", "--epochs", 2)[2]


def test_ones_own_images_take_an_mnist_recipe(monkeypatch: pytest.MonkeyPatch, run: Run):
    from ganzoo.training import recipe as recipes
    from ganzoo.training.run import RunResult

    seen = {}

    def stand_in(recipe: recipes.Recipe, *, output: str, **options: object) -> RunResult:
        seen.update(options, recipe=recipe)
        return RunResult(Path(output), True, 1, 0.0, {})

    monkeypatch.setattr("ganzoo.training.run.run", stand_in)
    status, _, err = run(
        *(
            "train",
            "--size",
            64,
            "--channels",
            3,
            "--data",
            "some where/",
            "--output",
            "My Run",
            "--epochs",
            3,
        ),
        "--deterministic",
        "--tensorboard",
        *("--evaluate-every", 2),
    )
    assert seen["deterministic"]
    assert seen["tensorboard"]
    assert seen["evaluate_every"] == 2
    assert "--resume --evaluate-every 2" in err
    base, made = recipes.load("mnist-dcgan"), seen["recipe"]
    assert (made.name, made.data, made.epochs, made.network.size) == ("my-run", "some where/", 3, 64)
    assert (made.objective, made.penalties, made.network.channels) == (base.objective, base.penalties, 3)
    # the stand-in says that Ctrl-C stopped it in its second epoch
    assert status == 130
    assert "epoch 2. Go on with: ganzoo train --output 'My Run' --resume" in err


@pytest.mark.parametrize(
    ("arguments", "status", "word"),
    [(("--help",), 0, "finetune"), (("sample", "nope"), 2, "Unknown model 'nope'")],
)
def test_the_installed_command(weights: Path, arguments: tuple[str, ...], status: int, word: str):
    code = "import sys; sys.argv[0] = 'ganzoo'; from _ganzoo_command import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT), "GANZOO_WEIGHTS": str(weights)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == status
    assert word in (done.stderr if status else done.stdout)
    assert len(done.stderr.splitlines()) == (1 if status else 0)


def test_help_and_browsing_need_no_keras(weights: Path):
    code = (
        "import sys; from ganzoo.cli import main\n"
        "for arguments in (['--help'], ['list'], ['info', 'dots']):\n"
        "    try: main(arguments)\n"
        "    except SystemExit as leave: assert not leave.code\n"
        "print([m for m in ('keras', 'jax', 'torch', 'tensorflow') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT), "GANZOO_WEIGHTS": str(weights)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_no_arguments_bring_the_help_and_no_empty_complaint(run: Run) -> None:
    status, out, err = run()
    assert status == 2
    assert "Usage: ganzoo" in out + err
    assert "ganzoo: \n" not in err
