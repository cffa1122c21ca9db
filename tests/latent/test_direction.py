"""Directions: unit vectors that move z, leave others alone, and know their model."""

import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.direction import Direction, Directions, unit_vectors

MODEL = "a" * 64


def direction(vector, name="d", **options):
    return Direction(name=name, vector=np.array(vector, "float32"), method="test", **options)


def test_a_step_is_a_step_along_the_unit_vector():
    along = direction([3.0, 0, 4])
    np.testing.assert_allclose(along.vector, [0.6, 0, 0.8], atol=1e-7)
    z = np.ones((2, 3), "float32")
    np.testing.assert_allclose(along.move(z, 5), [[4, 1, 5], [4, 1, 5]], atol=1e-6)
    np.testing.assert_allclose(along.move(z, [5, -5]), [[4, 1, 5], [-2, 1, -3]], atol=1e-6)
    np.testing.assert_allclose(along.move(z[0], 5), [4, 1, 5], atol=1e-6)
    assert along.move(z, 1).dtype == np.float32


def test_what_is_projected_out_is_left_alone():
    rng = np.random.default_rng(0)
    first, second, third = (
        direction(v, name) for v, name in zip(rng.normal(size=(3, 6)), "abc", strict=True)
    )
    rest = first.project_out(second, third)
    assert abs(rest.vector @ second.vector) < 1e-6
    assert abs(rest.vector @ third.vector) < 1e-6
    assert np.linalg.norm(rest.vector) == pytest.approx(1, abs=1e-6)
    # the nearest to the first of all that are orthogonal: the first lies in the span of it and the others
    span = np.stack([rest.vector, second.vector, third.vector], 1)
    assert np.linalg.lstsq(span, first.vector, rcond=None)[1][0] < 1e-10
    assert first.project_out() is first


def test_nothing_left_is_an_error():
    with pytest.raises(InvalidArgumentError, match="Nothing is left of the direction 'a' without 'b'"):
        direction([1, 2], "a").project_out(direction([-2, -4], "b"))


def test_the_other_way_round():
    turned = direction([1, 0], steps=(-3, 1), per_step={"slant": 4.0}).reversed()
    assert turned.vector.tolist() == [-1, 0]
    assert (turned.steps, turned.per_step) == ((-1, 3), {"slant": -4.0})


@pytest.mark.parametrize("vector", [[0, 0], [np.nan, 1], [[1, 2]]])
def test_what_is_no_direction(vector):
    with pytest.raises(InvalidArgumentError, match="finite vector"):
        direction(vector)


def test_another_models_z_and_directions_are_refused():
    with pytest.raises(InvalidArgumentError, match=r"moves z of length 2.*shape \(4, 3\)"):
        direction([1, 0]).move(np.zeros((4, 3)), 1)
    with pytest.raises(InvalidArgumentError, match="one number, or one for each row"):
        direction([1, 0]).move(np.zeros((4, 2)), [1, 2, 3])
    with pytest.raises(InvalidArgumentError, match="of two models"):
        direction([1, 0], model="a").project_out(direction([1, 1], model="b"))
    with pytest.raises(InvalidArgumentError, match="latent_dim 2 and 3"):
        direction([1, 0]).project_out(direction([1, 1, 1]))


class Named:
    name, latent_dim = "other", 2


def test_a_set_of_them():
    several = Directions((direction([1, 0], "slant"), direction([0, 1], "size")), MODEL, "mine")
    assert (several.names, len(several), several.latent_dim) == (["slant", "size"], 2, 2)
    assert several["size"] is several[1]
    with pytest.raises(InvalidArgumentError, match=r"No direction 'slent'. Did you mean 'slant'"):
        several["slent"]
    several.check(Named, fingerprint=MODEL)
    with pytest.raises(InvalidArgumentError, match=r"of 'mine', weights aaaaaaaaaaaa…. Received: 'other'"):
        several.check(Named, fingerprint="b" * 64)
    wide = type("Wide", (Named,), {"latent_dim": 3})
    with pytest.raises(InvalidArgumentError, match=r"latent_dim 2. Received: 'other', with latent_dim 3"):
        several.check(wide, fingerprint=MODEL)


@pytest.mark.parametrize("vectors", [[], [[1, 0], [0, 1]], [[1, 0], [1, 0, 0]]])
def test_names_are_given_once_and_lengths_agree(vectors):
    names = ["a", "a"] if len({len(v) for v in vectors}) < 2 else ["a", "b"]
    entries = tuple(direction(v, name) for v, name in zip(vectors, names, strict=False))
    with pytest.raises(InvalidArgumentError, match="at least one, of one latent_dim"):
        Directions(entries, MODEL, "mine")


def test_the_sign_of_a_factorisation_is_settled():
    found = unit_vectors([[1, -2.0], [0, 3]])
    np.testing.assert_allclose(found, [[-1 / 5**0.5, 2 / 5**0.5], [0, 1]])
