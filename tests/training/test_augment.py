"""DiffAugment by hand: known draws, exact shifts, the area that is cut, and gradients that flow."""

from collections.abc import Callable, Sequence

import keras
import numpy as np
import pytest
from keras import ops

from ganzoo import backend
from ganzoo.errors import InvalidArgumentError
from ganzoo.training import augment as augment_module
from ganzoo.training.augment import diff_augment
from ganzoo.training.recipe import Recipe

RECIPE = {"name": "r", "architecture": "dcgan", "data": "mnist", "epochs": 1}


def _draws(*values: float | Sequence[float]) -> Callable[[tuple[int, ...]], object]:
    """A `uniform` that gives these numbers, one (or one an image) at each call."""
    left = list(values)

    def uniform(shape: tuple[int, ...]) -> object:
        drawn = np.broadcast_to(np.asarray(left.pop(0), "float32"), shape[:1])
        return ops.convert_to_tensor(drawn.reshape(shape))

    return uniform


def _images(n: int = 3, height: int = 16, width: int = 24, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (n, height, width, channels)).astype("float32")


def _apply(policy: str, images: np.ndarray, *values: float | Sequence[float]) -> np.ndarray:
    return ops.convert_to_numpy(diff_augment(policy)(ops.convert_to_tensor(images), _draws(*values)))


def test_colour_and_translation_do_nothing_at_the_neutral_draw() -> None:
    images = _images()
    np.testing.assert_allclose(_apply("color", images, 0.5, 0.5, 0.5), images, atol=1e-6)
    np.testing.assert_array_equal(_apply("translation", images, 0.5, 0.5), images)


def test_colour_is_brightness_then_saturation_then_contrast() -> None:
    images, u = _images(2).astype("float64"), np.array([[0.1, 0.9], [0.2, 0.7], [0.0, 0.6]])
    expected = images.copy()
    for i in range(2):
        x = expected[i] + (u[0, i] - 0.5)
        grey = x.mean(-1, keepdims=True)
        x = grey + 2 * u[1, i] * (x - grey)
        expected[i] = x.mean() + (0.5 + u[2, i]) * (x - x.mean())
    np.testing.assert_allclose(_apply("color", images.astype("float32"), *u), expected, atol=1e-5)


def test_a_grey_image_has_no_saturation_and_draws_none() -> None:
    images = _images(channels=1)
    shifted = _apply("color", images, 0.75, 0.5)  # a third draw would fail: the list holds two
    np.testing.assert_allclose(shifted, images + 0.25, atol=1e-6)


# 16 rows move by 2 at most and 24 columns by 3: five and seven equally likely shifts
@pytest.mark.parametrize(
    ("u", "down", "right"),
    [((0.0, 0.0), -2, -3), ((0.99, 0.99), 2, 3), ((0.61, 0.43), 1, 0), ((0.2, 0.86), -1, 3)],
)
def test_translation_moves_by_whole_pixels_and_fills_with_zeros(u: tuple, down: int, right: int) -> None:
    images = _images(1)
    padded = np.pad(images, ((0, 0), (3, 3), (3, 3), (0, 0)))
    expected = np.roll(padded, (down, right), (1, 2))[:, 3:-3, 3:-3]
    np.testing.assert_array_equal(_apply("translation", images, *u), expected)


def test_each_image_of_a_batch_moves_by_its_own_draw() -> None:
    images = np.zeros((3, 16, 16, 1), "float32")
    images[:, 8, 8] = 1.0
    moved = _apply("translation", images, [0.0, 0.5, 0.99], [0.99, 0.5, 0.0])
    assert [tuple(map(int, np.argwhere(one)[0][:2])) for one in moved] == [(6, 10), (8, 8), (10, 6)]


# half a side is 8 by 12; the middle may lie on any pixel line, so a corner cuts a quarter of that
@pytest.mark.parametrize(
    ("u", "rows", "columns"), [((0.5, 0.5), (4, 12), (6, 18)), ((0.0, 0.99), (0, 4), (18, 24))]
)
def test_cutout_sets_one_rectangle_to_zero_and_nothing_else(u: tuple, rows: tuple, columns: tuple) -> None:
    images = np.abs(_images(1)) + 0.1
    expected = images.copy()
    expected[:, slice(*rows), slice(*columns)] = 0.0
    np.testing.assert_array_equal(_apply("cutout", images, *u), expected)


def test_the_mean_area_of_cutout_is_that_of_uniform_middles() -> None:
    # side 4, cut of 2, middle in {0, …, 4}: lengths 1, 2, 2, 2, 1, so (8 / 5)² of 16 pixels on average
    grid = (np.arange(5) + 0.5) / 5
    u = np.array([(a, b) for a in grid for b in grid])
    kept = _apply("cutout", np.ones((25, 4, 4, 1), "float32"), u[:, 0], u[:, 1])
    assert (kept == 0).sum() / 25 == pytest.approx(64 / 25)


def test_the_policies_apply_in_the_order_they_are_named() -> None:
    images, u = _images(), [0.1, 0.2, 0.3, 0.0, 0.99, 0.3, 0.4]
    step_by_step = _apply("cutout", _apply("translation", _apply("color", images, *u[:3]), *u[3:5]), *u[5:])
    np.testing.assert_allclose(_apply("color, translation,cutout", images, *u), step_by_step, atol=1e-6)


def test_the_gradient_is_the_transpose_of_the_change() -> None:
    """For fixed draws T(x) = Lx + b, so the gradient of w·T(x), times v, is w·(T(v) - T(0))."""
    x, v, w = _images(), _images()[::-1].copy(), _images()[:, ::-1].copy()
    u = [
        [0.1, 0.9, 0.4],
        [0.3, 0.6, 0.9],
        [0.0, 0.5, 0.8],
        [0.0, 0.7, 0.99],
        [0.9, 0.5, 0.1],
        [0.2, 0.5, 0.7],
        0.4,
    ]
    policy = "color,translation,cutout"

    def loss(images: object) -> tuple[object, None]:
        return ops.sum(ops.convert_to_tensor(w) * diff_augment(policy)(images, _draws(*u))), None

    _, gradient = backend.value_and_input_grad(loss, ops.convert_to_tensor(x))
    linear = _apply(policy, v, *u) - _apply(policy, np.zeros_like(v), *u)
    expected = np.sum(w * linear, axis=(1, 2, 3), dtype="float64")
    received = np.sum(ops.convert_to_numpy(gradient) * v, axis=(1, 2, 3), dtype="float64")
    np.testing.assert_allclose(received, expected, rtol=1e-4, atol=1e-3)
    assert np.abs(expected).max() > 1.0


def test_draws_of_keras_stay_in_the_papers_ranges() -> None:
    seed = keras.random.SeedGenerator(0)
    images = ops.ones((2000, 8, 8, 1))
    bright = diff_augment("color")(images, lambda shape: keras.random.uniform(shape, seed=seed))
    shift = ops.convert_to_numpy(bright)[:, 0, 0, 0] - 1.0
    assert -0.5 <= shift.min() < -0.48
    assert 0.48 < shift.max() <= 0.5


@pytest.mark.parametrize("policy", ["colour", "", "color,flip"])
def test_an_unknown_name_is_refused_with_the_known_ones(policy: str) -> None:
    with pytest.raises(InvalidArgumentError, match=r"Unknown augmentation .* color, translation, cutout\.$"):
        diff_augment(policy)


def test_a_recipe_compiles_its_augmentation_and_refuses_a_wrong_name() -> None:
    compiled: dict[str, object] = {}

    class _Gan:
        def compile(self, **options: object) -> None:
            compiled.update(options)

    Recipe(**RECIPE).compile(_Gan(), steps=1)
    assert compiled["augment"] is None
    Recipe(**RECIPE, augment="translation").compile(_Gan(), steps=1)
    moved = compiled["augment"](ops.convert_to_tensor(_images(1)), _draws(0.5, 0.5))
    np.testing.assert_array_equal(ops.convert_to_numpy(moved), _images(1))
    with pytest.raises(ValueError, match="Unknown augmentation 'flip'"):
        Recipe(**RECIPE, augment="flip")
    assert augment_module.names() == ["color", "translation", "cutout"]
