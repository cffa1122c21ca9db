import json
from types import SimpleNamespace

import keras
import numpy as np
import pytest

import ganzoo
from ganzoo import networks
from ganzoo.data import from_arrays
from ganzoo.errors import DataError, InvalidArgumentError
from ganzoo.evaluate import callback as module
from ganzoo.evaluate.callback import EvaluateEvery, evaluate_on
from ganzoo.evaluate.scores import SampleScore, score_model
from ganzoo.training import read_journal

IMAGES = np.random.default_rng(0).integers(0, 256, (24, 28, 28, 1), dtype="uint8")


def build():
    keras.utils.set_random_seed(0)
    small = {"width": 4, "depth": 1}
    generator, discriminator = networks.build(
        "mlp-gan", latent_dim=4, generator=small, discriminator={**small, "pieces": 2}
    )
    gan = ganzoo.GAN(generator, discriminator)
    gan.compile(run_eagerly=True)
    return gan


def score(distance, n=1000):
    return SampleScore(
        frechet_distance=distance,
        floor=2.0,
        floor_split="train",
        class_histogram=None,
        mean_confidence=None,
        label_accuracy=None,
        reference_confidence=None,
        extractor_name="e",
        extractor_version="1.0",
        extractor_sha256="0" * 64,
        reference_data="d",
        reference_split="test",
        n_real=10,
        n_fake=n,
        seed=0,
    )


@pytest.fixture
def distances(monkeypatch):
    """The scores to come; an error among them is raised."""
    coming = []

    def next_score(model, *, n, **_):
        value = coming.pop(0)
        if isinstance(value, Exception):
            raise value
        return score(value, n)

    monkeypatch.setattr(module, "score_model", next_score)
    return coming


class Network:
    """None that `networks.build` made."""


def begin(callback, epoch=0):
    """The callback in a run that begins at an epoch, of a model that notes under which epoch it was saved."""
    saved = []
    now = [epoch]
    model = SimpleNamespace(
        generator=Network(),
        stop_training=False,
        save=lambda path: saved.append((now[0], path.name)),
    )
    callback.set_model(model)
    callback.set_params({"steps": 2})

    def run(epochs, steps=2):
        logs = []
        for now[0] in epochs:
            callback.on_epoch_begin(now[0])
            for step in range(steps):
                callback.on_train_batch_end(step)
            logs.append({})
            callback.on_epoch_end(now[0], logs[-1])
        return logs

    return run, saved


def test_it_logs_and_keeps_the_best(distances, tmp_path):
    distances += [8.0, 6.0, 7.0, 6.0, 5.0]
    run, saved = begin(EvaluateEvery(tmp_path))
    logs = run(range(5))
    assert [log["fd"] for log in logs] == [8, 6, 7, 6, 5]
    assert [log["floor_ratio"] for log in logs] == [4, 3, 3.5, 3, 2.5]
    assert saved == [(0, "best.keras"), (1, "best.keras"), (4, "best.keras")]
    best = json.loads((tmp_path / "best.json").read_text())
    assert (best["epoch"], best["score"]["frechet_distance"]) == (5, 5)


def test_every_third_epoch(distances, tmp_path):
    distances += [8.0, 7.0]
    run, saved = begin(EvaluateEvery(tmp_path, every=3))
    logs = run(range(7))
    assert ["fd" in log for log in logs] == [False, False, True, False, False, True, False]
    assert [epoch for epoch, _ in saved] == [2, 5]


def test_a_resumed_run_goes_on_from_the_best(distances, tmp_path):
    distances += [8.0, 5.0, 6.0, 4.0]
    begin(EvaluateEvery(tmp_path))[0](range(2))
    run, saved = begin(EvaluateEvery(tmp_path), epoch=2)
    run([2])
    assert saved == []
    run([3])
    assert saved == [(3, "best.keras")]


def test_a_run_that_starts_anew_forgets_the_best(distances, tmp_path):
    distances += [5.0, 9.0]
    begin(EvaluateEvery(tmp_path))[0]([0])
    run, saved = begin(EvaluateEvery(tmp_path))
    run([0])
    assert saved == [(0, "best.keras")]


def test_a_best_of_another_protocol_is_not_compared_with(distances, tmp_path):
    distances += [5.0, 4.0]
    begin(EvaluateEvery(tmp_path, n=1000))[0]([0])
    run, _ = begin(EvaluateEvery(tmp_path, n=500), epoch=1)
    with pytest.raises(InvalidArgumentError, match=r"n_fake was 1000. Received: 500"):
        run([1])


def test_a_broken_best_is_refused(tmp_path):
    (tmp_path / "best.json").write_text('{"epoch": 1}')
    run, _ = begin(EvaluateEvery(tmp_path), epoch=1)
    with pytest.raises(InvalidArgumentError, match="Cannot read"):
        run([1])


def test_an_epoch_that_was_cut_short_is_scored_when_it_is_over(distances, tmp_path):
    distances += [5.0]
    run, saved = begin(EvaluateEvery(tmp_path))
    assert run([0], steps=1) == [{}]
    assert run([0])[0]["fd"] == 5
    assert len(saved) == 1


def test_a_diverged_generator_is_left_to_the_nan_guard(distances, tmp_path):
    distances += [DataError("images must be finite")]
    run, saved = begin(EvaluateEvery(tmp_path))
    assert run([0]) == [{}]
    assert saved == []


def test_without_a_folder_nothing_is_written(distances, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    distances += [5.0]
    run, saved = begin(EvaluateEvery())
    assert run([0])[0]["fd"] == 5
    assert saved == list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("bad", [{"every": 0}, {"n": 1}])
def test_options_out_of_range_are_refused(bad):
    with pytest.raises(InvalidArgumentError, match="Received"):
        EvaluateEvery(**bad)


def test_in_a_run_the_figures_reach_the_log_and_the_best_preset_has_the_best_score(tmp_path):
    source = from_arrays(np.concatenate([IMAGES, 255 - IMAGES]), name="noise")
    gan = build()
    watch = evaluate_on(source, folder=tmp_path, n=20)
    history = gan.fit(
        source, batch_size=8, epochs=3, output=tmp_path, sample_every=9, callbacks=[watch], verbose=0
    ).history
    lines = read_journal(tmp_path)
    assert [line["fd"] for line in lines] == pytest.approx(history["fd"], rel=1e-5)
    assert all(line["floor_ratio"] > 0 for line in lines)
    best = json.loads((tmp_path / "best.json").read_text())
    assert best["score"]["frechet_distance"] == min(history["fd"])
    assert best["epoch"] == 1 + int(np.argmin(history["fd"]))
    again = score_model(
        ganzoo.load(tmp_path / "best"), n=20, extractor=watch.extractor, reference=watch.reference
    )
    assert again.frechet_distance == pytest.approx(min(history["fd"]), rel=1e-3)
    assert (best["score"]["reference_split"], best["score"]["n_real"]) == ("half of train", 24)

    unwatched = build()
    unwatched.fit(source, batch_size=8, epochs=3, verbose=0)
    for one, other in zip(unwatched.get_weights(), gan.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)  # Watching changes nothing.

    resumed = evaluate_on(source, folder=tmp_path, n=20)
    build().fit(source, batch_size=8, epochs=4, output=tmp_path, resume=True, callbacks=[resumed], verbose=0)
    assert len(read_journal(tmp_path)) == 4
    assert resumed.best["score"]["frechet_distance"] <= min(history["fd"])


def test_too_few_images_to_score_against_are_refused():
    with pytest.raises(InvalidArgumentError, match="Received: 11"):
        evaluate_on(from_arrays(IMAGES[:11]))


def test_the_shipped_reference_is_taken_for_the_digits(monkeypatch):
    watch = evaluate_on(from_arrays(IMAGES, name="mnist"), every=2)
    assert (watch.extractor.name, watch.reference.split, watch.reference.n) == ("mnist-cnn", "test", 10_000)
    assert (watch.every, watch.n) == (2, 1000)
