"""The classifier that reads the class of a model's pictures, where one is shipped for its data."""

from typing import Any

from ganzoo.evaluate.extractors import load_extractor, shipped_extractor

__all__ = ["class_extractor", "data_name"]


def data_name(gan: Any) -> str:
    """The data set that a model was trained on, "" if that is not known."""
    data = getattr(gan.manifest, "data", None)
    return "" if data is None else str(data.name)


def class_extractor(gan: Any, extractor: Any) -> Any:
    """An extractor that knows classes, or None.

    Args:
        gan: a `ganzoo.GAN`.
        extractor: "auto" for the one shipped for the model's data; an `Extractor`, or None for none.
    """
    if extractor == "auto":
        name = shipped_extractor(data_name(gan), gan.image_shape)
        extractor = None if name is None else load_extractor(name)
    return extractor if extractor is not None and extractor.num_classes else None
