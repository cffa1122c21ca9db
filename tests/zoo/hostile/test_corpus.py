"""Each hostile folder: one line of a WeightsError, soon, in little memory, nothing written and nothing run.

The folders are made here and read by `worker.py` in one process of its own, whose memory, files and imports
are watched.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ganzoo
from ganzoo import latent, zoo
from ganzoo._sampler_file import Calibration, SavedSampler
from ganzoo.evaluate._networks import CLASSIFIERS
from ganzoo.evaluate.extractor_config import PREPROCESSING, ExtractorConfig, write_config
from ganzoo.evaluate.extractors import WEIGHTS_FILE

from . import of_config, of_extractor, of_folder, of_hdf5, of_json, of_npz  # noqa: F401
from .corpus import CASES

SECONDS, BYTES = 2.0, 500e6
READS = {"encoder": "encoder.weights.h5", "extractor": "extractor"}
MAY_BE_READ = frozenset(
    {"ganzoo.json", "sampler.json", "config.json", "evaluation.json", "extractor.json", "model.weights.h5",
     "discriminator.weights.h5", "encoder.weights.h5", "reference.npz", "metadata.json", "directions.npz",
     "reference-test.npz", "model.h5"}
)  # fmt: skip

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="pipes, links and their errors are of POSIX")
]
# Nearly all of it is refused before there is a backend: the core suite runs it on one, `nox -s full` on all.
if os.environ.get("KERAS_BACKEND", "torch") != "torch":
    pytestmark.append(pytest.mark.slow)


def calibration() -> Calibration:
    return Calibration(
        scores=(-1.0, 1.0),
        probabilities=(0.2, 0.8),
        slope=1.0,
        intercept=0.0,
        real_quantiles=(-1.0, 1.0),
        fake_quantiles=(-2.0, 1.0),
        auc=0.7,
        n=10,
        data="digits",
    )


def write_extractor(folder: Path) -> None:
    folder.mkdir()
    model = CLASSIFIERS["classifier_cnn"](input_shape=(28, 28, 1), widths=(2, 3), num_classes=2)
    model.save_weights(folder / WEIGHTS_FILE)
    config = ExtractorConfig(
        schema_version=2,
        name="tiny",
        version="1.0",
        architecture="classifier_cnn",
        input_shape=[28, 28, 1],
        widths=[2, 3],
        num_classes=2,
        preprocessing=PREPROCESSING,
        feature_scale="none",
        data="digits",
        recipe={"epochs": 1},
        test_accuracy=0.5,
        training_seconds=1.0,
        libraries={"keras": "3"},
        sha256={WEIGHTS_FILE: zoo.files.entry(folder / WEIGHTS_FILE).sha256},
    )
    write_config(folder, config)


def write_reference(path: Path) -> None:
    np.savez(
        path,
        mean=np.zeros(3), covariance=np.eye(3), n=10, sample=np.zeros((4, 3), "f2"), sample_rows=np.arange(4),
        data="digits", split="test", images_sha256="0" * 64, extractor_name="tiny", extractor_version="1.0",
        extractor_sha256="0" * 64, preprocessing="none", class_histogram=np.array([0.5, 0.5]),
        mean_confidence=0.5, label_accuracy=np.nan, floor_n=np.array([5, 10]),
        floor_metrics=np.array(["frechet_distance"]), floor=np.ones((1, 2)), floor_std=np.ones((1, 2)),
        floor_split="train", floor_draws=2, floor_seed=0, schema_version=2,
    )  # fmt: skip


@pytest.fixture(scope="module")
def valid(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of everything that can be read, small and without fault."""
    root = tmp_path_factory.mktemp("valid")
    shutil.copytree(written / "tiny", root / "preset")
    saved = SavedSampler(sampler="obrs", settings={"budget": 2.0}, calibration=calibration())
    zoo.save_sampler(root / "preset", saved)
    gan = ganzoo.load(root / "preset")
    latent.save_encoder(latent.encoder.build_encoder(gan), root / "encoder.weights.h5", gan=gan)
    pair = tuple(latent.Direction(name, np.eye(5)[i], "by hand") for i, name in enumerate("ab"))
    found = latent.Directions(pair, latent.fingerprint(gan), "tiny")
    latent.save_directions(found, root / "directions.npz")
    write_extractor(root / "extractor")
    write_reference(root / "reference-test.npz")
    return root


@pytest.fixture(scope="module")
def results(valid: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What the worker wrote down of every case, by name."""
    home = tmp_path_factory.mktemp("hostile")
    cases = []
    for number, case in enumerate(CASES.values()):
        root = home / str(number) / "root"
        # The encoder alone is larger than all the rest.
        others = {"encoder.weights.h5", "extractor"} - {READS.get(case.read)}
        shutil.copytree(valid, root, ignore=shutil.ignore_patterns(*others))
        case.build(root)
        cases.append({"name": case.name, "read": case.read, "root": str(root)})
    (home / "plan.json").write_text(json.dumps({"valid": str(valid), "cases": cases}))
    before = state_of(home)
    work = home / "work"
    work.mkdir()
    worker = Path(__file__).with_name("worker.py")
    command = [sys.executable, str(worker), str(home / "plan.json"), str(home / "results.jsonl")]
    # Where the working folder is its own, whatever is written without a path is seen.
    ended = subprocess.run(command, cwd=work, env=environ(), capture_output=True, text=True, timeout=600)
    lines = (home / "results.jsonl").read_text().splitlines() if (home / "results.jsonl").exists() else []
    found = {result["name"]: result for result in map(json.loads, lines)}
    assert ended.returncode == 0, f"after {len(found)} of {len(cases)} cases: {ended.stderr[-2000:]}"
    assert not list(work.iterdir())
    after = state_of(home)
    for path in ("results.jsonl", "work"):
        after.pop(path)
    assert after == before
    return found


def environ() -> dict[str, str]:
    here = Path(ganzoo.__file__).parent.parent
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(here), os.environ.get("PYTHONPATH", "")])}


def state_of(home: Path) -> dict[str, tuple[int, int, int]]:
    return {
        str(path.relative_to(home)): (s.st_size, s.st_mtime_ns, s.st_mode)
        for path in home.rglob("*")
        for s in [path.lstat()]
        if path.name != "hostile"
    }


@pytest.mark.parametrize("name", CASES)
def test_it_does_no_harm(results: dict[str, dict[str, Any]], name: str):
    case, result = CASES[name], results[name]
    if case.word is None:
        assert result["error"] is None, result["message"]
    else:
        # An encoder of another model is an honest one, and the wrong argument.
        expected = "InvalidArgumentError" if case.word == "of another model" else "WeightsError"
        assert result["error"] == expected, f"{result['error']}: {result['message']}"
        assert case.word in result["message"]
        # one line, and nothing in it that a terminal would obey
        assert result["message"].isprintable()
        assert len(result["message"]) < 1000
    assert result["seconds"] < SECONDS
    assert result["bytes"] < BYTES
    for event in result["seen"]:
        kind, _, what = event.partition(" ")
        assert kind == "read", event
        file = Path(what).name
        assert file in MAY_BE_READ or file.startswith("hash-of-"), event


def test_there_is_a_case_of_every_reader():
    assert {case.read for case in CASES.values()} == {
        "load", "info", "golden", "sampler", "directions", "encoder", "extractor", "reference"
    }  # fmt: skip
