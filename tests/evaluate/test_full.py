import json
import math
from types import SimpleNamespace

import numpy as np
import pytest

from ganzoo._full_table import label, score_text
from ganzoo._scorecard import Scorecard
from ganzoo._scorecard_table import to_text
from ganzoo.data import from_arrays
from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate import real_images
from ganzoo.evaluate._neighbours import nearest
from ganzoo.evaluate._pairs import pairs_without_blocks
from ganzoo.evaluate.bins import num_different_bins
from ganzoo.evaluate.birthday import closest_pairs
from ganzoo.evaluate.copying import authenticity, data_copying
from ganzoo.evaluate.custom import custom_extractor
from ganzoo.evaluate.diversity import mean_pairwise_distance
from ganzoo.evaluate.extractors import random_conv_extractor
from ganzoo.evaluate.full import METRICS, full_card
from ganzoo.evaluate.measuring import measure_reference
from ganzoo.evaluate.path_length import perceptual_path_length
from ganzoo.evaluate.real_images import RealImages, cas_epochs
from ganzoo.evaluate.scorecard import scorecard

SHAPE, CLASSES, N = (6, 6, 1), 4, 200


def look(images):
    """Means of the four quadrants and of two rows as features; which quadrant is brightest as the class."""
    quadrants = images.reshape(-1, 2, 3, 2, 3).mean((2, 4)).reshape(-1, 4) / 64
    rows = images[..., 0][:, [0, 3]].mean(2) / 64
    return np.concatenate([quadrants, rows], axis=1), 4 * quadrants


def pictures(n, seed, labels=None):
    """Noise with one quadrant brighter, whose number is the label."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(CLASSES, size=n) if labels is None else np.asarray(labels)
    images = rng.integers(0, 150, (n, *SHAPE))
    for image, number in zip(images, labels, strict=True):
        row, column = divmod(int(number), 2)
        image[3 * row : 3 * row + 3, 3 * column : 3 * column + 3] += 100
    return images.astype("uint8"), labels.astype("int32")


class Model:
    """It draws what `picture(n, seed, labels)` gives."""

    image_shape, latent_prior, latent_dim = SHAPE, "normal", 3

    def __init__(self, picture=pictures, *, num_classes=0, data=None):
        self.picture, self.num_classes = picture, num_classes
        self.manifest = SimpleNamespace(name="model", data=data)

    def stream(self, n, *, seed=0, labels=None, batch_size=256):
        images = self.picture(n, seed + 100, labels)[0]
        return (images[start : start + batch_size] for start in range(0, n, batch_size))

    def decode(self, z, *, labels=None):
        return np.broadcast_to(np.tanh(z[:, :1, None, None]), (len(z), *SHAPE)).astype("float32")


@pytest.fixture(scope="module")
def extractor():
    return custom_extractor(look, name="quadrants", version="1", input_shape=SHAPE, sha256="ab" * 32)


@pytest.fixture(scope="module")
def data():
    return RealImages(
        from_arrays(*pictures(600, 1), name="quadrants"), from_arrays(*pictures(300, 2), name="quadrants")
    )


@pytest.fixture(autouse=True)
def rule(monkeypatch):
    """In place of a trained classifier: the share of the images taught that have the label they come with."""

    def taught(images, labels, real, real_labels, **_):
        assert len(real) == len(real_labels) == 300
        return float(np.mean(look(images)[1].argmax(1) == labels))

    monkeypatch.setattr(real_images, "classification_accuracy_score", taught)


def card_of(model, real, extractor, *, n=N, seed=0):
    labels = np.arange(n) % CLASSES if model.num_classes else None
    images = np.concatenate(list(model.stream(n, seed=seed, labels=labels)))
    features, logits = extractor.features_and_logits(images)
    return full_card(model, real, extractor, features, logits, labels=labels, seed=seed)


def value(card, metric):
    return card.figure(metric).value


def test_the_figures_are_those_of_the_array_functions(data, extractor):
    card = card_of(Model(), data, extractor)
    samples, logits = extractor.features_and_logits(pictures(N, 100)[0])
    train = extractor.features(data.train.images)
    side = data.by(extractor, n=N, seed=0)
    test = extractor.features(data.test.images[side.test_rows])
    bins = num_different_bins(train, samples, centres=side.centres)
    assert len(side.centres) == 10
    assert (value(card, "num_different_bins"), value(card, "bin_divergence")) == (
        bins.different,
        pytest.approx(bins.jensen_shannon),
    )
    assert value(card, "authenticity") == pytest.approx(authenticity(train, samples))
    assert card.figure("authenticity").floor == pytest.approx(authenticity(train, test))
    assert value(card, "data_copying") == pytest.approx(data_copying(train, test, samples))
    assert value(card, "pairwise_distance") == pytest.approx(mean_pairwise_distance(samples))
    assert card.figure("pairwise_distance").floor == pytest.approx(mean_pairwise_distance(test))
    within = mean_pairwise_distance(samples, labels=logits.argmax(1))
    assert value(card, "class_pairwise_distance") == pytest.approx(within)
    threshold = closest_pairs(train[side.train_rows], count=20)[1][-1]
    near = sum(
        int(np.sum(np.linalg.norm(samples[i + 1 :] - samples[i], axis=1) <= threshold)) for i in range(N)
    )
    assert abs(value(card, "near_duplicates") - near) <= 1  # float32 sums here, float64 there


def test_other_real_images_stand_at_the_floor(data, extractor):
    card = card_of(Model(), data, extractor)
    assert abs(value(card, "data_copying")) < 3
    for metric in ("num_different_bins", "pairwise_distance", "near_duplicates", "authenticity"):
        figure = card.figure(metric)
        assert abs(figure.value - figure.floor) < 4 * figure.half_width, metric
    assert value(card, "modes_covered") == card.figure("modes_covered").floor == CLASSES


def test_copies_of_training_images_are_noticed(data, extractor):
    card = card_of(Model(lambda n, seed, labels: (data.train.images[:n], None)), data, extractor)
    assert value(card, "authenticity") == 0
    assert value(card, "data_copying") < -10
    assert card.figure("authenticity").floor > 40


def test_a_dropped_class_is_noticed(data, extractor):
    one = card_of(Model(lambda n, seed, labels: pictures(n, seed, np.zeros(n, int))), data, extractor)
    assert value(one, "modes_covered") == 1
    assert value(one, "mode_divergence") == pytest.approx(
        -math.log(np.mean(look(data.train.images)[1].argmax(1) == 0)), rel=0.05
    )
    distance = one.figure("pairwise_distance")
    assert distance.value + 4 * distance.half_width < distance.floor
    bins = one.figure("num_different_bins")
    assert bins.value > bins.floor + 4


def test_five_images_over_and_over_are_counted(data, extractor):
    five = pictures(5, 7)[0]

    def repeat(n, seed, labels):
        return five[np.random.default_rng(seed).integers(5, size=n)], None

    card = card_of(Model(repeat), data, extractor)
    assert value(card, "near_duplicates") > 10 * card.figure("near_duplicates").floor
    # A batch of 3 has two alike with probability 0.52; 9 / 1.39 = 6.5.
    assert value(card, "birthday_support") == pytest.approx(9 / (2 * math.log(2)))


def test_without_a_repetition_there_is_nothing_to_count(data, extractor):
    # Every quadrant has one of four greys, no two images the same four.
    greys = 80 * np.array(list(np.ndindex(4, 4, 4, 4)), "uint8").reshape(-1, 2, 2, 1)
    apart = greys.repeat(3, axis=1).repeat(3, axis=2)
    card = card_of(Model(lambda n, seed, labels: (apart[:n], None)), data, extractor)
    assert value(card, "near_duplicates") == 0
    (reason,) = [out.reason for out in card.left_out if out.metric == "birthday_support"]
    assert "no two of 200 samples" in reason


def test_cas_is_of_the_labels_asked_for_and_of_conditional_models_alone(data, extractor):
    right = card_of(Model(num_classes=CLASSES), data, extractor).figure("classification_accuracy_score")
    assert right.value > 0.9
    assert right.floor > 0.9
    assert 0 < right.half_width < 0.05
    wrong = card_of(
        Model(lambda n, seed, labels: pictures(n, seed, (labels + 1) % CLASSES), num_classes=CLASSES),
        data,
        extractor,
    )
    assert value(wrong, "classification_accuracy_score") < 0.1
    assert [out.metric for out in wrong.left_out] == ["path_length", "mode_divergence"]
    plain = card_of(Model(), data, extractor)
    assert {out.metric: out.reason for out in plain.left_out}["classification_accuracy_score"].startswith(
        "the model is unconditional"
    )
    unlabelled = RealImages(*(from_arrays(split.images) for split in (data.train, data.test)))
    (out,) = [
        out
        for out in card_of(Model(num_classes=CLASSES), unlabelled, extractor).left_out
        if out.metric == "classification_accuracy_score"
    ]
    assert out.reason == "arrays has no labels"


def test_the_path_length_is_that_of_the_model(data):
    convolutions = random_conv_extractor(SHAPE, width=4)
    model = Model()
    features = convolutions.features(pictures(N, 100)[0])
    card = full_card(model, data, convolutions, features, None, seed=3)
    expected = perceptual_path_length(model, n=N, seed=3, extractor=convolutions)
    assert value(card, "path_length") == pytest.approx(expected, rel=1e-9)
    assert card.figure("path_length").floor is None
    left_out = {out.metric: out.reason for out in card.left_out}
    assert left_out["modes_covered"] == "random-conv is no classifier"
    assert {"class_pairwise_distance", "mode_divergence"} < set(left_out)
    assert set(METRICS) == {figure.metric for figure in card.figures} | set(left_out)


def test_an_extractor_of_bytes_has_no_path_length(data, extractor):
    left_out = {out.metric: out.reason for out in card_of(Model(), data, extractor).left_out}
    assert left_out["path_length"] == "quadrants reads bytes alone"


def test_copying_of_other_data_than_was_trained_on_is_not_claimed(data, extractor):
    other = Model(data=SimpleNamespace(name="quadrants", fingerprint="0" * 64))
    left_out = {out.metric: out.reason for out in card_of(other, data, extractor).left_out}
    assert "its sha256 is another" in left_out["authenticity"]
    assert "data_copying" in left_out
    same = Model(data=SimpleNamespace(name="quadrants", fingerprint=data.train.fingerprint()))
    assert card_of(same, data, extractor).figure("authenticity") is not None


def test_the_seed_decides_and_the_second_model_finds_the_real_images_measured(extractor):
    calls = []

    def counted(images):
        calls.append(len(images))
        return look(images)

    counting = custom_extractor(counted, name="q", version="1", input_shape=SHAPE, sha256="cd" * 32)
    real = RealImages(*(from_arrays(*pictures(n, n)) for n in (600, 300)))
    first = card_of(Model(), real, counting)
    before = sum(calls)
    assert card_of(Model(), real, counting) == first
    assert sum(calls) - before <= 256  # The samples, padded to a batch.
    assert card_of(Model(), real, counting, seed=1) != first
    again = RealImages(real.train, real.test)
    assert card_of(Model(), again, counting) == first


def test_a_scorecard_holds_them_and_json_keeps_them(data, extractor):
    reference = measure_reference(extractor, data.test.images, data="quadrants", split="test")
    told = []
    options = {"n": N, "extractors": [(extractor, reference)]}
    card = scorecard(Model(), real=data, progress=lambda done, what: told.append((done, what)), **options)
    assert scorecard(Model(), **options).full is None
    assert Scorecard.model_validate(json.loads(json.dumps(card.to_json()))) == card
    assert card.full == card_of(Model(), data, extractor)
    assert (card.full.n, card.full.n_train, card.full.data) == (N, 600, "quadrants")
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert 0 <= told[0][0] < told[-1][0] <= 1
    text = str(card)
    assert text.index("Fréchet distance") < text.index("with the data") < text.index("AuthPct → real")
    assert "left out: the model is unconditional" in " ".join(text.split())


def test_two_models_stand_side_by_side_above_one_real_column(data, extractor):
    reference = measure_reference(extractor, data.test.images, data="quadrants", split="test")
    cards = [
        scorecard(model, n=N, extractors=[(extractor, reference)], real=data)
        for model in (Model(), Model(num_classes=CLASSES))
    ]
    cards[1] = cards[1].model_copy(update={"model": "by-class"})
    text = to_text(cards, width=80)
    (row,) = [line for line in text.splitlines() if line.strip().startswith("AuthPct →")]
    assert row.count("±") == 2
    assert [line.split() for line in text.splitlines()].count(["model", "by-class", "real"]) == 2
    assert "left out of model: the model is unconditional" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80


def test_too_few_samples_for_pairs_in_every_class_are_none(data):
    many = custom_extractor(
        lambda images: (look(images)[0], np.eye(120)[look(images)[1].argmax(1)]),
        name="many",
        version="1",
        input_shape=SHAPE,
    )
    left_out = {out.metric: out.reason for out in card_of(Model(), data, many).left_out}
    assert left_out["class_pairwise_distance"] == "200 samples are too few for pairs in 120 classes"


def test_counts_are_shown_whole_and_scores_to_their_interval(data, extractor):
    card = card_of(Model(), data, extractor)
    assert score_text(card.figure("modes_covered")) == "4"
    assert label(card.figure("modes_covered")) == "classes covered ↑"
    figure = card.figure("authenticity").model_copy(update={"value": 53.123, "half_width": 2.345})
    assert score_text(figure) == "53.1 ± 2.3"
    assert score_text(figure.model_copy(update={"half_width": None})) == "53.12"


def test_pairs_without_a_block_are_those_of_the_other_rows():
    x = np.random.default_rng(0).normal(size=(43, 3))
    distances = np.linalg.norm(x[:, None] - x, axis=2)
    (mean, means), (near, nears) = pairs_without_blocks(x, threshold=1.0, blocks=10)
    upper = np.triu_indices(43, 1)
    assert mean == pytest.approx(distances[upper].mean())
    assert near == np.sum(distances[upper] <= 1)
    for left_out in range(10):
        kept = np.arange(43) * 10 // 43 != left_out
        inner = distances[np.ix_(kept, kept)][np.triu_indices(kept.sum(), 1)]
        assert means[left_out] == pytest.approx(inner.mean())
        assert nears[left_out] == pytest.approx(np.mean(inner <= 1) * len(upper[0]))


def test_real_images_are_drawn_out_of_their_order(data, extractor):
    side = data.by(extractor, n=10_000, seed=0)
    assert side.n == 300
    assert sorted(side.test_rows) == list(range(300)) != list(side.test_rows)
    assert side is data.by(extractor, n=10_000, seed=0)
    assert side is not data.by(extractor, n=10_000, seed=1)
    np.testing.assert_array_equal(side.train_counts, np.bincount(nearest(side.train[0], side.centres)[0]))


def test_few_images_are_learnt_from_for_as_many_steps():
    assert [cas_epochs(n) for n in (10_000, 60_000, 1280, 100)] == [5, 5, 39, 390]


def test_what_does_not_fit_is_refused(data, extractor):
    other = Model()
    other.image_shape = (28, 28, 1)
    with pytest.raises(InvalidArgumentError, match=r"draws \(28, 28, 1\).*of \(6, 6, 1\)"):
        card_of(other, data, extractor)
    with pytest.raises(InvalidArgumentError, match=r"at least 40 images\. Received: 600 and 39"):
        RealImages(data.train, from_arrays(data.test.images[:39]))
    with pytest.raises(InvalidArgumentError, match="one shape"):
        RealImages(data.train, from_arrays(data.test.images[:, :5]))
