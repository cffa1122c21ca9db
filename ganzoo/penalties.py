"""Penalties on the critic's gradient with respect to its input.

A penalty is called as `penalty(critic, real, fake, mix)`: `critic` maps a batch of images
(N, H, W, C) to logits (N, 1), `mix` holds N uniform numbers in [0, 1). It returns a scalar that is
added to the discriminator's loss. With `interval=k` it is computed on every k-th step and weighted
k times (lazy regularisation, [Karras et al., 2020](https://arxiv.org/abs/1912.04958), appendix B).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from keras import ops

from ganzoo import backend
from ganzoo.errors import InvalidArgumentError

__all__ = ["R1", "R2", "GradientPenalty", "Penalty"]

Tensor = Any
Critic = Callable[[Tensor], Tensor]


def _squared_norms(gradient: Tensor) -> Tensor:
    return ops.sum(ops.square(gradient), axis=tuple(range(1, len(gradient.shape))))


@dataclass(frozen=True, kw_only=True)
class Penalty:
    """Base of the penalties: `weight` times the term, on every `interval`-th step."""

    weight: float
    interval: int = 1

    def __post_init__(self) -> None:
        if self.weight < 0 or self.interval < 1:
            raise InvalidArgumentError(
                "A penalty needs weight >= 0 and interval >= 1. "
                f"Received: weight={self.weight}, interval={self.interval}"
            )

    def __call__(self, critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
        """The weighted penalty for one batch, a scalar."""
        return self.weight * self.interval * self.term(critic, real, fake, mix)

    def term(self, critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
        """The penalty for one batch before its weight, a scalar."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class GradientPenalty(Penalty):
    """E (‖∇D(x̂)‖ - 1)² at points x̂ on the lines between reals and fakes.

    Args:
        weight: λ, 10 in the paper.
        interval: steps between two evaluations.

    Example:
        `gan.compile(objective="wasserstein", penalties=[GradientPenalty(weight=10.0)], n_critic=5)`

    Reference: [Gulrajani et al., 2017](https://arxiv.org/abs/1704.00028), equation 3
    """

    weight: float = 10.0

    def term(self, critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
        """E (‖∇D(x̂)‖ - 1)²."""
        mix = ops.reshape(mix, (-1,) + (1,) * (len(real.shape) - 1))
        gradient = backend.input_gradient(critic, mix * real + (1.0 - mix) * fake)
        # 1e-12: sqrt has no gradient at 0
        norms = ops.sqrt(_squared_norms(gradient) + 1e-12)
        return ops.mean(ops.square(norms - 1.0))


@dataclass(frozen=True, kw_only=True)
class R1(Penalty):
    """½ E ‖∇D(x)‖² at the reals; `weight` is γ.

    Example:
        `gan.compile(objective="relativistic", penalties=[R1(weight=0.5, interval=8)])`

    Reference: [Mescheder et al., 2018](https://arxiv.org/abs/1801.04406), equation 9
    """

    weight: float = 10.0

    def term(self, critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
        """½ E ‖∇D(x)‖² at the reals."""
        return 0.5 * ops.mean(_squared_norms(backend.input_gradient(critic, real)))


@dataclass(frozen=True, kw_only=True)
class R2(Penalty):
    """½ E ‖∇D(x)‖² at the fakes; `weight` is γ.

    Example:
        `gan.compile(objective="relativistic", penalties=[R1(weight=1.0), R2(weight=1.0)])`

    Reference: [Mescheder et al., 2018](https://arxiv.org/abs/1801.04406), equation 10
    """

    weight: float = 10.0

    def term(self, critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
        """½ E ‖∇D(x)‖² at the fakes."""
        return 0.5 * ops.mean(_squared_norms(backend.input_gradient(critic, fake)))
