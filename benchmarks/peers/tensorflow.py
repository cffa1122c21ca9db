"""TensorFlow by hand: plain operations in one `tf.function`, without XLA, which is slower here."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from benchmarks.peers.shapes import MOVING, initial
from benchmarks.settings import MODELS

__all__ = ["TensorFlowPeer"]

Tensor = Any
Variables = list[Any]


def _down(x: Tensor, kernel: Tensor) -> Tensor:
    return tf.nn.conv2d(x, kernel, 2, "SAME")


def _up(x: Tensor, kernel: Tensor) -> Tensor:
    side = 2 * x.shape[1]
    return tf.nn.conv2d_transpose(x, kernel, [tf.shape(x)[0], side, side, kernel.shape[2]], 2, "SAME")


def _leaky(x: Tensor) -> Tensor:
    return tf.nn.leaky_relu(x, 0.2)


def _maxout(x: Tensor, pieces: int = 5) -> Tensor:
    return tf.reduce_max(tf.reshape(x, (-1, x.shape[1] // pieces, pieces)), axis=2)


def _normalise(x: Tensor, w: Iterator[Any], moving: Iterator[Any], training: bool) -> Tensor:
    gamma, beta, mean, variance = next(w), next(w), next(moving), next(moving)
    if not training:
        return tf.nn.batch_normalization(x, mean, variance, beta, gamma, 1e-5)
    y, batch_mean, batch_variance = tf.compat.v1.nn.fused_batch_norm(x, gamma, beta, epsilon=1e-5)
    mean.assign_sub(0.1 * (mean - batch_mean))
    variance.assign_sub(0.1 * (variance - batch_variance))
    return y


def generator(model: str, weights: Variables, moving: Variables, z: Tensor, *, training: bool) -> Tensor:
    """z -> images in [-1, 1]."""
    w, m = iter(weights), iter(moving)
    if model == "mlp-gan":
        x = tf.nn.relu(z @ next(w) + next(w))
        x = tf.nn.relu(x @ next(w) + next(w))
        return tf.reshape(tf.tanh(x @ next(w) + next(w)), (-1, 28, 28, 1))
    if model == "dcgan":
        x = tf.reshape(z @ next(w), (-1, 4, 4, 512))
        x = tf.nn.relu(_normalise(x, w, m, training))
        x = _up(x, next(w))[:, :7, :7]
        x = tf.nn.relu(_normalise(x, w, m, training))
        x = _up(x, next(w))
        x = tf.nn.relu(_normalise(x, w, m, training))
        return tf.tanh(_up(x, next(w)) + next(w))
    x = tf.nn.relu(tf.reshape(z @ next(w) + next(w), (-1, 4, 4, 256)))
    x = tf.nn.relu((_up(x, next(w)) + next(w))[:, :7, :7])
    x = tf.nn.relu(_up(x, next(w)) + next(w))
    return tf.tanh(_up(x, next(w)) + next(w))


def discriminator(model: str, weights: Variables, moving: Variables, x: Tensor, *, training: bool) -> Tensor:
    """Images -> logits (N, 1)."""
    w, m = iter(weights), iter(moving)
    if model == "mlp-gan":
        x = tf.reshape(x, (-1, 784))
        x = tf.nn.dropout(x, 0.2) if training else x
        for _ in range(2):
            x = _maxout(x @ next(w) + next(w))
            x = tf.nn.dropout(x, 0.5) if training else x
        return x @ next(w) + next(w)
    x = _leaky(tf.nn.bias_add(_down(x, next(w)), next(w)))
    if model == "dcgan":
        for _ in range(2):
            x = _down(x, next(w))
            x = _leaky(_normalise(x, w, m, training))
    else:
        for _ in range(2):
            x = _leaky(tf.nn.bias_add(_down(x, next(w)), next(w)))
    x = tf.reshape(x, (-1, x.shape[1] * x.shape[2] * x.shape[3]))
    return x @ next(w) + next(w)


class Adam:
    """Adam by TensorFlow's fused kernel."""

    def __init__(self, weights: Variables, *, rate: float, beta_1: float, beta_2: float) -> None:
        self.weights = weights
        self.slots = [(tf.Variable(tf.zeros_like(w)), tf.Variable(tf.zeros_like(w))) for w in weights]
        self.powers = [tf.Variable(beta_1), tf.Variable(beta_2)]
        self.rate, self.betas = rate, (beta_1, beta_2)

    def apply(self, gradients: list[Tensor]) -> None:
        """Update the weights in place."""
        for weight, (m, v), gradient in zip(self.weights, self.slots, gradients, strict=True):
            tf.raw_ops.ResourceApplyAdam(
                var=weight.handle,
                m=m.handle,
                v=v.handle,
                beta1_power=self.powers[0],
                beta2_power=self.powers[1],
                lr=self.rate,
                beta1=self.betas[0],
                beta2=self.betas[1],
                epsilon=1e-7,
                grad=gradient,
            )
        for power, beta in zip(self.powers, self.betas, strict=True):
            power.assign(power * beta)


class TensorFlowPeer:
    """A training loop around one `tf.function`.

    Args:
        model: "mlp-gan", "dcgan" or "wgan-gp".
        batch: images in one update of the discriminator.
    """

    def __init__(self, model: str, *, batch: int) -> None:
        self.model, self.batch, self.settings = model, batch, MODELS[model]
        self.g, self.d = ([tf.Variable(w) for w in initial(model, player)] for player in (0, 1))
        self.g_moving, self.d_moving = (
            [tf.Variable(start) for c in channels for start in (tf.zeros(c), tf.ones(c))]
            for channels in MOVING[model]
        )
        options = {
            "rate": self.settings.learning_rate,
            "beta_1": self.settings.beta_1,
            "beta_2": self.settings.beta_2,
        }
        self.g_optimizer, self.d_optimizer = Adam(self.g, **options), Adam(self.d, **options)
        self._step = tf.function(self._train, autograph=False)
        self._generate = tf.function(lambda z: generator(model, self.g, self.g_moving, z, training=False))
        self._d_loss: Tensor = tf.zeros(())

    @property
    def parameters(self) -> int:
        """Trainable numbers of both networks."""
        return sum(int(np.prod(w.shape)) for w in [*self.g, *self.d])

    def step(self, images: np.ndarray) -> None:
        """Update the discriminator n_critic times and the generator once, by the last batch of fakes.

        Args:
            images: uint8 (n_critic * batch, 28, 28, 1).
        """
        self._d_loss = self._step(tf.constant(images))

    def _critic(self, x: Tensor) -> Tensor:
        return discriminator(self.model, self.d, self.d_moving, x, training=True)

    def _train(self, images: Tensor) -> Tensor:
        real = tf.cast(images, tf.float32) / 127.5 - 1.0
        for k in range(self.settings.n_critic):
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                # only the last fakes need the generator's gradient; a tape that watches nothing is idle
                if k == self.settings.n_critic - 1:
                    tape.watch(self.g)
                fake = self._fakes()
            rows = slice(k * self.batch, (k + 1) * self.batch)
            d_loss = self._update_discriminator(real[rows], fake)
        with tf.GradientTape(watch_accessed_variables=False) as head:
            head.watch(fake)
            logits = self._critic(fake)
            g_loss = (
                -tf.reduce_mean(logits) if self.settings.penalty else tf.reduce_mean(tf.nn.softplus(-logits))
            )
        cotangent = head.gradient(g_loss, fake)
        self.g_optimizer.apply(tape.gradient(fake, self.g, output_gradients=cotangent))
        return d_loss

    def _fakes(self) -> Tensor:
        shape = (self.batch, self.settings.latent_dim)
        z = tf.random.uniform(shape, -1, 1) if self.settings.prior == "uniform" else tf.random.normal(shape)
        return generator(self.model, self.g, self.g_moving, z, training=True)

    def _update_discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(self.d)
            real_logits, fake_logits = self._critic(real), self._critic(fake)
            if self.settings.penalty:
                d_loss = tf.reduce_mean(fake_logits) - tf.reduce_mean(real_logits)
                loss = d_loss + self.settings.penalty * self._gradient_penalty(real, fake)
            else:
                loss = d_loss = tf.reduce_mean(tf.nn.softplus(-real_logits)) + tf.reduce_mean(
                    tf.nn.softplus(fake_logits)
                )
        self.d_optimizer.apply(tape.gradient(loss, self.d))
        return d_loss

    def _gradient_penalty(self, real: Tensor, fake: Tensor) -> Tensor:
        mix = tf.random.uniform((self.batch, 1, 1, 1))
        x = mix * real + (1 - mix) * fake
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(x)
            logits = self._critic(x)
        norms = tf.sqrt(tf.reduce_sum(tf.square(tape.gradient(logits, x)), (1, 2, 3)) + 1e-12)
        return tf.reduce_mean(tf.square(norms - 1))

    def d_loss(self) -> float:
        """The discriminator's loss at the last step, without the penalty."""
        return float(self._d_loss)

    def generate(self, z: np.ndarray) -> np.ndarray:
        """z -> float32 (n, 28, 28, 1) in [-1, 1]."""
        return self._generate(tf.constant(z)).numpy()
