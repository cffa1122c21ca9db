"""The losses of both players, as pure functions of logits.

Every loss has one signature, `(real_logits, fake_logits) -> scalar`, wide enough for relativistic
losses, and is to be minimised. `D(x)` below is a logit: the probability is its sigmoid.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from keras import ops

from ganzoo.errors import InvalidArgumentError

__all__ = [
    "Objective",
    "get",
    "hinge",
    "least_squares",
    "minimax",
    "names",
    "non_saturating",
    "relativistic",
    "wasserstein",
]

Tensor = Any
Loss = Callable[[Tensor, Tensor], Tensor]


def _share_right(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    real = ops.mean(ops.cast(real_logits > 0, "float32"))
    fake = ops.mean(ops.cast(fake_logits < 0, "float32"))
    return (real + fake) / 2


def _share_ranked(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    return ops.mean(ops.cast(real_logits > fake_logits, "float32"))


@dataclass(frozen=True)
class Objective:
    """What each player minimises.

    Attributes:
        name: the term of the field.
        d_loss: the discriminator's loss, `(real_logits, fake_logits) -> scalar`.
        g_loss: the generator's loss, same signature.
        g_needs_real: whether `g_loss` reads `real_logits` (else it is given the fakes' in their place).
        accuracy: the share of logits on the right side, for the log: 1 where the discriminator
            tells all apart, 0.5 where it guesses.
    """

    name: str
    d_loss: Loss
    g_loss: Loss
    g_needs_real: bool = False
    accuracy: Loss = _share_right


def _bce_d_loss(label_smoothing: float) -> Loss:
    def d_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        real = ops.softplus(-real_logits) + label_smoothing * real_logits
        return ops.mean(real) + ops.mean(ops.softplus(fake_logits))

    return d_loss


def minimax(*, label_smoothing: float = 0.0) -> Objective:
    """The two-player game as first stated: the generator minimises log(1 - D(G(z))).

    Its gradient vanishes while the discriminator wins; `non_saturating` is what is trained in practice.

    Args:
        label_smoothing: α in [0, 1): reals are labelled 1 - α, fakes stay at 0 (one-sided,
            [Salimans et al., 2016](https://arxiv.org/abs/1606.03498)).

    Returns:
        An `Objective`.

    Example:
        `GAN(generator, discriminator, objective=minimax())`

    Reference: [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661), equation 1
    """
    _check_smoothing(label_smoothing)
    return Objective(
        "minimax", _bce_d_loss(label_smoothing), lambda real, fake: -ops.mean(ops.softplus(fake))
    )


def non_saturating(*, label_smoothing: float = 0.0) -> Objective:
    """The generator maximises log D(G(z)) instead: same fixed point, stronger gradient early.

    Args:
        label_smoothing: as in `minimax`.

    Returns:
        An `Objective`.

    Example:
        `GAN(generator, discriminator, objective=non_saturating(label_smoothing=0.1))`

    Reference: [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661), section 3
    """
    _check_smoothing(label_smoothing)
    return Objective(
        "non_saturating", _bce_d_loss(label_smoothing), lambda real, fake: ops.mean(ops.softplus(-fake))
    )


def _check_smoothing(label_smoothing: float) -> None:
    if not 0.0 <= label_smoothing < 1.0:
        raise InvalidArgumentError(
            f"label_smoothing must lie in [0, 1). Received: label_smoothing={label_smoothing}"
        )


def least_squares(*, real: float = 1.0, fake: float = 0.0, target: float = 1.0) -> Objective:
    """Least-squares GAN with targets b = `real`, a = `fake` and c = `target`.

    Args:
        real: b, the discriminator's target for reals.
        fake: a, its target for fakes.
        target: c, the value that the generator wants its fakes to get.

    Returns:
        An `Objective`; its accuracy counts logits nearer to their own target.

    Example:
        `GAN(generator, discriminator, objective=least_squares())`

    Reference: [Mao et al., 2017](https://arxiv.org/abs/1611.04076), equation 2
    """
    middle = (real + fake) / 2
    return Objective(
        "least_squares",
        lambda r, f: 0.5 * (ops.mean(ops.square(r - real)) + ops.mean(ops.square(f - fake))),
        lambda r, f: 0.5 * ops.mean(ops.square(f - target)),
        accuracy=lambda r, f: _share_right(r - middle, f - middle),
    )


def hinge() -> Objective:
    """The margin loss of SAGAN and BigGAN.

    Returns:
        An `Objective`.

    Example:
        `GAN(generator, discriminator, objective=hinge())`

    Reference: [Lim and Ye, 2017](https://arxiv.org/abs/1705.02894)
    """
    return Objective(
        "hinge",
        lambda real, fake: ops.mean(ops.relu(1.0 - real)) + ops.mean(ops.relu(1.0 + fake)),
        lambda real, fake: -ops.mean(fake),
    )


def wasserstein() -> Objective:
    """The dual of the earth mover's distance; the critic must be kept Lipschitz.

    Use it with `penalties.GradientPenalty` (WGAN-GP) or `clip_weights=0.01` at compile (WGAN).

    Returns:
        An `Objective`; `-d_loss` estimates the distance, and accuracy ranks pairs.

    Example:
        `GAN(generator, discriminator, objective=wasserstein())`

    Reference: [Arjovsky et al., 2017](https://arxiv.org/abs/1701.07875), equation 2
    """
    return Objective(
        "wasserstein",
        lambda real, fake: ops.mean(fake) - ops.mean(real),
        lambda real, fake: -ops.mean(fake),
        accuracy=_share_ranked,
    )


def relativistic() -> Objective:
    """Relativistic pairing: each real is compared with one fake, D(x) - D(G(z)).

    Returns:
        An `Objective` whose generator loss reads the reals' logits too.

    Example:
        `GAN(generator, discriminator, objective=relativistic())`

    Reference: [Jolicoeur-Martineau, 2018](https://arxiv.org/abs/1807.00734), section 4.1;
    [Huang et al., 2024](https://arxiv.org/abs/2501.05441), equation 2
    """
    return Objective(
        "relativistic",
        lambda real, fake: ops.mean(ops.softplus(fake - real)),
        lambda real, fake: ops.mean(ops.softplus(real - fake)),
        g_needs_real=True,
        accuracy=_share_ranked,
    )


_FACTORIES: dict[str, Callable[..., Objective]] = {
    f.__name__: f for f in (hinge, least_squares, minimax, non_saturating, relativistic, wasserstein)
}


def names() -> list[str]:
    """The names that `get` knows, sorted."""
    return sorted(_FACTORIES)


def get(objective: str | Objective, **arguments: float) -> Objective:
    """Look an objective up by name; an `Objective` is returned as it is.

    Args:
        objective: one of `names()`, or an `Objective`.
        **arguments: passed to the objective's factory, e.g. `label_smoothing=0.1`.

    Returns:
        An `Objective`.

    Raises:
        InvalidArgumentError: unknown name, or an argument that the objective does not have.

    Example:
        `objectives.get("non_saturating", label_smoothing=0.1)`
    """
    if isinstance(objective, Objective):
        return objective
    if objective not in _FACTORIES:
        raise InvalidArgumentError(
            f"Unknown objective. Received: objective={objective!r}. Choose one of: {', '.join(names())}."
        )
    try:
        return _FACTORIES[objective](**arguments)
    except TypeError:
        raise InvalidArgumentError(
            f"Objective {objective!r} does not take these arguments. Received: {sorted(arguments)}"
        ) from None
