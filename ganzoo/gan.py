"""`GAN(keras.Model)`: a generator, a discriminator, and the adversarial step, written once."""

from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganzoo import backend, images, objectives, sampling
from ganzoo.adversarial import AdversarialStep
from ganzoo.errors import InvalidArgumentError
from ganzoo.noise import DeviceNoise
from ganzoo.penalties import Penalty
from ganzoo.precision import loss_scaled, set_precision

__all__ = ["GAN"]

Tensor = Any


class _Optimizers:
    """Stands as `model.optimizer`, where Keras' JAX `fit` looks for the optimizer's variables."""

    built = True

    def __init__(self, generator: keras.optimizers.Optimizer, discriminator: keras.optimizers.Optimizer):
        self.generator = generator
        self.discriminator = discriminator

    @property
    def variables(self) -> list[Any]:
        return [*self.generator.variables, *self.discriminator.variables]


@keras.saving.register_keras_serializable(package="ganzoo")
class GAN(keras.Model):
    """A generative adversarial network.

    Args:
        generator: maps z (N, latent_dim), or `[z, labels]`, to images in [-1, 1]. It is the network
            that `generate` uses; training with an average keeps it apart from `online_generator`.
        discriminator: maps images, or `[images, labels]`, to logits (N, 1).
        latent_prior: "normal", N(0, 1); "uniform", U(-1, 1); "truncated_normal", N(0, 1) within [-2, 2]; or
            "hypersphere", uniform on the sphere of radius √latent_dim.
        objective: default objective of `compile`, a name of `ganzoo.objectives` or an `Objective`.

    Raises:
        InvalidArgumentError: the two networks do not fit together.

    Example:
        ```python
        generator, discriminator = ganzoo.networks.build("dcgan", size=28)
        gan = ganzoo.GAN(generator, discriminator)
        gan.compile()
        gan.fit(images, epochs=5)
        ```

    Reference: [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661), algorithm 1
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        latent_prior: str = "normal",
        objective: str | objectives.Objective = "non_saturating",
        name: str = "gan",
    ) -> None:
        super().__init__(name=name)
        if latent_prior not in sampling.PRIORS:
            raise InvalidArgumentError(
                f"latent_prior must be one of {', '.join(sampling.PRIORS)}. Received: {latent_prior!r}"
            )
        if tuple(generator.output_shape[1:]) != tuple(_first(discriminator.input_shape)[1:]):
            raise InvalidArgumentError(
                f"The generator gives {generator.output_shape[1:]} and the discriminator takes "
                f"{_first(discriminator.input_shape)[1:]}. Build both for one size and number of channels."
            )
        self.generator = generator
        self.online_generator = generator
        self.discriminator = discriminator
        self.latent_prior = latent_prior
        self.objective = objective
        # what is known of the weights, set by `ganzoo.load`
        self.manifest: Any = None
        self.folder: Any = None
        self.saved_sampler: Any = None
        self.num_classes = _num_classes(generator)
        self.seed_generator = keras.random.SeedGenerator(0)
        self.noise = DeviceNoise(latent_prior, self.seed_generator)
        self.trackers = {
            key: keras.metrics.Mean(name=key) for key in ("d_loss", "g_loss", "d_accuracy", "penalty")
        }
        self._call: Any = None
        self.interrupted = False
        self.built = True

    # ------------------------------------------------------------------ what it is

    @property
    def latent_dim(self) -> int:
        """Length of z."""
        return int(_first(self.generator.input_shape)[-1])

    @property
    def image_shape(self) -> tuple[int, ...]:
        """Height, width and channels of a picture."""
        return tuple(self.generator.output_shape[1:])

    def call(self, z: Tensor, training: bool = False) -> Tensor:
        """z -> images in [-1, 1], as the generator gives them."""
        return self.generator(z, training=training)

    def get_config(self) -> dict[str, Any]:
        """What Keras needs to build this model again. A hand-made `Objective` is kept by its name."""
        objective = self.objective if isinstance(self.objective, str) else self.objective.name
        return {
            "generator": keras.saving.serialize_keras_object(self.generator),
            "discriminator": keras.saving.serialize_keras_object(self.discriminator),
            "latent_prior": self.latent_prior,
            "objective": objective,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> "GAN":
        """Build from `get_config()`."""
        config = dict(config)
        for key in ("generator", "discriminator"):
            config[key] = keras.saving.deserialize_keras_object(config[key], custom_objects=custom_objects)
        return cls(**config)

    def get_compile_config(self) -> None:
        """Nothing: a model that was compiled on one backend must load on another."""
        return

    # ------------------------------------------------------------------ sampling

    def sample_latents(self, n: int, *, seed: int = 0) -> NDArray[np.float32]:
        """Draw z from the prior, the same numbers on every backend.

        Args:
            n: how many, at least 1.
            seed: a whole number of at least 0. The first m rows do not depend on n.

        Returns:
            float32 (n, latent_dim).

        Raises:
            InvalidArgumentError: n or seed is out of range.

        Example:
            `z = gan.sample_latents(16, seed=7)`
        """
        n = sampling.check_count(n)
        stream = sampling.latent_stream(
            n, latent_dim=self.latent_dim, prior=self.latent_prior, seed=seed, batch_size=n
        )
        return next(stream)

    def generate(
        self,
        n: int,
        *,
        seed: int = 0,
        labels: ArrayLike | None = None,
        batch_size: int = 256,
        sampler: Any = None,
    ) -> NDArray[np.uint8]:
        """Draw pictures: the same seed gives the same pictures on every backend.

        Args:
            n: how many, at least 1.
            seed: a whole number of at least 0; picture i does not depend on n or batch_size.
            labels: for a class-conditional model, one label or n of them.
            batch_size: pictures per compiled call; memory beyond the output does not grow with n.
            sampler: draws better pictures at a higher cost: a name of `ganzoo.latent.samplers.names()`, of
                which "best" is the one saved with the preset, or one of its samplers. Those that accept or
                reject may differ between backends where a score does by its last bits.

        Returns:
            uint8 (n, height, width, channels).

        Raises:
            InvalidArgumentError: an argument is out of range, or labels are missing.

        Example:
            `pictures = gan.generate(16, seed=0)`
        """
        n = sampling.check_count(n)
        pictures = np.empty((n, *self.image_shape), np.uint8)
        start = 0
        for batch in self.stream(n, seed=seed, labels=labels, batch_size=batch_size, sampler=sampler):
            pictures[start : start + len(batch)] = batch
            start += len(batch)
        return pictures

    def stream(
        self,
        n: int,
        *,
        seed: int = 0,
        labels: ArrayLike | None = None,
        batch_size: int = 256,
        sampler: Any = None,
    ) -> Iterator[NDArray[np.uint8]]:
        """Yield the pictures of `generate` batch by batch, for any n in bounded memory.

        Args:
            n: how many in all.
            seed: as `generate`.
            labels: as `generate`.
            batch_size: pictures in a batch.
            sampler: as `generate`.

        Returns:
            An iterator of uint8 arrays (≤ batch_size, height, width, channels).

        Raises:
            InvalidArgumentError: as `generate`.

        Example:
            `for batch in gan.stream(1_000_000): …`
        """
        if sampler is not None:
            from ganzoo.latent import samplers

            return samplers.stream(self, n, sampler=sampler, seed=seed, labels=labels, batch_size=batch_size)
        n = sampling.check_count(n)
        batch_size = sampling.check_count(batch_size, name="batch_size")
        every_label = sampling.check_labels(labels, n, self.num_classes)
        latents = sampling.latent_stream(
            n, latent_dim=self.latent_dim, prior=self.latent_prior, seed=seed, batch_size=batch_size
        )
        return self._pictures(latents, every_label)

    def _pictures(
        self, latents: Iterator[NDArray[np.float32]], labels: NDArray[np.int32] | None
    ) -> Iterator[NDArray[np.uint8]]:
        start = 0
        for z in latents:
            here = None if labels is None else labels[start : start + len(z)]
            start += len(z)
            yield images.to_uint8(self.decode(z, labels=here))

    def decode(self, z: NDArray[np.float32], *, labels: ArrayLike | None = None) -> NDArray[np.float32]:
        """Map z to pictures by one compiled call.

        Args:
            z: float32 (n, latent_dim).
            labels: for a class-conditional model, one label or n of them.

        Returns:
            float32 (n, height, width, channels) in [-1, 1].

        Raises:
            InvalidArgumentError: z has another length, or labels do not fit.

        Example:
            `gan.decode(gan.sample_latents(4))`
        """
        z = np.asarray(z, np.float32)
        if z.ndim != 2 or z.shape[1] != self.latent_dim or not len(z):
            raise InvalidArgumentError(f"z must have shape (n, {self.latent_dim}). Received: shape {z.shape}")
        every_label = sampling.check_labels(labels, len(z), self.num_classes)
        if self._call is None:
            backend.accelerate(self.generator)
            self._call = backend.compiled_call(self.generator)
        # a power of two, so that few shapes are ever compiled
        rows = 1 << (len(z) - 1).bit_length()
        inputs = [_padded(z, rows)] + ([] if every_label is None else [_padded(every_label, rows)])
        return self._call(*inputs)[: len(z)]

    # ------------------------------------------------------------------ training

    def compile(
        self,
        *,
        objective: str | objectives.Objective | None = None,
        penalties: Sequence[Penalty] = (),
        generator_optimizer: keras.optimizers.Optimizer | None = None,
        discriminator_optimizer: keras.optimizers.Optimizer | None = None,
        n_critic: int = 1,
        ema_decay: float = 0.0,
        clip_weights: float = 0.0,
        augment: Any = None,
        instance_noise: float = 0.0,
        precision: str = "float32",
        run_eagerly: bool = False,
    ) -> None:
        """Choose how to train.

        Args:
            objective: a name of `ganzoo.objectives` or an `Objective`; default: the constructor's.
            penalties: terms of `ganzoo.penalties`, added to the discriminator's loss.
            generator_optimizer: default Adam(2e-4, beta_1=0.5), DCGAN's (section 4).
            discriminator_optimizer: default the same, of its own.
            n_critic: discriminator updates to one of the generator, at least 1.
            ema_decay: in [0, 1): the decay of the running average of the generator's weights, with
                which `generate` draws; 0 draws with the trained weights themselves.
            clip_weights: c > 0 clips the critic's weights to [-c, c] after each update (WGAN).
            augment: `(images, uniform) -> images`, applied to reals and fakes alike, e.g. DiffAugment.
            instance_noise: standard deviation of Gaussian noise on all that the discriminator sees.
            precision: "float32", "mixed_bfloat16" or "mixed_float16" (which scales the loss) for the
                networks that are trained; the average, with which `generate` draws, stays in float32.
            run_eagerly: do not compile the step.

        Raises:
            InvalidArgumentError: an argument is out of range.

        Example:
            `gan.compile(objective="relativistic", penalties=[R1(weight=0.5, interval=8)], ema_decay=0.999)`
        """
        if n_critic < 1 or not 0.0 <= ema_decay < 1.0 or clip_weights < 0 or instance_noise < 0:
            raise InvalidArgumentError(
                "compile needs n_critic >= 1, 0 <= ema_decay < 1, clip_weights >= 0, instance_noise >= 0. "
                f"Received: n_critic={n_critic}, ema_decay={ema_decay}, clip_weights={clip_weights}, "
                f"instance_noise={instance_noise}"
            )
        if precision != "float32" and not ema_decay:
            raise InvalidArgumentError(
                "Mixed precision trains a copy of the generator and needs its average to draw with. "
                f"Received: precision={precision!r}, ema_decay={ema_decay}. Pass ema_decay=0.999."
            )
        super().compile(optimizer=None, loss=None, run_eagerly=run_eagerly, jit_compile=backend.jit_compile())
        self._step = AdversarialStep(
            self,
            objective=objectives.get(self.objective if objective is None else objective),
            penalties=tuple(penalties),
            n_critic=n_critic,
            ema_decay=ema_decay,
            clip_weights=clip_weights,
            augment=augment,
            instance_noise=instance_noise,
        )
        if ema_decay and self.online_generator is self.generator:
            self.online_generator = keras.models.clone_model(self.generator)
            self.online_generator.set_weights(self.generator.get_weights())
        g_optimizer = generator_optimizer or keras.optimizers.Adam(2e-4, beta_1=0.5)
        d_optimizer = discriminator_optimizer or keras.optimizers.Adam(2e-4, beta_1=0.5)
        g_optimizer, d_optimizer = loss_scaled(g_optimizer, precision), loss_scaled(d_optimizer, precision)
        g_optimizer.build(self.online_generator.trainable_variables)
        d_optimizer.build(self.discriminator.trainable_variables)
        self.optimizer = _Optimizers(g_optimizer, d_optimizer)
        for network in (self.online_generator, self.discriminator):
            set_precision(network, precision)
            backend.accelerate(network)

    @property
    def n_critic(self) -> int:
        """Discriminator updates to one of the generator."""
        return self._step.n_critic if self.compiled else 1

    def seed(self, seed: int) -> None:
        """Start the random numbers of training anew: z, mixing, augmentation, dropout."""
        for index, generator in enumerate(self._all_seeds()):
            generator.state.assign([seed, index << 16])

    def _all_seeds(self) -> list[keras.random.SeedGenerator]:
        found = [self.seed_generator]
        for network in (self.online_generator, self.discriminator):
            found += [layer.seed_generator for layer in network.layers if hasattr(layer, "seed_generator")]
        return found

    def fit(
        self,
        x: Any,
        y: Any = None,
        *,
        batch_size: int = 64,
        epochs: int = 1,
        seed: int = 0,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        verbose: str | int = "auto",
        output: Any = None,
        resume: bool = False,
        steps_per_epoch: int | None = None,
        sample_every: int = 1,
        deterministic: bool = False,
        tensorboard: bool = False,
    ) -> keras.callbacks.History:
        """Train, or train on, from the weights that are there.

        Ctrl-C ends the step, saves, and returns with `interrupted` set; a second one raises at once.

        Args:
            x: images: an array or tensor, uint8 or float in [-1, 1], (N, H, W, C); a folder, `.npz` or
                built-in name (`"mnist"`); a `tf.data.Dataset`; a torch `DataLoader`; an iterable of batches.
            y: integer labels (N,), for an array of images and a class-conditional model.
            batch_size: images in one update of the discriminator.
            epochs: passes over the data in all, those done before a resume counted in.
            seed: of the data's order and of all random numbers in training.
            callbacks: Keras callbacks.
            verbose: Keras' own: "auto", 0, 1 or 2.
            output: folder for the checkpoint, the log and sample grids; None writes nothing.
            resume: go on from `output`'s checkpoint, to the same bits as a run that was never stopped
                (on a CPU, data of ours: arrays, `.npz`, folders, names; on TensorFlow with `deterministic`).
                Other iterables go on at the start of their epoch.
            steps_per_epoch: batches that make an epoch of an endless iterable.
            sample_every: epochs between two sample grids in `output`.
            deterministic: ask the backend for the same bits each time, which may cost speed. For the whole
                process; on TensorFlow before anything else was computed.
            tensorboard: write the figures and sample grids to `output`'s folder `tensorboard` too.

        Returns:
            Keras' `History`.

        Raises:
            DataError: the images cannot be used.
            InvalidArgumentError: an option is out of range, or the checkpoint is of another run.
            TrainingDivergedError: a loss or a weight was not finite; the last good weights are back.
            MissingExtraError: `tensorboard` is not installed.

        Example:
            `gan.fit("photos/", epochs=5, output="run/")`
        """
        from ganzoo.training.loop import fit

        if not self.compiled and self.manifest is not None:
            from ganzoo.training import finetune

            finetune.compile_for(self)
        elif not self.compiled:
            self.compile()
        return fit(
            self,
            x,
            y,
            batch_size=batch_size,
            epochs=epochs,
            seed=seed,
            callbacks=callbacks,
            verbose=verbose,
            output=output,
            resume=resume,
            steps_per_epoch=steps_per_epoch,
            sample_every=sample_every,
            deterministic=deterministic,
            tensorboard=tensorboard,
        )

    def save(self, filepath: Any, overwrite: bool = True, **options: Any) -> None:
        """Write a preset folder, or Keras' own file.

        Args:
            filepath: a folder, which `ganzoo.load` reads and `keras.saving.load_model` too (the
                generator); or a file ending in `.keras`, which keeps any two networks.
            overwrite: for a `.keras` file: replace one that is there.
            **options: of `ganzoo.zoo.save` or of `keras.Model.save`.

        Raises:
            InvalidArgumentError: the folder cannot be written, or the networks are not of `networks.build`.

        Example:
            `gan.save("my-gan")`
        """
        if str(filepath).endswith(".keras"):
            super().save(filepath, overwrite=overwrite, **options)
            return
        from ganzoo import zoo

        zoo.save(self, filepath, **options)

    def push_to_hub(
        self, repo: str, *, private: bool = False, tag: str | None = None, dry_run: bool = False
    ) -> Any:
        """Publish to the Hugging Face Hub, with a card.

        Args:
            repo: `user/name`; made if it is not there.
            private: make it private.
            tag: to set on the commit, such as "v1".
            dry_run: check and compare only.

        Returns:
            A `ganzoo.zoo.publishing.Publication`.

        Raises:
            HubError: no login, or the Hub refuses, does not answer, or has changed meanwhile.
            InvalidArgumentError, WeightsError: as `ganzoo.zoo.publish`.

        Example:
            `gan.push_to_hub("user/my-gan", tag="v1")`
        """
        from ganzoo import zoo

        return zoo.publish(self, repo, private=private, tag=tag, dry_run=dry_run)

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """The running means in the log of an epoch."""
        if self.compiled and self._step.penalties:
            return list(self.trackers.values())
        return [tracker for name, tracker in self.trackers.items() if name != "penalty"]

    def train_step(self, *args: Any) -> Any:
        """Keras' hook: `(data)` on TensorFlow and PyTorch, `(state, data)` on JAX."""
        return backend.train_step(self, *args)

    def adversarial_step(self, data: Any) -> dict[str, Tensor]:
        """Run `ganzoo.adversarial.AdversarialStep` on a batch; the backend's `train_step` calls this."""
        return self._step(data)


def _first(nested: Any) -> Any:
    """The images' part of inputs that may carry labels."""
    if isinstance(nested, list) or (
        isinstance(nested, tuple) and nested and not isinstance(nested[0], int | None)
    ):
        return nested[0]
    return nested


def _num_classes(generator: keras.Model) -> int:
    for layer in generator.layers:
        if isinstance(layer, keras.layers.Embedding):
            return int(layer.input_dim)
    return 0


def _padded(x: NDArray[Any], rows: int) -> NDArray[Any]:
    return x if len(x) == rows else np.concatenate([x, np.zeros((rows - len(x), *x.shape[1:]), x.dtype)])
