"""The step on the running backend: fast layers against stock ones, and gradients of gradients."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from ganzoo import GAN, backend, networks, penalties
from ganzoo.training import checkpoint

BATCH = 8


class OneBatch(keras.utils.PyDataset):
    def __len__(self) -> int:
        return 1

    def __getitem__(self, index: int) -> tuple[np.ndarray]:
        return (np.random.default_rng(2).integers(0, 256, (2 * BATCH, 28, 28, 1), dtype=np.uint8),)


def build() -> GAN:
    keras.utils.set_random_seed(0)
    gan = GAN(*networks.build("dcgan", latent_dim=8, generator={"width": 4}, discriminator={"width": 4}))
    # SGD, so that a weight's change is its gradient; Adam makes a step of every rounding error
    rate = keras.optimizers.SGD
    gan.compile(
        objective="relativistic",
        n_critic=2,
        penalties=[penalties.R1(weight=1.0)],
        generator_optimizer=rate(0.1),
        discriminator_optimizer=rate(0.1),
    )
    gan.seed(1)
    return gan


def test_fast_layers_take_the_step_of_stock_layers() -> None:
    fast, stock = build(), build()
    for network in (stock.generator, stock.discriminator):
        backend.restore(network)
    before = checkpoint.capture(fast)
    logs = []
    for gan in (fast, stock):
        logs.append(keras.Model.fit(gan, backend.fit_data(OneBatch()), verbose=0, shuffle=False).history)
    for name, values in logs[1].items():
        assert logs[0][name] == pytest.approx(values, rel=1e-5), name
    first, second = checkpoint.capture(fast), checkpoint.capture(stock)
    for start, a, b in zip(before.values(), first.values(), second.values(), strict=True):
        change = np.linalg.norm((b - start).astype("float64"))
        # 1e-7: rounding of the weight itself
        assert np.linalg.norm((a - b).astype("float64")) <= 1e-5 * change + 1e-7 * np.linalg.norm(b)


def batch_norm(x: Any) -> Any:
    return layers.BatchNormalization(epsilon=1e-3)(x)


def layer_norm(x: Any) -> Any:
    return layers.LayerNormalization(axis=[-2, -1], epsilon=1e-3)(x)


def plain_norm(axes: tuple[int, ...]) -> Callable[[np.ndarray], np.ndarray]:
    def norm(x: np.ndarray) -> np.ndarray:
        mean = x.mean(axes, keepdims=True)
        return (x - mean) / np.sqrt(((x - mean) ** 2).mean(axes, keepdims=True) + 1e-3)

    return norm


@pytest.mark.parametrize(
    ("norm", "plain"), [(batch_norm, plain_norm((0, 1))), (layer_norm, plain_norm((1, 2)))]
)
def test_a_penalty_through_a_norm_has_its_numeric_gradient(
    norm: Callable[[Any], Any], plain: Callable[[np.ndarray], np.ndarray]
) -> None:
    """d/dw of ½ E ‖∇ₓ D(x)‖², D(x) = Σ tanh(norm(x · w)), against differences in NumPy's float64."""
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((6, 3, 1)), rng.standard_normal((1, 2))

    def penalty(w: np.ndarray) -> float:
        def total(x: np.ndarray) -> float:
            return float(np.tanh(plain(x @ w)).sum())

        gradient = np.zeros_like(x)
        for index in np.ndindex(*x.shape):
            step = np.zeros_like(x)
            step[index] = 1e-5
            gradient[index] = (total(x + step) - total(x - step)) / 2e-5
        return float(0.5 * (gradient**2).sum() / len(x))

    numeric = np.zeros_like(w)
    for index in np.ndindex(*w.shape):
        step = np.zeros_like(w)
        step[index] = 1e-3
        numeric[index] = (penalty(w + step) - penalty(w - step)) / 2e-3

    inputs = keras.Input((3, 1))
    dense = layers.Dense(2, use_bias=False)
    hidden = layers.Activation("tanh")(norm(dense(inputs)))
    critic = keras.Model(inputs, layers.Reshape((1,))(layers.Lambda(lambda h: ops.sum(h, (1, 2)))(hidden)))
    dense.set_weights([w])
    moving = [ops.convert_to_numpy(v.value).copy() for v in critic.non_trainable_weights]

    def loss() -> tuple[Any, None]:
        real = ops.convert_to_tensor(x.astype("float32"))
        return penalties.R1(weight=1.0)(lambda x: critic(x, training=True), real, real, None), None

    (value, _), gradients = backend.value_and_grad(loss, [dense.kernel])
    assert float(value) == pytest.approx(penalty(w), rel=1e-4)
    np.testing.assert_allclose(ops.convert_to_numpy(gradients[0]), numeric, rtol=2e-4, atol=1e-5)
    # a penalty reads and does not write
    for variable, old in zip(critic.non_trainable_weights, moving, strict=True):
        np.testing.assert_array_equal(ops.convert_to_numpy(variable.value), old)
