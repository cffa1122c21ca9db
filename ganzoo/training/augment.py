"""DiffAugment: the discriminator sees reals and fakes through random, differentiable changes only.

With few images a discriminator learns them by heart; what it never sees unchanged it cannot learn so,
and the generator still gets a gradient through the change.

Reference: [Zhao et al., 2020](https://arxiv.org/abs/2006.10738)
"""

from collections.abc import Callable
from typing import Any

from keras import ops

from ganzoo.errors import InvalidArgumentError

__all__ = ["Augment", "diff_augment", "names"]

Tensor = Any
Uniform = Callable[[tuple[int, ...]], Tensor]
Augment = Callable[[Tensor, Uniform], Tensor]


def diff_augment(policy: str = "color,translation,cutout") -> Augment:
    """Build an augmentation for `GAN.compile(augment=…)`.

    Args:
        policy: one or more of "color" (brightness ± 0.5, saturation 0 to 2 times, contrast 0.5 to 1.5
            times; the saturation of a grey image is nothing, so it keeps it), "translation" (up to an
            eighth of each side) and "cutout" (a square of half the side), joined by commas, applied
            in that order. What is moved in or cut out is 0, mid-grey in [-1, 1].

    Returns:
        `augment(images, uniform) -> images`: images float (N, H, W, C); `uniform(shape)` draws from
        U[0, 1). Each image has its own draw; the result is differentiable with respect to the images.

    Raises:
        InvalidArgumentError: a name in `policy` is unknown.

    Example:
        `gan.compile(augment=diff_augment("translation,cutout"))`

    Reference: [Zhao et al., 2020](https://arxiv.org/abs/2006.10738), section 3.2 and appendix
    """
    steps: list[Augment] = []
    for name in policy.split(","):
        if name.strip() not in _POLICIES:
            raise InvalidArgumentError(
                f"Unknown augmentation {name.strip()!r}. Received: {policy!r}. "
                f"Join by commas any of: {', '.join(names())}."
            )
        steps += _POLICIES[name.strip()]

    def augment(images: Tensor, uniform: Uniform) -> Tensor:
        for step in steps:
            images = step(images, uniform)
        return images

    return augment


def names() -> list[str]:
    """The names that a policy is joined from."""
    return list(_POLICIES)


def _brightness(images: Tensor, uniform: Uniform) -> Tensor:
    return images + (uniform((images.shape[0], 1, 1, 1)) - 0.5)


def _saturation(images: Tensor, uniform: Uniform) -> Tensor:
    if images.shape[-1] == 1:
        return images
    grey = ops.mean(images, axis=-1, keepdims=True)
    return (images - grey) * (uniform((images.shape[0], 1, 1, 1)) * 2.0) + grey


def _contrast(images: Tensor, uniform: Uniform) -> Tensor:
    mean = ops.mean(images, axis=(1, 2, 3), keepdims=True)
    return (images - mean) * (uniform((images.shape[0], 1, 1, 1)) + 0.5) + mean


def _translation(images: Tensor, uniform: Uniform) -> Tensor:
    n, height, width, _ = images.shape
    down = _shift_matrix(height, uniform((n, 1, 1)))
    right = _shift_matrix(width, uniform((n, 1, 1)))
    # shapes that do not depend on the draw, and a matrix product is differentiable everywhere
    return ops.einsum("nij,njkc,nlk->nilc", down, images, right)


def _shift_matrix(side: int, u: Tensor) -> Tensor:
    """(N, side, side) with a one at (i, i - shift), so that its product moves rows by `shift`."""
    limit = int(side / 8 + 0.5)
    shift = ops.floor(u * (2 * limit + 1)) - limit
    index = ops.arange(side, dtype="float32")
    return ops.cast(ops.equal(index[None, None, :], index[None, :, None] - shift), "float32")


def _cutout(images: Tensor, uniform: Uniform) -> Tensor:
    n, height, width, _ = images.shape
    rows = _cut(height, uniform((n, 1)))
    columns = _cut(width, uniform((n, 1)))
    return images * (1.0 - rows[:, :, None, None] * columns[:, None, :, None])


def _cut(side: int, u: Tensor) -> Tensor:
    """(N, side) with ones on an interval of side / 2, its middle anywhere and its ends cut off."""
    size = int(side / 2 + 0.5)
    start = ops.floor(u * (side + 1 - size % 2)) - size // 2
    index = ops.arange(side, dtype="float32")[None, :]
    return ops.cast(ops.logical_and(index >= start, index < start + size), "float32")


_POLICIES: dict[str, tuple[Augment, ...]] = {
    "color": (_brightness, _saturation, _contrast),
    "translation": (_translation,),
    "cutout": (_cutout,),
}
