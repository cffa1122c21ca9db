"""Feature extractors: uint8 images in, one float32 row of features an image out.

A score is only as meaningful as its extractor, so each one carries its name, version, hash and preprocessing,
and every score prints them.
"""

import hashlib
import io
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import keras
import numpy as np

from ganzoo._files import weights_folder
from ganzoo._foreign import open_plain, printable
from ganzoo._lean_build import without_random_numbers
from ganzoo._weights_file import opened_weights
from ganzoo.backend import compiled_call
from ganzoo.errors import InvalidArgumentError, WeightsError
from ganzoo.evaluate._networks import CLASSIFIERS, random_conv_network
from ganzoo.evaluate.extractor_config import read_config

__all__ = [
    "Extractor",
    "extractor_for",
    "load_extractor",
    "open_verified",
    "random_conv_extractor",
    "shipped_extractor",
]

WEIGHTS_FILE: Final = "model.weights.h5"
# 60 million parameters
_MAX_BYTES: Final = 2**28
_REMEDY: Final = "Reinstall ganzoo."


@dataclass(frozen=True, eq=False)
class Extractor:
    """A fixed network that turns images into features, and says exactly which one it is.

    Args:
        name: such as `mnist-cnn`.
        version: changes whenever the numbers that the extractor gives change.
        sha256: of the weights: the weights file, or the kernels of a random network.
        preprocessing: what happens to a uint8 image before the first layer.
        input_shape: (height, width, channels) of the images it takes.
        feature_dim: d, the number of features.
        num_classes: number of logits; None if it is no classifier.
        role: `confirmation` if no model may be chosen, tuned or searched by it.
        takes_floats: whether its network reads floats in [0, 255] without rounding them, as
            `features_of_floats` needs.

    Example:
        >>> extractor = ganzoo.evaluate.load_extractor("mnist-cnn")
        >>> extractor.features(images).shape  # images: uint8 (1000, 28, 28, 1)
        (1000, 128)
    """

    name: str
    version: str
    sha256: str
    preprocessing: str
    input_shape: tuple[int, int, int]
    feature_dim: int
    num_classes: int | None
    _call: Callable[[np.ndarray], list[np.ndarray]] = field(repr=False)
    role: str = "tuning"
    takes_floats: bool = False

    def features(self, images: np.ndarray, *, batch_size: int = 256) -> np.ndarray:
        """The features of some images.

        Args:
            images: uint8 (n, height, width, channels).
            batch_size: images per compiled call; a smaller last batch is padded, not compiled again.

        Returns:
            float32 (n, feature_dim).

        Raises:
            InvalidArgumentError: The images are not uint8, have another shape, or there are none.
        """
        self._check(images, batch_size)
        return self._run(images, batch_size)[0]

    def features_and_logits(
        self, images: np.ndarray, *, batch_size: int = 256
    ) -> tuple[np.ndarray, np.ndarray]:
        """The features and the class logits of some images, in one pass.

        Args:
            images: uint8 (n, height, width, channels).
            batch_size: images per compiled call.

        Returns:
            float32 (n, feature_dim) and float32 (n, num_classes).

        Raises:
            InvalidArgumentError: The images do not fit, or the extractor is no classifier.
        """
        if self.num_classes is None:
            raise InvalidArgumentError(
                f"Extractor '{self.name}' is no classifier, so it has no logits. Use features(), "
                "or a trained extractor such as 'mnist-cnn'."
            )
        self._check(images, batch_size)
        features, logits = self._run(images, batch_size)
        return features, logits

    def features_of_floats(self, images: np.ndarray, *, batch_size: int = 256) -> np.ndarray:
        """The features of images that were not rounded to bytes, for what compares images closer than that.

        A step of 1e-4 in latent space moves a pixel by a hundredth of a byte: rounded, it is nothing or a
        hundred times too much. Scores are measured on bytes, as images are kept; use `features` for them.

        Args:
            images: float (n, height, width, channels) in [-1, 1], as a generator gives them.
            batch_size: images per compiled call.

        Returns:
            float32 (n, feature_dim), of which those of bytes are a special case.

        Raises:
            InvalidArgumentError: No floats, out of [-1, 1], NaN, another shape, none; or the extractor's
                network takes bytes alone.
        """
        if not self.takes_floats:
            raise InvalidArgumentError(
                f"Extractor '{self.name}' takes bytes alone. Use 'mnist-cnn' or random_conv_extractor."
            )
        images = np.asarray(images)
        if images.dtype.kind != "f":
            raise InvalidArgumentError(f"images must be floats in [-1, 1]. Received: {images.dtype}")
        self._check_shape(images.shape, batch_size)
        # What a generator of half precision can overshoot by; NaN fails the comparison as well.
        if not np.abs(images).max() <= 1.01:
            raise InvalidArgumentError(
                f"images must lie in [-1, 1]. Received: {images.min():.3g} to {images.max():.3g}"
            )
        return self._run((images.astype("float32") + 1) * np.float32(127.5), batch_size)[0]

    def _run(self, images: np.ndarray, batch_size: int) -> list[np.ndarray]:
        parts = []
        for start in range(0, len(images), batch_size):
            batch = images[start : start + batch_size]
            padding = batch_size - len(batch)
            if padding:
                batch = np.concatenate([batch, np.zeros((padding, *self.input_shape), batch.dtype)])
            parts.append([output[: batch_size - padding] for output in self._call(batch)])
        return [np.concatenate(outputs) for outputs in zip(*parts, strict=True)]

    def _check(self, images: np.ndarray, batch_size: int) -> None:
        dtype = getattr(images, "dtype", type(images).__name__)
        if dtype != np.uint8:
            raise InvalidArgumentError(
                f"Extractor '{self.name}' takes uint8 images in [0, 255]. Received: {dtype}. "
                "Convert images in [-1, 1] with ganzoo.images.to_uint8."
            )
        self._check_shape(np.shape(images), batch_size)

    def _check_shape(self, shape: tuple[int, ...], batch_size: int) -> None:
        if batch_size < 1:
            raise InvalidArgumentError(f"batch_size must be at least 1. Received: {batch_size}")
        if len(shape) != 4 or shape[1:] != self.input_shape:
            raise InvalidArgumentError(
                f"Extractor '{self.name}' takes images of shape {('n', *self.input_shape)}. "
                f"Received: {shape}. For other sizes use ganzoo.evaluate.random_conv_extractor."
            )
        if shape[0] == 0:
            raise InvalidArgumentError("There are no images to score. Received: 0")


def load_extractor(name: str = "mnist-cnn", *, folder: str | Path | None = None) -> Extractor:
    """Loads a trained extractor: the network is built from code, the weights are checked against their hash.

    Args:
        name: a folder of `weights/extractors`: `mnist-cnn`, an MNIST classifier with 128 features.
        folder: a folder of your own that holds `extractor.json` and `model.weights.h5`, instead.

    Raises:
        InvalidArgumentError: No extractor has that name.
        WeightsError: A file is missing or altered.
    """
    path = Path(folder) if folder is not None else _built_in(name)
    config = read_config(path)
    file, sha256 = open_verified(path, WEIGHTS_FILE, config.sha256.get(WEIGHTS_FILE))
    height, width, channels = config.input_shape
    with file, opened_weights(file, path / WEIGHTS_FILE) as weights:
        try:
            with without_random_numbers(weights.numbers, of=f"extractor '{config.name}'"):
                model = CLASSIFIERS[config.architecture](
                    input_shape=(height, width, channels),
                    widths=tuple(config.widths),
                    num_classes=config.num_classes,
                )
        # a picture too small for its stages, a residual network of one stage
        except (ValueError, IndexError) as error:
            first = printable(str(error).partition("\n")[0])
            raise WeightsError(f"Extractor '{config.name}' cannot be built: {first} {_REMEDY}") from None
        weights.fill(model)
    return Extractor(
        name=config.name,
        version=config.version,
        sha256=sha256,
        preprocessing=config.preprocessing,
        input_shape=(height, width, channels),
        feature_dim=config.widths[-1],
        num_classes=config.num_classes,
        _call=_compiled(model),
        role=config.role,
        takes_floats=True,
    )


def random_conv_extractor(input_shape: tuple[int, int, int], *, width: int = 32, seed: int = 0) -> Extractor:
    """An extractor for any size and channel count that needs no weights: a pyramid of random convolutions.

    Its distances rank sets of images of one size; they are not comparable between sizes, widths or seeds.

    Args:
        input_shape: (height, width, channels) of the images, at least 4 x 4.
        width: maps per scale; 32 gives 192 features at 28 x 28, 224 at 32 x 32 and 256 at 64 x 64.
        seed: seeds NumPy's generator; the same on every backend.

    Raises:
        InvalidArgumentError: The shape has no three positive entries or is smaller than 4 x 4.

    Example:
        >>> extractor = ganzoo.evaluate.random_conv_extractor((64, 64, 3))
        >>> distance = ganzoo.evaluate.frechet_distance(extractor.features(real), extractor.features(fake))

    Reference: random networks as feature extractors where ImageNet does not apply,
        [Naeem et al., 2020](https://arxiv.org/abs/2002.09797)
    """
    if len(input_shape) != 3 or min(input_shape[:2]) < 4 or input_shape[2] < 1:
        raise InvalidArgumentError(
            f"input_shape must be (height, width, channels), at least 4 x 4 x 1. Received: {input_shape}"
        )
    if width < 1 or seed < 0:
        raise InvalidArgumentError(
            f"width must be at least 1 and seed not negative. Received: width={width}, seed={seed}"
        )
    model, kernels = random_conv_network(input_shape=input_shape, width=width, seed=seed)
    return Extractor(
        name="random-conv",
        version="1.0",
        sha256=hashlib.sha256(b"".join(kernel.tobytes() for kernel in kernels)).hexdigest(),
        preprocessing="uint8 NHWC / 127.5 - 1, in the network; no resize",
        input_shape=input_shape,
        feature_dim=model.output_shape[-1],
        num_classes=None,
        _call=_compiled(model),
        takes_floats=True,
    )


def extractor_for(data: str, image_shape: tuple[int, int, int]) -> Extractor:
    """The extractor that is shipped for a data set, else random convolutions of the images' shape.

    Args:
        data: its name, such as `mnist`.
        image_shape: (height, width, channels).
    """
    name = shipped_extractor(data, image_shape)
    return random_conv_extractor(image_shape) if name is None else load_extractor(name)


def shipped_extractor(data: str, image_shape: tuple[int, int, int]) -> str | None:
    """The name of the extractor for tuning whose reference is of a data set, None if there is none.

    Args:
        data: its name, such as `mnist`.
        image_shape: (height, width, channels).
    """
    from ganzoo.evaluate.reference import shipped_extractors

    try:
        names = shipped_extractors(data, image_shape=image_shape, role="tuning")
    except WeightsError:
        # A folder of presets of one's own has no extractors.
        return None
    return names[0] if names else None


def open_verified(folder: Path, name: str, sha256: str | None) -> tuple[io.FileIO, str]:
    """A file whose hash was compared with the one expected, and that hash.

    Raises:
        WeightsError: The file is missing, no regular file, a link out of its folder, or altered; or no
            hash is known for it.
    """
    path = folder / name
    file = open_plain(path, remedy=_REMEDY)
    received = "of too large a file"
    if os.fstat(file.fileno()).st_size <= _MAX_BYTES:
        received = hashlib.file_digest(file, "sha256").hexdigest()
    if received != sha256:
        file.close()
        raise WeightsError(
            f"{path} is not the file that extractor.json describes: sha256 {received[:12]}…, "
            f"expected {(sha256 or 'none')[:12]}…. {_REMEDY}"
        )
    file.seek(0)
    return file, received


def _built_in(name: str) -> Path:
    root = weights_folder() / "extractors"
    names = sorted(path.parent.name for path in root.glob("*/extractor.json"))
    if name not in names:
        raise InvalidArgumentError(
            f"Unknown extractor '{name}'. There are: {', '.join(names) or 'none'}. For any size and data: "
            "ganzoo.evaluate.random_conv_extractor."
        )
    return root / name


def _compiled(model: keras.Model) -> Callable[[np.ndarray], list[np.ndarray]]:
    call = compiled_call(model)

    def outputs_of(batch: np.ndarray) -> list[np.ndarray]:
        outputs = call(batch)
        return list(outputs) if isinstance(outputs, list | tuple) else [outputs]

    return outputs_of
