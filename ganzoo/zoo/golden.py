"""What a generator draws by stock layers on the processor: the golden pictures, and the check of them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
from numpy.typing import NDArray

from ganzoo._lean_build import float32, without_random_numbers
from ganzoo.errors import WeightsError
from ganzoo.zoo import files

__all__ = ["check_golden", "draw_golden"]

# Of [-1, 1]; backends and machines differ by about 1e-6.
_TOLERANCE: Final = 1e-5


def draw_golden(generator: keras.Model, golden: Mapping[str, Any]) -> NDArray[np.float32]:
    """Draw the pictures of golden inputs.

    Args:
        generator: z, or `[z, labels]`, to images.
        golden: `z` float32 (n, latent_dim) and, for a class-conditional model, `labels` int32 (n,).

    Returns:
        float32 (n, H, W, C) in [-1, 1].
    """
    # On the processor, by stock layers: a GPU may multiply in TF32, which is off by 1e-3.
    most = generator.count_params()
    with keras.device("cpu:0"), float32(), without_random_numbers(most, of="a generator"):
        reference = keras.models.clone_model(generator)
        reference.set_weights(generator.get_weights())
        inputs = [golden["z"], golden["labels"]] if "labels" in golden else golden["z"]
        pictures = reference(inputs, training=False)
    return np.asarray(keras.ops.convert_to_numpy(pictures), np.float32)


def check_golden(generator: keras.Model, folder: Path) -> None:
    """Hold a preset's generator to its golden pictures.

    Args:
        generator: loaded from the folder.
        folder: of the preset.

    Raises:
        WeightsError: it draws others.
    """
    golden = files.load_reference(folder)
    apart = float(np.abs(draw_golden(generator, golden) - golden["images"]).max())
    # a NaN is no agreement either
    if not apart <= _TOLERANCE:
        raise WeightsError(
            f"The generator in {folder} does not draw the pictures of {files.REFERENCE}: they differ by up "
            f"to {apart:.2g}. Write both anew: ganzoo.load(FOLDER).save(FOLDER)"
        )
