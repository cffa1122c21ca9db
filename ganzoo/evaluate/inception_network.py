"""The Inception graph of 2015 that a FID is defined by, from a weights file that you have.

It is not torchvision's or Keras' InceptionV3: it was trained apart, its 3x3 average pools leave the padding
out of the average, the last block pools by maximum, and the image is resized as TensorFlow 1 did.
"""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
from keras import layers

from ganzoo._files import sha256_of_file
from ganzoo.backend import compiled_call
from ganzoo.errors import InvalidArgumentError, WeightsError
from ganzoo.evaluate.extractors import Extractor

__all__ = ["WEIGHTS_SHA256", "inception_2015", "inception_extractor", "resize_matrix"]

WEIGHTS_SHA256: Final = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"
"""Of `pt_inception-2015-12-05-6726825d.pth`, the weights that pytorch-fid and torch-fidelity load."""

SIDE: Final = 299


def inception_extractor(
    weights: str | Path, *, original: str | Path, input_shape: tuple[int, int, int] = (299, 299, 3)
) -> Extractor:
    """The extractor of the FID: 2048 features of pool3, and the 1008 logits of the Inception score.

    The weights are published as a pickle, which ganzoo never opens. You convert them once, where PyTorch is:

    ```python
    state = torch.load("pt_inception-2015-12-05-6726825d.pth", weights_only=True)
    numpy.savez("inception.npz", **{name: tensor.numpy() for name, tensor in state.items()})
    ```

    Args:
        weights: the `.npz` that this writes, with PyTorch's names.
        original: your copy of `pt_inception-2015-12-05-6726825d.pth`, which ganzoo does not ship or fetch.
            Its bytes are hashed and compared, nothing of it is interpreted. That the `.npz` was made from it
            is your word; the scores carry the sha256 of the `.npz`.
        input_shape: (height, width, channels) of the images; grey ones are repeated to three channels.

    Raises:
        WeightsError: A file is missing, the original is another one, or the arrays do not fit.
        InvalidArgumentError: The shape is none, or has neither 1 nor 3 channels.

    Example:
        >>> original = "pt_inception-2015-12-05-6726825d.pth"
        >>> extractor = inception_extractor("inception.npz", original=original, input_shape=(64, 64, 3))
        >>> reference = measure_reference(extractor, images, data="photos", split="train")
        >>> print(ganzoo.evaluate.scorecard(gan, extractors=[(extractor, reference)]))

    Reference: [Szegedy et al., 2016](https://arxiv.org/abs/1512.00567),
        [Heusel et al., 2017](https://arxiv.org/abs/1706.08500)
    """
    path, source = Path(weights).expanduser(), Path(original).expanduser()
    for file in (path, source):
        if not file.is_file():
            raise WeightsError(f"{file} is missing. A FID needs the weights of the 2015 Inception graph.")
    received = sha256_of_file(source)
    if received != WEIGHTS_SHA256:
        raise WeightsError(
            f"{source} is not the 2015 Inception graph, so its distance is no FID: sha256 {received[:12]}…, "
            f"expected {WEIGHTS_SHA256[:12]}…."
        )
    model = inception_2015(input_shape)
    _fill(model, path)
    return Extractor(
        name="inception-2015",
        version="1.0",
        sha256=sha256_of_file(path),
        preprocessing="TensorFlow 1 bilinear resize to 299 x 299, (x - 128) / 128, in the network",
        input_shape=input_shape,
        feature_dim=2048,
        num_classes=1008,
        _call=_outputs(model),
    )


def inception_2015(input_shape: tuple[int, int, int]) -> keras.Model:
    """The graph, with weights of 0: uint8 images -> [features (n, 2048), logits (n, 1008)].

    Args:
        input_shape: (height, width, channels).

    Raises:
        InvalidArgumentError: The shape is none, or has neither 1 nor 3 channels.
    """
    if len(input_shape) != 3 or min(input_shape) < 1 or input_shape[2] not in (1, 3):
        raise InvalidArgumentError(
            f"input_shape must be (height, width, 1 or 3 channels). Received: {input_shape}"
        )
    images = keras.Input(input_shape, dtype="uint8", name="images")
    x = layers.Rescaling(1.0, name="float")(images)
    if input_shape[2] == 1:
        x = layers.Concatenate(name="grey_to_rgb")([x, x, x])
    x = layers.Rescaling(1 / 128, offset=-1.0, name="rescale")(_resize(x))
    x = _stem(x)
    for name, pool_width in (("Mixed_5b", 32), ("Mixed_5c", 64), ("Mixed_5d", 64)):
        x = _block_a(x, name, pool_width)
    x = _block_b(x, "Mixed_6a")
    for name, width in (("Mixed_6b", 128), ("Mixed_6c", 160), ("Mixed_6d", 160), ("Mixed_6e", 192)):
        x = _block_c(x, name, width)
    x = _block_d(x, "Mixed_7a")
    x = _block_e(x, "Mixed_7b", _mean_pool)
    # The graph of 2015 pools its last block by maximum, which torch-fidelity and pytorch-fid keep.
    x = _block_e(x, "Mixed_7c", layers.MaxPooling2D)
    features = layers.GlobalAveragePooling2D(name="features")(x)
    # The Inception score of the reference implementations leaves the bias out.
    logits = layers.Dense(1008, use_bias=False, kernel_initializer="zeros", name="fc")(features)
    model = keras.Model(images, [features, logits], name="inception_2015")
    for axis, side in (("rows", input_shape[0]), ("columns", input_shape[1])):
        model.get_layer(f"resize_{axis}").set_weights([resize_matrix(side, SIDE).T])
    return model


def resize_matrix(source: int, target: int) -> np.ndarray:
    """TensorFlow 1's bilinear resize along one axis: pixel i looks at i·source/target, no corners aligned.

    Args:
        source: pixels there are.
        target: pixels wanted.

    Returns:
        float32 (target, source); rows sum to 1.
    """
    position = np.arange(target) * (source / target)
    low = np.floor(position).astype(int)
    weight = position - low
    matrix = np.zeros((target, source), "float32")
    np.add.at(matrix, (np.arange(target), low), 1 - weight)
    np.add.at(matrix, (np.arange(target), np.minimum(low + 1, source - 1)), weight)
    return matrix


def _resize(x: Any) -> Any:
    # Two matrix products: image resizing layers differ between backends, and none has this rule.
    x = layers.Permute((2, 3, 1))(x)
    x = layers.Dense(SIDE, use_bias=False, trainable=False, name="resize_rows")(x)
    x = layers.Permute((3, 2, 1))(x)
    x = layers.Dense(SIDE, use_bias=False, trainable=False, name="resize_columns")(x)
    return layers.Permute((1, 3, 2))(x)


def _conv(
    x: Any, name: str, width: int, kernel: int | tuple[int, int], *, stride: int = 1, padding: str = "same"
) -> Any:
    x = layers.Conv2D(
        width,
        kernel,
        strides=stride,
        padding=padding,
        use_bias=False,
        kernel_initializer="zeros",
        name=f"{name}_conv",
    )(x)
    x = layers.BatchNormalization(epsilon=1e-3, name=f"{name}_bn")(x)
    return layers.ReLU(name=f"{name}_relu")(x)


def _mean_pool(size: int, **options: Any) -> Any:
    # Keras divides by the number of pixels under the window, those of the padding not counted.
    return layers.AveragePooling2D(size, **options)


def _stem(x: Any) -> Any:
    x = _conv(x, "Conv2d_1a_3x3", 32, 3, stride=2, padding="valid")
    x = _conv(x, "Conv2d_2a_3x3", 32, 3, padding="valid")
    x = _conv(x, "Conv2d_2b_3x3", 64, 3)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = _conv(x, "Conv2d_3b_1x1", 80, 1)
    x = _conv(x, "Conv2d_4a_3x3", 192, 3, padding="valid")
    return layers.MaxPooling2D(3, strides=2)(x)


def _block_a(x: Any, name: str, pool_width: int) -> Any:
    one = _conv(x, f"{name}_branch1x1", 64, 1)
    five = _conv(_conv(x, f"{name}_branch5x5_1", 48, 1), f"{name}_branch5x5_2", 64, 5)
    three = _conv(x, f"{name}_branch3x3dbl_1", 64, 1)
    three = _conv(_conv(three, f"{name}_branch3x3dbl_2", 96, 3), f"{name}_branch3x3dbl_3", 96, 3)
    pool = _conv(_mean_pool(3, strides=1, padding="same")(x), f"{name}_branch_pool", pool_width, 1)
    return layers.Concatenate(name=name)([one, five, three, pool])


def _block_b(x: Any, name: str) -> Any:
    three = _conv(x, f"{name}_branch3x3", 384, 3, stride=2, padding="valid")
    double = _conv(_conv(x, f"{name}_branch3x3dbl_1", 64, 1), f"{name}_branch3x3dbl_2", 96, 3)
    double = _conv(double, f"{name}_branch3x3dbl_3", 96, 3, stride=2, padding="valid")
    return layers.Concatenate(name=name)([three, double, layers.MaxPooling2D(3, strides=2)(x)])


def _block_c(x: Any, name: str, width: int) -> Any:
    one = _conv(x, f"{name}_branch1x1", 192, 1)
    seven = _conv(_conv(x, f"{name}_branch7x7_1", width, 1), f"{name}_branch7x7_2", width, (1, 7))
    seven = _conv(seven, f"{name}_branch7x7_3", 192, (7, 1))
    double = _conv(_conv(x, f"{name}_branch7x7dbl_1", width, 1), f"{name}_branch7x7dbl_2", width, (7, 1))
    double = _conv(double, f"{name}_branch7x7dbl_3", width, (1, 7))
    double = _conv(double, f"{name}_branch7x7dbl_4", width, (7, 1))
    double = _conv(double, f"{name}_branch7x7dbl_5", 192, (1, 7))
    pool = _conv(_mean_pool(3, strides=1, padding="same")(x), f"{name}_branch_pool", 192, 1)
    return layers.Concatenate(name=name)([one, seven, double, pool])


def _block_d(x: Any, name: str) -> Any:
    three = _conv(x, f"{name}_branch3x3_1", 192, 1)
    three = _conv(three, f"{name}_branch3x3_2", 320, 3, stride=2, padding="valid")
    seven = _conv(_conv(x, f"{name}_branch7x7x3_1", 192, 1), f"{name}_branch7x7x3_2", 192, (1, 7))
    seven = _conv(seven, f"{name}_branch7x7x3_3", 192, (7, 1))
    seven = _conv(seven, f"{name}_branch7x7x3_4", 192, 3, stride=2, padding="valid")
    return layers.Concatenate(name=name)([three, seven, layers.MaxPooling2D(3, strides=2)(x)])


def _block_e(x: Any, name: str, pool_layer: Callable[..., Any]) -> Any:
    one = _conv(x, f"{name}_branch1x1", 320, 1)
    three = _conv(x, f"{name}_branch3x3_1", 384, 1)
    double = _conv(_conv(x, f"{name}_branch3x3dbl_1", 448, 1), f"{name}_branch3x3dbl_2", 384, 3)
    parts = [one]
    for branch, letters in ((three, "branch3x3_2"), (double, "branch3x3dbl_3")):
        parts.append(_conv(branch, f"{name}_{letters}a", 384, (1, 3)))
        parts.append(_conv(branch, f"{name}_{letters}b", 384, (3, 1)))
    pool = _conv(pool_layer(3, strides=1, padding="same")(x), f"{name}_branch_pool", 192, 1)
    return layers.Concatenate(name=name)([*parts, pool])


def _fill(model: keras.Model, path: Path) -> None:
    """Copies PyTorch's tensors: kernels (out, in, h, w) become (h, w, in, out)."""
    try:
        # A file that cannot be read as arrays alone, such as a pickle, ends here.
        with np.load(path, allow_pickle=False) as arrays:
            for layer in model.layers:
                name = _state_name(layer.name)
                if isinstance(layer, layers.Conv2D):
                    layer.set_weights([arrays[f"{name}.weight"].transpose(2, 3, 1, 0)])
                elif isinstance(layer, layers.BatchNormalization):
                    parts = ("weight", "bias", "running_mean", "running_var")
                    layer.set_weights([arrays[f"{name}.{part}"] for part in parts])
            model.get_layer("fc").set_weights([arrays["fc.weight"].T])
    except (AttributeError, EOFError, KeyError, OSError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise WeightsError(
            f"{path} is no .npz of the 2015 Inception graph: {type(error).__name__}: {error} "
            "Convert the weights as inception_extractor's documentation says."
        ) from error


def _state_name(layer: str) -> str:
    """`Mixed_5b_branch1x1_conv` is `Mixed_5b.branch1x1.conv` in PyTorch's file."""
    stem, _, kind = layer.rpartition("_")
    return f"{stem.replace('_branch', '.branch')}.{kind}"


def _outputs(model: keras.Model) -> Callable[[np.ndarray], list[np.ndarray]]:
    call = compiled_call(model)
    return lambda batch: list(call(batch))
