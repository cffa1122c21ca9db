"""ganzoo: a Keras 3 zoo of pretrained GANs for JAX, PyTorch and TensorFlow."""

from ganzoo._version import __version__

__all__ = ["__version__"]
