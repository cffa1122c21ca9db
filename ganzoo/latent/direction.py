"""A direction in latent space: a name, a unit vector, and the model that it belongs to."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganzoo.errors import InvalidArgumentError

__all__ = ["Direction", "Directions", "prior_deviation", "unit_vectors"]

# What is left of a vector, of length 1, that another one contains: below it there is nothing but rounding.
_LEAST_REST = 1e-4


@dataclass(frozen=True, eq=False)
class Direction:
    """A unit vector in z, which changes pictures in one way.

    Args:
        name: such as "slant".
        vector: (latent_dim,), finite and not 0; it is brought to length 1.
        method: how it was found.
        steps: the steps along it, from and to, in which it does what its name says.
        score: how sure it is, in the words of `score_name`; None if the method gives none.
        score_name: such as "held-out accuracy" or "explained share".
        per_step: how far each measured factor moves with a step of 1, in the factor's unit, by name.
        model: the fingerprint of the generator it belongs to; None if that is not known.

    Raises:
        InvalidArgumentError: the vector is no direction.

    Example:
        >>> slant = ganzoo.latent.supervised_directions(gan)["slant"]
        >>> leaning = gan.decode(slant.move(gan.sample_latents(16), 1.5))
    """

    name: str
    vector: NDArray[np.float32]
    method: str
    steps: tuple[float, float] = (-3.0, 3.0)
    score: float | None = None
    score_name: str = ""
    per_step: Mapping[str, float] = field(default_factory=dict)
    model: str | None = None

    def __post_init__(self) -> None:
        vector = np.asarray(self.vector, "float64")
        length = float(np.linalg.norm(vector)) if vector.ndim == 1 else 0.0
        if vector.ndim != 1 or not np.isfinite(length) or length == 0:
            raise InvalidArgumentError(
                "A direction must be a finite vector (latent_dim,) that is not 0. "
                f"Received: {self.name!r} of shape {vector.shape} and length {length:g}"
            )
        object.__setattr__(self, "vector", (vector / length).astype("float32"))

    @property
    def latent_dim(self) -> int:
        """Length of the vector."""
        return len(self.vector)

    def move(self, z: ArrayLike, step: ArrayLike) -> NDArray[np.float32]:
        """Go along this direction.

        Args:
            z: (n, latent_dim), or one z (latent_dim,).
            step: how far, in units of z; one number, or one a row.

        Returns:
            float32 z + step · vector, of z's shape.

        Raises:
            InvalidArgumentError: z has another length, or as many steps as rows were not given.
        """
        start, steps = np.asarray(z, "float32"), np.asarray(step, "float32")
        if start.ndim not in (1, 2) or start.shape[-1] != self.latent_dim:
            raise InvalidArgumentError(
                f"The direction '{self.name}' moves z of length {self.latent_dim}. "
                f"Received: z of shape {start.shape}. Is z of another model?"
            )
        if steps.ndim > 1 or (steps.ndim == 1 and steps.shape != start.shape[:-1]):
            raise InvalidArgumentError(
                f"step must be one number, or one for each row of z. Received: shape {steps.shape} for z "
                f"of {start.shape}"
            )
        return start + steps[..., None] * self.vector

    def project_out(self, *others: "Direction") -> "Direction":
        """Keep of this direction what leaves others alone: conditional manipulation.

        Args:
            others: directions of the same model, any number.

        Returns:
            The direction orthogonal to all of them that is nearest to this one. `per_step` is emptied, for it
            no longer holds.

        Raises:
            InvalidArgumentError: they are of another model, or nothing is left.

        Reference: [Shen et al., 2020](https://arxiv.org/abs/1907.10786), section 3.3
        """
        if not others:
            return self
        for other in others:
            self._check_same(other)
        span = np.linalg.qr(np.stack([other.vector for other in others], 1).astype("float64"))[0]
        vector = self.vector.astype("float64")
        rest = vector - span @ (span.T @ vector)
        if np.linalg.norm(rest) < _LEAST_REST:
            names = ", ".join(repr(other.name) for other in others)
            raise InvalidArgumentError(
                f"Nothing is left of the direction '{self.name}' without {names}: it lies in what they span."
            )
        return replace(self, vector=rest, per_step={})

    def reversed(self) -> "Direction":
        """The same line, walked the other way."""
        low, high = self.steps
        per_step = {name: -value for name, value in self.per_step.items()}
        return replace(self, vector=-self.vector, steps=(-high, -low), per_step=per_step)

    def _check_same(self, other: "Direction") -> None:
        known = self.model is not None and other.model is not None
        if other.latent_dim != self.latent_dim or (known and other.model != self.model):
            raise InvalidArgumentError(
                f"The directions '{self.name}' and '{other.name}' are of two models. "
                f"Received: latent_dim {self.latent_dim} and {other.latent_dim}. Find both in one model."
            )


@dataclass(frozen=True, eq=False)
class Directions:
    """Directions of one model, by name and in order.

    Args:
        entries: at least one, of one latent_dim, their names all different.
        model: the generator's fingerprint.
        model_name: its name, for messages.
        protocol: how they were found, as JSON types.

    Raises:
        InvalidArgumentError: two have one name, or they do not fit together.
    """

    entries: tuple[Direction, ...]
    model: str
    model_name: str
    protocol: Mapping[str, str | int | float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [entry.name for entry in self.entries]
        if not names or len(set(names)) < len(names) or len({e.latent_dim for e in self.entries}) > 1:
            raise InvalidArgumentError(
                "Directions must be at least one, of one latent_dim, with a name each. "
                f"Received: {', '.join(f'{e.name} ({e.latent_dim})' for e in self.entries) or 'none'}"
            )

    @property
    def latent_dim(self) -> int:
        """Length of each vector."""
        return self.entries[0].latent_dim

    @property
    def names(self) -> list[str]:
        """In order."""
        return [entry.name for entry in self.entries]

    @property
    def vectors(self) -> NDArray[np.float32]:
        """One row a direction: float32 (k, latent_dim)."""
        return np.stack([entry.vector for entry in self.entries])

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Direction]:
        return iter(self.entries)

    def __getitem__(self, key: str | int) -> Direction:
        if isinstance(key, int):
            return self.entries[key]
        for entry in self.entries:
            if entry.name == key:
                return entry
        near = difflib.get_close_matches(key, self.names, n=1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise InvalidArgumentError(f"No direction {key!r}. {hint}There are: {', '.join(self.names)}.")

    def check(self, gan: Any, *, fingerprint: str) -> None:
        """Refuse a model that these directions are not of.

        Args:
            gan: a `ganzoo.GAN`.
            fingerprint: its `ganzoo.latent.fingerprint`.

        Raises:
            InvalidArgumentError: it has another latent_dim or other weights.
        """
        if gan.latent_dim != self.latent_dim:
            raise InvalidArgumentError(
                f"These directions are of '{self.model_name}', with latent_dim {self.latent_dim}. "
                f"Received: '{gan.name}', with latent_dim {gan.latent_dim}. Find its own: "
                f"ganzoo directions {gan.name}"
            )
        if fingerprint != self.model:
            raise InvalidArgumentError(
                f"These directions are of '{self.model_name}', weights {self.model[:12]}…. "
                f"Received: '{gan.name}', weights {fingerprint[:12]}…. Find its own: "
                f"ganzoo directions {gan.name}"
            )


def prior_deviation(latent_prior: str) -> float:
    """The standard deviation of an entry of z: 1/√3 for "uniform" on [-1, 1], 0.88 for a normal cut at 2."""
    return {"uniform": 3**-0.5, "truncated_normal": 0.8796}.get(latent_prior, 1.0)


def unit_vectors(vectors: ArrayLike) -> NDArray[np.float64]:
    """Rows of length 1 whose largest entry is positive.

    A factorisation leaves the sign open: one backend would walk to the left, another to the right.
    """
    rows = np.asarray(vectors, "float64")
    largest = np.take_along_axis(rows, np.abs(rows).argmax(1)[:, None], 1)
    return rows * np.where(largest < 0, -1.0, 1.0) / np.linalg.norm(rows, axis=1, keepdims=True)
