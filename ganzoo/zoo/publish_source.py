"""What there is to publish of a model: a folder, what its card lacks, and the content of every file."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np

from ganzoo.errors import InvalidArgumentError, WeightsError
from ganzoo.gan import GAN
from ganzoo.zoo import card, card_header, files
from ganzoo.zoo.checking import ALL_FILES
from ganzoo.zoo.loading import load
from ganzoo.zoo.manifest import MANIFEST_FILE, slug
from ganzoo.zoo.preset import Preset
from ganzoo.zoo.publish_plan import Content
from ganzoo.zoo.saving import save

__all__ = ["check_told", "contents_of", "folder_of"]

Model = GAN | str | os.PathLike[str]

# In the folder though ganzoo.json has no hash of it.
_UNSIGNED: Final = (MANIFEST_FILE, files.EVALUATION, files.PICTURE)


@contextmanager
def folder_of(model: Model, repo: str) -> Iterator[Path]:
    """A folder of the model, as long as the context is open.

    Args:
        model: a `GAN`, a name or a folder.
        repo: `user/name`, after which a GAN from nowhere is named.

    Returns:
        A context manager that gives the folder: that which the GAN was loaded from, if it still holds these
        weights, else a temporary one.
    """
    if not isinstance(model, GAN):
        yield files.find(model)
        return
    origin = _origin(model)
    if origin is not None and (origin / files.PICTURE).is_file():
        yield origin
        return
    with tempfile.TemporaryDirectory(prefix="ganzoo-") as temporary:
        folder = save(model, Path(temporary, "preset"), name=slug(repo.rpartition("/")[2]))
        # What came from the Hub's cache is without the picture, yet what it scored is still true.
        if origin is not None and (origin / files.EVALUATION).is_file():
            shutil.copyfile(origin / files.EVALUATION, folder / files.EVALUATION)
        yield folder


def _origin(gan: GAN) -> Path | None:
    """The folder that a GAN was loaded from, if it still holds these weights."""
    if gan.folder is None:
        return None
    try:
        there = load(gan.folder)
    except WeightsError:
        return None
    pairs = [(there.generator, gan.generator), (there.discriminator, gan.discriminator)]
    same = all(
        np.array_equal(a, b)
        for one, other in pairs
        for a, b in zip(one.get_weights(), other.get_weights(), strict=True)
    )
    return Path(gan.folder) if same else None


def check_told(model: Model, preset: Preset, missing: Sequence[str], *, incomplete: bool) -> None:
    """Warn of what the card of a `GAN` will lack; refuse a folder without data or licence.

    Args:
        model: that is to be published.
        preset: its folder's.
        missing: what a reader of the card will miss, in words.
        incomplete: refuse nothing.

    Raises:
        InvalidArgumentError: the folder does not record them.
    """
    if isinstance(model, GAN):
        if missing:
            warnings.warn(f"Published without {', '.join(missing)}; the card says so.", stacklevel=4)
        return
    data = preset.manifest.data
    if not incomplete and (data is None or not data.licence):
        lacks = "what it was trained on" if data is None else "the licence of its images"
        raise InvalidArgumentError(
            f"{preset.folder} does not record {lacks}, and a card without it tells nobody what they may do. "
            'Add "data": {"name": …, "licence": …} to its ganzoo.json, or publish it as incomplete.'
        )


def contents_of(preset: Preset, repo: str) -> dict[str, Content]:
    """Every file to publish: paths, and the card as it will be there.

    Args:
        preset: checked.
        repo: `user/name`.

    Raises:
        WeightsError: a card of a person's own is not one that the Hub would understand.
    """
    # What ganzoo.json does not name is not loaded, and so is no part of the preset.
    described = [name for name in ALL_FILES if name in preset.manifest.files or name in _UNSIGNED]
    found: dict[str, Content] = {
        name: preset.folder / name for name in described if (preset.folder / name).is_file()
    }
    found[files.CARD] = _card(preset, repo).encode()
    return found


def _card(preset: Preset, repo: str) -> str:
    path = preset.folder / files.CARD
    try:
        own = path.read_text(encoding="utf-8") if path.is_file() else card.GENERATED
    except UnicodeDecodeError:
        raise WeightsError(f"{path} is no UTF-8 text. Save it as such, or delete it.") from None
    if card.GENERATED in own:
        sampler = files.read_sampler(preset.folder, preset.manifest)
        return card.render(preset.manifest, preset.evaluation, sampler, repo=repo)
    card_header.check_header(own, path)
    return own
