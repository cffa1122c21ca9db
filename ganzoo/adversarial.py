"""The adversarial step, written once for three backends as if everything were stateful."""

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import keras
from keras import ops

from ganzoo import backend
from ganzoo.objectives import Objective
from ganzoo.penalties import Penalty

if TYPE_CHECKING:
    from ganzoo.gan import GAN

__all__ = ["AdversarialStep"]

Tensor = Any


@dataclass(frozen=True)
class AdversarialStep:
    """Update the discriminator `n_critic` times and the generator once.

    The last batch of fakes serves both players: one pass through the generator less.
    `GAN.compile` documents the attributes.

    Reference: [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661), algorithm 1
    """

    gan: "GAN"
    objective: Objective
    penalties: tuple[Penalty, ...]
    n_critic: int
    ema_decay: float
    clip_weights: float
    augment: Any
    instance_noise: float

    def __call__(self, data: Any) -> dict[str, Tensor]:
        """Make one step.

        Args:
            data: `(images,)` or `(images, labels)`, n_critic batches long; images uint8, or float
                in [-1, 1].

        Returns:
            The running means of this epoch by name.
        """
        gan = self.gan
        # Keras' own unpacking: `train_on_batch` sends three, the weights of samples last
        real, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        batch = real.shape[0] // self.n_critic
        for k in range(self.n_critic):
            rows = slice(k * batch, (k + 1) * batch)
            x = _to_float(real[rows])
            y = None if labels is None else ops.convert_to_tensor(labels[rows])
            z = gan.noise.latents((batch, gan.latent_dim))
            if k < self.n_critic - 1:
                fake = ops.stop_gradient(self.run(gan.online_generator, z, y))
            else:
                fake, generator_gradients = backend.pullback(
                    functools.partial(self.run, gan.online_generator, z, y),
                    gan.online_generator.trainable_variables,
                )
            self._update_discriminator(x, fake, y)
        self._update_generator(x, fake, y, generator_gradients)
        return {metric.name: metric.result() for metric in gan.metrics}

    def _update_discriminator(self, real: Tensor, fake: Tensor, labels: Tensor | None) -> None:
        gan = self.gan
        real, fake = self.seen(real), self.seen(fake)
        # drawn here, not in the penalty: that may run inside a branch, which seeds cannot leave
        mix = gan.noise.uniform((real.shape[0],)) if self.penalties else None
        optimizer, variables = gan.optimizer.discriminator, gan.discriminator.trainable_variables

        def critic(x: Tensor) -> Tensor:
            return self.run(gan.discriminator, x, labels)

        def loss() -> tuple[Tensor, Any]:
            real_logits, fake_logits = critic(real), critic(fake)
            d_loss = self.objective.d_loss(real_logits, fake_logits)
            penalty = 0.0
            for term in self.penalties:
                penalty += backend.every(
                    term.interval, optimizer.iterations, functools.partial(term, critic, real, fake, mix)
                )
            accuracy = self.objective.accuracy(real_logits, fake_logits)
            return optimizer.scale_loss(d_loss + penalty), (d_loss, penalty, accuracy)

        (_, (d_loss, penalty, accuracy)), grads = backend.value_and_grad(loss, variables)
        backend.apply_gradients(optimizer, grads, variables)
        if self.clip_weights:
            for variable in variables:
                variable.assign(ops.clip(variable, -self.clip_weights, self.clip_weights))
        gan.trackers["d_loss"].update_state(ops.stop_gradient(d_loss))
        gan.trackers["d_accuracy"].update_state(ops.stop_gradient(accuracy))
        if self.penalties:
            gan.trackers["penalty"].update_state(ops.stop_gradient(penalty))

    def _update_generator(self, real: Tensor, fake: Tensor, labels: Tensor | None, gradients: Any) -> None:
        gan = self.gan
        optimizer = gan.optimizer.generator

        def loss(fake: Tensor) -> tuple[Tensor, Tensor]:
            fake_logits = self.run(gan.discriminator, self.seen(fake), labels)
            real_logits = fake_logits
            if self.objective.g_needs_real:
                real_logits = self.run(gan.discriminator, self.seen(real), labels)
            g_loss = self.objective.g_loss(ops.stop_gradient(real_logits), fake_logits)
            return optimizer.scale_loss(g_loss), g_loss

        (_, g_loss), cotangent = backend.value_and_input_grad(loss, fake)
        backend.apply_gradients(optimizer, gradients(cotangent), gan.online_generator.trainable_variables)
        gan.trackers["g_loss"].update_state(ops.stop_gradient(g_loss))
        if self.ema_decay:
            self._average()

    def _average(self) -> None:
        """generator <- decay · generator + (1 - decay) · online generator, moving statistics too."""
        gan = self.gan
        for kept, new in zip(gan.generator.weights, gan.online_generator.weights, strict=True):
            if "float" in kept.dtype:
                kept.assign(kept + (1.0 - self.ema_decay) * (new - kept))

    def run(self, network: keras.Model, x: Tensor, labels: Tensor | None) -> Tensor:
        """Call a network in training mode, with the labels where the model has any."""
        return network([x, labels] if self.gan.num_classes else x, training=True)

    def seen(self, x: Tensor) -> Tensor:
        """What the discriminator sees of `x`: augmented, with instance noise."""
        if self.augment is not None:
            x = self.augment(x, self.gan.noise.uniform)
        if self.instance_noise:
            x = x + self.instance_noise * self.gan.noise.normal(x.shape)
        return x


def _to_float(x: Tensor) -> Tensor:
    if keras.backend.standardize_dtype(x.dtype) == "uint8":
        return ops.cast(x, "float32") / 127.5 - 1.0
    return ops.cast(x, "float32")
