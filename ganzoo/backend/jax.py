"""JAX: the stateful step of `ganzoo.gan` as a pure function of the state that Keras' `fit` carries.

A step that assigns to variables runs inside a `keras.StatelessScope`, which keeps the new values
aside. Gradients open an inner scope that starts from the outer scope's current values and hand
back whatever the loss updated (moving statistics, seed states): a traced value must leave JAX's
transformations as an output, never by assignment.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jax
import keras
import numpy as np

from ganzoo.backend.fast_jax import accelerate, restore

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


class _Inner:
    """A scope that starts from the current values and keeps what is assigned inside it.

    `outer` is the scope that `train_step` opened, or None outside of a step.
    """

    def __init__(self) -> None:
        self.scope = keras.StatelessScope()

    def __enter__(self) -> "_Inner":
        self.scope.__enter__()
        self.outer = self.scope.original_scope
        self.before = dict(self.outer.state_mapping) if self.outer is not None else {}
        self.scope.state_mapping.update(self.before)
        return self

    def __exit__(self, *error: object) -> None:
        self.scope.__exit__(*error)

    def set(self, variables: Sequence[Variable], values: Sequence[Tensor]) -> None:
        for variable, value in zip(variables, values, strict=True):
            self.before[id(variable)] = self.scope.state_mapping[id(variable)] = value

    def updates(self) -> dict[int, Tensor]:
        after = self.scope.state_mapping
        return {key: value for key, value in after.items() if value is not self.before.get(key)}


def _commit(updates: dict[int, Tensor]) -> None:
    if not updates:
        return
    with _Inner() as here:
        outer = here.outer
    if outer is None:
        raise RuntimeError("A loss assigned to a variable outside of a training step on JAX.")
    outer.state_mapping.update(updates)


def value_and_grad(
    fn: Callable[[], tuple[Tensor, Any]], variables: Sequence[Variable]
) -> tuple[tuple[Tensor, Any], list[Tensor]]:
    """See `ganzoo.backend`."""

    def scalar(values: Sequence[Tensor]) -> Any:
        with _Inner() as inner:
            inner.set(variables, values)
            loss, aux = fn()
            return loss, (aux, inner.updates())

    (loss, (aux, updates)), grads = jax.value_and_grad(scalar, has_aux=True)([v.value for v in variables])
    _commit(updates)
    return (loss, aux), grads


def pullback(
    fn: Callable[[], Tensor], variables: Sequence[Variable]
) -> tuple[Tensor, Callable[[Tensor], list[Tensor]]]:
    """See `ganzoo.backend`."""

    def run(values: Sequence[Tensor]) -> Any:
        with _Inner() as inner:
            inner.set(variables, values)
            return fn(), inner.updates()

    output, vjp, updates = jax.vjp(run, [v.value for v in variables], has_aux=True)
    _commit(updates)
    return output, lambda cotangent: vjp(cotangent)[0]


def value_and_input_grad(
    fn: Callable[[Tensor], tuple[Tensor, Any]], x: Tensor
) -> tuple[tuple[Tensor, Any], Tensor]:
    """See `ganzoo.backend`."""

    def scalar(x: Tensor) -> Any:
        with _Inner() as inner:
            loss, aux = fn(x)
            return loss, (aux, inner.updates())

    (loss, (aux, updates)), grad = jax.value_and_grad(scalar, has_aux=True)(x)
    _commit(updates)
    return (loss, aux), grad


def input_gradient(fn: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """See `ganzoo.backend`."""

    def total(x: Tensor) -> Tensor:
        with _Inner():
            return fn(x).sum()

    return jax.grad(total)(x)


def every(interval: int, step: Variable, fn: Callable[[], Tensor]) -> Tensor:
    """See `ganzoo.backend`."""
    if interval == 1:
        return fn()
    return jax.lax.cond(step.value % interval == 0, fn, lambda: jax.numpy.zeros((), "float32"))


def apply_gradients(optimizer: Any, grads: Sequence[Tensor], variables: Sequence[Variable]) -> None:
    """Update `variables` in place by Keras' own optimizer."""
    if not isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        optimizer.apply(grads, variables)
        return
    # a loss scale branches on the gradients, and a value that was assigned inside a branch cannot leave it
    held = [v.value for v in optimizer.variables]
    values, new_held = optimizer.stateless_apply(held, grads, [v.value for v in variables])
    for variable, value in zip([*variables, *optimizer.variables], [*values, *new_held], strict=True):
        variable.assign(value)


def train_step(gan: Any, *args: Any) -> Any:
    """Run the stateful `gan.adversarial_step(data)` on JAX's `(state, data) -> (logs, state)`."""
    state, data = args
    groups = (
        gan.trainable_variables,
        gan.non_trainable_variables,
        gan.optimizer.variables,
        gan.metrics_variables,
    )
    mapping = [
        pair
        for variables, values in zip(groups, state, strict=True)
        for pair in zip(variables, values, strict=True)
    ]
    with keras.StatelessScope(state_mapping=mapping) as scope:
        logs = gan.adversarial_step(data)
    new_state = tuple([scope.get_current_value(v) for v in variables] for variables in groups)
    return logs, new_state


def compiled_call(network: keras.Model) -> Callable[..., Any]:
    """Return `call(*inputs) -> NumPy`, jitted, reading the network's weights anew at each call."""

    @jax.jit
    def call(trainable: Any, non_trainable: Any, inputs: Any) -> Any:
        outputs, _ = network.stateless_call(trainable, non_trainable, inputs, training=False)
        return outputs

    def run(*inputs: np.ndarray) -> Any:
        given = list(inputs) if len(inputs) > 1 else inputs[0]
        outputs = call(
            [v.value for v in network.trainable_variables],
            [v.value for v in network.non_trainable_variables],
            given,
        )
        return jax.tree.map(np.asarray, outputs)

    return run


def compiled_function(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Return `call(*arrays) -> NumPy`, jitted; the weights that `fn` reads are those of its first call."""
    jitted = jax.jit(fn)
    return lambda *arrays: jax.tree.map(np.asarray, jitted(*arrays))


def fit_data(sequence: keras.utils.PyDataset) -> Any:
    """The batches in the form that Keras' `fit` reads fastest on this backend."""
    return sequence


def fit_stream(first: tuple[np.ndarray, ...], batches: Iterator[Any]) -> Any:
    """One pass over batches shaped as `first`, in the form that Keras' `fit` reads."""
    return batches


def jit_compile() -> bool:
    """Whether Keras should compile the train step by XLA."""
    return True


def sync(model: keras.Model) -> None:
    """Let a callback read the variables between two steps of `fit`."""
    model.jax_state_sync()


def make_deterministic() -> None:
    """Ask for bit-identical repeats. JAX on a CPU repeats itself as it is."""
