"""A recipe: everything that a training run is made of, as data."""

import tomllib
from pathlib import Path
from typing import Any, Literal

import keras
import pydantic

from ganzoo import networks, objectives, penalties
from ganzoo.errors import InvalidArgumentError
from ganzoo.gan import GAN
from ganzoo.training.augment import diff_augment

__all__ = ["Adam", "Network", "PenaltyTerm", "Recipe", "load"]

_FOLDER = Path(__file__).parent.parent / "zoo" / "recipes"


class _Strict(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class Network(_Strict):
    """Arguments of `networks.build`."""

    size: Literal[28, 32, 64] = 28
    channels: Literal[1, 3] = 1
    latent_dim: int = pydantic.Field(100, ge=1, le=4096)
    num_classes: int = pydantic.Field(0, ge=0, le=10_000)
    generator: dict[str, str | int | float | bool] = {}
    discriminator: dict[str, str | int | float | bool] = {}


class PenaltyTerm(_Strict):
    """A term of `ganzoo.penalties`."""

    name: Literal["gradient_penalty", "r1", "r2"]
    weight: float = pydantic.Field(ge=0)
    interval: int = pydantic.Field(1, ge=1)

    def build(self) -> penalties.Penalty:
        """The penalty that this describes."""
        kinds = {"gradient_penalty": penalties.GradientPenalty, "r1": penalties.R1, "r2": penalties.R2}
        return kinds[self.name](weight=self.weight, interval=self.interval)


class Adam(_Strict):
    """Keras' Adam, its rate constant or falling to 0 by a half cosine."""

    learning_rate: float = pydantic.Field(2e-4, gt=0)
    beta_1: float = pydantic.Field(0.5, ge=0, lt=1)
    beta_2: float = pydantic.Field(0.999, ge=0, lt=1)
    schedule: Literal["constant", "cosine"] = "constant"

    def build(self, steps: int) -> keras.optimizers.Optimizer:
        """The optimizer for a run of `steps` updates."""
        rate: Any = self.learning_rate
        if self.schedule == "cosine":
            rate = keras.optimizers.schedules.CosineDecay(self.learning_rate, max(steps, 1))
        return keras.optimizers.Adam(rate, beta_1=self.beta_1, beta_2=self.beta_2)


class Recipe(_Strict):
    """A training run as data: read from TOML by `load`, kept in a preset's `ganzoo.json`."""

    name: str = pydantic.Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)
    architecture: str
    data: str
    seed: int = pydantic.Field(0, ge=0)
    epochs: int = pydantic.Field(ge=1)
    batch_size: int = pydantic.Field(64, ge=1)
    latent_prior: Literal["normal", "uniform", "truncated_normal", "hypersphere"] = "normal"
    network: Network = Network()
    objective: str = "non_saturating"
    objective_arguments: dict[str, float] = {}
    penalties: list[PenaltyTerm] = []
    generator_optimizer: Adam = Adam()
    discriminator_optimizer: Adam = Adam()
    n_critic: int = pydantic.Field(1, ge=1)
    ema_decay: float = pydantic.Field(0.0, ge=0, lt=1)
    clip_weights: float = pydantic.Field(0.0, ge=0)
    augment: str = ""
    instance_noise: float = pydantic.Field(0.0, ge=0)
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"
    recalibrate: bool = False

    @pydantic.field_validator("augment")
    @classmethod
    def _known_augment(cls, policy: str) -> str:
        if policy:
            diff_augment(policy)
        return policy

    def build(self) -> GAN:
        """Build the networks, their initial weights drawn from `seed`."""
        keras.utils.set_random_seed(self.seed)
        generator, discriminator = networks.build(self.architecture, **self.network.model_dump())
        return GAN(generator, discriminator, latent_prior=self.latent_prior, objective=self.objective)

    def compile(self, gan: GAN, *, steps: int) -> None:
        """Compile `gan` for a run of `steps` updates of the generator."""
        gan.compile(
            objective=objectives.get(self.objective, **self.objective_arguments),
            penalties=[term.build() for term in self.penalties],
            generator_optimizer=self.generator_optimizer.build(steps),
            discriminator_optimizer=self.discriminator_optimizer.build(steps * self.n_critic),
            n_critic=self.n_critic,
            ema_decay=self.ema_decay,
            clip_weights=self.clip_weights,
            augment=diff_augment(self.augment) if self.augment else None,
            instance_noise=self.instance_noise,
            precision=self.precision,
        )


def load(name_or_path: str | Path) -> Recipe:
    """Read a recipe.

    Args:
        name_or_path: a recipe of the zoo by name, or a TOML file.

    Returns:
        The `Recipe`.

    Raises:
        InvalidArgumentError: no such recipe, or a line of it is wrong.

    Example:
        `recipe.load("mnist-dcgan").epochs`
    """
    shipped = _FOLDER / f"{name_or_path}.toml"
    path = shipped if shipped.is_file() else Path(name_or_path)
    if not path.is_file():
        names = ", ".join(sorted(p.stem for p in _FOLDER.glob("*.toml")))
        raise InvalidArgumentError(f"No recipe file. Received: {name_or_path}. The zoo has: {names}.")
    try:
        return Recipe(**tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise InvalidArgumentError(f"{path} is not TOML: {error}.") from None
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InvalidArgumentError(
            f"{path}: {where}: {first['msg']}. Received: {where} = {first['input']!r}"
        ) from None
