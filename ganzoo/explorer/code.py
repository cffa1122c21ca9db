"""The Python lines that give what the page shows, to the pixel."""

import json

from ganzoo.explorer.pictures import FPS, FRAMES
from ganzoo.explorer.shelf import Shown
from ganzoo.explorer.view import GRID, View

__all__ = ["picture_lines", "walk_lines"]


def picture_lines(shown: Shown, view: View) -> str:
    """Python that draws the picture of a view into `picture` and writes it as a PNG.

    Args:
        shown: the view's model.
        view: of the page.

    Returns:
        Lines that run as they stand where ganzoo is installed.
    """
    label = "" if view.label is None else f", labels={view.label}"
    lines = ["import base64", ""] if view.z else []
    lines += ["import ganzoo"]
    lines += ["import numpy as np"] if view.z else []
    lines += [_imports(shown, view), "", f"gan = ganzoo.load({_quoted(shown.address)})", *_z(view)]
    if view.steps:
        lines.append(_directions(shown))
    lines += [f"z = directions[{_quoted(name)}].move(z, {step:g})" for name, step in view.steps.items()]
    return "\n".join(
        [
            *lines,
            f"picture = images.to_uint8(gan.decode(z{label}))[0]",
            'images.save_png("picture.png", images.grid(picture[None], scale=10))',
        ]
    )


def walk_lines(shown: Shown, view: View) -> str:
    """Python that draws the walk of a view into `frames` and writes it as a GIF.

    Args:
        shown: the view's model.
        view: with two stops or more.
    """
    label = "" if view.label is None else f", labels={view.label}"
    return "\n".join(
        [
            "import ganzoo",
            "from ganzoo import animation, latent",
            "",
            f"gan = ganzoo.load({_quoted(shown.address)})",
            f"stops = gan.sample_latents({GRID}, seed={view.seed})[{list(view.walk)}]",
            f"z = latent.walk_latents(gan, stops, {FRAMES}, loop=True)",
            f"frames = latent.walk_frames(gan, z{label})",
            f'animation.save_animation("walk.gif", frames, fps={FPS}, scale=8)',
        ]
    )


def _imports(shown: Shown, view: View) -> str:
    names = ["images"]
    if view.steps:
        names.append("zoo" if shown.has_directions else "latent")
    return f"from ganzoo import {', '.join(names)}"


def _z(view: View) -> list[str]:
    if not view.z:
        return [f"z = gan.sample_latents({view.pick + 1}, seed={view.seed})[{view.pick}:]"]
    packed = view.z + "=" * (-len(view.z) % 4)
    # Short lines, for a page as narrow as a phone.
    parts = [packed[start : start + 64] for start in range(0, len(packed), 64)]
    return [
        "packed = (",
        *(f'    "{part}"' for part in parts),
        ")  # your picture's z",
        'z = np.frombuffer(base64.urlsafe_b64decode(packed), "<f2").astype("float32")[None]',
    ]


def _directions(shown: Shown) -> str:
    if not shown.has_directions:
        return "directions, _ = latent.find_directions(gan)  # some seconds"
    return f"directions = zoo.load_directions({_quoted(shown.address)}, gan=gan)"


def _quoted(text: str) -> str:
    """A string as Python has it, in double quotes, which JSON's are."""
    return json.dumps(text, ensure_ascii=False)
