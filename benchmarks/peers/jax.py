"""JAX by hand: pure functions, `jax.lax` convolutions, one jitted step; plain, and with one kernel fixed.

The fix: XLA's CPU kernel for the weight gradient of a strided transposed convolution is about twenty times
slower than the same number asked for as the weight gradient of the matching convolution.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from benchmarks.peers.shapes import MOVING, initial
from benchmarks.settings import MODELS

__all__ = ["JaxPeer"]

Array = jax.Array
Weights = list[Array]
NHWC = ("NHWC", "HWIO", "NHWC")


def _plain_down(x: Array, kernel: Array) -> Array:
    return lax.conv_general_dilated(x, kernel, (2, 2), "SAME", dimension_numbers=NHWC)


def _plain_up(x: Array, kernel: Array) -> Array:
    return lax.conv_transpose(x, kernel, (2, 2), "SAME", dimension_numbers=NHWC, transpose_kernel=True)


# -------------------------------------------------------- the fix: each gradient by the other's kernel


def _pads(side: int) -> tuple[int, int]:
    total = max((-(-side // 2) - 1) * 2 + 5 - side, 0)
    return total // 2, total - total // 2


def _conv(x: Array, kernel: Array) -> Array:
    return lax.conv_general_dilated(x, kernel, (2, 2), [_pads(x.shape[1])] * 2, dimension_numbers=NHWC)


def _correlate(x: Array, y: Array) -> Array:
    kernel = jax.ShapeDtypeStruct((5, 5, x.shape[3], y.shape[3]), x.dtype)
    return jax.linear_transpose(partial(_conv, x), kernel)(y)[0]


@jax.custom_vjp
def _fixed_down(x: Array, kernel: Array) -> Array:
    return _conv(x, kernel)


@partial(jax.custom_vjp, nondiff_argnums=(2,))
def _spread(y: Array, kernel: Array, side: int) -> Array:
    x = jax.ShapeDtypeStruct((y.shape[0], side, side, kernel.shape[2]), y.dtype)
    return jax.linear_transpose(lambda x: _conv(x, kernel), x)(y)[0]


_fixed_down.defvjp(
    lambda x, kernel: (_fixed_down(x, kernel), (x, kernel)),
    lambda saved, dy: (_spread(dy, saved[1], saved[0].shape[1]), _correlate(saved[0], dy)),
)
_spread.defvjp(
    lambda y, kernel, side: (_spread(y, kernel, side), (y, kernel)),
    lambda side, saved, dx: (_fixed_down(dx, saved[1]), _correlate(dx, saved[0])),
)


def _fixed_up(x: Array, kernel: Array) -> Array:
    return _spread(x, kernel, 2 * x.shape[1])


# ---------------------------------------------------------------- networks


def _leaky(x: Array) -> Array:
    return jnp.where(x > 0, x, 0.2 * x)


def _maxout(x: Array, pieces: int = 5) -> Array:
    return x.reshape(len(x), -1, pieces).max(2)


def _dropout(x: Array, rate: float, key: Array | None, layer: int) -> Array:
    if key is None:
        return x
    kept = jax.random.bernoulli(jax.random.fold_in(key, layer), 1 - rate, x.shape)
    return jnp.where(kept, x / (1 - rate), 0.0)


class Network:
    """Both players' forward passes over one choice of convolutions."""

    def __init__(self, model: str, *, fixed: bool) -> None:
        self.model = model
        self.down = _fixed_down if fixed else _plain_down
        self.up = _fixed_up if fixed else _plain_up

    def generator(self, weights: Weights, moving: Weights, z: Array, *, training: bool) -> Any:
        """z -> (images in [-1, 1], new moving statistics)."""
        w, m, new = iter(weights), iter(moving), list[Array]()
        if self.model == "mlp-gan":
            x = jax.nn.relu(z @ next(w) + next(w))
            x = jax.nn.relu(x @ next(w) + next(w))
            return jnp.tanh(x @ next(w) + next(w)).reshape(-1, 28, 28, 1), new
        if self.model == "dcgan":
            x = (z @ next(w)).reshape(-1, 4, 4, 512)
            x = jax.nn.relu(_normalise(x, w, m, new, training))
            x = self.up(x, next(w))[:, :7, :7]
            x = jax.nn.relu(_normalise(x, w, m, new, training))
            x = self.up(x, next(w))
            x = jax.nn.relu(_normalise(x, w, m, new, training))
            return jnp.tanh(self.up(x, next(w)) + next(w)), new
        x = jax.nn.relu((z @ next(w) + next(w)).reshape(-1, 4, 4, 256))
        x = jax.nn.relu((self.up(x, next(w)) + next(w))[:, :7, :7])
        x = jax.nn.relu(self.up(x, next(w)) + next(w))
        return jnp.tanh(self.up(x, next(w)) + next(w)), new

    def discriminator(self, weights: Weights, moving: Weights, x: Array, *, key: Array | None) -> Any:
        """Images -> (logits (N, 1), new moving statistics); a key for dropout means training."""
        w, m, new = iter(weights), iter(moving), list[Array]()
        if self.model == "mlp-gan":
            x = _dropout(x.reshape(-1, 784), 0.2, key, 0)
            for layer in (1, 2):
                x = _dropout(_maxout(x @ next(w) + next(w)), 0.5, key, layer)
            return x @ next(w) + next(w), new
        x = _leaky(self.down(x, next(w)) + next(w))
        if self.model == "dcgan":
            for _ in range(2):
                x = self.down(x, next(w))
                x = _leaky(_normalise(x, w, m, new, key is not None))
        else:
            for _ in range(2):
                x = _leaky(self.down(x, next(w)) + next(w))
        return x.reshape(len(x), -1) @ next(w) + next(w), new


def _normalise(x: Array, w: Iterator[Array], m: Iterator[Array], new: Weights, training: bool) -> Array:
    gamma, beta, mean, variance = next(w), next(w), next(m), next(m)
    if training:
        batch_mean, batch_variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
        new += [0.9 * mean + 0.1 * batch_mean, 0.9 * variance + 0.1 * batch_variance]
        mean, variance = batch_mean, batch_variance
    return (x - mean) * (gamma * lax.rsqrt(variance + 1e-5)) + beta


# ---------------------------------------------------------------- training


def _adam(settings: Any, weights: Weights, state: Any, gradients: Weights) -> Any:
    first, second, count = state
    count = count + 1
    b1, b2 = settings.beta_1, settings.beta_2
    first = [b1 * m + (1 - b1) * g for m, g in zip(first, gradients, strict=True)]
    second = [b2 * v + (1 - b2) * g * g for v, g in zip(second, gradients, strict=True)]
    rate = settings.learning_rate * jnp.sqrt(1 - b2**count) / (1 - b1**count)
    weights = [w - rate * m / (jnp.sqrt(v) + 1e-7) for w, m, v in zip(weights, first, second, strict=True)]
    return weights, (first, second, count)


class JaxPeer:
    """A training loop around one jitted step.

    Args:
        model: "mlp-gan", "dcgan" or "wgan-gp".
        batch: images in one update of the discriminator.
        fixed: ask for the convolutions' gradients where XLA is fast.
    """

    def __init__(self, model: str, *, batch: int, fixed: bool) -> None:
        self.batch, self.settings = batch, MODELS[model]
        self.network = Network(model, fixed=fixed)
        g, d = ([jnp.asarray(w) for w in initial(model, player)] for player in (0, 1))
        g_moving, d_moving = (
            [start for c in channels for start in (jnp.zeros(c), jnp.ones(c))] for channels in MOVING[model]
        )
        self.parameters = sum(w.size for w in [*g, *d])
        g_state, d_state = (
            ([jnp.zeros_like(w) for w in x], [jnp.zeros_like(w) for w in x], jnp.zeros(())) for x in (g, d)
        )
        self.state = (g, g_moving, g_state, d, d_moving, d_state, jax.random.key(0))
        self._step: Callable[..., Any] = jax.jit(self._train, donate_argnums=0)
        self._generate = jax.jit(lambda g, m, z: self.network.generator(g, m, z, training=False)[0])
        self._d_loss = jnp.zeros(())

    def step(self, images: np.ndarray) -> None:
        """Update the discriminator n_critic times and the generator once, by the last batch of fakes.

        Args:
            images: uint8 (n_critic * batch, 28, 28, 1).
        """
        self.state, self._d_loss = self._step(self.state, images)

    def _train(self, state: Any, images: Array) -> Any:
        g, g_moving, g_state, d, d_moving, d_state, key = state
        settings = self.settings
        real = images.astype(jnp.float32) / 127.5 - 1.0
        for k in range(settings.n_critic):
            key, z_key, d_key = jax.random.split(key, 3)
            z = self._draw(z_key)
            # XLA drops the linearisation of all but the last fakes, which nothing reads
            fake, pullback, g_moving = jax.vjp(
                lambda g, z=z, m=g_moving: self.network.generator(g, m, z, training=True), g, has_aux=True
            )
            rows = slice(k * self.batch, (k + 1) * self.batch)
            gradients, (d_loss, d_moving) = jax.grad(self._d_loss_of, has_aux=True)(
                d, d_moving, real[rows], fake, d_key
            )
            d, d_state = _adam(settings, d, d_state, gradients)
        key, g_key = jax.random.split(key)
        cotangent, d_moving = jax.grad(self._g_loss_of, has_aux=True)(fake, d, d_moving, g_key)
        g, g_state = _adam(settings, g, g_state, pullback(cotangent)[0])
        return (g, g_moving, g_state, d, d_moving, d_state, key), d_loss

    def _draw(self, key: Array) -> Array:
        shape = (self.batch, self.settings.latent_dim)
        if self.settings.prior == "uniform":
            return jax.random.uniform(key, shape, minval=-1.0)
        return jax.random.normal(key, shape)

    def _d_loss_of(self, d: Weights, moving: Weights, real: Array, fake: Array, key: Array) -> Any:
        real_key, fake_key, mix_key, penalty_key = jax.random.split(key, 4)
        real_logits, moving = self.network.discriminator(d, moving, real, key=real_key)
        fake_logits, moving = self.network.discriminator(d, moving, fake, key=fake_key)
        if not self.settings.penalty:
            d_loss = jax.nn.softplus(-real_logits).mean() + jax.nn.softplus(fake_logits).mean()
            return d_loss, (d_loss, moving)
        d_loss = fake_logits.mean() - real_logits.mean()
        mix = jax.random.uniform(mix_key, (self.batch, 1, 1, 1))

        def total(x: Array) -> Array:
            return self.network.discriminator(d, moving, x, key=penalty_key)[0].sum()

        gradient = jax.grad(total)(mix * real + (1 - mix) * fake)
        norms = jnp.sqrt((gradient**2).sum((1, 2, 3)) + 1e-12)
        return d_loss + self.settings.penalty * ((norms - 1) ** 2).mean(), (d_loss, moving)

    def _g_loss_of(self, fake: Array, d: Weights, moving: Weights, key: Array) -> Any:
        logits, moving = self.network.discriminator(d, moving, fake, key=key)
        g_loss = -logits.mean() if self.settings.penalty else jax.nn.softplus(-logits).mean()
        return g_loss, moving

    def d_loss(self) -> float:
        """The discriminator's loss at the last step, without the penalty."""
        return float(self._d_loss)

    def generate(self, z: np.ndarray) -> np.ndarray:
        """z -> float32 (n, 28, 28, 1) in [-1, 1]."""
        return np.asarray(self._generate(self.state[0], self.state[1], z))
