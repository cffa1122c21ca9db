"""Gauss-Newton in z: the last grey levels of an inversion, where plain descent crawls."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ganzoo import backend
from ganzoo.latent._objective import Scales, Weights
from ganzoo.latent.jacobian import columns_of, points_at_once

__all__ = ["GaussNewton"]

# Damping, as a part of the mean curvature: at first, and its bounds.
_DAMPING, _LEAST, _MOST = 2e-3, 1e-9, 1e6
_TRUSTED, _MISTRUSTED, _TRIES = 0.2, 4.0, 3

Objective = Callable[[NDArray[np.float32]], tuple[NDArray[np.float32], NDArray[np.float32]]]


class GaussNewton:
    """Damped Gauss-Newton steps (Levenberg and Marquardt), each row with a damping of its own.

    The gradient is that of the whole loss; the curvature is that of its pixels, JᵀJ, which steepest descent
    lacks: a generator stretches some directions of z a thousand times more than others.

    Args:
        gan: a `ganzoo.GAN`.
        scales: of the loss.
        weights: of the loss; that of pixels above 0.

    Reference: [Marquardt, 1963](https://doi.org/10.1137/0111030)
    """

    def __init__(self, gan: Any, scales: Scales, weights: Weights) -> None:
        self.size, self.bounded = points_at_once(gan), gan.latent_prior == "uniform"
        factor = 2 * weights.pixels / scales.pixels / float(np.prod(gan.image_shape))
        generator = gan.generator

        def curvature(z: Any, *labels: Any) -> Any:
            columns = columns_of(generator, z, *labels)
            return factor * keras.ops.matmul(keras.ops.transpose(columns, (0, 2, 1)), columns)

        self.call = backend.compiled_function(curvature)

    def run(
        self,
        objective: Objective,
        z: NDArray[np.float32],
        labels: list[NDArray[Any]],
        steps: int,
        *,
        tell: Callable[[], None] | None = None,
    ) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """Step on, and keep what lowers the loss.

        Args:
            objective: z to losses (n,) and their gradient (n, latent_dim).
            z: (n, latent_dim), where to begin.
            labels: none, or one array (n,).
            steps: of which each row takes those that lower its loss.
            tell: called after each step.

        Returns:
            z, and the losses there: nowhere above those of the beginning.
        """
        losses, gradient = (np.asarray(x, "float64") for x in objective(z))
        damping = np.full(len(z), _DAMPING)
        for _ in range(steps):
            curvature = self._curvature(z, labels)
            waiting = np.ones(len(z), bool)
            # The curvature is what is dear: a step that does not help is tried again, shorter.
            for _ in range(_TRIES):
                tried = self._try(z, gradient, curvature, damping)
                there, slope = (np.asarray(x, "float64") for x in objective(tried))
                better = waiting & (there < losses)
                z = np.where(better[:, None], tried, z)
                losses, gradient = np.where(better, there, losses), np.where(better[:, None], slope, gradient)
                factor = np.where(better, _TRUSTED, np.where(waiting, _MISTRUSTED, 1.0))
                damping = np.clip(damping * factor, _LEAST, _MOST)
                waiting &= ~better
                if not waiting.any():
                    break
            if tell is not None:
                tell()
        return z, losses

    def _try(
        self,
        z: NDArray[np.float32],
        gradient: NDArray[np.float64],
        curvature: NDArray[np.float64],
        damping: NDArray[np.float64],
    ) -> NDArray[np.float32]:
        mean = np.trace(curvature, axis1=1, axis2=2) / z.shape[1]
        # A generator that is flat here has no curvature to scale by.
        ridge = np.maximum(damping * mean, 1e-12)[:, None, None] * np.eye(z.shape[1])
        step = np.linalg.solve(curvature + ridge, gradient[..., None])[..., 0]
        tried = z - step
        return np.asarray(np.clip(tried, -1, 1) if self.bounded else tried, "float32")

    def _curvature(self, z: NDArray[np.float32], labels: list[NDArray[Any]]) -> NDArray[np.float64]:
        found = []
        size = min(self.size, len(z))
        for start in range(0, len(z), size):
            # The last point is repeated rather than the call compiled for fewer.
            rows = np.minimum(np.arange(start, start + size), len(z) - 1)
            block = self.call(z[rows], *(each[rows] for each in labels))
            found.append(block[: len(z) - start])
        return np.concatenate(found).astype("float64")
