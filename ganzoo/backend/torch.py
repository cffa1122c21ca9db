"""PyTorch: eager gradients by `torch.autograd.grad`, so that only what is applied is computed."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import keras
import numpy as np
import torch

from ganzoo.backend.adam_torch import fused_adam_step
from ganzoo.backend.fast_torch import accelerate, restore

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


def _grad(output: Tensor, inputs: Sequence[Tensor], cotangent: Tensor | None = None) -> list[Tensor]:
    grads = torch.autograd.grad(output, inputs, grad_outputs=cotangent, allow_unused=True)
    return [torch.zeros_like(x) if g is None else g for x, g in zip(inputs, grads, strict=True)]


def value_and_grad(
    fn: Callable[[], tuple[Tensor, Any]], variables: Sequence[Variable]
) -> tuple[tuple[Tensor, Any], list[Tensor]]:
    """See `ganzoo.backend`."""
    loss, aux = fn()
    return (loss.detach(), aux), _grad(loss, [v.value for v in variables])


def pullback(
    fn: Callable[[], Tensor], variables: Sequence[Variable]
) -> tuple[Tensor, Callable[[Tensor], list[Tensor]]]:
    """See `ganzoo.backend`."""
    output = fn()
    return output.detach(), lambda cotangent: _grad(output, [v.value for v in variables], cotangent)


def value_and_input_grad(
    fn: Callable[[Tensor], tuple[Tensor, Any]], x: Tensor
) -> tuple[tuple[Tensor, Any], Tensor]:
    """See `ganzoo.backend`."""
    leaf = x.detach().requires_grad_(True)
    loss, aux = fn(leaf)
    return (loss.detach(), aux), _grad(loss, [leaf])[0]


def input_gradient(fn: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """See `ganzoo.backend`."""
    leaf = x if x.requires_grad else x.detach().requires_grad_(True)
    with keras.StatelessScope():  # drops what fn assigns
        total = fn(leaf).sum()
    return torch.autograd.grad(total, leaf, create_graph=True)[0]


def every(interval: int, step: Variable, fn: Callable[[], Tensor]) -> Tensor:
    """See `ganzoo.backend`."""
    return fn() if int(step.value) % interval == 0 else torch.zeros(())


def apply_gradients(optimizer: Any, grads: Sequence[Tensor], variables: Sequence[Variable]) -> None:
    """Update `variables` in place as Keras' own optimizer does, Adam in one pass."""
    with torch.no_grad():
        if not fused_adam_step(optimizer, grads, variables):
            optimizer.apply(grads, variables)


def train_step(gan: Any, *args: Any) -> Any:
    """Run `gan.adversarial_step(data)`: PyTorch is stateful as it is.

    But for dropout: Keras lets it draw from PyTorch's global stream, of which no checkpoint knows. So each
    step starts that stream anew from the state of the model's own seeds, and puts the caller's back.
    """
    seed, counter = (int(x) for x in gan.seed_generator.state.value)
    devices = [torch.cuda.current_device()] if torch.cuda.is_available() else []
    with torch.random.fork_rng(devices):
        torch.manual_seed((seed << 32) + counter)
        return gan.adversarial_step(*args)


def compiled_call(network: keras.Model) -> Callable[..., Any]:
    """Return `call(*inputs) -> NumPy` in inference mode, with the network's weights as they are then."""

    def run(*inputs: np.ndarray) -> Any:
        with torch.inference_mode():
            given = [keras.ops.convert_to_tensor(x) for x in inputs]
            outputs = network(given if len(given) > 1 else given[0], training=False)
            return keras.tree.map_structure(lambda x: x.cpu().numpy(), outputs)

    return run


def compiled_function(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Return `call(*arrays) -> NumPy`; eager, so that `fn` may take gradients inside."""

    def run(*arrays: np.ndarray) -> Any:
        outputs = fn(*(keras.ops.convert_to_tensor(x) for x in arrays))
        return keras.tree.map_structure(lambda x: x.detach().cpu().numpy(), outputs)

    return run


def fit_data(sequence: keras.utils.PyDataset) -> Any:
    """The batches in the form that Keras' `fit` reads fastest on this backend."""
    return sequence


def fit_stream(first: tuple[np.ndarray, ...], batches: Iterator[Any]) -> Any:
    """One pass over batches shaped as `first`, in the form that Keras' `fit` reads."""
    return batches


def jit_compile() -> bool:
    """Eager: torch.compile costs most of a minute and is slower on a CPU."""
    return False


def sync(model: keras.Model) -> None:
    """Let a callback read the variables between two steps of `fit`."""


def make_deterministic() -> None:
    """Ask for bit-identical repeats."""
    torch.use_deterministic_algorithms(True, warn_only=True)
