"""Every way to find directions behind one name."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.by_factor import supervised_directions
from ganzoo.latent.direction import Directions
from ganzoo.latent.ganspace import ganspace_directions
from ganzoo.latent.jacobian_directions import jacobian_directions
from ganzoo.latent.learned import learned_directions
from ganzoo.latent.naming import Effect, name_directions
from ganzoo.latent.sefa import sefa_directions
from ganzoo.sampling import check_count

__all__ = ["find_directions"]

_SUPERVISED = "supervised"
_UNSUPERVISED: Final[dict[str, Callable[..., Directions]]] = {
    "ganspace": ganspace_directions,
    "sefa": sefa_directions,
    "jacobian": jacobian_directions,
    "learned": learned_directions,
}


def find_directions(
    gan: Any,
    *,
    method: str = _SUPERVISED,
    k: int | None = None,
    seed: int = 0,
    progress: Callable[[str, int, int], None] | None = None,
) -> tuple[Directions, list[Effect]]:
    """Find directions, measure what they do, and name them.

    Args:
        gan: a `ganzoo.GAN`.
        method: "supervised", one for each factor; or "ganspace", "sefa", "jacobian", "learned".
        k: directions, 10 by default; of supervised ones the first k by name, all by default.
        seed: of draws; naming takes the next one, so that it sees other z.
        progress: called with "training" or "measuring", how much is done, and how much there is.

    Returns:
        The named directions and the table of their effects, in one order; see `name_directions`.

    Raises:
        InvalidArgumentError: unknown method, or k out of range.

    Example:
        >>> directions, table = find_directions(gan)
        >>> directions["slant"].per_step["slant"]  # degrees
        9.7
    """
    if method != _SUPERVISED and method not in _UNSUPERVISED:
        known = ", ".join([_SUPERVISED, *_UNSUPERVISED])
        raise InvalidArgumentError(f"method must be one of {known}. Received: {method!r}")
    count = 10 if k is None else check_count(k, name="k")
    training, measuring = (progress and partial(progress, stage) for stage in ("training", "measuring"))
    if method == _SUPERVISED:
        found = supervised_directions(gan, seed=seed)
    elif method == "sefa":
        found = sefa_directions(gan, k=count)
    elif method == "learned":
        found = learned_directions(gan, k=count, seed=seed, progress=training)
    else:
        found = _UNSUPERVISED[method](gan, k=count, seed=seed)
    named, table = name_directions(gan, found, seed=seed + 1, progress=measuring)
    if k is not None and k < len(named):
        kept = Directions(named.entries[:k], named.model, named.model_name, named.protocol)
        return kept, table[:k]
    return named, table
