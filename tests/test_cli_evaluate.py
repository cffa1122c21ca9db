"""`ganzoo evaluate`: what it prints and writes, on a tiny zoo with two tiny extractors and no data set."""

import functools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
from cli_runner import call_ganzoo

import ganzoo
from ganzoo import networks, zoo
from ganzoo._files import sha256_of_file
from ganzoo.data import DATASETS, DatasetInfo
from ganzoo.evaluate import plots, real_images
from ganzoo.evaluate._networks import CLASSIFIERS
from ganzoo.evaluate.extractor_config import PREPROCESSING, SCHEMA_VERSION, ExtractorConfig, write_config
from ganzoo.evaluate.extractors import load_extractor
from ganzoo.evaluate.measuring import measure_reference
from ganzoo.evaluate.reference import REFERENCE_FILE, save_reference
from ganzoo.zoo.manifest import Data

Run = Callable[..., tuple[int, str, str]]


def write_extractor(folder: Path, *, architecture: str, widths: tuple[int, ...], role: str) -> None:
    """An untrained extractor and its reference of noise, in `folder`."""
    keras.utils.set_random_seed(0)
    folder.mkdir(parents=True)
    model = CLASSIFIERS[architecture](input_shape=(28, 28, 1), widths=widths, num_classes=3)
    model.save_weights(folder / "model.weights.h5")
    config = ExtractorConfig(
        schema_version=SCHEMA_VERSION,
        name=folder.name,
        version="1.0",
        role=role,
        architecture=architecture,
        input_shape=[28, 28, 1],
        widths=list(widths),
        num_classes=3,
        preprocessing=PREPROCESSING,
        feature_scale="none",
        data="noise",
        recipe={},
        test_accuracy=0.5,
        training_seconds=0.0,
        libraries={},
        sha256={"model.weights.h5": sha256_of_file(folder / "model.weights.h5")},
    )
    write_config(folder, config)
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (300, 28, 28, 1), dtype="uint8")
    reference = measure_reference(
        load_extractor(folder=folder),
        images[:150],
        data="dots",
        split="test",
        floor_images=images[150:],
        floor_n=[20, 100, 150],
        floor_draws=2,
    )
    save_reference(reference, folder / REFERENCE_FILE)
    hashes = {**config.sha256, REFERENCE_FILE: sha256_of_file(folder / REFERENCE_FILE)}
    write_config(folder, config.model_copy(update={"sha256": hashes}))


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two models of `dots`, one with three classes, one model of nothing, and two extractors."""
    folder = tmp_path_factory.mktemp("weights")
    for name, num_classes, data in (("dots", 0, "dots"), ("dots-classes", 3, "dots"), ("lost", 0, "nothing")):
        keras.utils.set_random_seed(num_classes)
        generator, discriminator = networks.build(
            "mlp-gan",
            latent_dim=3,
            num_classes=num_classes,
            generator={"width": 4},
            discriminator={"width": 4},
        )
        zoo.save(ganzoo.GAN(generator, discriminator), folder / name, data=Data(name=data))
    extractors = folder / "extractors"
    write_extractor(extractors / "a-cnn", architecture="classifier_cnn", widths=(3, 4), role="confirmation")
    write_extractor(extractors / "b-resnet", architecture="classifier_resnet", widths=(3, 4), role="tuning")
    return folder


@pytest.fixture
def run(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    """Run the command in an empty folder, without data: `(status, stdout, stderr)`."""
    monkeypatch.setenv("GANZOO_WEIGHTS", str(weights))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("GANZOO_DATA", raising=False)
    monkeypatch.chdir(tmp_path)

    return functools.partial(call_ganzoo, capfd)


def test_help_has_an_example(run: Run):
    status, out, _ = run("evaluate", "--help")
    assert status == 0
    assert "Example: ganzoo evaluate" in out


def test_the_table_has_both_extractors_the_one_for_tuning_first(run: Run):
    status, out, err = run("evaluate", "dots", "-n", 100)
    assert (status, err) == (0, "")
    assert out.index("samples") < out.index("Fréchet distance ↓")
    (head,) = [line for line in out.splitlines() if line.split() == ["b-resnet", "real", "a-cnn", "real"]]
    assert out.index("confirmation only") < out.index(head)
    (row,) = [line for line in out.splitlines() if line.strip().startswith("precision")]
    assert row.count("±") == 2


def test_json_is_the_card_of_the_library_and_the_same_again(run: Run):
    status, out, _ = run("evaluate", "dots", "-n", 100, "--seed", 5, "--json")
    assert status == 0
    assert out == run("evaluate", "dots", "-n", 100, "--seed", 5, "--json")[1]
    card = ganzoo.evaluate.scorecard(ganzoo.load("dots"), n=100, seed=5)
    assert json.loads(out) == card.to_json()
    assert [by.extractor_name for by in card.extractors] == ["b-resnet", "a-cnn"]


def test_several_models_side_by_side(run: Run):
    status, out, _ = run("evaluate", "dots", "dots-classes", "-n", 100)
    assert status == 0
    assert out.count("Fréchet distance ↓") == 2  # Once by each extractor.
    assert [line.split() for line in out.splitlines()].count(["dots", "dots-classes", "real"]) == 2
    (accuracy, *_) = [line for line in out.splitlines() if line.strip().startswith("label accuracy")]
    assert accuracy.count("±") == 1  # An unconditional model has none.


def test_it_writes_evaluation_json_and_the_card_of_the_model(run: Run, weights: Path, tmp_path: Path):
    folder = tmp_path / "copy"
    ganzoo.load(weights / "dots-classes").save(folder)
    status, out, _ = run("evaluate", folder, "-n", 100, "--write", "--json")
    assert status == 0
    found = zoo.info(folder)
    assert found.evaluation.card.to_json() == json.loads(out)
    assert [score.extractor_name for score in found.evaluation.scores] == ["b-resnet", "a-cnn"]
    assert found.evaluation.scores[0].floor_ratio > 1
    text = (folder / "README.md").read_text(encoding="utf-8")
    for words in ("| kernel distance ×10³ |", "| coverage |", "| label accuracy |", "100 samples, seed 0"):
        assert words in text
    assert "times the floor" in run("info", folder)[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("dots", "-n", 99), "n must be at least 100. Received: 99"),
        (("dots", "-n", 0), "Received: "),
        (("dots", "--seed", -1), "Received: --seed -1"),
        (("dotz",), "Did you mean 'dots'?"),
        (("lost", "-n", 100), "No shipped extractor is for this model. Received: data 'nothing'"),
        (("dots", "--plot", "card.txt"), "A plot must end in .png, .pdf, .svg. Received: card.txt"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_line(run: Run, arguments: tuple[object, ...], words: str):
    status, out, err = run("evaluate", *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("ganzoo: ")
    assert err.count("\n") == 1
    assert words in err


def test_a_plot_without_data_has_no_nearest_images_and_says_so(run: Run, tmp_path: Path):
    pytest.importorskip("matplotlib")
    status, _, err = run("evaluate", "dots", "-n", 100, "--plot", "card.png")
    assert status == 0
    assert "No nearest images in the plot" in err
    assert (tmp_path / "card.png").stat().st_size > 1000


def test_a_plot_downloads_nothing(run: Run, monkeypatch: pytest.MonkeyPatch):
    drawn: list[object] = []
    monkeypatch.setattr(plots, "check_plot", lambda path: None)
    monkeypatch.setattr(plots, "plot_scorecards", lambda path, cards, neighbours: drawn.append(neighbours))
    known = DatasetInfo(title="Dots", licence="none", credit="none", keras_module="mnist")
    monkeypatch.setitem(DATASETS, "dots", known)
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: pytest.fail("it asked Keras"))
    status, _, err = run("evaluate", "dots", "-n", 100, "--plot", "card.png")
    assert (status, drawn) == (0, [[]])
    (line,) = [line for line in err.splitlines() if "No nearest images in the plot" in line]
    assert "'dots' is not on this machine. Let GANZOO_DATA name a folder that holds dots.npz" in line


@pytest.fixture
def dots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A function that puts the data into GANZOO_DATA; the accuracy score is trained for a step or two."""
    monkeypatch.setattr(real_images, "CAS_STEPS", 1)
    monkeypatch.setattr(real_images, "CAS_EPOCHS", 1)

    def put() -> None:
        rng = np.random.default_rng(3)
        splits = {
            f"{side}_{split}": array
            for split, n in (("train", 120), ("test", 100))
            for side, array in (
                ("x", rng.integers(0, 256, (n, 28, 28), dtype="uint8")),
                ("y", rng.integers(0, 3, n)),
            )
        }
        np.savez(tmp_path / "dots.npz", **splits)
        monkeypatch.setenv("GANZOO_DATA", str(tmp_path))

    return put


def test_full_adds_a_table_below_the_card_and_says_what_took_how_long(run: Run, dots: Callable[[], None]):
    dots()
    status, out, err = run("evaluate", "dots", "dots-classes", "-n", 100, "--full")
    assert status == 0
    assert [line.split(":")[0] for line in err.splitlines()] == ["dots", "dots-classes"]
    assert "measured in" in err
    assert out.index("% read as") < out.index("with the data") < out.index("path length ↓")
    (row,) = [line for line in out.splitlines() if line.strip().startswith("CAS ↑")]
    assert row.count("±") == 1  # An unconditional model has none, and says why.
    assert "left out of dots: the model is unconditional" in " ".join(out.split())


def test_full_goes_into_json_evaluation_json_and_the_card(
    run: Run, dots: Callable[[], None], weights: Path, tmp_path: Path
):
    dots()
    folder = tmp_path / "copy"
    ganzoo.load(weights / "dots").save(folder)
    arguments = ("evaluate", folder, "-n", 100, "--full", "--json")
    status, out, _ = run(*arguments, "--write")
    assert status == 0
    assert run(*arguments)[1] == out
    assert zoo.info(folder).evaluation.card.to_json() == json.loads(out)
    metrics = {figure["metric"] for figure in json.loads(out)["full"]["figures"]}
    assert {"path_length", "num_different_bins", "authenticity", "pairwise_distance"} < metrics
    text = (folder / "README.md").read_text(encoding="utf-8")
    for words in (
        "| path length |",
        "| AuthPct |",
        "near the real one",
        "Left out: CAS, the model is",
        "\\|change",
    ):
        assert words in text


def test_full_without_the_data_says_what_to_do_before_it_measures(run: Run, dots: Callable[[], None]):
    status, out, err = run("evaluate", "dots", "-n", 100, "--full")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert "Unknown data set 'dots'" in err
    assert "GANZOO_DATA" in err


@pytest.mark.slow
@pytest.mark.all_backends
def test_the_backends_agree_within_one_percent(weights: Path, tmp_path: Path):
    command = [
        sys.executable,
        "-c",
        "from ganzoo.cli import main; main()",
        "evaluate",
        "dots-classes",
        "dots",
    ]
    figures = {}
    for backend in ("jax", "torch", "tensorflow"):
        environ = os.environ | {
            "KERAS_BACKEND": backend,
            "GANZOO_WEIGHTS": str(weights),
            "PYTHONPATH": str(Path(ganzoo.__file__).parents[1]),
        }
        done = subprocess.run(
            [*command, "-n", "300", "--json"],
            env=environ,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        figures[backend] = {
            f"{card['model']}, {by['extractor_name']}, {figure['metric']}": figure["value"]
            for card in json.loads(done.stdout)
            for by in card["extractors"]
            for figure in by["figures"]
        }
    assert len(figures["jax"]) == 2 * 2 * 9 + 2
    for backend in ("torch", "tensorflow"):
        assert figures[backend] == pytest.approx(figures["jax"], rel=0.01)
