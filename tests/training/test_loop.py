"""`GAN.fit`: what it accepts, what it logs, how it stops."""

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image

from ganzoo import GAN, DataError, InvalidArgumentError, TrainingDivergedError, backend, objectives
from ganzoo.penalties import R1
from ganzoo.training import checkpoint, read_journal
from ganzoo.training.callbacks import Checkpoints

Build = Callable[..., GAN]


class StopAt(keras.callbacks.Callback):
    """Stops at a step of an epoch, as Ctrl-C does."""

    def __init__(self, epoch: int, batch: int) -> None:
        super().__init__()
        self.at = (epoch, batch)
        self.epoch = 0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if (self.epoch, batch) == self.at:
            self.model.stop_training = True


def weights(gan: GAN) -> list[np.ndarray]:
    return list(checkpoint.capture(gan).values())


def same(one: GAN, other: GAN) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(weights(one), weights(other), strict=True))


# ---------------------------------------------------------------------- data


def as_array(images: np.ndarray, folder: Path) -> Any:
    return images


def as_floats(images: np.ndarray, folder: Path) -> Any:
    return images.astype("float32") / 127.5 - 1.0


def as_folder(images: np.ndarray, folder: Path) -> Any:
    for i, image in enumerate(images):
        Image.fromarray(image.squeeze()).resize((40, 36)).save(folder / f"{i}.png")
    return folder


def as_npz(images: np.ndarray, folder: Path) -> Any:
    np.savez(folder / "set.npz", images=images)
    return str(folder / "set.npz")


def as_batches(images: np.ndarray, folder: Path) -> Any:
    return [images[:7], images[7:]]


def as_function(images: np.ndarray, folder: Path) -> Any:
    return lambda: (images[i : i + 3] for i in range(0, len(images), 3))


def as_dataset(images: np.ndarray, folder: Path) -> Any:
    tf = pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    return tf.data.Dataset.from_tensor_slices(images).batch(6)


def as_loader(images: np.ndarray, folder: Path) -> Any:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    floats = torch.from_numpy(images.transpose(0, 3, 1, 2) / 127.5 - 1.0).float()
    return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(floats), batch_size=6)


FORMS = [as_array, as_floats, as_folder, as_npz, as_batches, as_function, as_dataset, as_loader]


@pytest.mark.parametrize("form", FORMS)
def test_fit_takes_data_in_every_form(
    build: Build, images: np.ndarray, tmp_path: Path, form: Callable[..., Any]
) -> None:
    gan = build()
    before = weights(gan)
    history = gan.fit(form(images, tmp_path), batch_size=4, epochs=2, verbose=0)
    assert history.epoch == [0, 1]
    assert all(math.isfinite(value) for values in history.history.values() for value in values)
    assert any(not np.array_equal(a, b) for a, b in zip(before, weights(gan), strict=True))
    # 5 steps an epoch, however the batches came
    assert int(gan.optimizer.generator.iterations) == 10


def test_a_foreign_pipeline_runs_through_the_compiled_step(build: Build, images: np.ndarray) -> None:
    gan = build(run_eagerly=False, n_critic=2, penalties=[R1(weight=1.0, interval=2)])
    history = gan.fit(as_function(images, Path()), batch_size=4, epochs=2, verbose=0)
    assert len(history.history["penalty"]) == 2
    assert int(gan.optimizer.discriminator.iterations) == 2 * 2 * 2


def test_labels_reach_a_conditional_model(build: Build, images: np.ndarray) -> None:
    labels = np.arange(len(images)) % 3
    gan = build(num_classes=3)
    for given in [(images, labels), ([(images[:8], labels[:8])],), ((images, labels),)]:
        assert gan.fit(*given, batch_size=4, verbose=0).epoch == [0]


ONE_LINE_ERRORS = [
    ({"x": np.zeros((8, 32, 32, 1), np.uint8)}, "28"),
    ({"x": np.zeros((8, 28, 28, 3), np.uint8)}, "channel"),
    ({"x": np.full((8, 28, 28, 1), 7.0)}, r"\[-1, 1\]"),
    ({"x": [np.zeros((8, 32, 32, 1), np.uint8)]}, "28"),
    ({"x": iter([np.zeros((8, 28, 28, 1), np.uint8)])}, "runs out"),
    ({"x": []}, "no batch"),
    ({"x": "no-such-folder/"}, "No such"),
    ({"x": np.zeros((8, 28, 28, 1), np.uint8), "batch_size": 0}, "batch_size"),
    ({"x": np.zeros((8, 28, 28, 1), np.uint8), "epochs": 0}, "epochs"),
    ({"x": np.zeros((8, 28, 28, 1), np.uint8), "seed": -1}, "seed"),
    ({"x": np.zeros((8, 28, 28, 1), np.uint8), "resume": True}, "resume"),
]


@pytest.mark.parametrize(("options", "match"), ONE_LINE_ERRORS)
def test_what_cannot_be_used_is_said_before_training(
    build: Build, options: dict[str, Any], match: str
) -> None:
    gan = build()
    before = weights(gan)
    with pytest.raises((DataError, InvalidArgumentError), match=match) as caught:
        gan.fit(**options, verbose=0)
    assert "\n" not in str(caught.value)
    assert all(np.array_equal(a, b) for a, b in zip(before, weights(gan), strict=True))


@pytest.mark.parametrize(
    ("labels", "match"), [(None, "no labels"), (np.full(8, 3), "0 to 2"), (np.full(8, -1), "from 0")]
)
def test_labels_that_do_not_fit_are_refused(build: Build, labels: Any, match: str) -> None:
    images = np.zeros((8, 28, 28, 1), np.uint8)
    gan = build(num_classes=3)
    for given in [(images, labels), ([images if labels is None else (images, labels)],)]:
        with pytest.raises(DataError, match=match):
            gan.fit(*given, batch_size=4, verbose=0)


def test_a_bad_batch_later_is_our_own_error(build: Build, images: np.ndarray) -> None:
    def batches() -> Iterator[np.ndarray]:
        for _ in range(10):
            yield images[:4]
        yield np.zeros((4, 32, 32, 1), np.uint8)

    with pytest.raises(DataError, match="28"):
        build().fit(batches, batch_size=4, verbose=0)


# ---------------------------------------------------------------------- log, callbacks


def test_figures_grids_and_progress_are_written(
    build: Build, images: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gan = build(penalties=[R1(weight=1.0)])
    history = gan.fit(images, batch_size=4, epochs=3, verbose=2, output=tmp_path, sample_every=2)
    printed = capsys.readouterr().out
    assert all(text in printed for text in ("Epoch 3/3", "5/5", "d_loss", "g_loss", "d_accuracy", "penalty"))
    lines = read_journal(tmp_path)
    assert [line["epoch"] for line in lines] == [1, 2, 3]
    for key in ("d_loss", "g_loss", "d_accuracy", "penalty"):
        assert [line[key] for line in lines] == pytest.approx(history.history[key], abs=1e-6)
    assert 0.0 <= lines[-1]["d_accuracy"] <= 1.0
    assert lines[-1]["seconds"] >= lines[0]["seconds"]
    assert [path.name for path in (tmp_path / "samples").iterdir()] == ["epoch-0002.png"]


def test_the_log_goes_on_after_a_resume(build: Build, images: np.ndarray, tmp_path: Path) -> None:
    build().fit(images, batch_size=4, epochs=2, verbose=0, output=tmp_path, callbacks=[StopAt(1, 2)])
    assert json.loads(str(np.load(tmp_path / checkpoint.FILE)["meta"]))["step"] == 3
    # as a run that was killed while it wrote would leave it
    with (tmp_path / "log.jsonl").open("a") as file:
        file.write('{"epoch": 2, "d_lo')
    history = build().fit(images, batch_size=4, epochs=3, verbose=0, output=tmp_path, resume=True)
    assert [line["epoch"] for line in read_journal(tmp_path)] == [1, 2, 3]
    assert history.epoch == [1, 2]


def test_a_stop_within_an_epoch_resumes_to_the_same_bits(
    build: Build, images: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options: dict[str, Any] = {"batch_size": 4, "epochs": 2, "verbose": 0, "seed": 9}
    alone = build(ema_decay=0.5)
    alone.fit(images, **options)
    build(ema_decay=0.5).fit(images, **options, output=tmp_path, callbacks=[StopAt(0, 1)])
    again = build(ema_decay=0.5)
    again.fit(images, **options, output=tmp_path, resume=True)
    assert same(alone, again)
    # nor does a checkpoint at each step change the run
    monkeypatch.setattr(Checkpoints, "seconds", 0.0)
    often = build(ema_decay=0.5, run_eagerly=False)
    often.fit(images, **options, output=tmp_path / "often")
    monkeypatch.undo()
    seldom = build(ema_decay=0.5, run_eagerly=False)
    seldom.fit(images, **options)
    assert same(often, seldom)


def test_a_foreign_pipeline_that_was_stopped_does_its_epoch_again(
    build: Build, images: np.ndarray, tmp_path: Path
) -> None:
    batches = as_function(images, tmp_path)
    options: dict[str, Any] = {"batch_size": 4, "verbose": 0, "output": tmp_path}
    build().fit(batches, epochs=3, callbacks=[StopAt(1, 2)], **options)
    assert [line["epoch"] for line in read_journal(tmp_path)] == [1, 2]
    gan = build()
    assert gan.fit(batches, epochs=3, resume=True, **options).epoch == [1, 2]
    assert int(gan.optimizer.generator.iterations) == 5 + 3 + 5 + 5


def test_another_seed_or_data_is_not_resumed(build: Build, images: np.ndarray, tmp_path: Path) -> None:
    options: dict[str, Any] = {"batch_size": 4, "verbose": 0, "output": tmp_path}
    build().fit(images, **options)
    for change in ({"seed": 1}, {"x": 255 - images}, {"batch_size": 5}):
        with pytest.raises(InvalidArgumentError, match="another run"):
            build().fit(**{"x": images, **options, **change}, resume=True)


@pytest.mark.parametrize("form", [as_array, as_function])
def test_kerass_callbacks_run_once_over_all_epochs(
    build: Build, images: np.ndarray, tmp_path: Path, form: Callable[..., Any]
) -> None:
    begun = []
    callbacks = [
        keras.callbacks.LambdaCallback(on_train_begin=lambda logs: begun.append(1)),
        keras.callbacks.EarlyStopping("d_loss", patience=2, mode="max", min_delta=1e9),
        keras.callbacks.CSVLogger(tmp_path / "log.csv"),
        keras.callbacks.ModelCheckpoint(tmp_path / "x.keras"),
    ]
    gan = build()
    history = gan.fit(form(images, tmp_path), batch_size=4, epochs=9, verbose=0, callbacks=callbacks)
    assert history.epoch == [0, 1, 2]  # stopped by patience
    assert begun == [1]
    assert len((tmp_path / "log.csv").read_text().splitlines()) == 4
    loaded = keras.models.load_model(tmp_path / "x.keras")
    np.testing.assert_array_equal(loaded.generate(2), gan.generate(2))


# ---------------------------------------------------------------------- NaN


def test_a_nan_stops_rolls_back_and_says_what_to_change(
    build: Build, images: np.ndarray, tmp_path: Path
) -> None:
    class RateRunsAway(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            if epoch == 2:
                self.model.optimizer.generator.learning_rate.assign(1e38)

    good = build()
    good.fit(images, batch_size=4, epochs=2, verbose=0)
    gan = build()
    with pytest.raises(TrainingDivergedError) as caught:
        gan.fit(images, batch_size=4, epochs=5, verbose=0, output=tmp_path, callbacks=[RateRunsAway()])
    message = str(caught.value)
    assert "\n" not in message
    assert "epoch 3, step 0 again" in message
    assert "Lower the learning rate" in message
    assert same(gan, good)
    state, meta = checkpoint.read(tmp_path / checkpoint.FILE)
    assert (meta["epoch"], meta["step"]) == (2, 0)
    assert checkpoint.not_finite(state) == []
    # the log stays JSON
    for line in (tmp_path / "log.jsonl").read_text().splitlines():
        json.loads(line, parse_constant=pytest.fail)


def nan_objective() -> objectives.Objective:
    stock = objectives.non_saturating()
    return objectives.Objective(
        "broken", stock.d_loss, lambda real, fake: stock.g_loss(real, fake) * math.nan
    )


def test_a_nan_loss_is_named_and_the_first_weights_come_back(build: Build, images: np.ndarray) -> None:
    gan, fresh = build(objective=nan_objective()), build()
    with pytest.raises(TrainingDivergedError, match="g_loss = nan"):
        gan.fit(images, batch_size=4, epochs=2, verbose=0)
    for kept, first in zip(gan.weights, fresh.weights, strict=True):
        if "seed" not in kept.path:
            np.testing.assert_array_equal(kept, first)


def test_weights_that_are_not_finite_are_never_kept(build: Build, images: np.ndarray, tmp_path: Path) -> None:
    class Plant(keras.callbacks.Callback):
        # after the epoch's last figures, as the last update of an epoch may do it
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if batch == 4:
                backend.sync(self.model)
                kernel = self.model.generator.trainable_variables[0]
                kernel.assign(np.full(kernel.shape, np.nan, "float32"))

    gan = build()
    with pytest.raises(TrainingDivergedError, match="weights that are not finite"):
        gan.fit(images, batch_size=4, epochs=2, verbose=0, output=tmp_path, callbacks=[Plant()])
    state, meta = checkpoint.read(tmp_path / checkpoint.FILE)
    assert meta["epoch"] == 0
    assert checkpoint.not_finite(state) == []
    assert checkpoint.not_finite(checkpoint.capture(gan)) == []


def test_a_resumed_run_that_diverges_rolls_back_too(build: Build, images: np.ndarray, tmp_path: Path) -> None:
    build().fit(images, batch_size=4, epochs=1, verbose=0, output=tmp_path)
    before = (tmp_path / checkpoint.FILE).read_bytes()
    gan = build(objective=nan_objective())
    with pytest.raises(TrainingDivergedError, match="epoch 2, step 0 again"):
        gan.fit(images, batch_size=4, epochs=2, verbose=0, output=tmp_path, resume=True)
    assert (tmp_path / checkpoint.FILE).read_bytes() == before
