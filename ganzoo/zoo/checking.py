"""Whether a preset folder is fit for others: whole, loadable, drawing what it says it draws."""

from pathlib import Path
from typing import Final

import keras
from PIL import Image

from ganzoo._foreign import open_plain
from ganzoo.errors import WeightsError
from ganzoo.zoo import files
from ganzoo.zoo.golden import check_golden
from ganzoo.zoo.loading import load
from ganzoo.zoo.manifest import DATA_FILES, MANIFEST_FILE, read_json
from ganzoo.zoo.preset import Preset, info
from ganzoo.zoo.saving import plain_config, without_sharing

__all__ = ["ALL_FILES", "check_preset", "gaps"]

_REQUIRED: Final = (files.CONFIG, files.METADATA, files.GENERATOR, files.DISCRIMINATOR, files.REFERENCE)
_AGAIN: Final = "Write it anew: ganzoo.load(FOLDER).save(FOLDER)"
ALL_FILES: Final = (*DATA_FILES, MANIFEST_FILE, files.EVALUATION, files.PICTURE, files.CARD)
"""Every file that a preset may have; others in its folder are nobody's business."""


def check_preset(folder: Path) -> Preset:
    """Check a preset as a stranger's machine would, and more.

    Args:
        folder: of the preset.

    Returns:
        What it is.

    Raises:
        WeightsError: a file is missing or altered, it does not load, draws other pictures than its
            golden ones, or `config.json` is of another network.
    """
    preset = info(folder)
    manifest = preset.manifest
    for name in dict.fromkeys((*_REQUIRED, *manifest.files)):
        files.verified(folder, manifest, name)
    _check_picture(folder / files.PICTURE)
    gan = load(folder)
    check_golden(gan.generator, folder)
    _check_config(folder, gan.generator)
    return preset


def gaps(preset: Preset) -> tuple[str, ...]:
    """What a reader of the card will miss, in words; empty if it tells all."""
    manifest, evaluation = preset.manifest, preset.evaluation
    data = manifest.data
    missing = {
        "what it was trained on": data is None,
        "the licence of the images": data is None or not data.licence,
        "the recipe and cost of the training": manifest.recipe is None or manifest.cost is None,
        "scores (ganzoo evaluate --write)": evaluation is None or not evaluation.scores,
        "an audit (ganzoo audit --write)": evaluation is None or evaluation.audit is None,
    }
    return tuple(what for what, is_missing in missing.items() if is_missing)


def _check_picture(path: Path) -> None:
    try:
        with open_plain(path, remedy=_AGAIN) as file, Image.open(file, formats=["PNG"]) as picture:
            picture.verify()
    # SyntaxError: what Pillow raises of a broken PNG
    except (OSError, SyntaxError, Image.DecompressionBombError):
        raise WeightsError(f"{path} is no PNG. {_AGAIN}") from None


def _check_config(folder: Path, generator: keras.Model) -> None:
    """Hold `config.json`, which Keras alone loads, to the network that `ganzoo.json` describes.

    It is compared and never given to Keras. Another version of Keras may write the same network in other
    words; then it has been held to layers and sizes alone, when the preset was loaded.
    """
    if read_json(folder / files.METADATA) != {"keras_version": keras.__version__}:
        return
    if without_sharing(read_json(folder / files.CONFIG)) != plain_config(generator):
        raise WeightsError(
            f"{folder / files.CONFIG} is not of the generator that {MANIFEST_FILE} describes. {_AGAIN}"
        )
