"""The fast layers and the fused Adam on PyTorch equal stock Keras."""

import keras
import numpy as np
import pytest

if keras.backend.backend() != "torch":
    pytest.skip("needs the PyTorch backend", allow_module_level=True)

import torch

from ganzoo.backend import adam_torch, fast_torch

LAYERS = [
    (name, size, kernel, stride, padding)
    for name in ("Conv2D", "Conv2DTranspose")
    for size, kernel, stride, padding in [
        (7, 5, 1, "same"),
        (7, 4, 1, "same"),
        (7, 3, 2, "same"),
        (8, 4, 2, "same"),
        (7, 4, 2, "same"),
        (14, 5, 2, "same"),
        (7, 5, 2, "same"),
        (9, 5, 2, "valid"),
        (9, 4, 3, "valid"),
        (4, 2, 3, "same"),
        (5, 1, 1, "same"),
    ]
]


def _derivatives(
    network: keras.Model, x: torch.Tensor, training: bool = False
) -> dict[str, list[torch.Tensor]]:
    """Output, first and second derivatives with the double backward of a penalty."""
    x = x.clone().requires_grad_()
    weights = [v.value for v in network.trainable_variables]
    output = network(x, training=training)
    loss = output.sin().sum()
    gradient = torch.autograd.grad(loss, [x, *weights], retain_graph=True)
    doubled = torch.autograd.grad(loss, [x, *weights], create_graph=True)
    penalty = sum(g.square().sum() for g in doubled)
    return {
        "output": [output],
        "gradient": list(gradient),
        "gradient of the graph": list(doubled),
        "penalty": list(
            torch.autograd.grad(doubled[0].square().sum(), [x, *weights], retain_graph=True, **_UNUSED)
        ),
        "weight penalty": list(torch.autograd.grad(penalty, [x, *weights], **_UNUSED)),
        "moving statistics": [v.value.clone() for v in network.non_trainable_variables],
    }


_UNUSED = {"allow_unused": True, "materialize_grads": True}  # a bias has no part in a linear layer's gradient


def _compare(network: keras.Model, tolerance: float, *, training: bool = False) -> None:
    generator = torch.Generator().manual_seed(0)
    dtype = getattr(torch, network.inputs[0].dtype)
    x = torch.randn(3, *network.input_shape[1:], generator=generator, dtype=dtype) + 0.5
    state = network.get_weights()
    stock = _derivatives(network, x, training)
    network.set_weights(state)
    fast_torch.accelerate(network)
    for name, values in _derivatives(network, x, training).items():
        for value, expected in zip(values, stock[name], strict=True):
            error = float((value - expected).detach().abs().max())
            assert error <= tolerance * max(float(expected.detach().abs().max()), 1e-3), name


def _network(layer: keras.Layer, *shape: int) -> keras.Model:
    inputs = keras.Input(shape, dtype=layer.compute_dtype)
    network = keras.Model(inputs, layer(inputs))
    rng = np.random.default_rng(1)
    network.set_weights([rng.uniform(0.1, 1, w.shape) * rng.choice([-1, 1]) for w in network.get_weights()])
    return network


@pytest.mark.parametrize("case", LAYERS, ids=str)
@pytest.mark.parametrize("use_bias", [True, False])
def test_convolutions_agree_with_stock_keras_in_float64(case: tuple, use_bias: bool) -> None:
    name, size, kernel, stride, padding = case
    options = {"strides": stride, "padding": padding, "use_bias": use_bias, "activation": "tanh"}
    layer = getattr(keras.layers, name)(4, kernel, dtype="float64", **options)
    _compare(_network(layer, size, size + 1, 3), 1e-11)


@pytest.mark.parametrize("name", ["Conv2D", "Conv2DTranspose"])
@pytest.mark.parametrize("kernel", [4, 5])
def test_convolutions_agree_with_stock_keras_in_float32(name: str, kernel: int) -> None:
    layer = getattr(keras.layers, name)(4, kernel, strides=2, padding="same")
    _compare(_network(layer, 14, 14, 3), 2e-6)


def test_rectangular_kernels_strides_and_groups() -> None:
    options = {"padding": "same", "dtype": "float64"}
    _compare(_network(keras.layers.Conv2DTranspose(4, (5, 4), strides=(2, 1), **options), 6, 9, 3), 1e-11)
    _compare(_network(keras.layers.Conv2D(4, (3, 4), strides=(1, 2), groups=2, **options), 6, 9, 4), 1e-11)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [(5,), (4, 6, 5)], ids=str)
@pytest.mark.parametrize("affine", [True, False])
def test_batch_norm_agrees_with_stock_keras(training: bool, shape: tuple, affine: bool) -> None:
    layer = keras.layers.BatchNormalization(momentum=0.7, scale=affine, center=affine)
    network = _network(layer, *shape)
    layer.moving_variance.assign(np.arange(1.0, 6.0))
    _compare(network, 2e-6, training=training)  # Keras normalises in float32 whatever the policy


def test_batch_norm_derivatives_are_those_of_its_definition() -> None:
    """Against finite differences in float64, first and second order, of x, gamma and beta."""
    generator = torch.Generator().manual_seed(0)
    x, gamma, beta = (
        torch.randn(shape, generator=generator, dtype=torch.float64, requires_grad=True)
        for shape in [(6, 2), (2,), (2,)]
    )

    def normalize(x: torch.Tensor, gamma: torch.Tensor, beta: torch.Tensor) -> torch.Tensor:
        moments = x.detach().mean(0), x.detach().var(0, correction=0)
        return fast_torch._Normalize.apply(x, gamma, beta, *moments, 1e-3)

    assert torch.autograd.gradcheck(normalize, (x, gamma, beta))
    assert torch.autograd.gradgradcheck(normalize, (x, gamma, beta))


def test_moving_variance_is_the_biased_one() -> None:
    layer = keras.layers.BatchNormalization(momentum=0.0)
    network = _network(layer, 1)
    fast_torch.accelerate(network)
    network(np.array([[1.0], [3.0]]), training=True)
    assert float(layer.moving_mean.value) == 2.0
    assert float(layer.moving_variance.value) == 1.0  # ((1 - 2)² + (3 - 2)²) / 2; the unbiased one is 2


def test_batch_norm_in_float32_is_as_exact_as_stock_keras_on_many_pixels() -> None:
    """PyTorch's own channels-last kernel is off by 1e-5 here."""
    layer = keras.layers.BatchNormalization(momentum=0.0)
    network = _network(layer, 28, 28, 8)
    x = torch.randn(64, 28, 28, 8, generator=torch.Generator().manual_seed(0))
    fast_torch.accelerate(network)
    network(x, training=True)
    exact = x.double().var((0, 1, 2), unbiased=False)
    assert float((layer.moving_variance.value / exact - 1).abs().max()) < 1e-6


def test_leaky_relu_agrees_with_stock_keras() -> None:
    _compare(_network(keras.layers.LeakyReLU(0.2, dtype="float64"), 5), 1e-12)


def test_nothing_runs_back_through_a_leaky_relus_second_derivative() -> None:
    x = torch.tensor([[-1.0, 2.0]], requires_grad=True)
    network = _network(keras.layers.LeakyReLU(0.25), 2)
    fast_torch.accelerate(network)
    [gradient] = torch.autograd.grad(network(x).sum(), x, create_graph=True)
    assert gradient.tolist() == [[0.25, 1.0]]
    assert not gradient.requires_grad  # stock: True, and its zeros are sent through all that made x


def test_a_frozen_batch_norm_keeps_its_statistics() -> None:
    layer = keras.layers.BatchNormalization(dtype="float64")
    network = _network(layer, 4)
    layer.trainable = False
    before = network.get_weights()
    _compare(network, 1e-12, training=True)
    for now, then in zip(network.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


@pytest.mark.parametrize("name", ["Conv2D", "Conv2DTranspose", "BatchNormalization"])
def test_mixed_precision_gives_bfloat16_as_stock_does(name: str) -> None:
    arguments = () if name == "BatchNormalization" else (4, 4)
    inputs = keras.Input((8, 8, 3))
    network = keras.Model(inputs, getattr(keras.layers, name)(*arguments, dtype="mixed_bfloat16")(inputs))
    x = np.random.default_rng(0).normal(size=(2, 8, 8, 3)).astype("float32")
    stock = network(x, training=True)
    fast_torch.accelerate(network)
    fast = network(x, training=True)
    assert fast.dtype == stock.dtype == torch.bfloat16
    assert float((fast - stock).detach().float().abs().max()) < 0.02


@pytest.mark.parametrize(
    "layer",
    [
        keras.layers.Conv2DTranspose(4, 3, dilation_rate=2),
        keras.layers.Conv2DTranspose(4, 3, strides=2, padding="same", output_padding=1),
        keras.layers.Conv2D(4, 3, dilation_rate=2),
        keras.layers.BatchNormalization(axis=1),
        keras.layers.BatchNormalization(renorm=True),
    ],
    ids=lambda layer: layer.name,
)
def test_unsupported_layers_keep_the_stock_path(layer: keras.Layer) -> None:
    inputs = keras.Input((6, 6, 3))
    network = keras.Model(inputs, layer(inputs))
    x = torch.ones(2, 6, 6, 3)
    state = network.get_weights()
    stock = network(x, training=True)
    network.set_weights(state)
    fast_torch.accelerate(network)
    assert bool((network(x, training=True) == stock).all())


def test_nothing_is_copied_between_channels_last_layers() -> None:
    inputs = keras.Input((7, 7, 3))
    x = keras.layers.Conv2DTranspose(4, 5, strides=2, padding="same")(inputs)
    network = keras.Model(inputs, keras.layers.Conv2D(8, 4, strides=2, padding="same")(x))
    fast_torch.accelerate(network)
    outputs = network(torch.ones(2, 7, 7, 3))
    assert outputs.is_contiguous()


# --- Adam


def _variables(seed: int = 0) -> list[keras.Variable]:
    rng = np.random.default_rng(seed)
    return [keras.Variable(rng.normal(size=s).astype("float32")) for s in [(5, 4, 3, 2), (7,), (3, 4)]]


def _gradients(step: int) -> list[torch.Tensor]:
    """The first as the gradient of a kernel comes: of the variable's shape, in another memory order."""
    rng = np.random.default_rng(step)
    kernel = torch.tensor(rng.normal(size=(2, 3, 5, 4)), dtype=torch.float32).permute(2, 3, 1, 0)
    small = torch.tensor(rng.normal(size=7) * 1e-7, dtype=torch.float32)  # where epsilon decides
    return [kernel, small, torch.tensor(rng.normal(size=(3, 4)), dtype=torch.float32)]


def _schedule() -> keras.optimizers.schedules.LearningRateSchedule:
    return keras.optimizers.schedules.CosineDecay(1e-2, 20)


@pytest.mark.parametrize(
    "options",
    [
        {"learning_rate": 2e-4, "beta_1": 0.5},
        {"learning_rate": 4e-4, "beta_1": 0.0, "beta_2": 0.99},
        {"learning_rate": 1e-2, "epsilon": 1e-3},
        {"learning_rate": _schedule},
    ],
    ids=str,
)
def test_fused_adam_is_keras_adam(options: dict) -> None:
    options = {name: value() if callable(value) else value for name, value in options.items()}
    stock, fused = keras.optimizers.Adam(**options), keras.optimizers.Adam(**options)
    stock_variables, fused_variables = _variables(), _variables()
    start = _variables()
    for step in range(12):
        stock.apply(_gradients(step), stock_variables)
        assert adam_torch.fused_adam_step(fused, _gradients(step), fused_variables)
    assert int(fused.iterations) == 12
    for ours, theirs, first in zip(fused_variables, stock_variables, start, strict=True):
        moved = float((theirs.value - first.value).abs().max())
        # of the value and of the way it went: rounding of a float32 near 1 is 6e-8 a step
        assert float((ours.value - theirs.value).abs().max()) <= 1e-6 * (1 + moved)
    for ours, theirs in zip(fused.variables[2:], stock.variables[2:], strict=True):
        assert float((ours.value - theirs.value).abs().max()) <= 1e-6 * float(theirs.value.abs().max())


def test_fused_adam_by_hand() -> None:
    """The first step: m = (1 - β₁) g, v = (1 - β₂) g², p falls by lr √(1 - β₂) / (1 - β₁) m / (√v + ε)."""
    variable = keras.Variable(np.array([1.0]), dtype="float64")
    optimizer = keras.optimizers.Adam(0.1, beta_1=0.9, beta_2=0.99, epsilon=0.3)
    assert adam_torch.fused_adam_step(optimizer, [torch.tensor([2.0], dtype=torch.float64)], [variable])
    expected = 1.0 - 0.1 * 0.1 * 0.2 / 0.1 / (0.2 + 0.3)  # √v = √(0.01 · 4)
    # 3e-8: Keras takes the powers of a float32 beta
    assert float(variable.value[0]) == pytest.approx(expected, rel=3e-8)


@pytest.mark.parametrize(
    "optimizer",
    [
        keras.optimizers.SGD(0.1),
        keras.optimizers.AdamW(0.1),
        keras.optimizers.Nadam(0.1),
        keras.optimizers.Adam(0.1, weight_decay=0.1),
        keras.optimizers.Adam(0.1, clipnorm=1.0),
        keras.optimizers.Adam(0.1, clipvalue=1.0),
        keras.optimizers.Adam(0.1, global_clipnorm=1.0),
        keras.optimizers.Adam(0.1, amsgrad=True),
        keras.optimizers.Adam(0.1, use_ema=True),
        keras.optimizers.Adam(0.1, loss_scale_factor=2.0),
        keras.optimizers.Adam(0.1, gradient_accumulation_steps=2),
        keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.1)),
    ],
    ids=lambda optimizer: optimizer.name,
)
def test_fused_adam_declines_what_it_does_not_do(optimizer: keras.Optimizer) -> None:
    variables = _variables()
    assert not adam_torch.fused_adam_step(optimizer, _gradients(0), variables)
    for variable, first in zip(variables, _variables(), strict=True):
        assert bool((variable.value == first.value).all())
    assert int(optimizer.iterations) == 0


def test_fused_adam_declines_missing_gradients_and_unknown_variables() -> None:
    optimizer, variables = keras.optimizers.Adam(0.1), _variables()
    assert not adam_torch.fused_adam_step(optimizer, [None, *_gradients(0)[1:]], variables)
    assert not adam_torch.fused_adam_step(optimizer, _gradients(0), _variables())
    assert not adam_torch.fused_adam_step(optimizer, [], [])
    half = [gradient.half() for gradient in _gradients(0)]
    assert not adam_torch.fused_adam_step(optimizer, half, variables)


def test_kernels_are_laid_out_for_pytorch_and_trained_there() -> None:
    def trained(fast: bool) -> tuple[np.ndarray, keras.layers.Conv2D]:
        layer = keras.layers.Conv2D(4, 3)
        network = _network(layer, 6, 6, 2)
        if fast:
            fast_torch.accelerate(network)
        optimizer, variables = keras.optimizers.Adam(1e-2), network.trainable_variables
        for step in range(3):
            loss = network(torch.full((2, 6, 6, 2), 0.1 * (step + 1))).sin().sum()
            grads = torch.autograd.grad(loss, [v.value for v in variables])
            if fast:
                assert adam_torch.fused_adam_step(optimizer, grads, variables)
            else:
                optimizer.apply(grads, variables)
        return network.get_weights()[0], layer

    stock, _ = trained(False)
    fast, layer = trained(True)
    np.testing.assert_allclose(fast, stock, atol=1e-6)
    kernel = fast_torch.outputs_first(layer.kernel.value)
    assert kernel.is_contiguous(memory_format=torch.channels_last)
    layer.set_weights(layer.get_weights())
    assert kernel.is_contiguous(memory_format=torch.channels_last)
