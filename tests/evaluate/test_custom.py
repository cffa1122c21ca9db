import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.custom import custom_extractor
from ganzoo.evaluate.measuring import measure_reference

IMAGES = np.random.default_rng(0).integers(0, 256, (5, 4, 4, 3), dtype="uint8")


def colour(images):
    return images.mean((1, 2))


def made(function, **options):
    return custom_extractor(function, name="colour", version="1", input_shape=(4, 4, 3), **options)


def test_a_function_becomes_an_extractor():
    extractor = made(colour)
    np.testing.assert_allclose(extractor.features(IMAGES, batch_size=2), IMAGES.mean((1, 2)), rtol=1e-6)
    assert extractor.features(IMAGES).dtype == np.float32
    assert (extractor.feature_dim, extractor.num_classes) == (3, None)
    assert (extractor.sha256, extractor.preprocessing) == ("unknown", "unknown")
    assert made(colour, sha256="ab" * 32).sha256 == "ab" * 32


def test_logits_make_it_a_classifier():
    extractor = made(lambda images: (colour(images), np.stack([images.mean((1, 2, 3))] * 2, axis=1)))
    features, logits = extractor.features_and_logits(IMAGES)
    assert (features.shape, logits.shape, extractor.num_classes) == ((5, 3), (5, 2), 2)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda images: images.mean((1, 2, 3)), r"\(2, d\). Received: shape \(2,\)"),
        (lambda images: colour(images)[:1], r"Received: shape \(1, 3\)"),
        (lambda images: colour(images) * np.nan, "NaN or infinity"),
        (lambda images: (colour(images),) * 3, "Received: 3 arrays"),
    ],
)
def test_a_function_that_gives_no_features_is_refused(function, message):
    with pytest.raises(InvalidArgumentError, match=message):
        made(function)


def test_a_shape_that_is_none_is_refused():
    with pytest.raises(InvalidArgumentError, match=r"Received: \(4, 4\)"):
        custom_extractor(colour, name="colour", version="1", input_shape=(4, 4))


def test_a_reference_of_another_function_is_refused_though_no_hash_is_known():
    reference = measure_reference(made(colour), np.repeat(IMAGES, 2, axis=0), data="noise", split="test")
    reference.check(made(colour))
    other = custom_extractor(colour, name="colour", version="2", input_shape=(4, 4, 3))
    with pytest.raises(InvalidArgumentError, match="Measure it again"):
        reference.check(other)
