"""Proposals until enough are accepted: what discriminator rejection and its budgeted form share."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ganzoo.errors import InvalidArgumentError
from ganzoo.latent.samplers.base import Batch
from ganzoo.latent.samplers.calibration import LogRatio
from ganzoo.latent.samplers.noise import Plan
from ganzoo.latent.samplers.passes import Passes

__all__ = ["accepted", "known_scores"]

_PILOT: Final = 1024

# Log ratios (m,) to probabilities of acceptance (m,); called once a proposal, in order.
Accept = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def accepted(
    name: str, asked: Plan, passes: Passes, calibration: LogRatio, accept: Accept, *, max_tries: int
) -> Iterator[Batch]:
    """Yield accepted proposals, each with the label that was asked for.

    Raises:
        InvalidArgumentError: of `max_tries` proposals for each picture that is missing, none was accepted.
    """
    latents, uniforms = asked.rng("latents"), asked.rng("uniforms")
    waiting: dict[int, deque[tuple[Any, Any]]] = {}
    for labels, rows in asked.windows():
        wanted = np.full(rows, -1) if labels is None else labels
        in_vain = 0
        while len(missing := _missing(wanted, waiting)):
            # Few where few are missing; a power of two, as `Passes` pads to.
            ask = min(asked.batch_size, 1 << len(missing).bit_length())
            shown = None if labels is None else np.resize(missing, ask).astype(np.int32)
            z = asked.latents(latents, ask)
            images, scores = passes.score(z, shown)
            chance = accept(calibration.log_ratio(scores))
            # `<` and not `<=`: a uniform of 0 accepts nothing of probability 0
            for i in np.flatnonzero(uniforms.random(len(z)) < chance):
                label = -1 if shown is None else int(shown[i])
                waiting.setdefault(label, deque()).append((z[i], images[i]))
            still = len(_missing(wanted, waiting))
            in_vain = 0 if still < len(missing) else in_vain + ask
            if in_vain >= max_tries:
                raise InvalidArgumentError(
                    f"Sampler '{name}' accepted none of {in_vain} proposals in a row. Received: {still} "
                    "pictures still missing. Loosen its settings, calibrate again, or raise max_tries."
                )
        taken = [waiting[int(label)].popleft() for label in wanted]
        passes.cost.images += rows
        yield Batch(np.stack([z for z, _ in taken]), np.stack([image for _, image in taken]))


def known_scores(calibration: LogRatio, asked: Plan, passes: Passes, pilot: int) -> NDArray[np.float64]:
    """Scores of drawn pictures, for a bound or a rate to start with.

    Args:
        calibration: whose quantiles they are where it has some and no pilot is asked for.
        asked, passes: for the pilot.
        pilot: fresh draws, which are not kept; 0: 1024 where the calibration knows no scores.
    """
    if not pilot and calibration.fake_quantiles:
        return np.array(calibration.fake_quantiles)
    pilot = pilot or _PILOT
    rng, parts = asked.rng("pilot"), []
    for start in range(0, pilot, asked.batch_size):
        z = asked.latents(rng, min(asked.batch_size, pilot - start))
        shown = None if asked.labels is None else np.resize(asked.labels, start + len(z))[start:]
        parts.append(passes.score(z, shown)[1])
    return np.concatenate(parts)


def _missing(wanted: NDArray[Any], waiting: dict[int, deque[tuple[Any, Any]]]) -> NDArray[Any]:
    """The labels of this batch that no accepted picture is waiting for."""
    left = {label: len(queue) for label, queue in waiting.items()}
    missing = []
    for label in wanted.tolist():
        if left.get(label, 0):
            left[label] -= 1
        else:
            missing.append(label)
    return np.array(missing, dtype=np.int64)
