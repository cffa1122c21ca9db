"""A generator as an ONNX file, held against Keras before it is written."""

import os
from pathlib import Path
from typing import Any, Final

import numpy as np

from ganzoo import images
from ganzoo._version import __version__
from ganzoo.errors import InvalidArgumentError, MissingExtraError
from ganzoo.export.onnx_graph import Graph, fill
from ganzoo.latent.fingerprint import fingerprint

__all__ = ["onnx_bytes", "save_onnx"]

# Of onnxruntime, the last three years' releases read it; nothing newer is used.
_IR_VERSION: Final = 8
# On a CPU the two differ by 1e-6. A GPU that multiplies in TF32 is off by 1e-3, a wrong layout by 1.
_MOST_APART: Final = 2e-2


def save_onnx(gan: Any, path: str | os.PathLike[str]) -> Path:
    """Write the generator as an ONNX file, the same on every backend.

    Its inputs are `z`, float32 (N, latent_dim), and for a class-conditional model `labels`, int32 (N,); its
    output is `images`, float32 (N, H, W, C) in [-1, 1]; N is free. What the model is stands in the file's
    metadata: name, architecture, prior of z, classes, data with licence and credit. Before anything is
    written, the file is run by onnxruntime and its pictures are compared with Keras'.

    Args:
        gan: a `ganzoo.GAN`.
        path: of the file, ending in `.onnx`.

    Returns:
        The path.

    Raises:
        MissingExtraError: `onnx` or `onnxruntime` is not installed.
        InvalidArgumentError: a layer has no ONNX form here, or the file cannot be written.

    Example:
        >>> ganzoo.export.save_onnx(ganzoo.load("mnist-dcgan"), "mnist-dcgan.onnx")
        >>> session = onnxruntime.InferenceSession("mnist-dcgan.onnx")
        >>> [pictures] = session.run(None, {"z": gan.sample_latents(16, seed=0)})
    """
    content = onnx_bytes(gan)
    return images.write_file(path, ".onnx", lambda file: file.write(content))


def onnx_bytes(gan: Any) -> bytes:
    """The content of the file that `save_onnx` writes.

    Args:
        gan: a `ganzoo.GAN`.

    Returns:
        A serialised ONNX model.

    Raises:
        MissingExtraError: `onnx` or `onnxruntime` is not installed.
        InvalidArgumentError: a layer has no ONNX form here.
    """
    onnx, onnxruntime = _packages()
    from ganzoo.export.onnx_layers import OPSET

    names = ["z", "labels"] if gan.num_classes else ["z"]
    graph = Graph()
    fill(graph, gan.generator, names, "images")
    made = onnx.helper.make_graph(
        graph.nodes,
        gan.name,
        [_tensor(onnx, name, gan) for name in names],
        [_tensor(onnx, "images", gan)],
        initializer=graph.constants,
    )
    model = onnx.helper.make_model(
        made,
        producer_name="ganzoo",
        producer_version=__version__,
        ir_version=_IR_VERSION,
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
    )
    onnx.helper.set_model_props(model, _metadata(gan))
    onnx.checker.check_model(model, full_check=True)
    content = bytes(model.SerializeToString())
    _hold_against_keras(onnxruntime, gan, content)
    return content


def _packages() -> tuple[Any, Any]:
    try:
        import onnx
        import onnxruntime
    except ImportError:
        raise MissingExtraError(
            "onnx and onnxruntime are not installed. Type: pip install 'ganzoo[onnx]'"
        ) from None
    return onnx, onnxruntime


def _tensor(onnx: Any, name: str, gan: Any) -> Any:
    kind = onnx.TensorProto.INT32 if name == "labels" else onnx.TensorProto.FLOAT
    shapes: dict[str, tuple[Any, ...]] = {
        "z": ("N", gan.latent_dim),
        "labels": ("N",),
        "images": ("N", *gan.image_shape),
    }
    return onnx.helper.make_tensor_value_info(name, kind, shapes[name])


def _metadata(gan: Any) -> dict[str, str]:
    known = {
        "name": gan.name,
        "latent_prior": gan.latent_prior,
        "latent_dim": str(gan.latent_dim),
        "num_classes": str(gan.num_classes),
        "images": "NHWC, float32 in [-1, 1]",
        "weights": fingerprint(gan),
        "ganzoo": __version__,
    }
    manifest = gan.manifest
    if manifest is not None:
        known["architecture"] = manifest.architecture
    if manifest is not None and manifest.data is not None:
        data = manifest.data
        known |= {"data": data.name, "data_licence": data.licence or "", "data_credit": data.credit or ""}
    return known


def _hold_against_keras(onnxruntime: Any, gan: Any, content: bytes) -> None:
    z = gan.sample_latents(4, seed=0)
    labels = np.arange(4, dtype="int32") % gan.num_classes if gan.num_classes else None
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    feed = {"z": z} if labels is None else {"z": z, "labels": labels}
    [drawn] = session.run(None, feed)
    apart = float(np.abs(drawn - gan.decode(z, labels=labels)).max())
    # Not `apart > …`: a NaN compares false.
    if not apart <= _MOST_APART:
        raise InvalidArgumentError(
            f"The ONNX form of '{gan.name}' draws other pictures than Keras does: they differ by {apart:.2g} "
            "of 2. Nothing was written. Which layer of it is not of ganzoo.networks?"
        )
