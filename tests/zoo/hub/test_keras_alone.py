"""`keras.saving.load_model("hf://user/name")` gives the generator where ganzoo is not installed."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hub_server import HubServer

from ganzoo import zoo

# The environment of the tests has ganzoo; in this process nothing can import it.
ALONE = """
import importlib.abc, sys

class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("ganzoo", "_ganzoo_command"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
try:
    import ganzoo
except ModuleNotFoundError:
    pass
else:
    raise SystemExit("ganzoo can be imported")

import keras, numpy
golden = numpy.load(sys.argv[2], allow_pickle=False)
where = sys.argv[1]
if not where.startswith("hf://"):
    import huggingface_hub
    where = huggingface_hub.snapshot_download(where)
model = keras.saving.load_model(where)
images = keras.ops.convert_to_numpy(model(golden["z"], training=False))
print(float(numpy.abs(images - golden["images"]).max()))
if any(name.split(".")[0] == "ganzoo" for name in sys.modules):
    raise SystemExit("ganzoo was imported")
"""


@pytest.mark.parametrize("where", ["hf://alice/tiny", "alice/tiny"])
def test_the_generator_draws_the_golden_pictures(
    hub: HubServer, tiny_commit: str, written: Path, tmp_path: Path, where: str
):
    if where.startswith("hf://") and importlib.util.find_spec("tensorflow") is None:
        pytest.skip("Keras reads an hf:// address by TensorFlow's gfile, which is not installed")
    # -I: neither PYTHONPATH nor the folder that the tests are started in
    done = subprocess.run(
        [sys.executable, "-I", "-c", ALONE, where, str(written / "tiny/reference.npz")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 1e-5
    # what Keras fetched serves ganzoo too
    large = [r for r in hub.requests if r.path.startswith("/cdn")]
    assert zoo.info("hf://alice/tiny").name == "tiny"
    assert [r for r in hub.requests if r.path.startswith("/cdn")] == large
    assert np.isfinite(zoo.load_reference("hf://alice/tiny")["images"]).all()
