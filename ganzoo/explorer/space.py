"""The folder of a Hugging Face Space: the explorer with one model, which runs from that folder alone."""

import os
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from ganzoo import zoo
from ganzoo._version import __version__
from ganzoo.errors import InvalidArgumentError
from ganzoo.zoo import files
from ganzoo.zoo.manifest import MANIFEST_FILE
from ganzoo.zoo.preset import Preset

__all__ = ["write_space"]

# JAX: it installs in a tenth of the room that PyTorch's default wheels take, and draws as fast.
_PINNED: Final = ("gradio", "keras", "jax", "numpy")
_SDK: Final = "6.31.0"

_APP: Final = '''"""The explorer of ganzoo, with the model in this folder."""

from pathlib import Path

from ganzoo import explorer

explorer.launch(Path(__file__).parent / "{name}", alone=True)
'''

_CARD: Final = """---
title: {name} explorer
emoji: 🔢
colorFrom: indigo
colorTo: gray
sdk: gradio
sdk_version: {sdk}
python_version: "3.12"
app_file: app.py
tags: [gan, ganzoo, keras]
short_description: See the latent space of a GAN
---

# {name} explorer

Take samples of `{name}`, move them along named directions, walk between them, and bring a picture of your
own. Written by `ganzoo export {name} --space FOLDER`; the model's card is
[`{name}/README.md`]({name}/README.md).

Run it anywhere: `pip install -r requirements.txt && python app.py`
"""


def write_space(
    model: str | os.PathLike[str], folder: str | os.PathLike[str], *, overwrite: bool = False
) -> list[Path]:
    """Write what a Gradio Space needs: `app.py`, `requirements.txt`, `README.md` and the preset's folder.

    Args:
        model: one of `ganzoo.list_models()`, or a preset's folder.
        folder: to write into; it is made if it lacks.
        overwrite: replace files of these names that are there.

    Returns:
        The files written.

    Raises:
        InvalidArgumentError: one of the files is there already and is not to be replaced, or the folder
            cannot be written.
        UnknownModelError: no preset has that name.
        WeightsError: a file of the preset is missing or altered.

    Example:
        >>> ganzoo.explorer.write_space("mnist-dcgan", "my-space")
    """
    preset = zoo.info(model)
    target = Path(folder).expanduser()
    texts = {
        "app.py": _APP.format(name=preset.name),
        "requirements.txt": _requirements(),
        "README.md": _CARD.format(name=preset.name, sdk=_installed("gradio") or _SDK),
    }
    copies = _preset_files(preset)
    wanted = [target / name for name in texts] + [target / preset.name / path.name for path in copies]
    there = [path for path in wanted if path.exists()]
    if there and not overwrite:
        raise InvalidArgumentError(
            f"{there[0]} is there already, and nothing is replaced. "
            "Choose another folder, or pass --overwrite."
        )
    try:
        (target / preset.name).mkdir(parents=True, exist_ok=True)
        for path in copies:
            shutil.copyfile(path, target / preset.name / path.name)
        for name, text in texts.items():
            (target / name).write_text(text, encoding="utf-8")
    except (OSError, shutil.SameFileError) as error:
        raise InvalidArgumentError(
            f"Cannot write {str(target)!r}: {getattr(error, 'strerror', None) or error}. "
            "Choose a place open to you."
        ) from error
    return wanted


def _preset_files(preset: Preset) -> list[Path]:
    """Every file of the preset that ganzoo knows, those with a hash held to it."""
    hashed = [files.verified(preset.folder, preset.manifest, name) for name in preset.manifest.files]
    names = (MANIFEST_FILE, files.EVALUATION, files.CARD, files.PICTURE)
    others = [preset.folder / name for name in names if name not in preset.manifest.files]
    return hashed + [path for path in others if path.is_file()]


def _requirements() -> str:
    pins = [f"{name}=={found}" for name in _PINNED if (found := _installed(name))]
    missing = [name for name in _PINNED if not _installed(name)]
    lines = [
        f"# Where no index has it, its wheel beside this file: ./ganzoo-{__version__}-py3-none-any.whl",
        f"ganzoo=={__version__}",
    ]
    return "\n".join([*lines, *pins, *missing]) + "\n"


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
