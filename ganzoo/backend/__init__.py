"""The seam: gradients and the compiled step, one file a framework, the only framework imports.

Everything above asks this package for a few things, the same on JAX, PyTorch and TensorFlow:

- `value_and_grad(fn, variables)`: the gradient of a scalar with respect to variables;
- `pullback(fn, variables)`: an output, and the map from its cotangent to gradients;
- `value_and_input_grad(fn, x)`: the gradient of a scalar with respect to an array;
- `input_gradient(fn, x)`: the same inside a loss, differentiable once more (for penalties);
  what `fn` assigns is dropped, since a penalty reads and does not write;
- `every(interval, step, fn)`: a term that is computed only on each `interval`-th step;
- `compiled_function(fn)`: a function of arrays alone, compiled where that is faster, NumPy in and out;
- `train_step`, `compiled_call`, `fit_data`, `fit_stream`, `sync`, `make_deterministic`, `accelerate`,
  `restore`: the glue to Keras' `fit`.
"""

import keras

if keras.backend.backend() == "jax":
    from ganzoo.backend.jax import (
        accelerate,
        apply_gradients,
        compiled_call,
        compiled_function,
        every,
        fit_data,
        fit_stream,
        input_gradient,
        jit_compile,
        make_deterministic,
        pullback,
        restore,
        sync,
        train_step,
        value_and_grad,
        value_and_input_grad,
    )
elif keras.backend.backend() == "torch":
    from ganzoo.backend.torch import (
        accelerate,
        apply_gradients,
        compiled_call,
        compiled_function,
        every,
        fit_data,
        fit_stream,
        input_gradient,
        jit_compile,
        make_deterministic,
        pullback,
        restore,
        sync,
        train_step,
        value_and_grad,
        value_and_input_grad,
    )
elif keras.backend.backend() == "tensorflow":
    from ganzoo.backend.tensorflow import (
        accelerate,
        apply_gradients,
        compiled_call,
        compiled_function,
        every,
        fit_data,
        fit_stream,
        input_gradient,
        jit_compile,
        make_deterministic,
        pullback,
        restore,
        sync,
        train_step,
        value_and_grad,
        value_and_input_grad,
    )
else:
    from ganzoo.errors import BackendError

    raise BackendError(
        f"ganzoo runs on JAX, PyTorch and TensorFlow. Received: KERAS_BACKEND={keras.backend.backend()!r}. "
        "Set KERAS_BACKEND to jax, torch or tensorflow before the first import."
    )

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
