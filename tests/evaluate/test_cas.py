import keras
import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._classifier import initialise, settle
from ganzoo.evaluate._networks import classifier_cnn
from ganzoo.evaluate.cas import classification_accuracy_score

OPTIONS = {"epochs": 6, "batch_size": 16, "learning_rate": 1e-2, "widths": (8, 8)}


def squares(n, seed, classes=3):
    """Noise with a bright square whose size is the class."""
    labels = np.arange(n) % classes
    images = np.random.default_rng(seed).integers(0, 60, (n, 12, 12, 1), dtype="uint8")
    for image, label in zip(images, labels, strict=True):
        image[2 : 5 + 3 * label, 2 : 5 + 3 * label] += 150
    return images, labels


def test_good_samples_teach_the_classes_and_wrong_labels_do_not():
    real = squares(90, 0)
    images, labels = squares(240, 1)
    assert classification_accuracy_score(images, labels, *real, **OPTIONS) > 0.9
    shuffled = np.random.default_rng(0).permutation(labels)
    assert classification_accuracy_score(images, shuffled, *real, **OPTIONS) < 0.7
    # A class that is never drawn cannot be learnt: at most two thirds are read right.
    kept = labels < 2
    assert 0.5 < classification_accuracy_score(images[kept], labels[kept], *real, **OPTIONS) <= 2 / 3


def test_the_weights_depend_on_the_seed_alone():
    model = classifier_cnn(input_shape=(8, 8, 1), widths=(4, 6), num_classes=3)
    kernels = []
    for seed in (0, 0, 1):
        initialise(model, seed=seed)
        kernels.append([weight for weight in model.get_weights() if weight.ndim > 1])
    assert all(np.array_equal(a, b) for a, b in zip(*kernels[:2], strict=True))
    assert not np.array_equal(kernels[0][0], kernels[2][0])
    limit = np.sqrt(6 / (9 * (4 + 6)))  # of the 3x3 convolution from 4 to 6 maps
    assert 0.9 * limit < np.abs(kernels[0][1]).max() <= limit


def test_settled_statistics_are_those_of_the_images():
    images, _ = squares(48, 3)
    model = classifier_cnn(input_shape=(12, 12, 1), widths=(4, 6), num_classes=3)
    initialise(model, seed=0)
    settle(model, images, batch_size=16, seed=0)
    inner = keras.Model(model.input, model.get_layer("conv_0").output)
    activations = keras.ops.convert_to_numpy(inner(images.astype("float32")))
    norm = model.get_layer("norm_0")
    mean = keras.ops.convert_to_numpy(norm.moving_mean)
    np.testing.assert_allclose(mean, activations.mean((0, 1, 2)), rtol=1e-4, atol=1e-6)
    assert norm.momentum == 0.99


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"fake_images": np.zeros((4, 8, 8, 1))}, "fake_images must be uint8.*float64"),
        ({"fake_images": np.zeros((0, 8, 8, 1), "uint8")}, "Received: uint8"),
        ({"real_images": np.zeros((4, 8, 8, 3), "uint8")}, "one size and number of channels"),
        ({"fake_labels": np.zeros(3, int)}, "fake_labels must be 4 integers"),
        ({"real_labels": np.zeros(4)}, "real_labels must be 4 integers.*float64"),
        ({"real_labels": np.array([0, 1, -1, 0])}, "Received: -1 to 1"),
        ({"batch_size": 5}, "number of images, 4. Received: 5"),
        ({"epochs": 0}, "epochs"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"seed": -1}, "seed must be from 0"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused(change, message):
    images, labels = np.zeros((4, 8, 8, 1), "uint8"), np.array([0, 1, 0, 1])
    good = {"fake_images": images, "fake_labels": labels, "real_images": images, "real_labels": labels}
    arguments = good | {"batch_size": 2, "widths": (4, 4)} | change
    with pytest.raises(InvalidArgumentError, match=message):
        classification_accuracy_score(**arguments)
