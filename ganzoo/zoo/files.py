"""The files of a preset: found by name, checked before use, replaced whole."""

import contextlib
import difflib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np

from ganzoo._files import sha256_of_file, weights_folder
from ganzoo._foreign_json import parse_json
from ganzoo._foreign_npz import Array, read_arrays
from ganzoo._sampler_file import SAMPLER_FILE, SavedSampler, parse_sampler
from ganzoo.errors import InvalidArgumentError, UnknownModelError, WeightsError
from ganzoo.zoo.hub_address import SCHEME, HubAddress, parse_address
from ganzoo.zoo.hub_cache import in_a_cache
from ganzoo.zoo.manifest import MANIFEST_FILE, FileEntry, Manifest, parse, read_json
from ganzoo.zoo.published import published
from ganzoo.zoo.verify import MAX_BYTES, REMEDY, read_verified, verified

__all__ = [
    "CARD",
    "CONFIG",
    "DISCRIMINATOR",
    "EVALUATION",
    "GENERATOR",
    "METADATA",
    "PICTURE",
    "REFERENCE",
    "check_own",
    "entry",
    "find",
    "list_models",
    "load_reference",
    "read_manifest",
    "read_sampler",
    "replace_files",
    "verified",
]

GENERATOR: Final = "model.weights.h5"
DISCRIMINATOR: Final = "discriminator.weights.h5"
CONFIG: Final = "config.json"
METADATA: Final = "metadata.json"
REFERENCE: Final = "reference.npz"
EVALUATION: Final = "evaluation.json"
PICTURE: Final = "samples.png"
CARD: Final = "README.md"
_GOLDEN: Final = {
    "z": Array("f", 2),
    "images": Array("f", 4),
    "labels": Array("i", 1, required=False),
}


def list_models() -> list[str]:
    """Names of the presets that are here.

    Returns:
        Sorted names, of the folder that GANZOO_WEIGHTS names if it is set, else of those that came with
        ganzoo.

    Raises:
        WeightsError: there is no such folder.

    Example:
        >>> ganzoo.list_models()
        ['mnist-cdcgan', 'mnist-dcgan', 'mnist-mlp-gan', 'mnist-wgan-gp']
    """
    return sorted(path.parent.name for path in weights_folder().glob(f"*/{MANIFEST_FILE}"))


def find(name_or_folder: str | os.PathLike[str]) -> Path:
    """The folder of a preset, fetched from the Hub if it is not here.

    Args:
        name_or_folder: one of `list_models()`, a folder, or an address on the Hub: "hf://user/name" or
            "hf://user/name@revision".

    Returns:
        The folder, which holds a `ganzoo.json`.

    Raises:
        UnknownModelError: no preset has that name, or the Hub shows you none.
        WeightsError: the folder is not there or holds no preset, or the Hub's files cannot be fetched.
        InvalidArgumentError: an address that is not of that form.
    """
    text = os.fspath(name_or_folder)
    if text.startswith(SCHEME):
        return _fetch(parse_address(text))
    is_path = not isinstance(name_or_folder, str) or Path(text).name != text or text in ("", ".", "..")
    if not is_path and text in list_models():
        return weights_folder() / text
    folder = Path(text).expanduser()
    if is_path and not folder.is_dir():
        raise WeightsError(f"No such folder: {text!r}. Pass a preset's folder or a name; {_how_to_list()}")
    if is_path or (folder / MANIFEST_FILE).is_file():
        return folder
    on_the_hub = published()
    if text in on_the_hub:
        place = on_the_hub[text]
        return _fetch(HubAddress(place.repo_id, place.commit), sha256=place.sha256)
    known = [*list_models(), *on_the_hub]
    near = difflib.get_close_matches(text.lower().replace("_", "-"), known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise UnknownModelError(f"Unknown model {text!r}.{hint} {_how_to_list()}")


def read_manifest(folder: Path) -> Manifest:
    """Read and check a preset's `ganzoo.json`.

    Args:
        folder: of the preset.

    Returns:
        The `Manifest`.

    Raises:
        WeightsError: it is missing, breaks the schema, or is of a newer one.
    """
    return parse(read_json(folder / MANIFEST_FILE), folder / MANIFEST_FILE)


def load_reference(name_or_folder: str | os.PathLike[str]) -> dict[str, np.ndarray]:
    """The golden pictures of a preset: what it must draw on every backend.

    Args:
        name_or_folder: as `load`.

    Returns:
        `z` float32 (16, latent_dim), `images` float32 (16, H, W, C) in [-1, 1] and, for a class-conditional
        model, `labels` int32 (16,).

    Raises:
        WeightsError: the file is missing, altered or too large.

    Example:
        >>> golden = ganzoo.zoo.load_reference("mnist-dcgan")
        >>> np.abs(gan.decode(golden["z"]) - golden["images"]).max() < 1e-5
        True
    """
    folder = find(name_or_folder)
    manifest = read_manifest(folder)
    content = read_verified(folder, manifest, REFERENCE)
    golden = read_arrays(
        content, folder / REFERENCE, _GOLDEN, most=MAX_BYTES, what="holds no golden pictures", remedy=REMEDY
    )
    network = manifest.network
    expected = {"z": (network.latent_dim,), "images": (network.size, network.size, network.channels)}
    if network.num_classes:
        expected["labels"] = ()
    received = {name: array.shape[1:] for name, array in golden.items()}
    if received != expected or len({len(array) for array in golden.values()}) > 1:
        raise WeightsError(f"{folder / REFERENCE} does not fit the preset: {received}. {REMEDY}")
    return golden


def read_sampler(folder: Path, manifest: Manifest) -> SavedSampler | None:
    """The sampler that was saved with a preset, or None.

    Args:
        folder: of the preset.
        manifest: of the preset.

    Raises:
        WeightsError: the file is missing though ganzoo.json names it, altered, or breaks its schema.
    """
    if SAMPLER_FILE not in manifest.files:
        return None
    path, content = folder / SAMPLER_FILE, read_verified(folder, manifest, SAMPLER_FILE)
    return parse_sampler(parse_json(content, path, remedy=REMEDY), path)


def entry(path: Path) -> FileEntry:
    """What the manifest says of a file."""
    return FileEntry(sha256=sha256_of_file(path), bytes=path.stat().st_size)


def check_own(folder: Path) -> None:
    """Refuse to write into the Hub client's cache, where files belong to a commit.

    Raises:
        InvalidArgumentError: the folder is of that cache.
    """
    if in_a_cache(folder):
        raise InvalidArgumentError(
            f"{folder} is in the cache of the Hub, which holds what was published. Save the model to a "
            "folder of your own first: ganzoo.load('hf://…').save('my-gan')"
        )


@contextmanager
def replace_files(folder: Path) -> Iterator[Path]:
    """Write files beside `folder`, then move them in one by one, `ganzoo.json` last.

    A new folder appears as a whole. In one that is there, a crash between two moves leaves files that
    do not fit the old `ganzoo.json`, which `load` refuses.

    Args:
        folder: where the files go; it is made if it is not there.

    Returns:
        A context manager that gives the temporary folder.

    Raises:
        InvalidArgumentError: the folder cannot be written, or is of the Hub's cache.
    """
    check_own(folder)
    temporary: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Beside the target, so that moving is a rename within one file system.
        beside = folder.with_name(f".{folder.name}.{os.getpid()}")
        beside.mkdir()
        temporary = beside
        yield temporary
        if folder.exists():
            for path in sorted(temporary.iterdir(), key=lambda p: p.name == MANIFEST_FILE):
                path.replace(folder / path.name)
        else:
            temporary.rename(folder)
    except OSError as error:
        raise InvalidArgumentError(
            f"Cannot write {str(folder)!r}: {error.strerror or error}. Choose a folder open to you."
        ) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                shutil.rmtree(temporary)


def _fetch(address: HubAddress, *, sha256: str | None = None) -> Path:
    from ganzoo.zoo import hub

    return hub.fetch(address, sha256=sha256)


def _how_to_list() -> str:
    return f"ganzoo.list_models() shows all {len(list_models())}."
