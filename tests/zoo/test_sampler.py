"""A sampler that travels with a preset: saved with its hash, refused when altered."""

import json
from pathlib import Path

import numpy as np
import pytest

import ganzoo
from ganzoo import zoo
from ganzoo._sampler_file import Measurement
from ganzoo.evaluate.scores import SampleScore
from ganzoo.latent.samplers import Obrs, calibration_of, saved_sampler
from ganzoo.zoo import card

KNOWN = calibration_of(np.array([0.1, 0.2, 0.3]), np.array([-0.3, 0.0, 0.15]))
SCORE = SampleScore(
    frechet_distance=0.03,
    floor=0.01,
    floor_split="train",
    class_histogram=None,
    mean_confidence=None,
    label_accuracy=None,
    reference_confidence=None,
    extractor_name="judge",
    extractor_version="1.0",
    extractor_sha256="ab" * 32,
    reference_data="mnist",
    reference_split="test",
    n_real=10_000,
    n_fake=10_000,
    seed=0,
)
SAVED = saved_sampler(Obrs(budget=2.0), KNOWN, budget=10.0)


def test_best_is_loaded_with_the_preset(tiny: Path):
    zoo.save_sampler(tiny, SAVED)
    gan = ganzoo.load(tiny)
    assert gan.saved_sampler == SAVED
    expected = gan.generate(5, sampler=Obrs(budget=2.0, calibration=KNOWN))
    np.testing.assert_array_equal(gan.generate(5, sampler="best"), expected)
    assert "sampler.json" in zoo.info(tiny).manifest.files


def test_a_preset_without_one_has_none(tiny: Path):
    assert ganzoo.load(tiny).saved_sampler is None
    with pytest.raises(ganzoo.InvalidArgumentError, match="No best sampler"):
        ganzoo.load(tiny).generate(4, sampler="best")


def test_an_altered_sampler_is_refused(tiny: Path):
    zoo.save_sampler(tiny, SAVED)
    path = tiny / "sampler.json"
    path.write_text(path.read_text().replace('"budget": 2.0', '"budget": 3.0'))
    with pytest.raises(ganzoo.WeightsError, match=r"sampler\.json was altered"):
        ganzoo.load(tiny)


def test_a_sampler_of_wrong_settings_is_refused(tiny: Path):
    broken = SAVED.model_copy(update={"settings": {"budget": 0.1}})
    zoo.save_sampler(tiny, broken)
    with pytest.raises(ganzoo.WeightsError, match=r"budget=0\.1"):
        ganzoo.load(tiny).generate(4, sampler="best")


def test_it_is_saved_along_until_the_weights_change(tiny: Path, tmp_path: Path):
    zoo.save_sampler(tiny, SAVED)
    gan = ganzoo.load(tiny)
    gan.save(tmp_path / "same")
    assert ganzoo.load(tmp_path / "same").saved_sampler == SAVED
    gan.compile()
    gan.save(tmp_path / "same")
    assert ganzoo.load(tmp_path / "same").saved_sampler is None
    assert not (tmp_path / "same" / "sampler.json").exists()


def test_the_card_has_the_table_and_keeps_it(tiny: Path):
    facts = {"extractor": "judge", "n": 5000, "seed": 1, "recall": 0.9, "precision": 0.8, "cost": 2.5}
    rows = [
        Measurement(sampler="plain", excess=0.4, **facts),
        Measurement(sampler="obrs: budget 2", excess=0.123, **facts),
    ]
    zoo.save_sampler(tiny, SAVED.model_copy(update={"measured": rows}))
    found = zoo.info(tiny)
    zoo.save_evaluation(tiny, SCORE)
    text = (tiny / "README.md").read_text(encoding="utf-8")
    assert "| obrs: budget 2 | 0.123 | 0.900 | 0.800 | 2.5 |" in text
    assert "5,000 pictures of seed 1 by judge" in text
    assert text == card.render(found.manifest, zoo.info(tiny).evaluation, ganzoo.load(tiny).saved_sampler)


def test_the_file_is_plain_json(tiny: Path):
    zoo.save_sampler(tiny, SAVED)
    raw = json.loads((tiny / "sampler.json").read_text())
    assert raw["schema_version"] == 1
    assert raw["settings"]["budget"] == 2.0
