"""The pictures of a view."""

import base64
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganzoo import animation, images, latent
from ganzoo.explorer.shelf import Shown
from ganzoo.explorer.view import GRID, View, unpack

__all__ = ["FPS", "FRAMES", "data_uri", "draw", "moved_z", "samples", "start_z", "walk", "walk_gif"]

FRAMES = 48
FPS = 16
# A download of about this many pixels a side is seen well anywhere.
_GIF_PIXELS = 224

Pictures = NDArray[np.uint8]


def samples(shown: Shown, view: View) -> Pictures:
    """The grid: uint8 (GRID, height, width, channels)."""
    return draw(shown, shown.gan.sample_latents(GRID, seed=view.seed), view)


def start_z(shown: Shown, view: View) -> NDArray[np.float32]:
    """The z of the sample that was taken, or of one's own picture: float32 (1, latent_dim)."""
    if view.z:
        return unpack(view.z, shown.gan.latent_dim)
    z: NDArray[np.float32] = shown.gan.sample_latents(view.pick + 1, seed=view.seed)
    return z[view.pick :]


def moved_z(shown: Shown, view: View) -> NDArray[np.float32]:
    """The same, moved along the directions.

    Raises:
        InvalidArgumentError: the model has no direction of that name.
    """
    z = start_z(shown, view)
    for name, step in view.steps.items():
        z = shown.directions()[name].move(z, step)
    return z


def draw(shown: Shown, z: NDArray[np.float32], view: View) -> Pictures:
    """The pictures of z in the view's class: uint8 (n, height, width, channels)."""
    return images.to_uint8(shown.gan.decode(z, labels=view.label))


def walk(shown: Shown, view: View) -> Pictures:
    """The frames of a walk through the samples that the view names, and back to the first.

    Raises:
        InvalidArgumentError: they are fewer than two.
    """
    stops = shown.gan.sample_latents(GRID, seed=view.seed)[list(view.walk)]
    z = latent.walk_latents(shown.gan, stops, FRAMES, loop=True)
    return latent.walk_frames(shown.gan, z, labels=view.label)


def walk_gif(frames: Pictures, folder: Any) -> bytes:
    """The frames as a GIF.

    Args:
        frames: of `walk`.
        folder: an empty one to write in.
    """
    scale = max(1, round(_GIF_PIXELS / frames.shape[1]))
    return animation.save_animation(folder / "walk.gif", frames, fps=FPS, scale=scale).path.read_bytes()


def data_uri(picture: Pictures) -> str:
    """A picture as an address that holds it, so that no file is written and no request made for it."""
    file = io.BytesIO()
    images.to_pillow(picture).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
