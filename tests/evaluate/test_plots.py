import sys
from pathlib import Path

import numpy as np
import pytest

from ganzoo._scorecard import ExtractorCard, Figure, Scorecard
from ganzoo.errors import InvalidArgumentError, MissingExtraError
from ganzoo.evaluate import plots
from ganzoo.evaluate.custom import custom_extractor


@pytest.fixture
def card():
    by = ExtractorCard(
        extractor_name="eye",
        extractor_version="1",
        extractor_sha256="ab",
        preprocessing="none",
        role="tuning",
        reference_data="dots",
        reference_split="test",
        n_real=10,
        n_sample=5,
        floor_split="train",
        floor_draws=2,
        figures=[Figure(metric="frechet_distance", value=2.0, half_width=0.1, floor=1.0, best="low")],
        class_histogram=[0.75, 0.25],
        class_half_widths=[0.1, 0.1],
        reference_histogram=[0.5, 0.5],
        curve_n=[10, 100],
        curve=[3.0, 2.0],
        curve_floor=[2.0, 1.0],
        mean_confidence=0.9,
        reference_confidence=0.95,
    )
    return Scorecard(model="dots", n=100, seed=0, interval="none", settings="none", extractors=[by])


def test_an_ending_that_is_not_drawn_is_refused():
    with pytest.raises(InvalidArgumentError, match=r"\.png, \.pdf, \.svg. Received: card\.txt"):
        plots.check_plot(Path("card.txt"))


def test_without_matplotlib_the_line_to_type_is_given(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'ganzoo\[plot\]'"):
        plots.check_plot(Path("card.png"))


def test_the_nearest_image_of_a_copy_is_the_original():
    images = np.random.default_rng(0).integers(0, 256, (20, 4, 4, 1), dtype="uint8")
    extractor = custom_extractor(
        lambda batch: batch.reshape(len(batch), -1), name="pixels", version="1", input_shape=(4, 4, 1)
    )
    samples = images[[7, 3]].copy()
    samples[0, 0, 0] ^= 1
    np.testing.assert_array_equal(plots.nearest_images(extractor, samples, images), images[[7, 3]])


def test_it_shows_every_model_and_its_figures(card, tmp_path):
    pytest.importorskip("matplotlib")
    other = card.model_copy(update={"model": "dashes"})
    pair = (np.zeros((3, 4, 4, 1), "uint8"), np.zeros((3, 4, 4, 1), "uint8"))
    plots.plot_scorecards(tmp_path / "card.svg", [card, other], [pair, pair])
    assert (tmp_path / "card.svg").read_text(encoding="utf-8").startswith("<?xml")
    plots.plot_scorecards(tmp_path / "card.png", [card])
    assert (tmp_path / "card.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(InvalidArgumentError, match="Cannot write"):
        plots.plot_scorecards(tmp_path / "none" / "card.png", [card])
