"""`evaluation.json` of both versions, and the table that a scorecard becomes in the model card."""

import json
from pathlib import Path

import pytest

from ganzoo import WeightsError, zoo
from ganzoo._full_card import FullCard, FullFigure, LeftOut
from ganzoo._scorecard import ExtractorCard, Figure, Scorecard

OLD_SCORE = {
    "frechet_distance": 1.5,
    "floor": 0.5,
    "floor_ratio": 3.0,
    "floor_split": "train",
    "class_histogram": [0.5, 0.5],
    "mean_confidence": 0.9,
    "label_accuracy": None,
    "reference_confidence": 0.99,
    "extractor_name": "mnist-cnn",
    "extractor_version": "1.1",
    "extractor_sha256": "ab" * 32,
    "reference_data": "mnist",
    "reference_split": "test",
    "n_real": 10_000,
    "n_fake": 10_000,
    "seed": 0,
}


def by(name: str, role: str, distance: float) -> ExtractorCard:
    return ExtractorCard(
        extractor_name=name,
        extractor_version="1.0",
        extractor_sha256="cd" * 32,
        preprocessing="none",
        role=role,
        reference_data="mnist",
        reference_split="test",
        n_real=10_000,
        n_sample=5000,
        floor_split="train",
        floor_draws=20,
        figures=[
            Figure(metric="frechet_distance", value=distance, half_width=0.05, floor=0.144, best="low"),
            Figure(metric="coverage", value=0.8123, half_width=0.0123, floor=None, best="high"),
            Figure(metric="label_accuracy", value=0.97, half_width=0.01, floor=0.99, best="high"),
        ],
        class_histogram=[0.25, 0.75],
        class_half_widths=[0.01, 0.01],
        reference_histogram=[0.5, 0.5],
        curve_n=[1000, 10_000],
        curve=[3.0, distance],
        curve_floor=[],
        mean_confidence=0.9,
        reference_confidence=0.99,
    )


CARD = Scorecard(
    model="tiny",
    n=10_000,
    seed=3,
    interval="95%, by hand",
    settings="neighbours k = 5",
    extractors=[by("mnist-cnn", "tuning", 1.9461), by("mnist-resnet", "confirmation", 2.5)],
)


FULL = FullCard(
    extractor_name="mnist-cnn",
    extractor_version="1.0",
    extractor_sha256="cd" * 32,
    data="mnist",
    train_sha256="ef" * 32,
    test_sha256="01" * 32,
    n_train=60_000,
    n=10_000,
    figures=[
        FullFigure(metric="authenticity", value=51.27, half_width=1.23, floor=52, best="real", protocol="%"),
        FullFigure(
            metric="path_length", value=321.6, half_width=23.0, floor=None, best="low", protocol="|change|²"
        ),
        FullFigure(
            metric="birthday_support", value=24_780, half_width=None, floor=8123, best="high", protocol="b"
        ),
    ],
    left_out=[LeftOut(metric="classification_accuracy_score", reason="it knows no labels")],
)


def test_the_first_version_is_still_read(tiny: Path):
    (tiny / "evaluation.json").write_text(json.dumps({"schema_version": 1, "scores": [OLD_SCORE]}))
    found = zoo.info(tiny).evaluation
    assert found.scores[0].floor_ratio == 3.0
    assert found.card is None


def test_a_scorecard_is_kept_whole_and_its_distances_are_the_scores(tiny: Path):
    zoo.save_evaluation(tiny, CARD)
    raw = json.loads((tiny / "evaluation.json").read_text(encoding="utf-8"))
    assert raw["schema_version"] == 3
    found = zoo.info(tiny).evaluation
    assert found.card == CARD
    assert [(score.extractor_name, score.frechet_distance) for score in found.scores] == [
        ("mnist-cnn", 1.9461),
        ("mnist-resnet", 2.5),
    ]
    first = found.scores[0]
    assert first.floor_ratio == pytest.approx(1.9461 / 0.144)
    assert (first.n_fake, first.seed, first.label_accuracy, first.floor_split) == (10_000, 3, 0.97, "train")


def test_the_model_card_has_every_figure_and_the_protocol(tiny: Path):
    zoo.save_evaluation(tiny, CARD)
    text = (tiny / "README.md").read_text(encoding="utf-8")
    for words in (
        "|  | mnist-cnn | real | mnist-resnet | real | better |",
        "| Fréchet distance | 1.946 ± 0.050 | 0.144 | 2.500 ± 0.050 | 0.144 | lower |",
        "| coverage | 0.812 ± 0.012 |  | 0.812 ± 0.012 |  | higher |",
        "| mnist-cnn, samples | 25.0 | 75.0 |",
        "10,000 samples, seed 3, against 10,000 images of mnist test",
        "95%, by hand",
        "mnist-resnet 1.0 (confirmation)",
        "cdcdcdcdcdcdcdcd",
    ):
        assert words in text


def test_what_needs_the_data_set_is_kept_and_stands_in_the_model_card(tiny: Path):
    card = CARD.model_copy(update={"full": FULL})
    zoo.save_evaluation(tiny, card)
    assert zoo.info(tiny).evaluation.card == card
    text = (tiny / "README.md").read_text(encoding="utf-8")
    for words in (
        "| AuthPct | 51.3 ± 1.2 | 52.0 | near the real one | % |",
        "| path length | 322 ± 23 |  | lower | \\|change\\|² |",
        "| birthday support | 25,000 | 8,100 | higher | b |",
        "60,000 training images of mnist; 10,000 samples",
        "Left out: CAS, it knows no labels.",
    ):
        assert words in text


def test_a_card_of_before_the_full_one_is_still_read(tiny: Path):
    content = {"schema_version": 2, "scores": [OLD_SCORE], "card": CARD.to_json()}
    del content["card"]["full"]
    (tiny / "evaluation.json").write_text(json.dumps(content))
    assert zoo.info(tiny).evaluation.card == CARD


def test_a_card_without_a_distance_is_not_kept(tiny: Path):
    half = CARD.model_copy(
        update={
            "extractors": [CARD.extractors[0].model_copy(update={"figures": [CARD.extractors[0].figures[1]]})]
        }
    )
    with pytest.raises(WeightsError, match="without a Fréchet distance"):
        zoo.save_evaluation(tiny, half)


@pytest.mark.parametrize(
    "change", [{"n": -1}, {"surprise": 1}, {"extractors": [{}]}, {"interval": "x" * 501}, {"seed": 0.5}]
)
def test_a_card_that_breaks_the_schema_is_refused(tiny: Path, change: dict[str, object]):
    content = {"schema_version": 2, "scores": [OLD_SCORE], "card": CARD.to_json() | change}
    (tiny / "evaluation.json").write_text(json.dumps(content))
    with pytest.raises(WeightsError, match=r"evaluation\.json is not valid: card"):
        zoo.info(tiny)
