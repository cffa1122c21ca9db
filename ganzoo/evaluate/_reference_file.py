"""The arrays of a reference's file: which there are, and of what type."""

from pathlib import Path
from typing import Any, Final

from ganzoo._foreign_npz import Array, read_arrays
from ganzoo.errors import WeightsError

__all__ = ["read_reference"]

_TEXT: Final = Array("U", 0, required=False)
_COUNT: Final = Array("iu", 0, required=False)
# NaN if the extractor is no classifier
_SHARE: Final = Array("f", 0, finite=False, required=False)
_NUMBERS: Final = Array("f", 1, required=False)
_TABLE: Final = Array("f", 2, required=False)
_INDICES: Final = Array("iu", 1, required=False)
# None is required: what is missing is said after the version was looked at.
_ARRAYS: Final = {
    "mean": _NUMBERS,
    "covariance": _TABLE,
    "n": _COUNT,
    "sample": _TABLE,
    "sample_rows": _INDICES,
    "data": _TEXT,
    "split": _TEXT,
    "images_sha256": _TEXT,
    "extractor_name": _TEXT,
    "extractor_version": _TEXT,
    "extractor_sha256": _TEXT,
    "preprocessing": _TEXT,
    "class_histogram": _NUMBERS,
    "mean_confidence": _SHARE,
    "label_accuracy": _SHARE,
    "floor_n": _INDICES,
    "floor_metrics": Array("U", 1, required=False),
    "floor": Array("f", 2, finite=False, required=False),
    "floor_std": Array("f", 2, finite=False, required=False),
    "floor_split": _TEXT,
    "floor_draws": _COUNT,
    "floor_seed": _COUNT,
    "schema_version": _COUNT,
}
_MAX_TEXT: Final = 500


def read_reference(content: bytes, path: Path, *, most: int, remedy: str) -> dict[str, Any]:
    """Read what `Reference` is made of.

    Args:
        content: of the file.
        path: the file it came from, for the message.
        most: bytes that its arrays may have.
        remedy: the end of an error's message.

    Returns:
        Arrays, and Python's numbers and text in place of arrays of no dimension, by name.

    Raises:
        WeightsError: it is no archive of such arrays.
    """
    arrays = read_arrays(content, path, _ARRAYS, most=most, what="is no reference", remedy=remedy)
    for name, array in arrays.items():
        if array.dtype.kind == "U" and any(
            len(text) > _MAX_TEXT or not text.isprintable() for text in array.ravel().tolist()
        ):
            raise WeightsError(f"{path} is refused: {name!r} is no line of text. {remedy}")
    return {name: array if array.ndim else array.item() for name, array in arrays.items()}
