"""Names: a direction whose effect is known is called by it, with the right number in front of the unit."""

import keras
import numpy as np
import pytest

import ganzoo
from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.by_factor import supervised_directions
from ganzoo.latent.direction import Direction, Directions
from ganzoo.latent.effects import Mean, Response, monotone, slopes
from ganzoo.latent.factors import measure_factors
from ganzoo.latent.finding import find_directions
from ganzoo.latent.fingerprint import fingerprint
from ganzoo.latent.naming import name_directions

SIDE = 16


@pytest.fixture
def lamp() -> ganzoo.GAN:
    """Bars on black: the first latent is their brightness, the second their slant, the third does nothing."""
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    blob = np.exp(-(x**2) / 4 - y**2 / 18)
    # The derivative of a blob by a shear to the right: rows count downwards.
    lean = blob * (-x * y) / 20
    kernel = np.stack([0.1 * blob, 0.25 * lean, np.zeros_like(blob)]).reshape(3, -1)
    dense = keras.layers.Dense(SIDE**2)
    z, image = keras.Input((3,)), keras.Input((SIDE, SIDE, 1))
    generator = keras.Model(z, keras.layers.Reshape((SIDE, SIDE, 1))(dense(z)))
    dense.set_weights([kernel.astype("float32"), (blob - 1).ravel().astype("float32")])
    logits = keras.layers.Dense(1)(keras.layers.Flatten()(image))
    return ganzoo.GAN(generator, keras.Model(image, logits))


def along(gan, *vectors):
    model = fingerprint(gan)
    entries = (
        Direction(f"raw {i}", np.array(v, "float32"), "test", model=model) for i, v in enumerate(vectors)
    )
    return Directions(tuple(entries), model, gan.name)


def test_effects_give_the_names(lamp):
    named, table = name_directions(lamp, along(lamp, [0, 0, 1], [0, -1, 0], [1, 0, 0]), n=12)
    assert set(named.names) == {"slant", "brightness", "raw 0"}
    assert named.names[2] == "raw 0"  # what does nothing is last
    assert [effect.name for effect in table] == named.names
    by_name = {effect.name: effect for effect in table}
    # turned round: a step forward leans to the right
    np.testing.assert_allclose(named["slant"].vector, [0, 1, 0])
    assert by_name["slant"].monotone.value == pytest.approx(1)
    assert by_name["slant"].per_step.value > 0.5
    assert by_name["raw 0"].factor == ""
    assert np.isnan(by_name["slant"].class_kept)
    # The mean pixel rises by 0.1 of the blob's, of half the range from black to white.
    kernel = lamp.generator.get_weights()[0]
    expected = 100 * kernel[0].mean() / 2
    assert by_name["brightness"].per_step.value == pytest.approx(expected, rel=0.03)
    assert named["brightness"].per_step["brightness"] == pytest.approx(expected, rel=0.03)
    assert named["slant"].steps == (-3, 3)


def test_two_of_a_kind_are_numbered(lamp):
    named, table = name_directions(lamp, along(lamp, [0, 1, 0], [0, 1, 0.2]), n=8)
    assert named.names == ["slant", "slant 2"]
    assert [effect.factor for effect in table] == ["slant", "slant"]


def test_supervised_directions_are_the_ones_that_were_built_in(lamp):
    found = supervised_directions(lamp, factors=["slant", "brightness"], n=1500)
    assert found["slant"].vector[1] > 0.98
    assert found["brightness"].vector[0] > 0.98
    assert min(direction.score for direction in found) > 0.95
    assert found.protocol == {"method": "supervised, logistic", "n": 1500, "seed": 0}
    with pytest.raises(InvalidArgumentError, match=r"No factor 'slent'.*Choose from: slant"):
        supervised_directions(lamp, factors=["slent"])


def test_a_factor_that_does_not_vary_is_left_out(lamp):
    kernel, bias = lamp.generator.get_weights()
    kernel[1] = 0
    lamp.generator.set_weights([kernel, bias])
    lamp.generator.set_weights([0 * kernel, bias])
    with pytest.raises(InvalidArgumentError, match="too few of 200 draws differ in slant"):
        supervised_directions(lamp, factors=["slant"], n=200)


@pytest.mark.parametrize("method", ["ganspace", "sefa", "jacobian"])
def test_one_name_for_all_methods(lamp, method):
    found, table = find_directions(lamp, method=method, k=2)
    assert set(found.names) == {"slant", "brightness"}
    assert len(table) == 2
    assert found.protocol["method"] == method


def test_an_unknown_method(lamp):
    with pytest.raises(InvalidArgumentError, match="supervised, ganspace, sefa, jacobian, learned"):
        find_directions(lamp, method="magic")
    with pytest.raises(InvalidArgumentError, match="n >= 2"):
        name_directions(lamp, along(lamp, [1, 0, 0]), n=1)


STEPS = np.arange(-3.0, 4)


def test_slope_and_monotone_by_hand():
    # One rises by 2 a step, one falls, one stays, one turns round; the ends are no part of it.
    values = np.stack([2 * STEPS, -STEPS, 0 * STEPS, STEPS**2])
    values[:, [0, -1]] = 99
    response = Response(STEPS, {"x": values})
    np.testing.assert_allclose(slopes(response, "x"), [2, -1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(monotone(response, "x"), [1, -1, 0, 0], atol=1e-12)
    values[0, 3] = np.nan
    assert np.isnan(monotone(response, "x")[0])


def test_the_class_is_kept_where_it_is_the_same_at_all_local_steps():
    same = np.ones((2, 7))
    flips = np.where(STEPS >= 2, 3.0, 0)
    response = Response(STEPS, {"class 0": same, "class 1": np.stack([flips, 0 * flips])})
    assert response.class_kept == 0.5


def test_intervals_are_those_of_a_mean():
    rng = np.random.default_rng(0)
    covered = [m.low < 2 < m.high for m in (Mean.of(rng.normal(2, 1, 50)) for _ in range(400))]
    assert 0.91 < np.mean(covered) < 0.98
    assert Mean.of(np.array([0.9, 1, 1]), bound=1).high == 1
    assert np.isnan(Mean.of(np.array([np.nan])).value)


def test_measuring_needs_no_classifier(lamp):
    assert "class 0" not in measure_factors(lamp.generate(2))


class Reader:
    """Reads two classes: whether the left half is brighter than the right one."""

    num_classes, name, version = 2, "halves", "1.0"

    def features_and_logits(self, images):
        means = images.astype("float64").mean((1, 3)).reshape(len(images), 2, -1).mean(2)
        return means, means / 5


def test_a_factor_leaves_the_class_alone():
    """The first latent lights the left half, the second the right one: either changes the class."""
    halves = np.repeat(np.eye(2), SIDE // 2, axis=1)[:, None].repeat(SIDE, 1).reshape(2, -1)
    kernel = np.zeros((6, SIDE**2), "float32")
    # The left half is lit twice as much, so brightness alone would turn to it.
    kernel[:2] = halves * [[0.2], [0.1]]
    dense = keras.layers.Dense(SIDE**2)
    z, image = keras.Input((6,)), keras.Input((SIDE, SIDE, 1))
    generator = keras.Model(z, keras.layers.Reshape((SIDE, SIDE, 1))(dense(z)))
    dense.set_weights([kernel, np.zeros(SIDE**2, "float32")])
    gan = ganzoo.GAN(generator, keras.Model(image, keras.layers.Dense(1)(keras.layers.Flatten()(image))))
    found = supervised_directions(gan, factors=["brightness", "class 0"], n=3000, extractor=Reader())
    # left brighter than right: 2 z₀ > z₁
    np.testing.assert_allclose(found["class 0"].vector[:2], np.array([2, -1]) / 5**0.5, atol=0.06)
    # what is left of brightness beside that
    np.testing.assert_allclose(found["brightness"].vector[:2], np.array([1, 2]) / 5**0.5, atol=0.06)
    assert abs(found["brightness"].vector @ found["class 0"].vector) < 0.03
    assert found.protocol["keep_class"] is True
