"""Every preset of the zoo, and a tiny one, draws its golden pictures on the running backend."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import ganzoo
from ganzoo import zoo
from ganzoo.data import DATASETS


@pytest.fixture(params=[*ganzoo.list_models(), "written:tiny", "written:tiny-classes"])
def preset(request: pytest.FixtureRequest) -> str | Path:
    place, _, name = request.param.rpartition(":")
    return request.getfixturevalue("written") / name if place else name


def test_golden_pictures(preset: str | Path):
    golden = zoo.load_reference(preset)
    gan = ganzoo.load(preset)
    pictures = gan.decode(golden["z"], labels=golden.get("labels"))
    np.testing.assert_allclose(pictures, golden["images"], atol=1e-5)
    levels = ganzoo.images.to_uint8(pictures).astype(int) - ganzoo.images.to_uint8(golden["images"])
    assert np.abs(levels).max() <= 1
    np.testing.assert_array_equal(golden["z"], gan.sample_latents(16, seed=0))


def test_the_folder_is_complete(preset: str | Path):
    found = zoo.info(preset)
    for name in found.manifest.files:
        assert zoo.files.verified(found.folder, found.manifest, name).is_file()
    assert sum(path.stat().st_size for path in found.folder.glob("*") if path.name != "checkpoint.npz") < 12e6
    with Image.open(found.folder / "samples.png") as picture:
        assert picture.size[0] >= 560
    assert f"# {found.name}\n" in (found.folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ganzoo.list_models())
def test_a_shipped_preset_says_where_it_comes_from(name: str):
    found = zoo.info(name)
    assert found.name == name
    assert found.manifest.recipe is not None
    assert found.manifest.cost is not None
    assert len(found.manifest.curve) == found.manifest.recipe["epochs"]
    assert found.manifest.data is not None
    known = DATASETS[found.manifest.data.name]
    assert (found.manifest.data.licence, found.manifest.data.credit) == (known.licence, known.credit)
    assert found.evaluation is not None
    card = (found.folder / "README.md").read_text(encoding="utf-8")
    assert known.licence in card
    assert known.credit in card
