"""`ganzoo improve` and `ganzoo sample --sampler`: what they print and write, and what they refuse."""

import functools
import importlib
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from cli_runner import call_ganzoo

import ganzoo
from ganzoo import networks, zoo
from ganzoo.latent.samplers import Truncation, calibration_of, saved_sampler
from ganzoo.latent.trials import Trial
from ganzoo.zoo.manifest import Data

improving = importlib.import_module("ganzoo.latent.improve")
Run = Callable[..., tuple[int, str, str]]
KNOWN = calibration_of(np.array([0.1, 0.2, 0.3]), np.array([-0.3, 0.0, 0.15]))


def found(name: str, settings: dict[str, float], excess: float, recall: float, cost: float) -> Trial:
    return Trial(
        sampler=name,
        settings=settings,
        head=False,
        extractor="judge",
        n=600,
        seed=1,
        frechet_distance=excess + 0.1,
        floor=0.1,
        recall=recall,
        precision=0.8,
        coverage=0.8,
        cost=cost,
        passes={"generator": 1.0, "discriminator": 0.0, "gradients": 0.0},
    )


PLAIN = found("plain", {}, 1.0, 0.9, 1.0)
CUT = found("truncation", {"threshold": 0.5}, 0.5, 0.89, 1.1)
WORSE = found("dgflow", {"steps": 2}, 1.5, 0.8, 6.0)
SAVED = saved_sampler(Truncation(threshold=0.5), KNOWN, budget=10.0)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command on a zoo of `dots`, with a search that finds what stands above."""
    generator, discriminator = networks.build(
        "mlp-gan", latent_dim=3, generator={"width": 4}, discriminator={"width": 4}
    )
    zoo.save(ganzoo.GAN(generator, discriminator), tmp_path / "weights" / "dots", data=Data(name="dots"))
    zoo.save(ganzoo.GAN(generator, discriminator), tmp_path / "weights" / "lost")
    images = np.random.default_rng(0).integers(0, 256, (40, 28, 28, 1), dtype="uint8")
    np.savez(tmp_path / "dots.npz", x_train=images, x_test=images)
    monkeypatch.setenv("GANZOO_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.setenv("GANZOO_DATA", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)

    def search(gan, data, *, say, **options):
        say("looking")
        assert len(data) == 40
        held = options["budget"] > 2
        saved = SAVED if held else saved_sampler(None, KNOWN)
        return improving.Improvement([PLAIN, CUT, WORSE], [PLAIN, CUT, WORSE], saved, options["budget"], held)

    monkeypatch.setattr(improving, "improve", search)

    return functools.partial(call_ganzoo, capfd)


def test_the_table_has_every_sampler_and_marks_the_front(run: Run):
    status, out, err = run("improve", "dots")
    assert (status, err) == (0, "")
    lines = {line.split()[0]: line.split() for line in out.splitlines() if line.strip()}
    assert lines["truncation:"][-6:] == ["0.500", "-50%", "0.890", "0.800", "1.1x", "*"]
    assert lines["dgflow:"][-5:] == ["1.500", "+50%", "0.800", "0.800", "6.0x"]
    assert "chosen among 2 settings by judge" in out
    assert "best: truncation(threshold=0.5), confirmed" in out


def test_what_did_not_hold_is_said(run: Run):
    status, out, _ = run("improve", "dots", "--budget", 2)
    assert status == 0
    assert "best: plain generate" in out


def test_json_and_write(run: Run, tmp_path: Path):
    status, out, _ = run("improve", "dots", "--json", "--write")
    assert status == 0
    assert json.loads(out)["chosen"] == {"sampler": "truncation", "settings": {"threshold": 0.5}}
    assert ganzoo.load("dots").saved_sampler == SAVED
    assert run("sample", "dots", "-n", 4, "--sampler", "best", "-o", "best.npy")[0] == 0
    expected = ganzoo.load("dots").generate(4, sampler=Truncation(threshold=0.5))
    np.testing.assert_array_equal(np.load(tmp_path / "best.npy"), expected)


@pytest.mark.skipif(importlib.util.find_spec("matplotlib") is None, reason="needs matplotlib")
def test_the_plot_is_a_picture(run: Run, tmp_path: Path):
    status, _, err = run("improve", "dots", "--plot", "front.png")
    assert status == 0
    assert "Wrote front.png" in err
    assert (tmp_path / "front.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("improve", "dots", "--budget", 0.5), "--budget 0.5"),
        (("improve", "dots", "--budget", "nan"), "--budget nan"),
        (("improve", "dots", "-n", 100), "-n 100"),
        (("improve", "lost"), "Add --data"),
        (("improve", "dots", "--data", "dotz"), "Did you mean 'dots'"),
        (("improve", "dats"), "Did you mean 'dots'"),
        (("sample", "dots", "--sampler", "bets"), "Did you mean 'best'"),
        (("sample", "dots", "--sampler", "best"), "ganzoo improve"),
    ],
)
def test_one_line_and_status_two(run: Run, arguments: tuple[object, ...], words: str):
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


def test_help_has_an_example(run: Run):
    status, out, _ = run("improve", "--help")
    assert status == 0
    assert "Example: ganzoo improve" in out
