"""Every example runs as it stands, and what it writes is what it says."""

import json
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from hub_server import HubServer
from PIL import Image

import ganzoo
from ganzoo import data, evaluate, latent, zoo

EXAMPLES = Path(__file__).parents[1] / "examples"
KEPT_PICTURE = EXAMPLES.parent / "docs" / "images" / "zoo.png"


def _run(name: str, folder: Path, *arguments: str, environ: dict[str, str] | None = None) -> str:
    """Run an example as a person would, in an empty folder; its standard output."""
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name), *arguments],
        cwd=folder,
        env={**os.environ, "HF_HUB_OFFLINE": "1", **(environ or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def _numbers(printed: str, pattern: str) -> dict[str, float]:
    """What `pattern` finds: names, in its first group, and numbers, in its second."""
    return {name: float(number) for name, number in re.findall(pattern, printed, re.MULTILINE)}


def test_every_example_is_short_and_has_a_test_here():
    files = sorted(EXAMPLES.glob("*.py"))
    assert len(files) >= 10
    tests = Path(__file__).read_text(encoding="utf-8")
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert len(text.splitlines()) < 60, file.name
        assert f"python examples/{file.name}" in text.split('"""')[1], file.name
        assert f'_run("{file.name}"' in tests, file.name


@pytest.mark.slow
def test_load_and_sample_draws_what_generate_draws(tmp_path):
    _run("load_and_sample.py", tmp_path)
    picture = np.asarray(Image.open(tmp_path / "samples.png"))
    expected = ganzoo.images.grid(ganzoo.load("mnist-dcgan").generate(64, seed=7), scale=3)
    assert np.abs(picture.astype(int) - expected.reshape(picture.shape).astype(int)).max() <= 1


@pytest.mark.slow
def test_compare_models_has_a_row_for_every_model(tmp_path):
    printed = _run("compare_models.py", tmp_path)
    names = ganzoo.list_models()
    assert [line.split()[0] for line in printed.splitlines()[1 : len(names) + 1]] == names
    row_of_one = Image.open(tmp_path / "models.png").height / len(names)
    assert row_of_one >= 28 * 3


@pytest.mark.slow
@pytest.mark.all_backends
def test_compare_backends_finds_the_same_pictures(tmp_path):
    printed = _run("compare_backends.py", tmp_path)
    rows = _numbers(printed, r"^(jax|torch|tensorflow) +\d+ +(\S+)$")
    assert set(rows) == {"jax", "torch", "tensorflow"}
    assert max(rows.values()) <= 1e-5


@pytest.mark.site
def test_fine_tune_leaves_digits_behind_for_the_shapes_it_was_given(tmp_path):
    _run("fine_tune.py", tmp_path, "--epochs", "40")
    assert len(list((tmp_path / "my-shapes").iterdir())) == 200
    draw_shapes = runpy.run_path(str(EXAMPLES / "fine_tune.py"))["draw_shapes"]
    others = data.from_folder(draw_shapes(tmp_path / "others", 500, seed=1), size=28, channels=1)
    extractor = evaluate.random_conv_extractor((28, 28, 1))
    wanted = extractor.features(others.images)

    def distance(name: str) -> float:
        pictures = ganzoo.load(name).generate(500, seed=1)
        return evaluate.frechet_distance(wanted, extractor.features(pictures))

    assert distance(str(tmp_path / "my-gan")) < 0.7 * distance("mnist-dcgan")
    assert Image.open(tmp_path / "before.png").size == Image.open(tmp_path / "after.png").size


@pytest.mark.site
def test_fine_tune_takes_a_folder_of_images_of_any_kind(tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    for index, colour in enumerate(("red", "green", "blue", "white")):
        Image.new("RGB", (40, 60), colour).save(photos / f"{index}.jpg")
    printed = _run("fine_tune.py", tmp_path, str(photos), "--epochs", "1")
    assert "Wrote before.png, after.png and the folder my-gan" in printed
    assert not (tmp_path / "my-shapes").exists()


@pytest.mark.site
def test_latent_walk_returns_to_where_it_began(tmp_path):
    printed = _run("latent_walk.py", tmp_path)
    with Image.open(tmp_path / "walk.gif") as walk:
        assert (walk.n_frames, walk.size, walk.info["loop"]) == (80, (168, 168), 0)
        frames = []
        for index in range(walk.n_frames):
            walk.seek(index)
            frames.append(np.asarray(walk.convert("L"), "float64"))
    changes = [np.abs(a - b).mean() for a, b in zip(frames, [*frames[1:], frames[0]], strict=True)]
    assert changes[-1] <= max(changes[:-1])
    shortest, longest = map(float, re.search(r"from (\S+) to (\S+),", printed).groups())
    assert 8 < shortest < longest < 12


@pytest.mark.site
def test_find_direction_finds_what_leans(tmp_path):
    printed = _run("find_direction.py", tmp_path)
    degrees = [float(number) for number in re.findall(r"^step .*: +(\S+) degrees", printed, re.MULTILINE)]
    assert np.all(np.diff(degrees) > 5)
    found = latent.load_directions(tmp_path / "directions.npz")
    assert found.names == ["slant", "stroke width"]
    assert Image.open(tmp_path / "slant.png").size == (2 + 5 * 58, 2 + 10 * 58)


@pytest.mark.site
def test_zoo_picture_is_the_one_in_the_readme(tmp_path):
    _run("zoo_picture.py", tmp_path, "-o", "zoo.png")
    drawn, kept = (np.asarray(Image.open(path), "int16") for path in (tmp_path / "zoo.png", KEPT_PICTURE))
    assert KEPT_PICTURE.stat().st_size < 150_000
    assert drawn.shape == kept.shape
    # directions are fitted, on each backend by its own last bits
    assert np.mean(np.abs(drawn - kept) > 8) < 0.01


@pytest.mark.site
def test_improve_quality_has_the_saved_sampler_beat_plain_draws(tmp_path):
    printed = _run("improve_quality.py", tmp_path, "-n", "1000")
    distances = _numbers(printed, r"^(plain|truncation|obrs|best|real images) +(\d\S*)")
    assert list(distances) == ["plain", "truncation", "obrs", "best", "real images"]
    assert distances["real images"] < distances["best"] < distances["plain"]
    plain, best = (np.asarray(Image.open(tmp_path / f"{name}.png")) for name in ("plain", "best"))
    assert plain.shape == best.shape
    assert not np.array_equal(plain, best)


@pytest.mark.site
def test_evaluate_writes_the_card_that_it_prints(tmp_path):
    printed = _run("evaluate.py", tmp_path, "mnist-mlp-gan", "-n", "500")
    card = json.loads((tmp_path / "scorecard.json").read_text(encoding="utf-8"))
    assert (card["model"], card["n"]) == ("mnist-mlp-gan", 500)
    written = {
        each["extractor_name"]: figure["value"]
        for each in card["extractors"]
        for figure in each["figures"]
        if figure["metric"] == "frechet_distance"
    }
    said = _numbers(printed, r"^(\S+): Fréchet distance (\S+) ±")
    assert said == pytest.approx(written, abs=0.006)
    assert len(said) == 2


@pytest.mark.site
def test_custom_objective_trains_by_both(tmp_path):
    printed = _run("custom_objective.py", tmp_path, "--epochs", "10")
    distances = _numbers(printed, r"^(\S+) +d_loss \S+, Fréchet distance (\S+)$")
    generator, discriminator = ganzoo.networks.build("dcgan", size=28, generator={"width": 8})
    untrained = evaluate.score_model(ganzoo.GAN(generator, discriminator), n=500)
    assert set(distances) == {"own", "usual"}
    assert max(distances.values()) < 0.6 * untrained.frechet_distance
    for name in distances:
        assert np.asarray(Image.open(tmp_path / f"{name}.png")).std() > 20


def test_custom_objective_is_that_of_the_paper():
    objective = runpy.run_path(str(EXAMPLES / "custom_objective.py"), run_name="read")["relativistic_average"]
    real, fake = keras.ops.array([2.0, 0.0]), keras.ops.array([-1.0, 0.0])
    # averages: 1 and -1/2
    d_loss = np.mean(np.log1p(np.exp([-2.5, -0.5]))) + np.mean(np.log1p(np.exp([-2.0, -1.0])))
    assert float(objective.d_loss(real, fake)) == pytest.approx(d_loss, rel=1e-6)
    assert float(objective.g_loss(real, fake)) == pytest.approx(float(objective.d_loss(fake, real)), rel=1e-6)
    # only differences count
    assert float(objective.d_loss(real + 3, fake + 3)) == pytest.approx(d_loss, rel=1e-5)


@pytest.mark.site
def test_publish_sends_nothing_until_it_is_told_to(tmp_path):
    with HubServer(tmp_path / "server") as hub:
        environ = hub.environ(tmp_path / "home", account="alice")
        printed = _run("publish.py", tmp_path, "mnist-dcgan", "alice/digits", environ=environ)
        assert "A dry run: " in printed
        assert hub.store.repo("alice/digits") is None
        arguments = ("mnist-dcgan", "alice/digits", "--tag", "v1", "--send")
        printed = _run("publish.py", tmp_path, *arguments, environ=environ)
        assert "ganzoo.load('hf://alice/digits@v1') brings it back" in printed
        there = hub.store.repo("alice/digits")
        names = set(there.commit(there.resolve("main")).files)
    assert {*zoo.info("mnist-dcgan").manifest.files, "ganzoo.json", "README.md"} <= names


@pytest.mark.site
def test_publish_says_in_one_line_why_it_sent_nothing(tmp_path):
    with HubServer(tmp_path / "server") as hub:
        done = subprocess.run(
            [sys.executable, str(EXAMPLES / "publish.py"), "--send"],
            cwd=tmp_path,
            env={**os.environ, **hub.environ(tmp_path / "home")},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Nothing was sent. Publishing needs a login")
