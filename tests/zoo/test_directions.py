"""Directions that travel with a preset: hashed, of its own weights, gone with them."""

import numpy as np
import pytest

import ganzoo
from ganzoo import latent, zoo
from ganzoo.errors import InvalidArgumentError, WeightsError


@pytest.fixture
def given(tiny):
    """A preset's folder, its model, and three directions of it."""
    gan = ganzoo.load(tiny)
    return tiny, gan, latent.sefa_directions(gan, k=3)


def test_they_are_saved_with_the_preset_and_its_hash(given):
    folder, _, found = given
    assert zoo.load_directions(folder) is None
    zoo.save_directions(folder, found)
    read = zoo.load_directions(folder, gan=ganzoo.load(folder))
    np.testing.assert_array_equal(read.vectors, found.vectors)
    assert [d.name for d in read] == [d.name for d in found]
    assert "directions.npz" in zoo.info(folder).manifest.files
    assert "## Directions" in (folder / "README.md").read_text("utf-8")


def test_an_altered_file_is_refused(given):
    folder, _, found = given
    zoo.save_directions(folder, found)
    path = folder / "directions.npz"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(WeightsError, match="altered"):
        zoo.load_directions(folder)


def test_saving_elsewhere_takes_them_along_unless_the_weights_changed(given, tmp_path):
    folder, _, found = given
    zoo.save_directions(folder, found)
    gan = ganzoo.load(folder)
    gan.save(tmp_path / "copy")
    assert zoo.load_directions(tmp_path / "copy", gan=gan) is not None
    for variable in gan.generator.trainable_variables:
        variable.assign(variable + 0.01)
    gan.save(tmp_path / "trained")
    assert zoo.load_directions(tmp_path / "trained") is None
    with pytest.raises(InvalidArgumentError, match="These directions are of"):
        zoo.load_directions(folder, gan=gan)


def test_a_model_whose_folder_is_gone_is_saved_without(given, tmp_path):
    folder, _, found = given
    zoo.save_directions(folder, found)
    gan = ganzoo.load(folder)
    folder.rename(tmp_path / "moved")
    gan.save(tmp_path / "copy")
    assert zoo.load_directions(tmp_path / "copy") is None
