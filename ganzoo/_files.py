"""Where the shipped weights are: presets and extractors."""

import hashlib
import os
from pathlib import Path

from ganzoo.errors import WeightsError

__all__ = ["sha256_of_file", "weights_folder"]


def weights_folder() -> Path:
    """The folder of shipped weights.

    Returns:
        `GANZOO_WEIGHTS` if it is set, else `ganzoo/weights` (an installed wheel), else `weights` beside the
        package (a checkout).

    Raises:
        WeightsError: None of them exists.
    """
    package = Path(__file__).resolve().parent
    override = os.environ.get("GANZOO_WEIGHTS")
    candidates = [Path(override)] if override else [package / "weights", package.parent / "weights"]
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise WeightsError(
        f"No folder of weights. Looked for: {', '.join(map(str, candidates))}. "
        "Reinstall ganzoo, or set GANZOO_WEIGHTS to the folder."
    )


def sha256_of_file(path: Path) -> str:
    """The SHA-256 of a file, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
