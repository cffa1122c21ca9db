"""The penalties against critics whose gradient is known in closed form, and their own gradient with them.

Images are (N, 2, 2, 1), so x has four numbers. D(x) = w·x has the gradient w everywhere; D(x) = ½ xᵀAx, A
symmetric, has Ax at x.
"""

from collections.abc import Callable

import keras
import numpy as np
import pytest
from keras import ops

from ganzoo import backend
from ganzoo.errors import InvalidArgumentError
from ganzoo.penalties import R1, R2, GradientPenalty, Penalty

RNG = np.random.default_rng(0)
W = np.array([0.5, -1.0, 2.0, 0.25])
A = np.array([[2.0, 0.5, 0.0, 0.1], [0.5, 1.0, -0.3, 0.0], [0.0, -0.3, 1.5, 0.2], [0.1, 0.0, 0.2, 0.5]])
REAL, FAKE = RNG.normal(size=(5, 4)), RNG.normal(size=(5, 4))
MIX = np.array([0.0, 0.25, 0.5, 0.75, 0.999])
POINTS = {
    R1: REAL,
    R2: FAKE,
    GradientPenalty: MIX[:, None] * REAL + (1 - MIX[:, None]) * FAKE,
}


def _variable(value: np.ndarray) -> keras.Variable:
    return keras.Variable(value.astype("float32"), name="parameter")


def _linear(w: object) -> Callable[[object], object]:
    return lambda x: ops.matmul(ops.reshape(x, (-1, 4)), ops.reshape(w, (4, 1)))


def _quadratic(a: object) -> Callable[[object], object]:
    def critic(x: object) -> object:
        x = ops.reshape(x, (-1, 4))
        return 0.5 * ops.sum(x * ops.matmul(x, a), axis=1, keepdims=True)

    return critic


def _value_and_gradient(
    penalty: Penalty, critic: Callable, parameter: keras.Variable
) -> tuple[float, np.ndarray]:
    """The penalty, and its gradient with respect to the critic's parameter: a second derivative of D."""
    real, fake = (ops.convert_to_tensor(x.reshape(5, 2, 2, 1).astype("float32")) for x in (REAL, FAKE))
    mix = ops.convert_to_tensor(MIX.astype("float32"))
    (value, _), (gradient,) = backend.value_and_grad(
        lambda: (penalty(critic(parameter), real, fake, mix), None), [parameter]
    )
    return float(ops.convert_to_numpy(value)), ops.convert_to_numpy(gradient)


@pytest.mark.parametrize("kind", [R1, R2])
def test_r1_and_r2_of_a_linear_critic(kind: type[Penalty]) -> None:
    value, gradient = _value_and_gradient(kind(weight=3.0), _linear, _variable(W))
    assert value == pytest.approx(3.0 * 0.5 * W @ W, rel=1e-5)
    np.testing.assert_allclose(gradient, 3.0 * W, rtol=1e-5)


def test_the_gradient_penalty_of_a_linear_critic() -> None:
    norm = np.sqrt(W @ W)
    value, gradient = _value_and_gradient(GradientPenalty(weight=10.0), _linear, _variable(W))
    assert value == pytest.approx(10.0 * (norm - 1) ** 2, rel=1e-5)
    np.testing.assert_allclose(gradient, 10.0 * 2 * (norm - 1) * W / norm, rtol=1e-5)


@pytest.mark.parametrize("kind", [R1, R2])
def test_r1_and_r2_of_a_quadratic_critic_are_taken_at_their_own_points(kind: type[Penalty]) -> None:
    """½ E ‖Ax‖², whose gradient with respect to A, as x·Ax with A and Aᵀ free, is symmetrised."""
    x = POINTS[kind]
    value, gradient = _value_and_gradient(kind(weight=1.0), _quadratic, _variable(A))
    assert value == pytest.approx(0.5 * np.mean(np.sum((x @ A) ** 2, axis=1)), rel=1e-5)
    # ∇D = ½ (A + Aᵀ) x, so d/dA ½‖∇D‖² = ½ (∇D xᵀ + x ∇Dᵀ)
    outer = np.einsum("ni,nj->ij", x @ A, x) / len(x)
    np.testing.assert_allclose(gradient, 0.5 * (outer + outer.T), rtol=1e-4, atol=1e-5)


def test_the_gradient_penalty_of_a_quadratic_critic_is_taken_at_the_mixed_points() -> None:
    x = POINTS[GradientPenalty]
    slope = x @ A
    norm = np.linalg.norm(slope, axis=1)
    value, gradient = _value_and_gradient(GradientPenalty(weight=10.0), _quadratic, _variable(A))
    assert value == pytest.approx(10.0 * np.mean((norm - 1) ** 2), rel=1e-5)
    outer = np.einsum("n,ni,nj->ij", 2 * (norm - 1) / norm, slope, x) / len(x)
    np.testing.assert_allclose(gradient, 10.0 * 0.5 * (outer + outer.T), rtol=1e-4, atol=1e-4)


def test_mix_one_would_be_the_reals_and_mix_zero_is_the_fakes() -> None:
    critic = _quadratic(ops.convert_to_tensor(A.astype("float32")))
    real, fake = (ops.convert_to_tensor(x.reshape(5, 2, 2, 1).astype("float32")) for x in (REAL, FAKE))
    for mix, x in ((ops.ones((5,)), REAL), (ops.zeros((5,)), FAKE)):
        expected = np.mean((np.linalg.norm(x @ A, axis=1) - 1) ** 2)
        received = GradientPenalty(weight=1.0)(critic, real, fake, mix)
        assert float(ops.convert_to_numpy(received)) == pytest.approx(expected, rel=1e-5)


def test_a_gradient_of_zero_keeps_the_penalty_and_its_gradient_finite() -> None:
    value, gradient = _value_and_gradient(GradientPenalty(weight=1.0), _linear, _variable(np.zeros(4)))
    assert value == pytest.approx(1.0, abs=1e-5)
    assert np.isfinite(gradient).all()
    for kind in (R1, R2):
        value, gradient = _value_and_gradient(kind(weight=1.0), _linear, _variable(np.zeros(4)))
        assert value == 0.0
        np.testing.assert_array_equal(gradient, 0.0)


def test_a_critic_of_slope_one_has_no_gradient_penalty() -> None:
    value, _ = _value_and_gradient(GradientPenalty(), _linear, _variable(W / np.linalg.norm(W)))
    assert value == pytest.approx(0.0, abs=1e-8)


@pytest.mark.parametrize("kind", [R1, R2, GradientPenalty])
def test_the_interval_multiplies_what_is_computed_more_seldom(kind: type[Penalty]) -> None:
    once = _value_and_gradient(kind(weight=0.5), _linear, _variable(W))
    lazy = _value_and_gradient(kind(weight=0.5, interval=8), _linear, _variable(W))
    assert lazy[0] == pytest.approx(8 * once[0], rel=1e-6)
    np.testing.assert_allclose(lazy[1], 8 * once[1], rtol=1e-6)


def test_an_interval_is_met_on_its_steps_alone() -> None:
    step = keras.Variable(0, dtype="int32", trainable=False)
    met = []
    for _ in range(7):
        met.append(float(ops.convert_to_numpy(backend.every(3, step, lambda: ops.ones(())))))
        step.assign(step + 1)
    assert met == [1, 0, 0, 1, 0, 0, 1]


@pytest.mark.parametrize("wrong", [{"weight": -1.0}, {"interval": 0}])
def test_negative_weights_and_empty_intervals_are_refused(wrong: dict) -> None:
    received = " ".join(f"{k}={v}" for k, v in wrong.items())
    with pytest.raises(
        InvalidArgumentError, match=rf"weight >= 0 and interval >= 1\. Received: .*{received}"
    ):
        R1(**wrong)
