"""How much faster the fast layers are than stock Keras: ratios of interleaved rounds, above 1 is faster.

    python benchmarks/layers.py --backend jax --backend torch --rounds 9

Each row is a layer of the 28-pixel DCGAN, or a whole network: the forward pass, the gradient for weights and
input, and the gradient of a gradient penalty for the weights. A ratio is the median over the rounds, with the
quartiles behind it; milliseconds are given for the stock layer only, for scale. `--clock cpu` counts the CPU
seconds of the process, which other jobs on the machine disturb less; take one thread then.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module, util
from pathlib import Path
from typing import Any

BACKENDS = ("jax", "torch")
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}
Work = Callable[[], Any]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--backend", action="append", choices=BACKENDS, help="default: all that are installed"
    )
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, help="default: as many as the backend takes")
    parser.add_argument("--clock", choices=CLOCKS, default="wall")
    parser.add_argument("--only", default="", help="rows whose name holds this text")
    options = parser.parse_args()
    chosen = options.backend or [name for name in BACKENDS if util.find_spec(name)]
    if len(chosen) == 1:
        os.environ["KERAS_BACKEND"] = chosen[0]
        _limit_threads(options.threads)
        sys.path.insert(0, str(Path(__file__).parents[1]))
        _measure_backend(chosen[0], options)
        return 0
    rest = ["--rounds", str(options.rounds), "--batch", str(options.batch), "--clock", options.clock]
    rest += ["--only", options.only] + (["--threads", str(options.threads)] if options.threads else [])
    # Keras knows one backend a process
    commands = [[sys.executable, __file__, "--backend", name, *rest] for name in chosen]
    return max(subprocess.run(command, check=False).returncode for command in commands)


def _limit_threads(threads: int | None) -> None:
    if threads:
        os.environ["OMP_NUM_THREADS"] = str(threads)
        if threads == 1:
            os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"


def _measure_backend(backend: str, options: argparse.Namespace) -> None:
    fast = import_module(f"ganzoo.backend.fast_{backend}")
    works = _jax_works if backend == "jax" else _torch_works
    print(f"\n{backend}, batch {options.batch}, {options.rounds} rounds, {options.clock} clock")
    print(f"{'':38}{'forward':>29}{'gradient':>29}{'penalty':>29}")
    for name, network in _networks():
        if options.only not in name:
            continue
        cells = []
        for order in range(3):
            stock, quick = works(network, fast, options.batch)[order]
            cells.append(_cell(stock, quick, options))
        print(f"{name:38}" + "".join(f"{cell:>29}" for cell in cells), flush=True)
    if backend == "torch" and options.only in "adam":
        print(f"{'adam':38}{_cell(*_adam_works(fast), options):>29}", flush=True)


def _cell(stock: Work, quick: Work, options: argparse.Namespace) -> str:
    clock, times = CLOCKS[options.clock], []
    for round_number in range(options.rounds + 1):
        pair = []
        for work in (stock, quick):
            start = clock()
            work()
            pair.append(clock() - start)
        if round_number:  # the first one compiles and warms up
            times.append(pair)
    ratios = sorted(a / b for a, b in times)
    low, high = ratios[len(ratios) // 4], ratios[-1 - len(ratios) // 4]
    milliseconds = 1e3 * statistics.median(a for a, _ in times)
    return f"{milliseconds:.1f} ms {statistics.median(ratios):.2f} ({low:.2f}-{high:.2f})"


def _networks() -> list[tuple[str, Any]]:
    import keras

    def single(layer: Any, *shape: int) -> Any:
        inputs = keras.Input(shape)
        return keras.Model(inputs, layer(inputs))

    def activated(x: Any, norm: bool) -> Any:
        return keras.layers.LeakyReLU(0.2)(keras.layers.BatchNormalization()(x) if norm else x)

    def generator(kernel: int) -> Any:
        transposed = keras.layers.Conv2DTranspose
        inputs = keras.Input((100,))
        x = keras.layers.Dense(7 * 7 * 256, use_bias=False)(inputs)
        x = keras.layers.Reshape((7, 7, 256))(activated(x, True))
        x = activated(transposed(128, kernel, padding="same", use_bias=False)(x), True)
        x = activated(transposed(64, kernel, strides=2, padding="same", use_bias=False)(x), True)
        x = transposed(1, kernel, strides=2, padding="same", activation="tanh")(x)
        return keras.Model(inputs, x)

    def discriminator(kernel: int) -> Any:
        inputs = keras.Input((28, 28, 1))
        x = activated(keras.layers.Conv2D(64, kernel, strides=2, padding="same")(inputs), False)
        x = activated(keras.layers.Conv2D(128, kernel, strides=2, padding="same")(x), False)
        return keras.Model(inputs, keras.layers.Dense(1)(keras.layers.Flatten()(x)))

    rows: list[tuple[str, Any]] = []
    for kernel in (5, 4):
        for shape, filters, stride in [((7, 7, 256), 128, 1), ((7, 7, 128), 64, 2), ((14, 14, 64), 1, 2)]:
            layer = keras.layers.Conv2DTranspose(filters, kernel, strides=stride, padding="same")
            rows.append((f"transposed k{kernel} s{stride} {shape} -> {filters}", single(layer, *shape)))
        for shape, filters in [((28, 28, 1), 64), ((14, 14, 64), 128)]:
            layer = keras.layers.Conv2D(filters, kernel, strides=2, padding="same")
            rows.append((f"conv k{kernel} s2 {shape} -> {filters}", single(layer, *shape)))
    for shape in [(7, 7, 128), (14, 14, 64)]:
        rows.append((f"batch norm {shape}", single(keras.layers.BatchNormalization(), *shape)))
    for kernel in (5, 4):
        rows += [
            (f"generator k{kernel}", generator(kernel)),
            (f"discriminator k{kernel}", discriminator(kernel)),
        ]
    return rows


def _images(network: Any, batch: int) -> Any:
    import numpy as np

    return np.random.default_rng(0).normal(size=(batch, *network.input_shape[1:])).astype("float32")


def _jax_works(network: Any, fast: Any, batch: int) -> list[tuple[Work, Work]]:
    import jax
    import jax.numpy as jnp

    fixed = [v.value for v in network.non_trainable_variables]
    arguments = [v.value for v in network.trainable_variables], jnp.asarray(_images(network, batch))

    def compiled(order: int, prepare: Callable[[Any], None]) -> Work:
        def call(weights: Any, x: Any) -> Any:
            return network.stateless_call(weights, fixed, x, training=True)[0]

        def loss(weights: Any, x: Any) -> Any:
            return jnp.sum(jnp.square(call(weights, x)))

        def penalty(weights: Any, x: Any) -> Any:
            return jnp.sum(jnp.square(jax.grad(loss, 1)(weights, x)))

        prepare(network)  # what is compiled keeps the layers it was made with
        program = (
            jax.jit([call, jax.grad(loss, (0, 1)), jax.grad(penalty)][order]).lower(*arguments).compile()
        )
        return lambda: jax.block_until_ready(program(*arguments))

    return [(compiled(order, fast.restore), compiled(order, fast.accelerate)) for order in range(3)]


def _torch_works(network: Any, fast: Any, batch: int) -> list[tuple[Work, Work]]:
    import torch

    x = torch.from_numpy(_images(network, batch)).requires_grad_()
    weights = [v.value for v in network.trainable_variables]

    def forward() -> None:
        with torch.no_grad():
            network(x, training=True)

    def gradient() -> None:
        torch.autograd.grad(network(x, training=True).square().sum(), [x, *weights])

    def penalty() -> None:
        (first,) = torch.autograd.grad(network(x, training=True).square().sum(), x, create_graph=True)
        torch.autograd.grad(first.square().sum(), weights, allow_unused=True)

    def after(prepare: Callable[[Any], None], work: Work) -> Work:
        return lambda: (prepare(network), work())  # preparing takes microseconds, and both sides pay it

    works = (forward, gradient, penalty)
    return [(after(fast.restore, work), after(fast.accelerate, work)) for work in works]


def _adam_works(fast: Any) -> tuple[Work, Work]:
    """One update of the generator's kernels, whose gradients come in torch's order."""
    import keras
    import torch

    shapes = [(100, 12544), (5, 5, 128, 256), (5, 5, 64, 128), (5, 5, 1, 64), (128,), (64,)]
    variables = [[keras.Variable(torch.randn(shape)) for shape in shapes] for _ in range(2)]
    stock, quick = keras.optimizers.Adam(2e-4, beta_1=0.5), keras.optimizers.Adam(2e-4, beta_1=0.5)
    gradients = [torch.randn(shape[::-1]).permute(*reversed(range(len(shape)))) for shape in shapes]
    return (
        lambda: stock.apply(gradients, variables[0]),
        lambda: fast.fused_adam_step(quick, gradients, variables[1]),
    )


if __name__ == "__main__":
    sys.exit(main())
