"""What a classifier reads in a set of images: which classes, how surely, and whether the ones asked for."""

import numpy as np

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._checks import check_features

__all__ = ["class_histogram", "label_accuracy", "mean_confidence", "softmax"]


def softmax(logits: np.ndarray) -> np.ndarray:
    """Class probabilities in float64, (n, classes), each row summing to 1."""
    exponentials = np.exp(logits - logits.max(1, keepdims=True))
    return exponentials / exponentials.sum(1, keepdims=True)


def class_histogram(logits: np.ndarray) -> np.ndarray:
    """The share of images read as each class.

    Args:
        logits: (n, classes).

    Returns:
        float64 (classes,), summing to 1. A GAN that covers its modes has the shares of its data.

    Raises:
        InvalidArgumentError: Not (n, classes), empty or NaN.
    """
    logits = check_features(logits, "logits")
    return np.bincount(logits.argmax(1), minlength=logits.shape[1]) / len(logits)


def mean_confidence(logits: np.ndarray) -> float:
    """The mean probability that the classifier gives to the class it reads, in [1/classes, 1].

    Raises:
        InvalidArgumentError: Not (n, classes), empty or NaN.
    """
    return float(softmax(check_features(logits, "logits")).max(1).mean())


def label_accuracy(logits: np.ndarray, labels: np.ndarray) -> float:
    """The share of images that are read as the label asked for, in [0, 1]; 1 is best.

    Args:
        logits: (n, classes) of images from a class-conditional model.
        labels: integers (n,), the labels they were asked for with.

    Raises:
        InvalidArgumentError: Lengths differ, or a label is no class.
    """
    logits, labels = check_features(logits, "logits"), np.asarray(labels)
    if labels.shape != (len(logits),) or labels.dtype.kind not in "iu":
        raise InvalidArgumentError(
            f"labels must be {len(logits)} integers, one an image. Received: {labels.dtype} {labels.shape}"
        )
    if labels.min() < 0 or labels.max() >= logits.shape[1]:
        raise InvalidArgumentError(
            f"labels must be from 0 to {logits.shape[1] - 1}. Received: {labels.min()} to {labels.max()}"
        )
    return float(np.mean(logits.argmax(1) == labels))
