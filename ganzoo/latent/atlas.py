"""An atlas: what a sheet of latent space shows, and how well behaved the generator is on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganzoo import images, sampling
from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.extractors import Extractor, load_extractor, shipped_extractor
from ganzoo.evaluate.membership import discriminator_scores
from ganzoo.latent._points import check_latents
from ganzoo.latent.jacobian import condition_number, jacobian_blocks, log_volume

__all__ = ["Atlas", "atlas"]


@dataclass(frozen=True, eq=False)
class Atlas:
    """Maps of a sheet of z, (rows, columns) each.

    Args:
        z: float32 (rows, columns, latent_dim).
        pictures: uint8 (rows, columns, height, width, channels).
        log_volume: float64, of the Jacobian. Where it is low, many z draw much the same.
        condition_number: float64, of the Jacobian, at least 1. Where it is high, one direction changes the
            picture far more than another.
        score: float64, the discriminator's logit: high where it takes the picture for a real one.
        classes: what the classifier reads, or None where there is none that fits.
    """

    z: NDArray[np.float32]
    pictures: NDArray[np.uint8]
    log_volume: NDArray[np.float64]
    condition_number: NDArray[np.float64]
    score: NDArray[np.float64]
    classes: NDArray[np.int64] | None


def atlas(
    gan: Any,
    sheet: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    classifier: Extractor | None = None,
    progress: Callable[[int], None] | None = None,
) -> Atlas:
    """Map a sheet of latent space.

    Args:
        gan: a `ganzoo.GAN`.
        sheet: z (rows, columns, latent_dim), of `corner_grid`, `j_diagram` or `manifold_grid`.
        labels: for a class-conditional model, the one label.
        classifier: reads the class map; default: the one that is shipped for the data that the model was
            trained on, if there is one.
        progress: told how many points are done.

    Returns:
        An `Atlas`; `atlas_picture` draws it.

    Raises:
        InvalidArgumentError: the sheet is not (rows, columns, latent_dim), the label does not fit, or the
            classifier has no classes or takes other pictures.

    Example:
        >>> maps = atlas(gan, corner_grid(gan.sample_latents(4), 12, 12))
        >>> ganzoo.images.save_png("atlas.png", atlas_picture(maps))

    Reference: [Odena et al., 2018](https://arxiv.org/abs/1802.08768), for the condition number
    """
    array = np.asarray(sheet)
    if array.ndim != 3 or 0 in array.shape:
        raise InvalidArgumentError(
            f"sheet must have shape (rows, columns, {gan.latent_dim}). Received: shape {array.shape}"
        )
    z = check_latents(gan, array.reshape(-1, array.shape[2]))
    every_label = sampling.check_labels(labels, len(z), gan.num_classes)
    if classifier is None:
        classifier = _shipped_classifier(gan)
    pictures = images.to_uint8(gan.decode(z, labels=every_label))
    # refused here, before the Jacobians, which take longest
    classes = None if classifier is None else classifier.features_and_logits(pictures)[1].argmax(axis=1)
    score = discriminator_scores(gan, pictures, labels=every_label)
    volume, condition = _figures(gan, z, every_label, progress)
    shape = array.shape[:2]
    return Atlas(
        z=z.reshape(array.shape),
        pictures=pictures.reshape(*shape, *pictures.shape[1:]),
        log_volume=volume.reshape(shape),
        condition_number=condition.reshape(shape),
        score=np.asarray(score, np.float64).reshape(shape),
        classes=None if classes is None else classes.reshape(shape),
    )


def _figures(
    gan: Any, z: NDArray[np.float32], labels: NDArray[np.int32] | None, progress: Callable[[int], None] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    volume, condition = np.empty(len(z)), np.empty(len(z))
    done = 0
    for block in jacobian_blocks(gan, z, labels=labels):
        rows = slice(done, done + len(block))
        volume[rows], condition[rows] = log_volume(block), condition_number(block)
        done += len(block)
        if progress is not None:
            progress(done)
    return volume, condition


def _shipped_classifier(gan: Any) -> Extractor | None:
    data = None if gan.manifest is None else gan.manifest.data
    name = None if data is None else shipped_extractor(data.name, gan.image_shape)
    extractor = None if name is None else load_extractor(name)
    return extractor if extractor is not None and extractor.num_classes else None
