"""The audit's picture: suspicious samples beside their nearest training images. Mind whose those are."""

import numpy as np
from PIL import Image, ImageDraw

from ganzoo import images
from ganzoo.evaluate.audit import Audit
from ganzoo.evaluate.suspects import Suspects

__all__ = ["audit_picture"]

CAPTION, GAP = 16, 24


def audit_picture(audit: Audit) -> np.ndarray:
    """Draw the suspects of an audit, and beside them what unseen real images look like there.

    Args:
        audit: of `audit_model`.

    Returns:
        uint8 (height, width, channels): two blocks, each row a picture and its three nearest training
        images, the most suspicious first.

    Example:
        >>> ganzoo.images.save_png("audit.png", audit_picture(audit))
    """
    left = _block(audit.suspects, "sample | nearest training images")
    right = _block(audit.unseen_suspects, "unseen real image | the same")
    gap = np.full((left.shape[0], GAP, left.shape[2]), 255, "uint8")
    return np.concatenate([left, gap, right], axis=1)


def _block(suspects: Suspects, caption: str) -> np.ndarray:
    rows = np.concatenate([suspects.images[:, None], suspects.nearest], axis=1)
    height = rows.shape[2]
    tiles = images.grid(
        rows.reshape(-1, *rows.shape[2:]), columns=rows.shape[1], scale=max(1, round(84 / height))
    )
    band = Image.new("L", (tiles.shape[1], CAPTION), 255)
    ImageDraw.Draw(band).text((3, 2), caption, fill=0)
    return np.concatenate([np.repeat(np.asarray(band)[..., None], tiles.shape[2], axis=2), tiles])
