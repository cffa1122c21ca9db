import json
import shutil
from dataclasses import replace

import keras
import numpy as np
import pytest

from ganzoo._files import sha256_of_file, weights_folder
from ganzoo.data import load
from ganzoo.errors import InvalidArgumentError, WeightsError
from ganzoo.evaluate._networks import classifier_cnn, classifier_resnet
from ganzoo.evaluate.extractor_recipes import RECIPES
from ganzoo.evaluate.extractors import load_extractor, random_conv_extractor
from ganzoo.evaluate.reference import load_reference
from ganzoo.evaluate.train_extractor import fold_feature_scale
from ganzoo.images import to_float


@pytest.fixture(scope="module")
def mnist_cnn():
    return load_extractor("mnist-cnn")


@pytest.fixture
def copy_of_mnist_cnn(tmp_path):
    return shutil.copytree(weights_folder() / "extractors" / "mnist-cnn", tmp_path / "extractor")


def noise(n, shape=(28, 28, 1), seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), dtype="uint8")


def test_mnist_cnn_is_small_and_says_which_it_is(mnist_cnn):
    weights = weights_folder() / "extractors" / "mnist-cnn" / "model.weights.h5"
    assert weights.stat().st_size < 2_000_000
    assert mnist_cnn.sha256 == sha256_of_file(weights)
    assert (mnist_cnn.name, mnist_cnn.feature_dim, mnist_cnn.num_classes) == ("mnist-cnn", 128, 10)
    assert "/ 255" in mnist_cnn.preprocessing


def convolve(x, kernel, stride):
    """Convolution with TensorFlow's "same" padding: the odd pixel goes to the bottom right."""
    size, side = kernel.shape[0], x.shape[1]
    total = max((-(-side // stride) - 1) * stride + size - side, 0)
    pad = (total // 2, total - total // 2)
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(x, ((0, 0), pad, pad, (0, 0))), (size, size), (1, 2)
    )
    return np.einsum("nhwcij,ijco->nhwo", windows[:, ::stride, ::stride], kernel, optimize=True)


def test_mnist_cnn_is_the_network_written_in_numpy_on_every_backend(mnist_cnn):
    images = np.zeros((2, 28, 28, 1), "uint8")
    images[0, 5:23, 12:15] = 255
    images[1] = noise(1)
    model = classifier_cnn(input_shape=(28, 28, 1), widths=(32, 48, 64, 128), num_classes=10)
    model.load_weights(weights_folder() / "extractors" / "mnist-cnn" / "model.weights.h5")
    x = images / 255
    for i in range(4):
        (kernel,) = model.get_layer(f"conv_{i}").get_weights()
        gamma, beta, mean, variance = model.get_layer(f"norm_{i}").get_weights()
        x = convolve(x, kernel.astype("float64"), 2 if i == 0 else 1)
        x = np.maximum((x - mean) / np.sqrt(variance + 1e-3) * gamma + beta, 0)
        if i == 1:
            x = x.reshape(2, 7, 2, 7, 2, 48).max((2, 4))
    kernel, bias = model.get_layer("logits").get_weights()
    features, logits = mnist_cnn.features_and_logits(images)
    np.testing.assert_allclose(features, x.mean((1, 2)), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(logits, x.mean((1, 2)) @ kernel + bias, rtol=1e-4, atol=1e-4)
    assert logits[0].argmax() == 1


@pytest.mark.data
@pytest.mark.parametrize("name", RECIPES)
def test_the_shipped_extractors_read_the_test_images(name):
    test, extractor = load(RECIPES[name].data, split="test"), load_extractor(name)
    features, logits = extractor.features_and_logits(test.images)
    assert np.mean(logits.argmax(1) == test.labels) >= {"mnist": 0.993, "fashion-mnist": 0.92}[test.name]
    # the mean variance over the training images is 1, and so nearly is that over the test images
    assert np.var(features, axis=0, dtype="float64").mean() == pytest.approx(1, abs=0.05)


@pytest.mark.data
@pytest.mark.parametrize("name", RECIPES)
def test_the_shipped_references_are_those_of_the_test_images(name):
    reference = load_reference(name)
    features = load_extractor(name).features(load(RECIPES[name].data, split="test").images)
    assert reference.n == 10_000
    np.testing.assert_allclose(reference.mean, features.mean(0, dtype="float64"), atol=1e-4)
    np.testing.assert_allclose(reference.covariance, np.cov(features.astype("float64").T), atol=1e-3)


@pytest.mark.parametrize("n", [1, 7, 8, 17])
def test_batches_do_not_change_the_features(n):
    extractor = random_conv_extractor((8, 8, 1), width=4)
    images = noise(n, (8, 8, 1))
    features = extractor.features(images, batch_size=8)
    assert features.shape == (n, extractor.feature_dim)
    assert features.dtype == np.float32
    one_by_one = np.concatenate([extractor.features(images[i : i + 1], batch_size=1) for i in range(n)])
    np.testing.assert_allclose(features, one_by_one, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["mnist-cnn", "random-conv"])
def test_floats_are_read_without_rounding(mnist_cnn, name):
    extractor = mnist_cnn if name == "mnist-cnn" else random_conv_extractor((28, 28, 1), width=8)
    images = noise(3)
    floats = to_float(images)
    features = extractor.features_of_floats(floats, batch_size=4)
    np.testing.assert_allclose(features, extractor.features(images, batch_size=4), rtol=1e-4, atol=1e-5)
    # A tenth of a grey level, and a fifth: nothing at all after rounding, twice as much without.
    dark = 0.9 * floats
    start, one, two = (extractor.features_of_floats(dark + step / 1275, batch_size=4) for step in (0, 1, 2))
    assert np.abs(one - start).max() > 1e-4
    np.testing.assert_allclose(two - start, 2 * (one - start), atol=0.2 * np.abs(one - start).max())


def test_floats_that_are_no_images_are_refused(mnist_cnn):
    floats = np.zeros((2, 28, 28, 1), "float32")
    for images, message in (
        (noise(2), "must be floats"),
        (floats + 2, r"lie in \[-1, 1\]. Received: 2 to 2"),
        (floats * np.nan, "Received: nan"),
        (floats[0], "Received: \\(28, 28, 1\\)"),
        (floats[:0], "no images"),
    ):
        with pytest.raises(InvalidArgumentError, match=message):
            mnist_cnn.features_of_floats(images)
    with pytest.raises(InvalidArgumentError, match="takes bytes alone"):
        replace(mnist_cnn, takes_floats=False).features_of_floats(floats)


@pytest.mark.parametrize(
    ("shape", "dim"), [((28, 28, 1), 192), ((32, 32, 3), 224), ((64, 64, 3), 256), ((5, 7, 2), 128)]
)
def test_random_conv_takes_any_size(shape, dim):
    extractor = random_conv_extractor(shape)
    assert extractor.features(noise(2, shape), batch_size=2).shape == (2, dim) == (2, extractor.feature_dim)


def test_random_conv_matches_convolutions_written_in_numpy():
    extractor = random_conv_extractor((4, 4, 1), width=3, seed=5)
    image = noise(1, (4, 4, 1))
    kernel = np.random.default_rng(5).standard_normal((3, 3, 1, 3)) * np.sqrt(2 / 9)
    padded = np.pad(image[0, :, :, 0] / 127.5 - 1, 1)
    maps = np.array(
        [
            [np.einsum("ij,ijc->c", padded[i : i + 3, j : j + 3], kernel[:, :, 0]) for j in range(4)]
            for i in range(4)
        ]
    )
    quadrants = np.maximum(maps, 0).reshape(2, 2, 2, 2, 3).mean((1, 3))
    np.testing.assert_allclose(extractor.features(image, batch_size=1)[0], quadrants.ravel(), atol=1e-6)


def test_random_conv_depends_on_its_seed_alone():
    images = noise(2, (8, 8, 1))
    first, again, other = (random_conv_extractor((8, 8, 1), seed=seed) for seed in (0, 0, 1))
    keras.utils.set_random_seed(3)
    assert first.sha256 == again.sha256 != other.sha256
    np.testing.assert_array_equal(first.features(images), again.features(images))
    assert np.abs(first.features(images) - other.features(images)).max() > 1e-3


@pytest.mark.parametrize(
    ("build", "widths"),
    [(classifier_cnn, (4, 6)), (classifier_resnet, (4, 6, 6)), (classifier_resnet, (3, 8))],
)
def test_folding_the_scale_keeps_the_logits_and_gives_unit_variance(build, widths):
    keras.utils.set_random_seed(0)
    model = build(input_shape=(8, 8, 1), widths=widths, num_classes=3)
    images = noise(64, (8, 8, 1))
    features, logits = model.predict(images, verbose=0)
    scale = fold_feature_scale(model, features)
    scaled, same_logits = model.predict(images, verbose=0)
    assert scaled.shape == (64, widths[-1])
    np.testing.assert_allclose(scaled, features * scale, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(same_logits, logits, rtol=1e-4, atol=1e-5)
    assert np.var(scaled, axis=0).mean() == pytest.approx(1, rel=1e-4)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (noise(2).astype("float32"), "takes uint8 images"),
        (noise(2, (28, 28, 3)), r"Received: \(2, 28, 28, 3\)"),
        (noise(2)[..., 0], r"Received: \(2, 28, 28\)"),
        (noise(0), "no images"),
        ([1, 2], "Received: list"),
    ],
)
def test_images_that_do_not_fit_are_refused(mnist_cnn, images, message):
    with pytest.raises(InvalidArgumentError, match=message):
        mnist_cnn.features(images)


def test_arguments_out_of_range_are_refused(mnist_cnn):
    with pytest.raises(InvalidArgumentError, match="batch_size"):
        mnist_cnn.features(noise(1), batch_size=0)
    with pytest.raises(InvalidArgumentError, match="Received: \\(3, 28, 1\\)"):
        random_conv_extractor((3, 28, 1))
    with pytest.raises(InvalidArgumentError, match="seed=-1"):
        random_conv_extractor((8, 8, 1), seed=-1)
    with pytest.raises(InvalidArgumentError, match="is no classifier"):
        random_conv_extractor((8, 8, 1)).features_and_logits(noise(1, (8, 8, 1)))
    with pytest.raises(
        InvalidArgumentError,
        match=r"There are: .*mnist-cnn, mnist-resnet",
    ):
        load_extractor("mnist-cn")


def test_altered_weights_are_refused(copy_of_mnist_cnn):
    weights = copy_of_mnist_cnn / "model.weights.h5"
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)
    with pytest.raises(WeightsError, match="is not the file that"):
        load_extractor(folder=copy_of_mnist_cnn)
    weights.unlink()
    with pytest.raises(WeightsError, match="is missing"):
        load_extractor(folder=copy_of_mnist_cnn)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema_version": 3}, "pip install -U ganzoo"),
        ({"widths": [10**9]}, "widths.0"),
        ({"architecture": "Lambda"}, "architecture"),
        ({"surprise": 1}, "surprise"),
        ({"sha256": {}}, "expected none"),
        ({"num_classes": 11}, "parameters"),
        ({"num_classes": 9}, "does not fit"),
    ],
)
def test_a_bad_description_is_refused(copy_of_mnist_cnn, change, message):
    path = copy_of_mnist_cnn / "extractor.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(WeightsError, match=message):
        load_extractor(folder=copy_of_mnist_cnn)


def test_text_that_is_no_json_is_refused(copy_of_mnist_cnn):
    (copy_of_mnist_cnn / "extractor.json").write_text("{")
    with pytest.raises(WeightsError, match="Cannot read"):
        load_extractor(folder=copy_of_mnist_cnn)


def test_a_missing_folder_of_weights_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("GANZOO_WEIGHTS", str(tmp_path / "none"))
    with pytest.raises(WeightsError, match="set GANZOO_WEIGHTS"):
        weights_folder()
