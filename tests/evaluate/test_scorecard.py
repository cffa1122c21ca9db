import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from ganzoo._scorecard import Scorecard
from ganzoo._scorecard_table import amount, title, to_text
from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.custom import custom_extractor
from ganzoo.evaluate.frechet import frechet_distance
from ganzoo.evaluate.measures import METRICS, values
from ganzoo.evaluate.measuring import measure_reference
from ganzoo.evaluate.scorecard import scorecard

SHAPE = (6, 6, 1)


def look(images):
    """Means of the four quadrants as features; which is brightest as the class."""
    quadrants = images.reshape(-1, 2, 3, 2, 3).mean((2, 4)).reshape(-1, 4) / 64
    return quadrants, 4 * quadrants


def noise(n, seed=0, shift=0):
    images = np.random.default_rng(seed).integers(0, 200, (n, *SHAPE)) + shift
    return images.astype("uint8")


class Noise:
    """A model that draws noise, brighter than the reference by `shift`."""

    image_shape = SHAPE

    def __init__(self, *, shift=20, num_classes=0, name="noise"):
        self.shift, self.num_classes = shift, num_classes
        self.manifest = SimpleNamespace(name=name, data=SimpleNamespace(name="noise"))

    def stream(self, n, *, seed=0, labels=None, batch_size=256):
        self.labels = labels
        images = noise(n, seed + 10, self.shift)
        return (images[start : start + batch_size] for start in range(0, n, batch_size))


@pytest.fixture(scope="module")
def judge():
    extractor = custom_extractor(look, name="quadrants", version="1", input_shape=SHAPE, sha256="ab" * 32)
    reference = measure_reference(
        extractor,
        noise(300),
        labels=look(noise(300))[1].argmax(1),
        data="noise",
        split="test",
        sample_size=200,
        floor_images=noise(400, 1),
        floor_n=[20, 200, 300],
        floor_draws=2,
    )
    return extractor, reference


def test_a_card_holds_the_figures_with_floor_interval_and_protocol(judge):
    extractor, reference = judge
    card = scorecard(Noise(), n=200, seed=3, extractors=[judge])
    (by,) = card.extractors
    assert tuple(figure.metric for figure in by.figures) == METRICS
    features, logits = extractor.features_and_logits(noise(200, 13, 20))
    expected = values(reference.real_side, features, logits)
    assert {figure.metric: figure.value for figure in by.figures} == pytest.approx(expected, abs=1e-12)
    distance = frechet_distance(extractor.features(noise(300)), features)
    assert by.figure("frechet_distance").value == pytest.approx(distance, rel=1e-9)
    for figure in by.figures:
        assert figure.floor == reference.floor_at(200, figure.metric)
        assert figure.half_width > 0
    assert by.figure("frechet_distance").value > 10 * by.figure("frechet_distance").floor
    assert by.figure("frechet_distance").best == "low"
    assert by.figure("coverage").best == "high"
    assert by.figure("beauty") is None
    assert (card.model, card.n, card.seed) == ("noise", 200, 3)
    assert (by.n_real, by.n_sample, by.floor_split, by.floor_draws) == (300, 200, "train", 2)
    assert sum(by.class_histogram) == pytest.approx(1)
    assert by.curve[-1] == pytest.approx(distance, rel=1e-9)
    assert by.curve_floor[-1] == by.figure("frechet_distance").floor


def test_the_seed_decides_and_json_keeps_everything(judge):
    card = scorecard(Noise(), n=120, seed=3, extractors=[judge])
    assert scorecard(Noise(), n=120, seed=3, extractors=[judge]) == card
    assert scorecard(Noise(), n=120, seed=4, extractors=[judge]) != card
    assert Scorecard.model_validate(json.loads(json.dumps(card.to_json()))) == card


def test_batches_do_not_change_a_card(judge):
    one, other = (scorecard(Noise(), n=130, extractors=[judge], batch_size=size) for size in (256, 50))
    for first, second in zip(one.extractors[0].figures, other.extractors[0].figures, strict=True):
        assert first.value == pytest.approx(second.value, abs=1e-6)


def test_a_conditional_model_is_asked_for_every_class_and_held_to_it(judge):
    model = Noise(num_classes=4)
    card = scorecard(model, n=200, extractors=[judge])
    assert np.bincount(model.labels).tolist() == [50] * 4
    figure = card.extractors[0].figure("label_accuracy")
    assert 0 < figure.value < 0.5
    assert figure.floor == 1  # The reference's labels are what the classifier reads.


def test_real_images_stand_at_the_floor(judge):
    by = scorecard(Noise(shift=0), n=300, extractors=[judge]).extractors[0]
    for figure in by.figures:
        assert abs(figure.value - figure.floor) < 4 * figure.half_width, figure.metric


def test_without_a_classifier_or_a_floor_there_are_fewer_figures():
    extractor = custom_extractor(lambda images: look(images)[0], name="plain", version="1", input_shape=SHAPE)
    reference = measure_reference(extractor, noise(60), data="noise", split="test")
    card = scorecard(Noise(), n=100, extractors=[(extractor, reference)])
    by = card.extractors[0]
    assert tuple(figure.metric for figure in by.figures) == (*METRICS[:3], *METRICS[4:8])
    assert by.class_histogram is by.mean_confidence is None
    assert by.curve_floor == []
    assert all(figure.floor is None for figure in by.figures)
    assert "% read as" not in str(card)
    assert "real  " not in str(card).split("plain")[0]


def test_the_text_has_the_protocol_above_the_table(judge):
    text = str(scorecard(Noise(), n=200, seed=3, extractors=[judge]))
    protocol, _, table = text.partition("Fréchet distance ↓")
    for words in (
        "noise",
        "200, seed 3",
        "300 images of noise test",
        "quadrants 1, sha256 abababababab (tuning)",
        "delete-block jackknife, 10 blocks",
        "mean of 2 draws",
    ):
        assert words in " ".join(protocol.split())
    for words in ("FD∞ ↓", "kernel distance ×10³ ↓", "precision ↑", "class shares off ↓", "% read as", "±"):
        assert words in table


def test_several_models_stand_side_by_side(judge):
    cards = [scorecard(Noise(shift=s, name=f"by-{s}"), n=200, extractors=[judge]) for s in (10, 30)]
    text = to_text(cards, width=80)
    (head,) = [line for line in text.splitlines() if "by-10" in line and "real" in line]
    assert head.split() == ["by-10", "by-30", "real"]
    assert max(map(len, text.splitlines())) <= 80
    assert "by-10, by-30" in text


def test_figures_are_rounded_to_two_digits_of_their_interval():
    assert amount(1.23456, 0.012) == "1.235"
    assert amount(123.456, 34) == "123"
    assert amount(0.00012345, 0.0000123) == "0.000123"
    assert amount(0.5, 0) == "0.500"


def test_only_the_graph_of_2015_is_called_fid():
    assert title("frechet_distance", "inception-2015") == "FID"
    assert title("frechet_distance", "mnist-cnn") == title("frechet_distance") == "Fréchet distance"


def test_what_cannot_be_measured_is_refused(judge):
    extractor, reference = judge
    with pytest.raises(InvalidArgumentError, match=r"n must be at least 100\. Received: 99"):
        scorecard(Noise(), n=99, extractors=[judge])
    with pytest.raises(InvalidArgumentError, match=r"for this model\. Received: data 'noise'"):
        scorecard(Noise(), n=100)
    nameless = Noise()
    nameless.manifest = None
    with pytest.raises(InvalidArgumentError, match="does not say what it was trained on"):
        scorecard(nameless, n=100)
    with pytest.raises(InvalidArgumentError, match="Received: none"):
        scorecard(Noise(), n=100, extractors=[])
    with pytest.raises(InvalidArgumentError, match="Measure it again"):
        scorecard(Noise(), n=100, extractors=[(replace(extractor, sha256="cd" * 32), reference)])
