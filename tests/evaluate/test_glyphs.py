import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.extractors import load_extractor
from ganzoo.evaluate.glyphs import glyph_digits


def test_digits_are_drawn_evenly_each_once_and_by_the_seed_alone():
    images, labels = glyph_digits(200, seed=1)
    assert (images.shape, images.dtype) == ((200, 28, 28, 1), np.uint8)
    assert np.bincount(labels).tolist() == [20] * 10
    assert len(np.unique(images.reshape(200, -1), axis=0)) == 200
    again, same = glyph_digits(200, seed=1)
    np.testing.assert_array_equal(images, again)
    np.testing.assert_array_equal(labels, same)
    assert not np.array_equal(images, glyph_digits(200, seed=2)[0])


def test_a_reader_of_handwriting_reads_most_of_them():
    images, labels = glyph_digits(200, seed=0)
    _, logits = load_extractor("mnist-cnn").features_and_logits(images)
    assert np.mean(logits.argmax(1) == labels) > 0.7


def test_options_out_of_range_are_refused():
    with pytest.raises(InvalidArgumentError, match="n must be"):
        glyph_digits(0)
    with pytest.raises(InvalidArgumentError, match="seed"):
        glyph_digits(1, seed=-1)
