import math

import keras
import numpy as np
import pytest

import ganzoo
from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.membership import Z95, auc_interval, discriminator_scores


def test_auc_and_interval_by_hand():
    result = auc_interval(np.array([1.0, 3]), np.array([0.0, 2]))
    # Of the four pairs 1>0, 3>0, 3>2 are right. Shares below the members: 1/2, 1; above the others: 1, 1/2.
    # Each pair of shares has variance 1/8, over 2; their sum is 1/8.
    assert result.auc == 0.75
    assert result.deviation == pytest.approx(math.sqrt(1 / 8))
    assert result.low == pytest.approx(0.75 - Z95 * math.sqrt(1 / 8))
    assert result.high == 1
    assert result.z == pytest.approx(0.25 / math.sqrt(5 / 48))  # (m + n + 1) / (12 m n)
    assert (result.n_members, result.n_non_members) == (2, 2)


def test_a_tie_counts_half():
    assert auc_interval(np.array([1.0, 1]), np.array([1.0, 0])).auc == 0.75
    same = auc_interval(np.ones(4), np.ones(5))
    assert (same.auc, same.deviation, same.z) == (0.5, 0, 0)


def test_it_is_delongs_formula_over_all_pairs():
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 6, 23), rng.integers(0, 5, 31)
    wins = (x[:, None] > y) + 0.5 * (x[:, None] == y)
    variance = wins.mean(1).var(ddof=1) / 23 + wins.mean(0).var(ddof=1) / 31
    result = auc_interval(x, y)
    assert result.auc == pytest.approx(wins.mean(), abs=1e-12)
    assert result.deviation == pytest.approx(math.sqrt(variance), rel=1e-9)


def test_only_the_order_counts_and_sides_mirror():
    rng = np.random.default_rng(1)
    x, y = rng.normal(0.5, 1, 40), rng.normal(0, 1, 30)
    result = auc_interval(x, y)
    assert auc_interval(np.exp(x), np.exp(y)) == result
    assert auc_interval(y, x).auc == pytest.approx(1 - result.auc)


def test_the_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(2)
    truth = 0.5 * (1 + math.erf(0.5 / math.sqrt(2) / math.sqrt(2)))  # Φ(0.5 / √2)
    results = [auc_interval(rng.normal(0.5, 1, 100), rng.normal(0, 1, 80)) for _ in range(400)]
    covered = np.mean([r.low <= truth <= r.high for r in results])
    assert 0.91 < covered < 0.98


def test_scores_that_separate_entirely():
    result = auc_interval(np.array([2.0, 3]), np.array([0.0, 1]))
    assert (result.auc, result.low, result.high) == (1, 1, 1)
    assert result.z < 2  # Of two against two, one order in six is this one.


@pytest.mark.parametrize("bad", [np.zeros(1), np.zeros((2, 2)), np.array([0, np.nan])])
def test_what_are_no_scores_is_refused(bad):
    good = np.arange(3.0)
    for arguments in ((bad, good), (good, bad)):
        with pytest.raises(InvalidArgumentError, match="Received"):
            auc_interval(*arguments)


def gan(num_classes=0):
    """Its discriminator adds up the pixels, and ten times the label."""
    images = keras.Input((2, 2, 1))
    add = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
    logits = add(keras.layers.Flatten()(images))
    z = keras.Input((3,))
    if not num_classes:
        drawn = keras.layers.Reshape((2, 2, 1))(keras.layers.Dense(4)(z))
        return ganzoo.GAN(keras.Model(z, drawn), keras.Model(images, logits))
    label = keras.Input((), dtype="int32")
    embed = keras.layers.Embedding(num_classes, 1)
    embed.build()
    embed.embeddings.assign(10.0 * np.arange(num_classes)[:, None])
    drawn = keras.layers.Reshape((2, 2, 1))(
        keras.layers.Dense(4)(keras.layers.Concatenate()([z, keras.layers.Embedding(num_classes, 1)(label)]))
    )
    logits = keras.layers.Add()([logits, embed(label)])
    return ganzoo.GAN(keras.Model([z, label], drawn), keras.Model([images, label], logits))


def test_discriminator_scores_are_its_logits_whatever_the_batch():
    images = np.random.default_rng(0).integers(0, 256, (7, 2, 2, 1), dtype="uint8")
    expected = (images / 127.5 - 1).sum((1, 2, 3))
    for batch_size in (3, 7, 16):
        scores = discriminator_scores(gan(), images, batch_size=batch_size)
        np.testing.assert_allclose(scores, expected, atol=1e-5)


def test_a_class_conditional_discriminator_is_asked_with_the_images_labels():
    images = np.full((3, 2, 2, 1), 255, "uint8")
    model = gan(num_classes=3)
    np.testing.assert_allclose(
        discriminator_scores(model, images, labels=np.array([2, 0, 1]), batch_size=2), [24, 4, 14], atol=1e-5
    )
    with pytest.raises(InvalidArgumentError, match="Received: none"):
        discriminator_scores(model, images)
