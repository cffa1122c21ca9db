import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.extractors import Extractor
from ganzoo.evaluate.path_length import _slerp, path_length, perceptual_path_length
from ganzoo.sampling import draw

PIXELS = Extractor(
    name="pixels",
    version="1.0",
    sha256="0" * 64,
    preprocessing="none",
    input_shape=(4, 4, 1),
    feature_dim=16,
    num_classes=None,
    _call=lambda images: [images.reshape(len(images), -1) / 127.5],
    takes_floats=True,
)


class Linear:
    """A model whose picture is its latent, a fifth as large; with labels, one that remembers them."""

    latent_dim = 16

    def __init__(self, prior, num_classes=0):
        self.latent_prior, self.num_classes, self.labels = prior, num_classes, []

    def decode(self, z, *, labels=None):
        self.labels.append(labels)
        return z.reshape(-1, 4, 4, 1) / 5


def pairs(prior, n, seed):
    rng = np.random.default_rng(seed)
    start, stop = (draw(rng, prior, (n, 16)).astype("float64") for _ in range(2))
    return start, stop, rng.random((n, 1))


def test_by_hand():
    first, second = np.zeros((3, 2)), np.array([[3.0, 4], [0, 1], [2, 0]]) / 10
    assert path_length(first, second, epsilon=0.1, keep=(0, 100)) == pytest.approx((25 + 1 + 4) / 3)
    assert path_length(second, first, epsilon=0.2, keep=(0, 100)) == pytest.approx(10 / 4)
    assert path_length(first, first) == 0


def test_the_extremes_are_left_out():
    second = np.sqrt(np.arange(1.0, 202))[:, None]
    second[-1] = 1e9
    # Of 201 lengths 1, 2, …, 200 and one beyond, percentiles 1 and 99 are the 3rd and the 199th.
    assert path_length(np.zeros((201, 1)), second, epsilon=1) == pytest.approx(np.mean(np.arange(3, 200)))


@pytest.mark.parametrize("prior", ["normal", "uniform"])
@pytest.mark.parametrize("epsilon", [1e-3, 1e-4])
def test_a_linear_model_has_the_length_of_its_curve(prior, epsilon):
    a, b, t = pairs(prior, 50, 3)
    angle = np.arccos(np.sum(a * b, 1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1))[:, None]
    arc = angle * (np.cos(t * angle) * b - np.cos((1 - t) * angle) * a) / np.sin(angle)  # its derivative
    speed = (arc if prior == "normal" else b - a) / 5
    found = perceptual_path_length(
        Linear(prior), n=50, seed=3, extractor=PIXELS, epsilon=epsilon, keep=(0, 100), batch_size=16
    )
    assert found == pytest.approx(np.mean(np.sum(speed**2, axis=1)), rel=0.01)


def test_both_ends_of_a_step_have_one_label():
    model = Linear("normal", num_classes=3)
    perceptual_path_length(model, n=10, extractor=PIXELS, batch_size=4)
    first, second = (np.concatenate(model.labels[end::2]) for end in (0, 1))
    assert first.tolist() == second.tolist() == [0, 1, 2, 0, 1, 2, 0, 1, 2, 0]


def test_the_arc_keeps_to_the_sphere_and_has_its_ends():
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 9, 5))
    a, b = (z / np.linalg.norm(z, axis=1, keepdims=True) for z in (a, b))
    np.testing.assert_allclose(_slerp(a, b, np.zeros((9, 1))), a, atol=1e-12)
    np.testing.assert_allclose(_slerp(a, b, np.ones((9, 1))), b, atol=1e-12)
    middle = _slerp(a, b, np.full((9, 1), 0.5))
    np.testing.assert_allclose(np.linalg.norm(middle, axis=1), 1, atol=1e-12)
    np.testing.assert_allclose(np.sum(middle * a, 1), np.sum(middle * b, 1), atol=1e-12)
    for end in (a, -a, 0 * a):
        assert np.isfinite(_slerp(a, end, np.full((9, 1), 0.3))).all()


def test_what_is_no_path_is_refused():
    x = np.zeros((3, 2))
    for arguments, options, message in (
        ((x, x[:2]), {}, "3 and 2 rows"),
        ((x, np.zeros((3, 4))), {}, "first: 2, second: 4"),
        ((x, x), {"epsilon": 0}, "epsilon=0"),
        ((x, x), {"keep": (99, 1)}, r"keep=\(99, 1\)"),
        ((x[:0], x[:0]), {}, "at least 1 rows"),
        ((x, np.full((3, 2), np.nan)), {}, "NaN"),
    ):
        with pytest.raises(InvalidArgumentError, match=message):
            path_length(*arguments, **options)
    with pytest.raises(InvalidArgumentError, match="n must be a whole number"):
        perceptual_path_length(Linear("normal"), n=0, extractor=PIXELS)
