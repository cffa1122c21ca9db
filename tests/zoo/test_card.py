"""The card says what the JSON files say."""

from pathlib import Path

import pytest

from ganzoo import zoo
from ganzoo.evaluate.scores import SampleScore
from ganzoo.zoo import card

SCORE = SampleScore(
    frechet_distance=0.03,
    floor=0.01,
    floor_split="train",
    class_histogram=(0.08, 0.12),
    mean_confidence=0.97,
    label_accuracy=None,
    reference_confidence=0.99,
    extractor_name="mnist-cnn",
    extractor_version="1.0",
    extractor_sha256="ab" * 32,
    reference_data="mnist",
    reference_split="test",
    n_real=10_000,
    n_fake=10_000,
    seed=0,
)


def test_a_score_brings_its_protocol(tiny: Path):
    zoo.save_evaluation(tiny, SCORE)
    found = zoo.info(tiny)
    assert found.evaluation.scores[0].floor_ratio == pytest.approx(3.0)
    text = (tiny / "README.md").read_text(encoding="utf-8")
    assert text == card.render(found.manifest, found.evaluation)
    for words in ("| 0.0300 |", "| 3.00 |", "8.0% to 12.0%", "10,000 samples, seed 0", "abababababababab"):
        assert words in text
    assert "Read as the label" not in text


def test_new_weights_have_no_old_score(tiny: Path):
    import ganzoo

    zoo.save_evaluation(tiny, SCORE)
    ganzoo.load(tiny).save(tiny)
    assert zoo.info(tiny).evaluation is None
    assert "Not measured" in (tiny / "README.md").read_text(encoding="utf-8")


def test_a_conditional_model_asks_for_labels(written: Path):
    assert "labels=3" in card.render(zoo.info(written / "tiny-classes").manifest, None)
    assert "labels=" not in card.render(zoo.info(written / "tiny").manifest, None)
