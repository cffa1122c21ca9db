import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.classes import class_histogram, label_accuracy, mean_confidence, softmax

LOGITS = np.log([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.5, 0.3, 0.2], [0.9, 0.05, 0.05]])


def test_by_hand():
    np.testing.assert_allclose(class_histogram(LOGITS), [0.75, 0.25, 0])
    assert mean_confidence(LOGITS) == pytest.approx((0.7 + 0.8 + 0.5 + 0.9) / 4)
    assert label_accuracy(LOGITS, np.array([0, 1, 2, 0])) == 0.75


def test_a_constant_added_to_the_logits_changes_nothing_however_large():
    np.testing.assert_allclose(softmax(LOGITS + 1e4), softmax(LOGITS), rtol=1e-9)
    assert mean_confidence(LOGITS + 1e4) == pytest.approx(mean_confidence(LOGITS))


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.array([0, 1, 2, 3]), "from 0 to 2. Received: 0 to 3"),
        (np.array([0, -1, 2, 1]), "Received: -1 to 2"),
        (np.array([0, 1]), "must be 4 integers"),
        (np.array([0.0, 1, 2, 0]), "float64"),
    ],
)
def test_labels_that_are_no_classes_are_refused(labels, message):
    with pytest.raises(InvalidArgumentError, match=message):
        label_accuracy(LOGITS, labels)


def test_no_logits_have_no_histogram():
    with pytest.raises(InvalidArgumentError, match="Received: 0"):
        class_histogram(np.zeros((0, 10)))
    with pytest.raises(InvalidArgumentError, match="NaN"):
        mean_confidence(np.full((2, 10), np.nan))
