"""The lines that the page shows are run, and give the page's pixels."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from ganzoo import latent
from ganzoo.explorer import code, pictures
from ganzoo.explorer.answers import Answers
from ganzoo.explorer.view import View, pack

Z = pack(np.linspace(-2, 2, 6))


def run(lines: str, tmp_path, monkeypatch) -> dict:
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    exec(compile(lines, "lines", "exec"), names)
    return names


@pytest.mark.parametrize(
    "view",
    [
        View("dots", seed=7, pick=5, steps={"slant": 1.5, 'odd "<b>"=1': -0.25}),
        View("dots", z=Z, steps={"size": -1.0}),
        View("dots-classes", seed=2, pick=1, label=2),
    ],
)
def test_the_same_picture(answers: Answers, view, tmp_path, monkeypatch):
    shown = answers.shown(view)
    ours = pictures.draw(shown, pictures.moved_z(shown, view), view)[0]
    theirs = run(code.picture_lines(shown, view), tmp_path, monkeypatch)["picture"]
    assert theirs.dtype == np.uint8
    assert ours.std() > 1
    np.testing.assert_array_equal(theirs, ours)
    with Image.open(tmp_path / "picture.png") as written:
        inside = np.asarray(written)[2:-2:10, 2:-2:10]
    np.testing.assert_array_equal(inside, ours[..., 0])


def test_the_same_picture_by_directions_that_are_found(answers, tmp_path, monkeypatch):
    found = latent.ganspace_directions(answers.shelf.get("dots-classes").gan, k=2, n=64)
    monkeypatch.setattr(latent, "find_directions", lambda gan: (found, []))
    # What is found is kept; the models are shared by all tests, and this one ends without.
    monkeypatch.setattr(answers.shelf.get("dots-classes"), "_directions", None)
    view = View("dots-classes", label=1, steps={found.names[0]: 2.0})
    shown = answers.shown(view)
    lines = code.picture_lines(shown, view)
    assert "find_directions" in lines
    assert "load_directions" not in lines
    ours = pictures.draw(shown, pictures.moved_z(shown, view), view)[0]
    np.testing.assert_array_equal(run(lines, tmp_path, monkeypatch)["picture"], ours)


def test_the_same_walk(answers, tmp_path, monkeypatch):
    view = View("dots-classes", seed=3, label=1, walk=(4, 0, 9))
    shown = answers.shown(view)
    frames = pictures.walk(shown, view)
    np.testing.assert_array_equal(run(code.walk_lines(shown, view), tmp_path, monkeypatch)["frames"], frames)
    # It sets out from the first stop's picture, and the GIF is the one that the page offers.
    stop = shown.gan.sample_latents(24, seed=view.seed)[[view.walk[0]]]
    assert np.abs(frames[0].astype(int) - pictures.draw(shown, stop, view)[0]).max() <= 1
    assert pictures.walk_gif(frames, tmp_path) == (tmp_path / "walk.gif").read_bytes()
    with Image.open(tmp_path / "walk.gif") as gif:
        assert gif.n_frames == pictures.FRAMES
        assert gif.size == (224, 224)


def test_a_picture_as_an_address_is_exact():
    picture = np.random.default_rng(0).integers(0, 256, (5, 7, 3)).astype("uint8")
    head, _, body = pictures.data_uri(picture).partition(",")
    assert head == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(body))) as opened:
        np.testing.assert_array_equal(np.asarray(opened), picture)
