"""What a page holds, without a browser: model, z of its seeds, nothing to fetch, nothing that breaks out."""

import base64
import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import ganzoo
from ganzoo import export, latent
from ganzoo.errors import InvalidArgumentError
from ganzoo.export import live_page
from ganzoo.export.web_runtime import WebRuntime

onnxruntime = pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")

Save = Callable[..., str]


@pytest.fixture
def save(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Save:
    """Write a page with a stand-in for the runtime; gives its text."""
    runtime = WebRuntime(script=b"export default 1;\n//# sourceMappingURL=x.mjs.map", wasm=b"wasm")
    monkeypatch.setattr(live_page, "read_runtime", lambda path: runtime)

    def call(gan: "ganzoo.GAN", **options: object) -> str:
        return export.save_live_page(gan, tmp_path / "page.html", **options).read_text(encoding="utf-8")

    return call


@pytest.fixture
def file(make_gan, tmp_path: Path) -> Path:
    """Two directions of `make_gan()`."""
    return latent.save_directions(latent.sefa_directions(make_gan(), k=2), tmp_path / "d.npz")


def part(page: str, name: str) -> bytes:
    [content] = re.findall(rf'<script id="{name}" type="text/plain">([^<]*)</script>', page)
    return base64.b64decode(content)


def about(page: str) -> dict:
    [content] = re.findall(r'<script id="about" type="application/json">(.*?)</script>', page)
    return json.loads(content)


def test_it_holds_the_model_the_seeds_and_directions(make_gan, save: Save):
    gan = make_gan("uniform", num_classes=3)
    page = save(gan)
    z = np.frombuffer(part(page, "seeds"), "float32").reshape(live_page.SEEDS, 5)
    for seed in (0, 1, 999):
        np.testing.assert_array_equal(z[[seed]], gan.sample_latents(1, seed=seed))
    session = onnxruntime.InferenceSession(gzip.decompress(part(page, "model")))
    [pictures] = session.run(None, {"z": z[:4], "labels": np.full(4, 2, "int32")})
    np.testing.assert_allclose(pictures, gan.decode(z[:4], labels=2), atol=1e-4)
    told = about(page)
    assert [told[key] for key in ("prior", "walk", "num_classes")] == ["uniform", "lerp", 3]
    assert [told[key] for key in ("size", "channels", "latent_dim")] == [28, 1, 5]
    assert gzip.decompress(part(page, "wasm")) == b"wasm"
    # the script without the line that sends a debugger for another file
    assert gzip.decompress(part(page, "runtime")) == b"export default 1;"
    found = latent.ganspace_directions(gan, k=6)
    assert [each["name"] for each in told["directions"]] == found.names
    for each, direction in zip(told["directions"], found, strict=True):
        vector = np.frombuffer(base64.b64decode(each["vector"]), "float32")
        np.testing.assert_array_equal(vector, direction.vector)
        # three deviations of the prior, in tenths: a slider has to pass 0
        assert (each["low"], each["high"]) == (-1.7, 1.7)


def test_the_same_model_gives_the_same_page(make_gan, save: Save, file: Path):
    assert save(make_gan(), directions=file) == save(make_gan(), directions=file)


def test_nothing_is_fetched(make_gan, save: Save, file: Path):
    page = save(make_gan(), directions=file)
    assert "{{" not in page
    assert "default-src 'none'" in page
    assert re.findall(r'(?:src|href|action)\s*=\s*"([^"]*)"', page) == ["data:,"]
    assert not re.findall(r"url\(|@import|fetch\(|XMLHttpRequest", page)


def test_directions_of_a_file(make_gan, save: Save, file: Path):
    page = save(make_gan(), directions=file)
    assert [each["name"] for each in about(page)["directions"]] == ["sefa 1", "sefa 2"]
    assert about(page)["directions_code"] == 'ganzoo.latent.load_directions("d.npz", gan=gan)'
    assert "Found by the method sefa." in page
    with pytest.raises(InvalidArgumentError, match="These directions are of 'tiny'"):
        save(make_gan(seed=1), directions=file)


def test_words_from_a_preset_stay_words(make_gan, save: Save, file: Path, monkeypatch: pytest.MonkeyPatch):
    gan = make_gan()
    evil = '</script><script>alert("{{model}}")</script>'
    data = SimpleNamespace(name=evil, licence=evil, credit=evil)
    monkeypatch.setattr(gan, "name", evil)
    monkeypatch.setattr(gan, "manifest", SimpleNamespace(architecture="dcgan", data=data))
    page = save(gan, directions=file)
    assert "<script>alert" not in page
    assert about(page)["name"] == evil
    assert page.count("</script>") == 6
