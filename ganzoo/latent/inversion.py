"""Inversion: the z from which a generator draws a given picture, as nearly as it can."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ganzoo import backend, sampling
from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.descent import Adam, nearest_draws
from ganzoo.images import check_images, to_float, to_uint8
from ganzoo.latent._classes import class_extractor
from ganzoo.latent._objective import Weights, compiled_objective, discriminator_heads, scales_of
from ganzoo.latent.gauss_newton import GaussNewton
from ganzoo.sampling import check_count

__all__ = ["Inversion", "Weights", "invert"]

# The rate at the end of a descent, as a part of that at its beginning (cosine in between).
_LAST_RATE = 0.05
# A Gauss-Newton step in steps of Adam, for the progress.
_DEAR = 40

Progress = Callable[[int, int], None]
Objective = Callable[..., tuple[NDArray[np.float32], NDArray[np.float32]]]


@dataclass(frozen=True, eq=False)
class Inversion:
    """What was found for some pictures.

    Args:
        z: float32 (n, latent_dim).
        labels: int32 (n,) of a class-conditional model, else None.
        images: uint8 (n, height, width, channels), drawn from z.
        rmse: float64 (n,), the root of the mean squared error against the pictures, in grey levels of 255.
        starts: what each was found from, "encoder" or "draw".
    """

    z: NDArray[np.float32]
    labels: NDArray[np.int32] | None
    images: NDArray[np.uint8]
    rmse: NDArray[np.float64]
    starts: tuple[str, ...]

    @property
    def psnr(self) -> NDArray[np.float64]:
        """The peak signal-to-noise ratio in dB, float64 (n,); infinite for an exact picture."""
        with np.errstate(divide="ignore"):
            return np.asarray(20 * np.log10(255 / self.rmse), "float64")


def invert(
    gan: Any,
    images: NDArray[np.uint8],
    *,
    labels: Any = None,
    encoder: keras.Model | None = None,
    starts: int = 4,
    explore: int = 30,
    steps: int = 40,
    refine: int = 8,
    learning_rate: float = 0.15,
    weights: Weights | None = None,
    pool: int = 1024,
    seed: int = 0,
    batch_size: int = 64,
    extractor: Any = "auto",
    progress: Progress | None = None,
) -> Inversion:
    """Find z by Adam from several starts, and from the best one by Gauss-Newton steps.

    The starts of a picture are what the encoder says, if there is one, and the draws that look most like it.
    All are followed for `explore` steps; the best one then begins anew, takes `steps` more and is refined.
    The picture is what is found again. Its z is, too, as far as the picture says what it was: a trained
    generator has directions in which it hardly changes anything, and many z draw almost the same picture.

    Args:
        gan: a `ganzoo.GAN`.
        images: uint8 (n, height, width, channels) of the model's size, n >= 1.
        labels: of a class-conditional model, one or n; by default what the classifier shipped for its data
            reads.
        encoder: of this model, from `train_encoder` or `load_encoder`.
        starts: z to start from, at most `pool`.
        explore: steps from each start; 0 takes the first start.
        steps: of Adam from the best one.
        refine: Gauss-Newton steps after them, each as dear as some 40 of Adam; none without `weights.pixels`.
        learning_rate: of Adam; it falls to a twentieth by a cosine.
        weights: of the terms that are minimised.
        pool: draws that starts are chosen from.
        seed: of the draws, by NumPy.
        batch_size: pictures in a compiled call.
        extractor: "auto", an `Extractor` or None, for labels that are not given.
        progress: called with steps done and steps in all.

    Returns:
        The `Inversion`.

    Raises:
        DataError: the images are of another size, number of channels or type.
        InvalidArgumentError: an option is out of range, or labels are missing.

    Example:
        >>> found = ganzoo.latent.invert(gan, images)
        >>> leaning = gan.decode(directions["slant"].move(found.z, 1.5))

    Reference: [Zhu et al., 2016](https://arxiv.org/abs/1609.03552), section 3.2;
        [Zhu et al., 2020](https://arxiv.org/abs/2004.00049), section 3.2
    """
    if not 1 <= starts <= pool or explore < 0 or steps < 1 or refine < 0 or not learning_rate > 0:
        raise InvalidArgumentError(
            "invert needs 1 <= starts <= pool, explore >= 0, steps >= 1, refine >= 0, learning_rate > 0. "
            f"Received: starts={starts}, pool={pool}, explore={explore}, steps={steps}, refine={refine}, "
            f"learning_rate={learning_rate}"
        )
    batch_size = check_count(batch_size, name="batch_size")
    images = check_images(images, size=gan.image_shape[0], channels=gan.image_shape[-1])
    classes = _labels(gan, images, labels, extractor)
    inputs: list[NDArray[Any]] = [images] if classes is None else [images, classes]
    heads = discriminator_heads(gan)
    scales = scales_of(gan, heads, labels=classes, seed=seed)
    weights = weights or Weights()
    objective = compiled_objective(gan, heads, scales, weights)
    z = nearest_draws(gan, inputs, starts=starts, pool=pool, seed=seed).reshape(len(images), starts, -1)
    if encoder is not None:
        # In the place of the draw that is least like it: argpartition leaves no order, so of any of them.
        z[:, 0] = _encoded(gan, encoder, inputs)
    descent = _Descent(
        objective, heads, inputs, gan.latent_prior == "uniform", learning_rate, batch_size, progress
    )
    refine = refine if weights.pixels else 0
    if refine:
        descent.newton = GaussNewton(gan, scales, weights)
    descent.total = (len(z) * starts * explore if starts > 1 else 0) + len(z) * (steps + _DEAR * refine)
    first = np.zeros(len(z), "int64")
    if starts > 1 and explore:
        rows = np.repeat(np.arange(len(z)), starts)
        explored, losses = descent.run(z.reshape(-1, z.shape[-1]), rows, explore)
        first = losses.reshape(len(z), starts).argmin(1)
        z = explored.reshape(z.shape)
    found, _ = descent.run(z[np.arange(len(z)), first], np.arange(len(z)), steps, refine=refine)
    drawn = to_uint8(_decode(gan, found, classes, batch_size))
    difference = drawn.astype("float64") - images
    names = tuple("encoder" if encoder is not None and i == 0 else "draw" for i in first)
    return Inversion(found, classes, drawn, np.sqrt(np.mean(difference**2, axis=(1, 2, 3))), names)


@dataclass
class _Descent:
    """Adam in z, a batch of pictures at a time."""

    objective: Objective
    heads: keras.Model
    inputs: list[NDArray[Any]]
    bounded: bool
    learning_rate: float
    batch_size: int
    progress: Progress | None
    newton: GaussNewton | None = None
    total: int = 0
    done: int = 0

    def __post_init__(self) -> None:
        self.call = backend.compiled_call(self.heads)

    def run(
        self, z: NDArray[np.float32], pictures: NDArray[np.intp], steps: int, *, refine: int = 0
    ) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """Descend from each row of z to the picture of that number: the best z, and its loss."""
        # A power of two, so that few shapes are compiled.
        size = min(self.batch_size, 1 << (len(z) - 1).bit_length())
        best_z, best = np.empty_like(z), np.empty(len(z))
        for start in range(0, len(z), size):
            # The last rows are repeated rather than the step compiled for fewer.
            rows = np.minimum(np.arange(start, start + size), len(z) - 1)
            count = min(size, len(z) - start)
            best_z[rows], best[rows] = self._batch(z[rows], pictures[rows], steps, refine, count)
        return best_z, best

    def _batch(
        self, z: NDArray[np.float32], pictures: NDArray[np.intp], steps: int, refine: int, count: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        bytes_, *labels = (x[pictures] for x in self.inputs)
        target = to_float(bytes_)
        features = np.asarray(self.call(target, *labels)[0])

        def loss(z: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
            return self.objective(z, target, features, *labels)

        adam = Adam(z, self.learning_rate, bounded=self.bounded)
        for step in range(steps):
            turn = 0.5 * (1 + np.cos(np.pi * step / steps))
            adam.learning_rate = self.learning_rate * (_LAST_RATE + (1 - _LAST_RATE) * turn)
            adam.update(*loss(adam.z))
            self._tell(count)
        adam.keep(loss(adam.z)[0])
        z, losses = adam.best_z, adam.best
        if self.newton is not None and refine:
            z, losses = self.newton.run(loss, z, labels, refine, tell=lambda: self._tell(_DEAR * count))
        return z, losses

    def _tell(self, done: int) -> None:
        self.done += done
        if self.progress is not None:
            self.progress(self.done, self.total)


def _labels(gan: Any, images: NDArray[np.uint8], labels: Any, extractor: Any) -> NDArray[np.int32] | None:
    if gan.num_classes and labels is None:
        classifier = class_extractor(gan, extractor)
        if classifier is not None and classifier.num_classes == gan.num_classes:
            labels = classifier.features_and_logits(images)[1].argmax(1)
    return sampling.check_labels(labels, len(images), gan.num_classes)


def _encoded(gan: Any, encoder: keras.Model, inputs: list[NDArray[Any]]) -> NDArray[np.float32]:
    z = backend.compiled_call(encoder)(to_float(inputs[0]), *inputs[1:])
    return np.asarray(np.clip(z, -1, 1) if gan.latent_prior == "uniform" else z, "float32")


def _decode(
    gan: Any, z: NDArray[np.float32], labels: NDArray[np.int32] | None, size: int
) -> NDArray[np.float32]:
    parts = []
    for start in range(0, len(z), size):
        here = None if labels is None else labels[start : start + size]
        parts.append(gan.decode(z[start : start + size], labels=here))
    return np.concatenate(parts)
