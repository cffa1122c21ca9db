"""The keras.io way: `train_step` as the examples "DCGAN" and "WGAN-GP" on keras.io write it.

A pass through the generator for each player; for the DCGAN one discriminator call on fakes and reals joined,
with noisy labels; for WGAN-GP all critic steps on one batch of reals. The examples exist for TensorFlow and,
the first, for PyTorch; JAX follows Keras' guide to stateless train steps. The peer is favoured over them in
two points: on PyTorch the discriminator's fakes are drawn without a graph, and images are normalised before.
"""

from collections.abc import Callable, Sequence
from typing import Any

import keras
from keras import ops

from benchmarks.settings import MODELS, Settings

__all__ = ["build"]

Tensor = Any
Critic = Callable[[Tensor], Tensor]


class _Pair:
    """Both optimizers, where Keras' JAX `fit` looks for the optimizer's variables."""

    built = True

    def __init__(self, *optimizers: keras.optimizers.Optimizer) -> None:
        self.variables = [v for optimizer in optimizers for v in optimizer.variables]


class _Base(keras.Model):
    """Networks, optimizers and metrics; a subclass a backend has the step."""

    def __init__(
        self,
        settings: Settings,
        generator: keras.Model,
        discriminator: keras.Model,
        g_optimizer: keras.optimizers.Optimizer,
        d_optimizer: keras.optimizers.Optimizer,
    ) -> None:
        super().__init__()
        self.settings = settings
        self.generator = generator
        self.discriminator = discriminator
        self.seeds = keras.random.SeedGenerator(1337)
        self.d_loss_tracker = keras.metrics.Mean(name="d_loss")
        self.g_loss_tracker = keras.metrics.Mean(name="g_loss")
        self.built = True
        g_optimizer.build(generator.trainable_variables)
        d_optimizer.build(discriminator.trainable_variables)
        # XLA and torch.compile are slower for training on a CPU; JAX has no other way
        self.compile(optimizer=None, loss=None, jit_compile=keras.backend.backend() == "jax")
        self.g_optimizer, self.d_optimizer = g_optimizer, d_optimizer
        self.optimizer = _Pair(g_optimizer, d_optimizer)

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """Both losses."""
        return [self.d_loss_tracker, self.g_loss_tracker]

    def track(self, d_loss: Tensor, g_loss: Tensor) -> dict[str, Tensor]:
        """Update the log."""
        self.d_loss_tracker.update_state(d_loss)
        self.g_loss_tracker.update_state(g_loss)
        return {m.name: m.result() for m in self.metrics}


def _draw(settings: Settings, n: Any, seed: Any) -> Tensor:
    shape = (n, settings.latent_dim)
    if settings.prior == "uniform":
        return keras.random.uniform(shape, -1.0, 1.0, seed=seed)
    return keras.random.normal(shape, seed=seed)


def _joined_d_loss(critic: Critic, real: Tensor, fake: Tensor, seed: Any) -> Tensor:
    """DCGAN: fakes, labelled 1, and reals, labelled 0, in one call; noise on the labels."""
    ones = ops.ones_like(real[:, 0, 0, :1])
    labels = ops.concatenate([ones, ops.zeros_like(ones)], axis=0)
    labels += 0.05 * keras.random.uniform(ops.shape(labels), seed=seed)
    logits = critic(ops.concatenate([fake, real], axis=0))
    return ops.mean(ops.binary_crossentropy(labels, logits, from_logits=True))


def _critic_loss(
    critic: Critic,
    gradient_of: Callable[[Critic, Tensor], Tensor],
    real: Tensor,
    fake: Tensor,
    seed: Any,
    *,
    weight: float,
) -> Tensor:
    """WGAN-GP: the cost, and the penalty at points between reals and fakes."""
    cost = ops.mean(critic(fake)) - ops.mean(critic(real))
    # U(0, 1) as in the paper; the example has N(0, 1)
    mix = keras.random.uniform((*ops.shape(real)[:1], 1, 1, 1), seed=seed)
    gradient = gradient_of(critic, real + mix * (fake - real))
    # 1e-12, which the example lacks: sqrt has no gradient at 0
    norms = ops.sqrt(ops.sum(ops.square(gradient), axis=(1, 2, 3)) + 1e-12)
    penalty = ops.mean(ops.square(norms - 1.0))
    return cost + weight * penalty


def _g_loss(settings: Settings, logits: Tensor) -> Tensor:
    """The generator wants its fakes to pass for reals."""
    if settings.penalty:
        return -ops.mean(logits)
    return ops.mean(ops.binary_crossentropy(ops.zeros_like(logits), logits, from_logits=True))


def _images(data: Any) -> Tensor:
    return data[0] if isinstance(data, tuple | list) else data


if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    class KerasIo(_Base):
        """On TensorFlow."""

        def train_step(self, data: Any) -> dict[str, Tensor]:
            """One step by two tapes."""
            real, settings = _images(data), self.settings
            n = tf.shape(real)[0]
            for _ in range(settings.n_critic):
                fake = self.generator(_draw(settings, n, self.seeds), training=True)
                with tf.GradientTape() as tape:
                    d_loss = self._d_loss(real, fake)
                gradients = tape.gradient(d_loss, self.discriminator.trainable_weights)
                self.d_optimizer.apply(gradients, self.discriminator.trainable_weights)
            with tf.GradientTape() as tape:
                fake = self.generator(_draw(settings, n, self.seeds), training=True)
                g_loss = _g_loss(settings, self.discriminator(fake, training=True))
            gradients = tape.gradient(g_loss, self.generator.trainable_weights)
            self.g_optimizer.apply(gradients, self.generator.trainable_weights)
            return self.track(d_loss, g_loss)

        def _d_loss(self, real: Tensor, fake: Tensor) -> Tensor:
            def critic(x: Tensor) -> Tensor:
                return self.discriminator(x, training=True)

            if not self.settings.penalty:
                return _joined_d_loss(critic, real, fake, self.seeds)
            return _critic_loss(critic, _tape_gradient, real, fake, self.seeds, weight=self.settings.penalty)

    def _tape_gradient(critic: Critic, x: Tensor) -> Tensor:
        with tf.GradientTape() as tape:
            tape.watch(x)
            logits = critic(x)
        return tape.gradient(logits, x)

elif keras.backend.backend() == "torch":
    import torch

    class KerasIo(_Base):
        """On PyTorch."""

        def train_step(self, data: Any) -> dict[str, Tensor]:
            """One step by two calls of `backward`."""
            real, settings = _images(data), self.settings
            n = real.shape[0]
            for _ in range(settings.n_critic):
                with torch.no_grad():
                    fake = self.generator(_draw(settings, n, self.seeds), training=True)
                d_loss = self._d_loss(real, fake)
                self._descend(d_loss, self.d_optimizer, self.discriminator)
            fake = self.generator(_draw(settings, n, self.seeds), training=True)
            g_loss = _g_loss(settings, self.discriminator(fake, training=True))
            self._descend(g_loss, self.g_optimizer, self.generator)
            return self.track(d_loss.detach(), g_loss.detach())

        def _d_loss(self, real: Tensor, fake: Tensor) -> Tensor:
            def critic(x: Tensor) -> Tensor:
                return self.discriminator(x, training=True)

            if not self.settings.penalty:
                return _joined_d_loss(critic, real, fake, self.seeds)
            return _critic_loss(critic, _graph_gradient, real, fake, self.seeds, weight=self.settings.penalty)

        def _descend(self, loss: Tensor, optimizer: Any, network: keras.Model) -> None:
            self.zero_grad()
            loss.backward()
            gradients = [v.value.grad for v in network.trainable_weights]
            with torch.no_grad():
                optimizer.apply(gradients, network.trainable_weights)

    def _graph_gradient(critic: Critic, x: Tensor) -> Tensor:
        x = x.detach().requires_grad_(True)
        return torch.autograd.grad(critic(x).sum(), x, create_graph=True)[0]

else:
    import jax

    class KerasIo(_Base):
        """On JAX."""

        def train_step(self, state: Any, data: Any) -> Any:
            """One step as a function of all variables' values."""
            real, settings = _images(data), self.settings
            groups = (
                self.trainable_variables,
                self.non_trainable_variables,
                self.optimizer.variables,
                self.metrics_variables,
            )
            now = {
                id(v): x
                for group, xs in zip(groups, state, strict=True)
                for v, x in zip(group, xs, strict=True)
            }

            def read(variables: Sequence[Any]) -> list[Tensor]:
                return [now[id(v)] for v in variables]

            def write(variables: Sequence[Any], values: Sequence[Tensor]) -> None:
                now.update(zip(map(id, variables), values, strict=True))

            g, d = self.generator, self.discriminator
            key = jax.random.fold_in(jax.random.PRNGKey(1337), now[id(self.d_optimizer.iterations)])
            *d_keys, g_key = jax.random.split(key, settings.n_critic + 1)
            for d_key in d_keys:
                z_key, noise_key = jax.random.split(d_key)
                z = _draw(settings, real.shape[0], z_key)
                fake, moving = g.stateless_call(
                    read(g.trainable_variables), read(g.non_trainable_variables), z, training=True
                )
                write(g.non_trainable_variables, moving)
                (d_loss, moving), gradients = jax.value_and_grad(self._d_loss, has_aux=True)(
                    read(d.trainable_variables), read(d.non_trainable_variables), real, fake, noise_key
                )
                write(d.non_trainable_variables, moving)
                self._descend(self.d_optimizer, d, gradients, read, write)
            z = _draw(settings, real.shape[0], g_key)
            (g_loss, (moving, d_moving)), gradients = jax.value_and_grad(self._g_loss, has_aux=True)(
                read(g.trainable_variables),
                read(g.non_trainable_variables),
                read(d.trainable_variables),
                read(d.non_trainable_variables),
                z,
            )
            write(g.non_trainable_variables, moving)
            write(d.non_trainable_variables, d_moving)
            self._descend(self.g_optimizer, g, gradients, read, write)
            logs = {}
            for metric, loss in ((self.d_loss_tracker, d_loss), (self.g_loss_tracker, g_loss)):
                write(metric.variables, metric.stateless_update_state(read(metric.variables), loss))
                logs[metric.name] = metric.stateless_result(read(metric.variables))
            return logs, tuple(read(group) for group in groups)

        def _descend(self, optimizer: Any, network: Any, gradients: Any, read: Any, write: Any) -> None:
            weights, slots = optimizer.stateless_apply(
                read(optimizer.variables), gradients, read(network.trainable_variables)
            )
            write(network.trainable_variables, weights)
            write(optimizer.variables, slots)

        def _d_loss(self, weights: Any, moving: Any, real: Tensor, fake: Tensor, seed: Any) -> Any:
            def critic(x: Tensor) -> Tensor:
                nonlocal moving
                logits, moving = self.discriminator.stateless_call(weights, moving, x, training=True)
                return logits

            if not self.settings.penalty:
                return _joined_d_loss(critic, real, fake, seed), moving
            loss = _critic_loss(critic, _traced_gradient, real, fake, seed, weight=self.settings.penalty)
            return loss, moving

        def _g_loss(self, weights: Any, moving: Any, d_weights: Any, d_moving: Any, z: Tensor) -> Any:
            fake, moving = self.generator.stateless_call(weights, moving, z, training=True)
            logits, d_moving = self.discriminator.stateless_call(d_weights, d_moving, fake, training=True)
            return _g_loss(self.settings, logits), (moving, d_moving)

    def _traced_gradient(critic: Critic, x: Tensor) -> Tensor:
        return jax.grad(lambda x: critic(x).sum())(x)


def build(
    model: str,
    generator: keras.Model,
    discriminator: keras.Model,
    g_optimizer: keras.optimizers.Optimizer,
    d_optimizer: keras.optimizers.Optimizer,
) -> keras.Model:
    """A compiled model whose `fit` trains the keras.io way.

    Args:
        model: a name of `benchmarks.settings.MODELS`.
        generator, discriminator: stock Keras networks.
        g_optimizer, d_optimizer: one for each.
    """
    return KerasIo(MODELS[model], generator, discriminator, g_optimizer, d_optimizer)
