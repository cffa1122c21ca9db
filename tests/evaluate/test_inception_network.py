import hashlib
import pickle

import keras
import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError, WeightsError
from ganzoo.evaluate import inception_network
from ganzoo.evaluate.inception_network import inception_2015, inception_extractor, resize_matrix


@pytest.fixture(scope="module")
def graph():
    return inception_2015((28, 28, 1))


def test_it_has_the_parameters_of_the_graph(graph):
    normal = [layer for layer in graph.layers if isinstance(layer, keras.layers.BatchNormalization)]
    scales = sum(layer.gamma.shape[0] for layer in normal)
    resize = 2 * 28 * 299
    # Keras' own InceptionV3 without its top has 21,802,784, and no scale in its batch norms.
    assert graph.count_params() - scales - resize - 2048 * 1008 == 21_802_784
    assert len(normal) == 94


def test_shapes(graph):
    shapes = {layer.name: layer.output.shape[1:] for layer in graph.layers}
    assert shapes["Mixed_5d"] == (35, 35, 288)
    assert shapes["Mixed_6e"] == (17, 17, 768)
    assert shapes["Mixed_7c"] == (8, 8, 2048)
    assert [output.shape for output in graph.outputs] == [(None, 2048), (None, 1008)]


def test_the_resize_is_tensorflow_1s():
    # 2 pixels to 4: positions 0, ½, 1, 1½, the last one beyond the edge.
    np.testing.assert_array_equal(resize_matrix(2, 4), [[1, 0], [0.5, 0.5], [0, 1], [0, 1]])
    np.testing.assert_array_equal(resize_matrix(299, 299), np.eye(299))
    np.testing.assert_allclose(resize_matrix(64, 299).sum(1), 1, rtol=1e-6)


def test_rows_are_resized_as_rows_and_grey_as_three_channels(graph):
    images = np.zeros((1, 28, 28, 1), "uint8")
    images[0, 14:] = 255
    seen = keras.Model(graph.input, graph.get_layer("rescale").output).predict(images, verbose=0)[0]
    assert seen.shape == (299, 299, 3)
    expected = resize_matrix(28, 299)[:, 14:].sum(1) * 255 / 128 - 1
    np.testing.assert_allclose(seen, np.broadcast_to(expected[:, None, None], seen.shape), atol=1e-5)


def test_a_mean_pool_does_not_count_the_padding():
    ones = np.ones((1, 3, 3, 1), "float32")
    pool = inception_network._mean_pool(3, strides=1, padding="same")
    np.testing.assert_allclose(keras.ops.convert_to_numpy(pool(ones)), 1, rtol=1e-6)


def test_every_tensor_of_the_file_finds_its_layer(graph, tmp_path):
    rng = np.random.default_rng(0)
    state = {"fc.weight": rng.standard_normal((1008, 2048), "float32")}
    for layer in graph.layers:
        name = inception_network._state_name(layer.name)
        if isinstance(layer, keras.layers.Conv2D):
            height, width, inputs, outputs = layer.kernel.shape
            state[f"{name}.weight"] = rng.random((outputs, inputs, height, width), "float32")
        elif isinstance(layer, keras.layers.BatchNormalization):
            for part in ("weight", "bias", "running_mean", "running_var"):
                state[f"{name}.{part}"] = rng.random(layer.gamma.shape[0], "float32")
    # As PyTorch's file names them.
    assert "Conv2d_1a_3x3.conv.weight" in state
    assert state["Mixed_6b.branch7x7dbl_5.conv.weight"].shape == (192, 128, 1, 7)
    assert state["Mixed_7c.branch_pool.bn.running_var"].shape == (192,)
    path = tmp_path / "inception.npz"
    np.savez(path, **state)
    inception_network._fill(graph, path)
    kernel = keras.ops.convert_to_numpy(graph.get_layer("Mixed_6b_branch7x7dbl_5_conv").kernel)
    np.testing.assert_array_equal(kernel[0, 3], state["Mixed_6b.branch7x7dbl_5.conv.weight"][:, :, 0, 3].T)
    del state["Mixed_7a.branch3x3_2.conv.weight"]
    np.savez(path, **state)
    with pytest.raises(WeightsError, match=r"Mixed_7a\.branch3x3_2"):
        inception_network._fill(graph, path)


def test_other_weights_are_no_fid(tmp_path):
    path, original = tmp_path / "inception.npz", tmp_path / "inception.pth"
    with pytest.raises(WeightsError, match=r"inception\.npz is missing"):
        inception_extractor(path, original=original)
    path.touch()
    with pytest.raises(WeightsError, match=r"inception\.pth is missing"):
        inception_extractor(path, original=original)
    original.write_bytes(b"another file")
    received = hashlib.sha256(b"another file").hexdigest()[:12]
    with pytest.raises(WeightsError, match=rf"is no FID: sha256 {received}…, expected 6726825d0af5"):
        inception_extractor(path, original=original)


@pytest.mark.parametrize("content", ["empty", "pickle", "an array", "objects"])
def test_a_file_that_is_no_archive_of_arrays_is_refused(monkeypatch, tmp_path, content):
    path, original = tmp_path / "inception.npz", tmp_path / "inception.pth"
    original.write_bytes(b"the original")
    monkeypatch.setattr(inception_network, "WEIGHTS_SHA256", hashlib.sha256(b"the original").hexdigest())
    with path.open("wb") as file:
        if content == "pickle":
            pickle.dump({"fc.weight": 0}, file)
        elif content == "an array":
            np.save(file, np.zeros(3))
        elif content == "objects":
            np.savez(file, **{"Conv2d_1a_3x3.conv.weight": np.array([print], dtype=object)})
    with pytest.raises(WeightsError, match=r"is no \.npz of the 2015 Inception graph"):
        inception_extractor(path, original=original)


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 2), (0, 28, 3)])
def test_shapes_that_are_no_images_are_refused(shape):
    with pytest.raises(InvalidArgumentError, match="1 or 3 channels"):
        inception_2015(shape)
