"""Trains three small GANs on the backend of this process and writes down every step; see test_agreement.py.

    KERAS_BACKEND=jax python agreement_worker.py lead states.npz steps.npz
    KERAS_BACKEND=torch python agreement_worker.py follow states.npz steps.npz

The leader writes the state before each of its steps. The followers start each step from it. Images, z and
mixing coefficients come from NumPy, so that they are the same everywhere.
"""

import sys
from typing import Any

import keras
import numpy as np

from ganzoo import GAN, backend, networks, penalties
from ganzoo.training import checkpoint

STEPS = 20
# few: an activation within rounding of 0 takes the other slope on one backend, and 64 images meet one often
BATCH = 4

# no dropout: its masks are drawn by Keras, differently on each backend
MODELS: dict[str, dict[str, Any]] = {
    "mlp-gan": {
        "networks": {
            "latent_dim": 16,
            "generator": {"width": 32},
            "discriminator": {"width": 16, "pieces": 3, "dropout": 0.0},
        },
        "prior": "uniform",
        "compile": {"objective": "non_saturating", "ema_decay": 0.9},
    },
    "dcgan": {
        "networks": {
            "latent_dim": 16,
            "generator": {"width": 8},
            "discriminator": {"width": 8, "norm": "batch"},
        },
        "prior": "normal",
        "compile": {"objective": "non_saturating", "ema_decay": 0.9},
    },
    # the recipes' objective on the same networks: R1 differentiates batch normalisation twice
    "dcgan-r1": {
        "architecture": "dcgan",
        "networks": {
            "latent_dim": 16,
            "generator": {"width": 8},
            "discriminator": {"width": 8, "norm": "batch"},
        },
        "prior": "normal",
        "compile": {
            "objective": "relativistic",
            "ema_decay": 0.9,
            "penalties": [penalties.R1(weight=0.5, interval=2)],
        },
    },
    "wgan-gp": {
        "networks": {"latent_dim": 16, "generator": {"width": 8}, "discriminator": {"width": 8}},
        "prior": "normal",
        "compile": {
            "objective": "wasserstein",
            "n_critic": 2,
            "penalties": [penalties.GradientPenalty(weight=10.0)],
        },
    },
}


class Given(keras.layers.Layer):
    """Stands as `gan.noise`: hands out what was set, from variables, so that a compiled step sees it."""

    def __init__(self, n_critic: int, latent_dim: int) -> None:
        super().__init__()
        self.z = self.add_weight(shape=(n_critic, BATCH, latent_dim), dtype="float32", trainable=False)
        self.mix = self.add_weight(shape=(n_critic, BATCH), dtype="float32", trainable=False)
        self.drawn = {"latents": 0, "uniform": 0}
        self.built = True

    def latents(self, shape: Any) -> Any:
        return self._next("latents", self.z)

    def uniform(self, shape: Any) -> Any:
        return self._next("uniform", self.mix)

    def _next(self, name: str, values: Any) -> Any:
        turn = self.drawn[name] % values.shape[0]
        self.drawn[name] += 1
        return values[turn]


class Recording:
    """An optimizer that keeps the gradients it is given, in variables of the training state."""

    def __init__(self, optimizer: keras.optimizers.Optimizer, updates: int) -> None:
        self.optimizer = optimizer
        self.updates = updates
        self.turn = 0
        self.kept: list[list[keras.Variable]] = []

    def build(self, variables: list[Any]) -> None:
        self.optimizer.build(variables)
        self.kept = [
            [keras.Variable(np.zeros(v.shape, "float32"), trainable=False) for v in variables]
            for _ in range(self.updates)
        ]

    @property
    def variables(self) -> list[Any]:
        return [*self.optimizer.variables, *(v for kept in self.kept for v in kept)]

    @property
    def iterations(self) -> Any:
        return self.optimizer.iterations

    def scale_loss(self, loss: Any) -> Any:
        return self.optimizer.scale_loss(loss)

    def apply(self, gradients: list[Any], variables: list[Any]) -> None:
        for kept, gradient in zip(self.kept[self.turn % self.updates], gradients, strict=True):
            kept.assign(gradient)
        self.turn += 1
        self.optimizer.apply(gradients, variables)


class OneBatch(keras.utils.PyDataset):
    """A batch a `fit`."""

    def __init__(self, images: np.ndarray) -> None:
        super().__init__()
        self.images = images

    def __len__(self) -> int:
        return 1

    def __getitem__(self, index: int) -> tuple[np.ndarray]:
        return (self.images,)


def adam() -> keras.optimizers.Optimizer:
    return keras.optimizers.Adam(2e-4, beta_1=0.5)


def build(name: str, *, record: bool) -> GAN:
    """A small GAN; with `record`, its gradients are kept and its noise is given."""
    keras.utils.set_random_seed(0)
    model = MODELS[name]
    n_critic = model["compile"].get("n_critic", 1)
    pair = networks.build(model.get("architecture", name), size=28, **model["networks"])
    gan = GAN(*pair, latent_prior=model["prior"])
    generator, discriminator = adam(), adam()
    if record:
        generator, discriminator = Recording(generator, 1), Recording(discriminator, n_critic)
    gan.compile(generator_optimizer=generator, discriminator_optimizer=discriminator, **model["compile"])
    gan.noise = Given(n_critic, gan.latent_dim)
    return gan


def numbers(name: str) -> list[dict[str, np.ndarray]]:
    """What each step is given."""
    rng = np.random.default_rng(1)
    model = MODELS[name]
    n_critic = model["compile"].get("n_critic", 1)
    latent_dim = model["networks"]["latent_dim"]
    return [
        {
            "images": rng.integers(0, 256, (BATCH * n_critic, 28, 28, 1), dtype=np.uint8),
            "z": rng.standard_normal((n_critic, BATCH, latent_dim)).astype(np.float32),
            "mix": rng.random((n_critic, BATCH), dtype=np.float32),
        }
        for _ in range(STEPS)
    ]


def step(gan: GAN, given: dict[str, np.ndarray]) -> dict[str, float]:
    """One step through Keras' own compiled `fit`."""
    gan.noise.z.assign(given["z"])
    gan.noise.mix.assign(given["mix"])
    history = keras.Model.fit(gan, backend.fit_data(OneBatch(given["images"])), verbose=0, shuffle=False)
    return {key: values[0] for key, values in history.history.items()}


def main(role: str, states_path: str, out_path: str) -> None:
    states: dict[str, np.ndarray] = {}
    if role == "follow":
        with np.load(states_path) as file:
            states = dict(file)
    out: dict[str, Any] = {}
    for name in MODELS:
        gan = build(name, record=True)
        for index, given in enumerate(numbers(name)):
            here = f"{name}|{index:02d}|"
            if role == "lead":
                states.update({here + key: value for key, value in checkpoint.capture(gan).items()})
            checkpoint.put_back(gan, {k[len(here) :]: v for k, v in states.items() if k.startswith(here)})
            losses = step(gan, given)
            out.update({f"{here}loss|{key}": value for key, value in losses.items()})
            for player in ("generator", "discriminator"):
                for turn, kept in enumerate(getattr(gan.optimizer, player).kept):
                    for i, variable in enumerate(kept):
                        gradient = keras.ops.convert_to_numpy(variable.value)
                        out[f"{here}gradient|{player}|{turn}|{i}"] = gradient
            for i, variable in enumerate(gan.weights):
                out[f"{here}weight|{i}|{variable.path}"] = keras.ops.convert_to_numpy(variable.value)

        free = build(name, record=False)
        first = {k.split("|")[2]: v for k, v in states.items() if k.startswith(f"{name}|00|")}
        for variable, key in zip(free.variables, sorted(first), strict=False):
            variable.assign(first[key])
        for index, given in enumerate(numbers(name)):
            losses = step(free, given)
            out.update({f"{name}|{index:02d}|free|{key}": value for key, value in losses.items()})
    if role == "lead":
        np.savez(states_path, **states)
    np.savez(out_path, **out)


if __name__ == "__main__":
    main(*sys.argv[1:])
