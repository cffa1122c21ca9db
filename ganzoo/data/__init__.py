"""Data: arrays, folders of images, `.npz` files, data sets by name, and other people's pipelines."""

from ganzoo.data.accept import as_source
from ganzoo.data.archive import from_npz
from ganzoo.data.folder import from_folder
from ganzoo.data.foreign import Batch, ForeignSource, rebatch
from ganzoo.data.loading import list_datasets, load
from ganzoo.data.order import batch_indices, epoch_permutation, steps_per_epoch
from ganzoo.data.registry import DATASETS, DatasetInfo
from ganzoo.data.source import ImageSource, from_arrays

__all__ = [
    "DATASETS",
    "Batch",
    "DatasetInfo",
    "ForeignSource",
    "ImageSource",
    "as_source",
    "batch_indices",
    "epoch_permutation",
    "from_arrays",
    "from_folder",
    "from_npz",
    "list_datasets",
    "load",
    "rebatch",
    "steps_per_epoch",
]
