"""TensorFlow: gradients by tapes inside the `tf.function` that Keras' `fit` builds."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ganzoo.backend.fast_tensorflow import accelerate, fused_adam_step, restore

__all__ = [
    "accelerate",
    "apply_gradients",
    "compiled_call",
    "compiled_function",
    "every",
    "fit_data",
    "fit_stream",
    "input_gradient",
    "jit_compile",
    "make_deterministic",
    "pullback",
    "restore",
    "sync",
    "train_step",
    "value_and_grad",
    "value_and_input_grad",
]

Tensor = Any
Variable = Any


def _dense(grads: Sequence[Tensor], like: Sequence[Tensor]) -> list[Tensor]:
    # an Embedding's gradient comes as IndexedSlices; the step wants plain tensors
    return [
        tf.zeros_like(x) if g is None else tf.convert_to_tensor(g) for g, x in zip(grads, like, strict=True)
    ]


def value_and_grad(
    fn: Callable[[], tuple[Tensor, Any]], variables: Sequence[Variable]
) -> tuple[tuple[Tensor, Any], list[Tensor]]:
    """See `ganzoo.backend`."""
    values = [v.value for v in variables]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(values)
        loss, aux = fn()
    return (loss, aux), _dense(tape.gradient(loss, values), values)


def pullback(
    fn: Callable[[], Tensor], variables: Sequence[Variable]
) -> tuple[Tensor, Callable[[Tensor], list[Tensor]]]:
    """See `ganzoo.backend`."""
    values = [v.value for v in variables]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(values)
        output = fn()
    return output, lambda cotangent: _dense(tape.gradient(output, values, output_gradients=cotangent), values)


def value_and_input_grad(
    fn: Callable[[Tensor], tuple[Tensor, Any]], x: Tensor
) -> tuple[tuple[Tensor, Any], Tensor]:
    """See `ganzoo.backend`."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        loss, aux = fn(x)
    return (loss, aux), tape.gradient(loss, x)


@contextmanager
def _exact_moments() -> Iterator[None]:
    """Let normalisation layers be differentiated twice.

    `tf.nn.moments` takes the mean as a constant inside the variance. That leaves the gradient right, since
    the variance is smallest at the mean, but not the gradient's gradient: R1 through batch normalisation was
    wrong by half a per cent.
    """

    def moments(x: Tensor, axes: Sequence[int], *_: Any, keepdims: bool = False, **__: Any) -> Any:
        mean = tf.reduce_mean(x, axes, keepdims=True)
        variance = tf.reduce_mean(tf.square(x - mean), axes, keepdims=keepdims)
        return mean if keepdims else tf.squeeze(mean, axes), variance

    stock, tf.nn.moments = tf.nn.moments, moments
    try:
        yield
    finally:
        tf.nn.moments = stock


def input_gradient(fn: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """See `ganzoo.backend`."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        with keras.StatelessScope(), _exact_moments():  # the first drops what fn assigns
            total = tf.reduce_sum(fn(x))
    return tape.gradient(total, x)


def every(interval: int, step: Variable, fn: Callable[[], Tensor]) -> Tensor:
    """See `ganzoo.backend`."""
    if interval == 1:
        return fn()
    return tf.cond(tf.equal(step.value % interval, 0), fn, lambda: tf.zeros((), tf.float32))


def apply_gradients(optimizer: Any, grads: Sequence[Tensor], variables: Sequence[Variable]) -> None:
    """Update `variables` in place as Keras' own optimizer does, Adam in one pass."""
    if not fused_adam_step(optimizer, grads, variables):
        optimizer.apply(grads, variables)


def train_step(gan: Any, *args: Any) -> Any:
    """Run `gan.adversarial_step(data)`: inside a `tf.function` TensorFlow is stateful as it is.

    Keras finds the end of data of unknown length by a step that runs out of it. Without the dependency that
    step would still count up and draw, whatever of it needs no data.
    """
    [data] = args
    with tf.control_dependencies([x for x in keras.tree.flatten(data) if x is not None]):
        return gan.adversarial_step(data)


def compiled_call(network: keras.Model) -> Callable[..., Any]:
    """Return `call(*inputs) -> NumPy`, traced once a shape, with the network's weights as they are then."""

    @tf.function(reduce_retracing=False, autograph=False)
    def call(*inputs: Tensor) -> Any:
        return network(list(inputs) if len(inputs) > 1 else inputs[0], training=False)

    def run(*inputs: np.ndarray) -> Any:
        outputs = call(*[tf.convert_to_tensor(x) for x in inputs])
        return keras.tree.map_structure(lambda x: x.numpy(), outputs)

    return run


def compiled_function(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Return `call(*arrays) -> NumPy`, as a `tf.function` without XLA."""
    graph = tf.function(fn)

    def run(*arrays: np.ndarray) -> Any:
        outputs = graph(*(tf.convert_to_tensor(x) for x in arrays))
        return tf.nest.map_structure(lambda x: x.numpy(), outputs)

    return run


def fit_data(sequence: keras.utils.PyDataset) -> Any:
    """A tf.data pipeline without autotuning, which puts about half of all fits on one core."""

    def batches() -> Iterator[Any]:
        for step in range(len(sequence)):
            yield sequence[step]
        sequence.on_epoch_end()

    data = _dataset(sequence[0], batches)
    return data.apply(tf.data.experimental.assert_cardinality(len(sequence)))


def fit_stream(first: tuple[np.ndarray, ...], batches: Iterator[Any]) -> Any:
    """One pass over batches shaped as `first`, in the form that Keras' `fit` reads."""
    return _dataset(first, lambda: batches)


def _dataset(first: tuple[np.ndarray, ...], batches: Callable[[], Iterator[Any]]) -> Any:
    signature = keras.tree.map_structure(lambda x: tf.TensorSpec(x.shape, x.dtype), first)
    options = tf.data.Options()
    options.autotune.enabled = False
    options.deterministic = True
    return (
        tf.data.Dataset.from_generator(batches, output_signature=signature).prefetch(2).with_options(options)
    )


def jit_compile() -> bool:
    """No XLA: it is slower for training on a CPU."""
    return False


def sync(model: keras.Model) -> None:
    """Let a callback read the variables between two steps of `fit`."""


def make_deterministic() -> None:
    """Ask for bit-identical repeats."""
    tf.config.experimental.enable_op_determinism()
