"""One HTML file that draws a model's pictures in the browser, from disk, without a server."""

import base64
import contextlib
import gzip
import html
import json
import os
import re
from pathlib import Path
from typing import Any, Final

from ganzoo import images
from ganzoo._version import __version__
from ganzoo.errors import InvalidArgumentError, WeightsError
from ganzoo.export.onnx_file import onnx_bytes
from ganzoo.export.web_runtime import ARCHIVE, VERSION, read_runtime
from ganzoo.latent.direction import Directions
from ganzoo.latent.directions_file import load_directions
from ganzoo.latent.ganspace import ganspace_directions
from ganzoo.latent.walk import default_walk
from ganzoo.zoo.directions import load_directions as preset_directions
from ganzoo.zoo.files import find, list_models

__all__ = ["SEEDS", "save_live_page"]

SEEDS: Final = 1000
"""Seeds whose z a page carries: a browser has no NumPy to draw them with."""

_PARTS: Final = Path(__file__).parent / "page"
_SCRIPTS: Final = ("latent.js", "generator.js", "page.js")
_FOUND: Final = 6
_MOST_PIXELS: Final = 340


def save_live_page(
    gan: Any,
    path: str | os.PathLike[str],
    *,
    runtime: str | os.PathLike[str] = ARCHIVE,
    directions: str | os.PathLike[str] | None = None,
) -> Path:
    """Write a page with everything in it: generator, runtime, z of the first seeds, directions.

    It opens from disk, runs onnxruntime-web on one thread and asks for nothing: seeds, sliders along
    directions, a walk between two seeds, a grid. A seed below `SEEDS` is one of `gan.generate`.

    Args:
        gan: a `ganzoo.GAN`.
        path: of the file, ending in `.html`.
        runtime: onnxruntime-web as `npm pack onnxruntime-web@1.30.0` writes it, or the package's folder.
        directions: an `.npz` of this model's directions; by default the preset's, else GANSpace finds six.

    Returns:
        The path.

    Raises:
        MissingExtraError: `onnx` or `onnxruntime` is not installed.
        InvalidArgumentError: the runtime is not there or is another one, the directions are of another model,
            a layer has no ONNX form, or the file cannot be written.
        WeightsError: the file of directions is broken.

    Example:
        >>> ganzoo.export.save_live_page(ganzoo.load("mnist-dcgan"), "mnist-dcgan.html")
    """
    web = read_runtime(runtime)
    found, code = _directions(gan, directions)
    # Its last line names a map for debuggers, which they would ask for.
    script = re.sub(rb"\n//# sourceMappingURL=.*", b"", web.script)
    page = _fill(
        {
            "name": html.escape(gan.name),
            "summary": html.escape(_summary(gan)),
            "size": str(gan.image_shape[0]),
            "style": _part("page.css").replace("{{width}}", str(_width(gan))),
            "directions_note": html.escape(_directions_note(found)),
            "seeds_note": html.escape(_seeds_note()),
            "credits": html.escape(_credits(gan)),
            "licence": html.escape(_part("onnxruntime-licence.txt").strip()),
            # "<" could end the script element that the JSON stands in
            "about": json.dumps(_about(gan, found, code)).replace("<", "\\u003c"),
            "seeds": _text(b"".join(gan.sample_latents(1, seed=seed).tobytes() for seed in range(SEEDS))),
            "model": _zipped(onnx_bytes(gan)),
            "runtime": _zipped(script),
            "wasm": _zipped(web.wasm),
            "script": "\n".join(_part(name) for name in _SCRIPTS),
        }
    )
    return images.write_file(path, ".html", lambda file: file.write(page.encode("utf-8")))


def _part(name: str) -> str:
    return (_PARTS / name).read_text(encoding="utf-8")


def _fill(values: dict[str, str]) -> str:
    """The page's template with its places filled, once: what is put in is not looked at again."""
    return re.sub(r"\{\{(\w+)\}\}", lambda place: values[place[1]], _part("page.html"))


def _zipped(content: bytes) -> str:
    # mtime: the same model gives the same page
    return _text(gzip.compress(content, 9, mtime=0))


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _width(gan: Any) -> int:
    """Of the picture on the screen: a whole number of the screen's pixels to one of its own."""
    size = int(gan.image_shape[0])
    return size * max(1, _MOST_PIXELS // size)


def _directions(gan: Any, path: str | os.PathLike[str] | None) -> tuple[Directions | None, str]:
    """What the sliders move along, and the Python that gives the same."""
    if path is not None:
        file = Path(path).expanduser()
        code = f"ganzoo.latent.load_directions({json.dumps(file.name)}, gan=gan)"
        return load_directions(file, gan=gan), code
    # Of weights that were trained since, or of a folder that is gone, the preset's are not these.
    with contextlib.suppress(InvalidArgumentError, WeightsError):
        own = None if gan.folder is None else preset_directions(gan.folder, gan=gan)
        if own is not None:
            named = (
                gan.name if gan.name in list_models() and find(gan.name) == gan.folder else str(gan.folder)
            )
            return own, f"ganzoo.zoo.load_directions({json.dumps(named)})"
    # A generator that does not begin with a kernel; its page goes without sliders.
    with contextlib.suppress(InvalidArgumentError):
        found = ganspace_directions(gan, k=_FOUND)
        return found, f"ganzoo.latent.ganspace_directions(gan, k={_FOUND})"
    return None, ""


def _about(gan: Any, found: Directions | None, code: str) -> dict[str, Any]:
    return {
        "name": gan.name,
        "latent_dim": gan.latent_dim,
        "prior": gan.latent_prior,
        "walk": default_walk(gan),
        "num_classes": gan.num_classes,
        "size": gan.image_shape[0],
        "channels": gan.image_shape[-1],
        "n_seeds": SEEDS,
        "directions_code": code,
        "directions": [
            {
                "name": each.name,
                "vector": _text(each.vector.tobytes()),
                # in tenths, so that a slider of that step passes 0
                "low": min(round(each.steps[0], 1), 0.0),
                "high": max(round(each.steps[1], 1), 0.0),
            }
            for each in found or ()
        ],
    }


def _summary(gan: Any) -> str:
    height, width, channels = gan.image_shape
    kind = "class-conditional generator" if gan.num_classes else "generator"
    return (
        f"A {kind} of {gan.generator.count_params():,} parameters that draws {height}x{width} "
        f"{'RGB' if channels == 3 else 'grey'} images."
    )


def _directions_note(found: Directions | None) -> str:
    return "None were found." if found is None else f"Found by the method {found[0].method}."


def _seeds_note() -> str:
    return (
        f"Seeds 0 to {SEEDS - 1} are those of gan.generate(1, seed=…): the same picture on every backend. "
        "Others are drawn by this page's own random numbers, which Python does not have."
    )


def _credits(gan: Any) -> str:
    data = None if gan.manifest is None else gan.manifest.data
    parts = []
    if data is not None:
        credit = f", by {data.credit}" if data.credit else ""
        licence = f", {data.licence}" if data.licence else ""
        parts.append(f"Trained on {data.name}{credit}{licence}.")
    parts.append(f"Page by ganzoo {__version__}, Apache-2.0. Run by onnxruntime-web {VERSION}, MIT.")
    return " ".join(parts)
