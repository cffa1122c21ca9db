"""The classification accuracy score: are samples good enough to learn the classes from?"""

from collections.abc import Callable

import numpy as np

from ganzoo.backend import compiled_call
from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._checks import check_seed
from ganzoo.evaluate._classifier import fit_classifier, initialise, settle
from ganzoo.evaluate._networks import classifier_cnn
from ganzoo.sampling import check_count

__all__ = ["classification_accuracy_score"]

WIDTHS = (32, 48, 64, 128)


def classification_accuracy_score(
    fake_images: np.ndarray,
    fake_labels: np.ndarray,
    real_images: np.ndarray,
    real_labels: np.ndarray,
    *,
    epochs: int = 8,
    batch_size: int = 128,
    learning_rate: float = 2e-3,
    widths: tuple[int, ...] = WIDTHS,
    seed: int = 0,
    progress: Callable[[int, float], None] | None = None,
) -> float:
    """Trains a classifier on generated images and their labels, and tests it on real ones: CAS.

    What the samples lack, the classifier cannot learn. Compare with the same classifier trained on as many
    real images: the network, its recipe and n all move the number.

    Args:
        fake_images: uint8 (n, height, width, channels) from a class-conditional model.
        fake_labels: integers (n,) from 0, the labels they were asked for.
        real_images: uint8 (m, height, width, channels) of the test split.
        real_labels: integers (m,) from 0.
        epochs: passes over the samples.
        batch_size: images per step, at most n; a last, smaller batch is dropped.
        learning_rate: of Adam at the first step, with cosine decay.
        widths: filters of each convolution; the default is the network of `mnist-cnn`.
        seed: of the weights, the order and the augmentation, all drawn by NumPy.
        progress: called after each epoch with its number, from 1, and its mean loss.

    Returns:
        Accuracy on the real images, in [0, 1]; higher is better, and chance is about 1 / classes. Backends
        begin with the same weights and drift apart by rounding, as any training does.

    Raises:
        InvalidArgumentError: Images or labels that do not fit together, or options out of range.

    Example:
        >>> labels = np.arange(10_000) % 10
        >>> fakes = gan.generate(10_000, labels=labels)
        >>> classification_accuracy_score(fakes, labels, test.images, test.labels)

    Reference: [Ravuri and Vinyals, 2019](https://arxiv.org/abs/1905.10887)
    """
    fake_labels = _check_labelled(fake_images, fake_labels, "fake")
    real_labels = _check_labelled(real_images, real_labels, "real")
    if fake_images.shape[1:] != real_images.shape[1:]:
        raise InvalidArgumentError(
            "Both sets of images must have one size and number of channels. "
            f"Received: {fake_images.shape[1:]} and {real_images.shape[1:]}"
        )
    epochs, batch_size = check_count(epochs, name="epochs"), check_count(batch_size, name="batch_size")
    if not learning_rate > 0:
        raise InvalidArgumentError(f"learning_rate must be above 0. Received: {learning_rate}")
    height, width, channels = fake_images.shape[1:]
    model = classifier_cnn(
        input_shape=(height, width, channels),
        widths=widths,
        num_classes=int(max(fake_labels.max(), real_labels.max())) + 1,
    )
    initialise(model, seed=check_seed(seed))
    fit_classifier(
        model,
        fake_images,
        fake_labels,
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        seed=seed,
        progress=progress,
    )
    settle(model, fake_images, batch_size=batch_size, seed=seed)
    call = compiled_call(model)
    correct = 0
    for start in range(0, len(real_images), 500):
        _, logits = call(real_images[start : start + 500])
        correct += int(np.sum(logits.argmax(1) == real_labels[start : start + 500]))
    return correct / len(real_images)


def _check_labelled(images: np.ndarray, labels: np.ndarray, name: str) -> np.ndarray:
    dtype, shape = getattr(images, "dtype", type(images).__name__), np.shape(images)
    if dtype != np.uint8 or len(shape) != 4 or 0 in shape or min(shape[1:3]) < 4:
        raise InvalidArgumentError(
            f"{name}_images must be uint8 (n, height, width, channels), at least 4 x 4. "
            f"Received: {dtype} {shape}"
        )
    labels = np.asarray(labels)
    if labels.shape != shape[:1] or labels.dtype.kind not in "iu":
        raise InvalidArgumentError(
            f"{name}_labels must be {shape[0]} integers, one each. Received: {labels.dtype} {labels.shape}"
        )
    if labels.min() < 0 or labels.max() > 999:
        raise InvalidArgumentError(
            f"{name}_labels must be from 0 to 999. Received: {labels.min()} to {labels.max()}"
        )
    return labels.astype("int32")
