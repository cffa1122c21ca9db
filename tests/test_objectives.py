"""Every objective against its equation in NumPy float64, at ordinary, symmetric and extreme logits."""

import numpy as np
import pytest
from keras import ops

from ganzoo import backend, objectives
from ganzoo.errors import InvalidArgumentError

RNG = np.random.default_rng(0)
REAL = RNG.normal(0.5, 2.0, (6, 1))
FAKE = RNG.normal(-0.5, 2.0, (6, 1))
LOG2 = 0.6931471805599453


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def _bce_d(real: np.ndarray, fake: np.ndarray) -> float:
    return -np.mean(np.log(_sigmoid(real))) - np.mean(np.log(1 - _sigmoid(fake)))


# name: (d_loss, g_loss), each written as in the paper
EQUATIONS = {
    "minimax": (_bce_d, lambda r, f: np.mean(np.log(1 - _sigmoid(f)))),
    "non_saturating": (_bce_d, lambda r, f: -np.mean(np.log(_sigmoid(f)))),
    "least_squares": (
        lambda r, f: 0.5 * np.mean((r - 1) ** 2) + 0.5 * np.mean(f**2),
        lambda r, f: 0.5 * np.mean((f - 1) ** 2),
    ),
    "hinge": (
        lambda r, f: np.mean(np.maximum(0, 1 - r)) + np.mean(np.maximum(0, 1 + f)),
        lambda r, f: -np.mean(f),
    ),
    "wasserstein": (lambda r, f: np.mean(f) - np.mean(r), lambda r, f: -np.mean(f)),
    "relativistic": (
        lambda r, f: -np.mean(np.log(_sigmoid(r - f))),
        lambda r, f: -np.mean(np.log(_sigmoid(f - r))),
    ),
}

# name: (d_loss, g_loss) where the discriminator knows nothing: every logit 0
AT_ZERO = {
    "minimax": (2 * LOG2, -LOG2),
    "non_saturating": (2 * LOG2, LOG2),
    "least_squares": (0.5, 0.5),
    "hinge": (2.0, 0.0),
    "wasserstein": (0.0, 0.0),
    "relativistic": (LOG2, LOG2),
}

# name: (d_loss, g_loss) at real = 1e4, fake = -1e4: the discriminator has won
WON = {
    "minimax": (0.0, 0.0),
    "non_saturating": (0.0, 1e4),
    "least_squares": (0.5 * 9999.0**2 + 0.5e8, 0.5 * 10001.0**2),
    "hinge": (0.0, 1e4),
    "wasserstein": (-2e4, 1e4),
    "relativistic": (0.0, 2e4),
}

# name: (d_loss, g_loss) at real = -1e4, fake = 1e4: it is fooled by every picture
LOST = {
    "minimax": (2e4, -1e4),
    "non_saturating": (2e4, 0.0),
    "least_squares": (0.5 * 10001.0**2 + 0.5e8, 0.5 * 9999.0**2),
    "hinge": (20002.0, -1e4),
    "wasserstein": (2e4, -1e4),
    "relativistic": (2e4, 0.0),
}


def _value(function: objectives.Loss, real: object, fake: object) -> float:
    tensors = [ops.convert_to_tensor(np.asarray(x, "float32").reshape(-1, 1)) for x in (real, fake)]
    value = function(*tensors)
    assert tuple(value.shape) == ()
    return float(ops.convert_to_numpy(value))


def test_every_objective_is_held_to_its_equation() -> None:
    assert objectives.names() == sorted(EQUATIONS)


@pytest.mark.parametrize("name", sorted(EQUATIONS))
def test_losses_are_those_of_the_equation(name: str) -> None:
    objective, (d_loss, g_loss) = objectives.get(name), EQUATIONS[name]
    assert objective.name == name
    assert _value(objective.d_loss, REAL, FAKE) == pytest.approx(d_loss(REAL, FAKE), rel=1e-5)
    assert _value(objective.g_loss, REAL, FAKE) == pytest.approx(g_loss(REAL, FAKE), rel=1e-5)


@pytest.mark.parametrize("name", sorted(EQUATIONS))
@pytest.mark.parametrize(
    ("real", "fake", "expected"),
    [(0.0, 0.0, AT_ZERO), (1e4, -1e4, WON), (-1e4, 1e4, LOST)],
    ids=["0", "won", "lost"],
)
def test_losses_at_the_limits(name: str, real: float, fake: float, expected: dict) -> None:
    objective = objectives.get(name)
    received = [_value(loss, [real, real], [fake, fake]) for loss in (objective.d_loss, objective.g_loss)]
    np.testing.assert_allclose(received, expected[name], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", sorted(EQUATIONS))
@pytest.mark.parametrize("size", [1e-3, 1.0, 1e4])
def test_gradients_are_finite_and_the_players_pull_apart(name: str, size: float) -> None:
    """D gains by raising D(x) and lowering D(G(z)), G by raising D(G(z)), where anything is left to gain."""
    objective = objectives.get(name)
    logits = ops.convert_to_tensor(np.array([[size], [-size]], "float32"))

    def gradient(loss: objectives.Loss) -> np.ndarray:
        _, grad = backend.value_and_input_grad(lambda x: (loss(x[:1], x[1:]), None), logits)
        return ops.convert_to_numpy(grad).ravel()

    of_d, of_g = gradient(objective.d_loss), gradient(objective.g_loss)
    assert np.isfinite([of_d, of_g]).all()
    if name != "least_squares":  # which pulls back what has gone beyond its target
        assert of_d[0] <= 0 <= of_d[1]
        assert of_g[1] <= 0


def test_the_minimax_generator_is_left_without_a_gradient_where_the_other_is_not() -> None:
    fake = ops.convert_to_tensor(np.full((1, 1), -30.0, "float32"))
    slopes = []
    for name in ("minimax", "non_saturating"):
        g_loss = objectives.get(name).g_loss
        slopes.append(float(backend.value_and_input_grad(lambda f, g=g_loss: (g(f, f), None), fake)[1][0, 0]))
    # minus the probability of "real", and minus that of "fake"
    np.testing.assert_allclose(slopes, [-9.357623e-14, -1.0], rtol=1e-3)


@pytest.mark.parametrize("name", ["minimax", "non_saturating"])
def test_label_smoothing_moves_the_label_of_the_reals_alone(name: str) -> None:
    smooth, alpha, p = objectives.get(name, label_smoothing=0.1), 0.1, _sigmoid(REAL)
    expected = -np.mean((1 - alpha) * np.log(p) + alpha * np.log(1 - p)) - np.mean(np.log(1 - _sigmoid(FAKE)))
    assert _value(smooth.d_loss, REAL, FAKE) == pytest.approx(expected, rel=1e-5)
    assert _value(smooth.g_loss, REAL, FAKE) == pytest.approx(EQUATIONS[name][1](REAL, FAKE), rel=1e-5)
    # a real is best given the probability 0.9: logit log 9
    best = _value(smooth.d_loss, [np.log(9.0)], [0.0])
    assert best < min(_value(smooth.d_loss, [np.log(9.0) + step], [0.0]) for step in (-0.2, 0.2))


def test_least_squares_takes_the_pearson_targets() -> None:
    """a = -1, b = 1, c = 0: the paper's other choice, equation 8."""
    pearson = objectives.least_squares(real=1.0, fake=-1.0, target=0.0)
    d_loss = 0.5 * np.mean((REAL - 1) ** 2) + 0.5 * np.mean((FAKE + 1) ** 2)
    assert _value(pearson.d_loss, REAL, FAKE) == pytest.approx(d_loss, rel=1e-5)
    assert _value(pearson.g_loss, REAL, FAKE) == pytest.approx(0.5 * np.mean(FAKE**2), rel=1e-5)
    assert _value(pearson.accuracy, [0.1, -0.1], [0.1, -0.1]) == 0.5


@pytest.mark.parametrize("name", sorted(EQUATIONS))
def test_accuracy_counts_what_is_told_apart(name: str) -> None:
    accuracy = objectives.get(name).accuracy
    assert _value(accuracy, [2.0, 3.0], [-2.0, -3.0]) == 1.0
    assert _value(accuracy, [-2.0, -3.0], [2.0, 3.0]) == 0.0
    # three of four right, counted singly or as pairs
    mixed = {"wasserstein": 0.5, "relativistic": 0.5}.get(name, 0.75)
    assert _value(accuracy, [2.0, -2.0], [-3.0, -1.0]) == mixed


def test_least_squares_is_right_on_its_own_side_of_one_half() -> None:
    assert _value(objectives.get("least_squares").accuracy, [0.6, 0.4], [0.4, 0.6]) == 0.5


def test_only_the_relativistic_generator_reads_the_reals() -> None:
    for name in objectives.names():
        objective = objectives.get(name)
        moved = _value(objective.g_loss, REAL + 1.0, FAKE) != _value(objective.g_loss, REAL, FAKE)
        assert objective.g_needs_real == moved == (name == "relativistic")


def test_the_wasserstein_loss_does_not_see_a_constant_and_relativistic_neither() -> None:
    for name in ("wasserstein", "relativistic"):
        d_loss = objectives.get(name).d_loss
        assert _value(d_loss, REAL + 3.0, FAKE + 3.0) == pytest.approx(_value(d_loss, REAL, FAKE), abs=1e-5)


def test_an_objective_is_returned_as_it_is() -> None:
    mine = objectives.Objective("mine", lambda r, f: r, lambda r, f: f)
    assert objectives.get(mine) is mine


def test_wrong_names_and_arguments_are_named() -> None:
    with pytest.raises(
        InvalidArgumentError, match=r"objective='hinged'\. Choose one of: hinge, least_squares, min"
    ):
        objectives.get("hinged")
    with pytest.raises(
        InvalidArgumentError, match=r"'hinge' does not take .* Received: \['label_smoothing'\]"
    ):
        objectives.get("hinge", label_smoothing=0.1)
    for wrong in (-0.1, 1.0):
        with pytest.raises(InvalidArgumentError, match=rf"\[0, 1\)\. Received: label_smoothing={wrong}"):
            objectives.get("non_saturating", label_smoothing=wrong)
