"""Weights in PyTorch's own format, read without running what is in the file."""

from pathlib import Path

import numpy as np

from ganzoo.errors import MissingExtraError, WeightsError

__all__ = ["read_torch_weights"]


def read_torch_weights(path: Path) -> dict[str, np.ndarray]:
    """The tensors of a `.pth` file by name, whatever the backend.

    Args:
        path: a state dict, as `torch.save` writes it.

    Raises:
        MissingExtraError: PyTorch is not installed.
        WeightsError: The file is no state dict.
    """
    try:
        import torch
    except ImportError:
        raise MissingExtraError(
            "Reading a .pth file needs PyTorch. Type: pip install 'ganzoo[torch]'"
        ) from None
    try:
        # weights_only: tensors and nothing that could be called.
        state = torch.load(path, map_location="cpu", weights_only=True)
        return {name: tensor.detach().numpy() for name, tensor in state.items()}
    except Exception as error:
        raise WeightsError(f"{path} is no PyTorch state dict: {type(error).__name__}.") from error
