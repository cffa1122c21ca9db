import importlib

import keras
import numpy as np
import pytest


@pytest.fixture(scope="session")
def case():
    """The set of features whose scores by the reference packages are known: real and fake, (1000, 64)."""
    r = np.random.RandomState(20240229 + 64 + 1000)
    a, b = r.randn(32, 64) / np.sqrt(32), 0.3 * r.randn(64)
    zr, zf = r.randn(1000, 32), 0.9 * r.randn(1000, 32)
    er, ef = r.randn(1000, 64), r.randn(1000, 64)
    real, fake = np.maximum(zr @ a + b + 0.3 * er, 0), np.maximum(zf @ a + b + 0.15 + 0.3 * ef, 0)
    real, fake = real.astype("float32"), fake.astype("float32")
    assert real.sum(dtype="float64") == pytest.approx(26505.2697370825, rel=1e-12)
    assert fake.sum(dtype="float64") == pytest.approx(29268.94672731172, rel=1e-12)
    return real, fake


@pytest.fixture
def torch_fidelity():
    """Imports a module of torch-fidelity by name, where PyTorch is the backend."""
    if keras.config.backend() != "torch":
        pytest.skip(
            "torchvision, which torch-fidelity imports, crashes in a process that runs JAX or TensorFlow"
        )
    pytest.importorskip("torch_fidelity")
    return lambda name: importlib.import_module(f"torch_fidelity.{name}")
