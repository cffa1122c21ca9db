"""Minibatch standard deviation and projection, by hand."""

import keras
import numpy as np
import pytest
from keras import ops

from ganzoo.networks.blocks import minibatch_stddev, project_labels


def _stddev(x: np.ndarray) -> np.ndarray:
    return ops.convert_to_numpy(minibatch_stddev(ops.convert_to_tensor(x)))


def test_minibatch_stddev_is_the_mean_deviation_over_the_batch() -> None:
    # two images of two pixels: deviations over the batch 1 and 3, so 2 on average
    x = np.array([[0.0, 5.0], [2.0, -1.0]], "float32").reshape(2, 1, 2, 1)
    y = _stddev(x)
    np.testing.assert_array_equal(y[..., :1], x)
    np.testing.assert_allclose(y[..., 1], np.full((2, 1, 2), 2.0), rtol=1e-6)


def test_minibatch_stddev_of_a_random_batch_is_numpys() -> None:
    x = np.random.default_rng(0).normal(size=(6, 4, 5, 3)).astype("float32")
    y = _stddev(x)
    assert y.shape == (6, 4, 5, 4)
    np.testing.assert_allclose(y[..., 3], np.float32(x.std(axis=0).mean()), rtol=1e-5)


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_look_alikes_have_no_deviation_and_a_finite_gradient(dtype: str) -> None:
    from ganzoo import backend

    x = ops.ones((4, 2, 2, 1), dtype=dtype)
    (value, _), gradient = backend.value_and_input_grad(
        lambda x: (ops.sum(ops.cast(minibatch_stddev(x)[..., 1], "float32")), None), x
    )
    assert 0 <= float(ops.convert_to_numpy(value)) < 16 * 1.1e-4
    assert np.isfinite(ops.convert_to_numpy(gradient)).all()


def test_projection_adds_the_inner_product_with_the_labels_vector() -> None:
    features, logit = keras.Input((3,)), keras.Input((1,))
    labels = keras.Input((), dtype="int32")
    model = keras.Model([features, logit, labels], project_labels(features, logit, labels, 4))
    (vectors,) = model.get_weights()
    rng = np.random.default_rng(0)
    f, psi, y = (
        rng.normal(size=(5, 3)).astype("float32"),
        rng.normal(size=(5, 1)).astype("float32"),
        [0, 3, 1, 2, 3],
    )
    expected = psi[:, 0] + np.sum(vectors[y] * f, axis=1)
    received = ops.convert_to_numpy(model([f, psi, np.array(y, "int32")]))
    np.testing.assert_allclose(received[:, 0], expected, rtol=1e-5)
