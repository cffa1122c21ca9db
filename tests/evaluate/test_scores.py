import json
import shutil
from dataclasses import asdict, replace

import numpy as np
import pytest

from ganzoo._files import weights_folder
from ganzoo.data import load
from ganzoo.errors import InvalidArgumentError, WeightsError
from ganzoo.evaluate.extractors import load_extractor, random_conv_extractor
from ganzoo.evaluate.frechet import frechet_distance
from ganzoo.evaluate.manifold import precision_recall_density_coverage
from ganzoo.evaluate.measuring import measure_reference
from ganzoo.evaluate.reference import load_reference, save_reference
from ganzoo.evaluate.scores import score_model, score_samples

SHAPE = (8, 8, 1)


def noise(n, seed=0, shape=SHAPE):
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), dtype="uint8")


@pytest.fixture(scope="module")
def extractor():
    return random_conv_extractor(SHAPE, width=4)


@pytest.fixture(scope="module")
def reference(extractor):
    return measure_reference(
        extractor, noise(300), data="noise", split="test", floor_images=noise(400, 1), floor_n=[50, 100, 200]
    )


def test_a_score_is_the_distance_of_the_features_and_says_how_it_was_made(extractor, reference):
    images = noise(100, 2) // 2
    score = score_samples(images, extractor=extractor, reference=reference, seed=2)
    expected = frechet_distance(extractor.features(noise(300)), extractor.features(images))
    assert score.frechet_distance == pytest.approx(expected, rel=1e-9)
    assert (score.n_real, score.n_fake, score.seed) == (300, 100, 2)
    assert (score.extractor_name, score.extractor_sha256) == ("random-conv", extractor.sha256)
    assert (score.reference_data, score.reference_split, score.floor_split) == ("noise", "test", "train")
    assert score.floor_ratio == pytest.approx(expected / reference.floor[0, 1])
    assert json.loads(json.dumps(score.to_json()))["floor_ratio"] == score.floor_ratio
    for part in (
        "random-conv 1.0",
        extractor.sha256[:12],
        "100 samples",
        "seed 2",
        "300 images of noise test",
    ):
        assert part in str(score)


def test_batches_give_the_same_score_as_the_whole(extractor, reference):
    images = noise(100, 2)
    whole = score_samples(images, extractor=extractor, reference=reference)
    streamed = score_samples(
        iter(np.split(images, [30, 37])), extractor=extractor, reference=reference, batch_size=16
    )
    assert streamed.n_fake == 100
    assert streamed.frechet_distance == pytest.approx(whole.frechet_distance, rel=1e-5)
    with pytest.raises(InvalidArgumentError, match="Received: 0"):
        score_samples(iter([]), extractor=extractor, reference=reference)


def test_the_floor_is_the_mean_distance_of_draws_without_replacement(extractor):
    real, other = noise(60), noise(40, 1)
    reference = measure_reference(
        extractor, real, data="noise", split="test", floor_images=other, floor_n=[40], floor_draws=3
    )
    expected = frechet_distance(extractor.features(real), extractor.features(other))
    # All 40 of 40: every draw is the whole.
    assert reference.floor_at(40) == pytest.approx(expected, rel=1e-9)
    assert reference.floor_std[0, 0] == pytest.approx(0, abs=1e-9)
    expected = precision_recall_density_coverage(extractor.features(real), extractor.features(other))
    for metric, value in expected.items():
        # The reference keeps its sample in float16: a point may fall on the other side of a radius.
        assert reference.floor_at(40, metric) == pytest.approx(value, abs=0.1)
    assert reference.floor_at(40, "beauty") is None


def test_the_floor_between_two_sizes_follows_one_over_n(reference):
    assert reference.floor_at(100) == reference.floor[0, 1]
    middle = 2 / (1 / 50 + 1 / 100)
    assert reference.floor_at(67) == pytest.approx(reference.floor[0, :2].mean(), rel=0.01)
    assert middle == pytest.approx(66.7, abs=0.1)
    assert reference.floor_at(49) is None
    assert reference.floor_at(201) is None


def test_a_score_beyond_the_measured_floor_has_none(extractor, reference):
    score = score_samples(noise(30), extractor=extractor, reference=reference)
    assert score.floor is score.floor_ratio is score.floor_split is None
    assert "floor" not in str(score)


def test_a_reference_survives_its_file(reference, tmp_path):
    save_reference(reference, tmp_path / "reference.npz")
    again = load_reference(path=tmp_path / "reference.npz")
    for name, value in asdict(reference).items():
        np.testing.assert_array_equal(getattr(again, name), value)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04"])
def test_a_file_that_is_no_reference_is_refused(tmp_path, content):
    (tmp_path / "reference.npz").write_bytes(content)
    with pytest.raises(WeightsError, match="is no reference"):
        load_reference(path=tmp_path / "reference.npz")


def test_pickles_bombs_and_shapes_that_do_not_fit_are_refused(reference, tmp_path):
    path = tmp_path / "reference.npz"
    for change in (
        {"mean": np.array([{}], dtype=object)},
        {"mean": np.zeros(5)},
        {"floor": np.zeros(7)},
        {"sample": np.zeros((7, 2), "float16")},
        {"surprise": np.zeros(1)},
    ):
        np.savez(path, **{**asdict(reference), **change})
        with pytest.raises(WeightsError, match="is no reference"):
            load_reference(path=path)
    np.savez_compressed(path, **{**asdict(reference), "covariance": np.zeros((3000, 3000))})
    assert path.stat().st_size < 200_000
    with pytest.raises(WeightsError, match="bytes unpacked"):
        load_reference(path=path)


def test_a_reference_of_another_extractor_is_refused(reference):
    other = random_conv_extractor(SHAPE, width=4, seed=1)
    with pytest.raises(InvalidArgumentError, match="Measure it again"):
        score_samples(noise(5), extractor=other, reference=reference)
    with pytest.raises(InvalidArgumentError, match="ships no reference"):
        score_samples(noise(5), extractor=other)


def test_a_reference_of_images_treated_otherwise_is_refused(extractor, reference):
    with pytest.raises(InvalidArgumentError, match="treated otherwise: 'none'"):
        score_samples(noise(5), extractor=extractor, reference=replace(reference, preprocessing="none"))


@pytest.mark.parametrize(
    ("version", "message"), [(1, "Measure it again"), (3, "Upgrade: pip install -U ganzoo")]
)
def test_a_reference_of_another_schema_is_refused_in_a_line(reference, tmp_path, version, message):
    path = tmp_path / "reference.npz"
    save_reference(replace(reference, schema_version=version), path)
    with pytest.raises(WeightsError, match=message):
        load_reference(path=path)


def test_the_first_schema_had_no_version(reference, tmp_path):
    path = tmp_path / "reference.npz"
    old = asdict(reference)
    del old["schema_version"], old["sample"]
    np.savez(path, **old)
    with pytest.raises(WeightsError, match="has schema version 1, which holds no sample"):
        load_reference(path=path)


def test_the_sample_is_rows_of_the_images_whatever_their_number(extractor):
    images = noise(60)
    reference = measure_reference(extractor, images, data="noise", split="test", sample_size=20)
    assert len(reference.sample) == len(set(reference.sample_rows.tolist())) == 20
    expected = extractor.features(images)[reference.sample_rows]
    np.testing.assert_array_equal(reference.sample, expected.astype("float16"))
    assert reference.n == 60
    assert np.isnan(reference.label_accuracy)


def test_what_cannot_be_scored_is_refused(extractor, reference):
    with pytest.raises(InvalidArgumentError, match="at least 2 rows"):
        score_samples(noise(1), extractor=extractor, reference=reference)
    with pytest.raises(InvalidArgumentError, match="labels need a classifier"):
        score_samples(noise(5), extractor=extractor, reference=reference, labels=np.zeros(5, int))
    with pytest.raises(InvalidArgumentError, match="n must be at least 2"):
        score_model(None, n=1)
    with pytest.raises(InvalidArgumentError, match="between 20 and 4"):
        measure_reference(extractor, noise(5), data="noise", split="test", floor_images=noise(4), floor_n=[5])


class Noise:
    """A model that draws noise, and remembers what it was asked for."""

    num_classes = 10

    def stream(self, n, *, seed=0, labels=None, batch_size=256):
        self.labels = labels
        images = noise(n, seed, (28, 28, 1))
        return (images[start : start + batch_size] for start in range(0, n, batch_size))


def test_a_model_is_scored_by_the_shipped_reference_without_any_data(monkeypatch):
    monkeypatch.delenv("GANZOO_DATA", raising=False)
    model = Noise()
    score = score_model(model, n=500, seed=3)
    assert np.bincount(model.labels).tolist() == [50] * 10
    assert score.floor_ratio > 20  # Noise is no digit.
    assert sum(score.class_histogram) == pytest.approx(1)
    assert 0 <= score.label_accuracy <= 0.5
    assert (score.reference_data, score.n_real, score.seed) == ("mnist", 10_000, 3)


def test_the_shipped_reference_belongs_to_the_shipped_extractor():
    reference = load_reference()
    assert reference.extractor_sha256 == load_extractor().sha256
    assert np.trace(reference.covariance) == pytest.approx(128, rel=0.05)  # The scale that was folded in.
    assert reference.class_histogram.max() < 0.12
    assert np.all(np.diff(reference.floor[0]) < 0)  # The bias falls with n.


def test_an_altered_shipped_reference_is_refused(monkeypatch, tmp_path):
    shutil.copytree(weights_folder() / "extractors", tmp_path / "extractors")
    monkeypatch.setenv("GANZOO_WEIGHTS", str(tmp_path))
    path = tmp_path / "extractors" / "mnist-cnn" / "reference-test.npz"
    content = bytearray(path.read_bytes())
    content[-200] ^= 1
    path.write_bytes(content)
    with pytest.raises(WeightsError, match="is not the file that"):
        load_reference()


@pytest.mark.data
def test_the_shipped_reference_is_that_of_the_test_digits():
    x_train, x_test = load("mnist").images, load("mnist", split="test").images
    score = score_samples(x_test)
    assert score.frechet_distance == pytest.approx(0, abs=1e-4)
    rows = np.random.default_rng(9).choice(60_000, 10_000, replace=False)
    assert score_samples(x_train[rows]).floor_ratio == pytest.approx(1, abs=0.2)
