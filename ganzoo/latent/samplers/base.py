"""What every sampler is: frozen settings, a name, and `draw`, which yields batches and counts their cost."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganzoo.errors import InvalidArgumentError

__all__ = ["Batch", "Cost", "Drawn", "Sampler", "check_range", "settings_of"]


class Batch(NamedTuple):
    """Some of the pictures drawn.

    Args:
        latents: float32 (m, latent_dim).
        images: float32 (m, height, width, channels) in [-1, 1], the generator's pictures of them.
    """

    latents: NDArray[np.float32]
    images: NDArray[np.float32]


@dataclass
class Cost:
    """Rows that passed through the networks, counted up while the batches are read.

    Args:
        images: drawn so far.
        generator: rows that the generator drew, kept or not.
        discriminator: rows that the discriminator scored.
        gradients: backward passes of a row through one or both networks.
    """

    images: int = 0
    generator: int = 0
    discriminator: int = 0
    gradients: int = 0

    def per_image(self) -> dict[str, float]:
        """Passes of each kind per picture; plain `generate` has one of the generator and nothing else."""
        kinds = ("generator", "discriminator", "gradients")
        return {kind: getattr(self, kind) / max(self.images, 1) for kind in kinds}


@dataclass(frozen=True, eq=False)
class Drawn:
    """What a sampler draws: read `batches`, then ask `cost`.

    Args:
        batches: an iterator of `Batch`, n pictures in all.
        cost: of those that were read so far.
    """

    batches: Iterator[Batch]
    cost: Cost = field(default_factory=Cost)


@runtime_checkable
class Sampler(Protocol):
    """A way to draw; every setting has a default, so that a name alone is enough."""

    name: ClassVar[str]

    def draw(
        self, gan: Any, n: int, *, seed: int = 0, labels: ArrayLike | None = None, batch_size: int = 256
    ) -> Drawn:
        """Draw n pictures.

        Args:
            gan: a `ganzoo.GAN`.
            n: how many.
            seed: of all noise and proposals, by NumPy.
            labels: for a class-conditional model, one label or n of them.
            batch_size: rows per compiled call.

        Returns:
            `Drawn`. Its pictures do not depend on n; of an unconditional model not on `batch_size` either,
            but for the last bits that a network rounds otherwise in another batch.
        """


def settings_of(sampler: Sampler) -> dict[str, float | int | str | bool | None]:
    """The settings of a sampler as JSON types, without its calibration."""
    names = [each.name for each in fields(sampler) if each.name != "calibration"]  # type: ignore[arg-type]
    return {name: getattr(sampler, name) for name in names}


def check_range(sampler: str, **settings: tuple[object, float, float]) -> None:
    """Hold settings, each given as (value, least, most), to their ranges.

    Raises:
        InvalidArgumentError: one is no finite number, or out of its range.
    """
    for name, (value, least, most) in settings.items():
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else float("nan")
        if not least <= number <= most:
            raise InvalidArgumentError(
                f"Sampler '{sampler}' takes {name} from {least:g} to {most:g}. Received: {name}={value!r}"
            )
