"""Models side by side: pictures of the library, scores by their protocol, ratios within a round."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import ganzoo
from ganzoo import zoo
from ganzoo.errors import InvalidArgumentError, UnknownModelError
from ganzoo.zoo import comparison
from ganzoo.zoo.comparison import Compared, Comparison
from ganzoo.zoo.comparison_page import comparison_page
from ganzoo.zoo.comparison_picture import comparison_picture, model_grid
from ganzoo.zoo.comparison_rows import main_scores, notes, table_rows


def compared(
    name: str, *, seconds: tuple[float, ...] = (1.0,), size: int = 28, channels: int = 1
) -> Compared:
    pictures = np.random.default_rng(0).integers(0, 256, (5, size, size, channels), dtype="uint8")
    return Compared(name, zoo.info(name), pictures, seconds)


@pytest.fixture
def shipped() -> Comparison:
    """Two presets of the zoo, their speeds made up."""
    first = compared("mnist-dcgan", seconds=(1.0, 2.0, 4.0))
    second = compared("mnist-wgan-gp", seconds=(0.5, 1.0, 1.0), size=64, channels=3)
    return Comparison((first, second), seed=3, batch_size=10, backend="torch")


def cells(comparison: Comparison) -> dict[str, tuple[str, ...]]:
    return {row.label: row.cells for row in table_rows(comparison)}


def test_pictures_are_those_of_the_library(zoo_of_two: Path):
    seen: list[tuple[int, int]] = []
    result = zoo.compare(
        ["tiny", "tiny-classes"], n=5, seed=2, batch_size=3, rounds=2, progress=lambda *at: seen.append(at)
    )
    tiny, classes = result.models
    np.testing.assert_array_equal(tiny.images, ganzoo.load("tiny").generate(5, seed=2))
    expected = ganzoo.load("tiny-classes").generate(5, seed=2, labels=[0, 1, 2, 0, 1])
    np.testing.assert_array_equal(classes.images, expected)
    assert len(tiny.seconds) == len(classes.seconds) == 2
    assert seen == [(1, 3), (2, 3)]
    told = json.loads(json.dumps(result.to_json()))
    assert [model["name"] for model in told["models"]] == ["tiny", "tiny-classes"]
    assert told["models"][0]["times_as_fast"] == 1
    assert told["speed"] == {"batch_size": 3, "backend": result.backend, "rounds": 2}
    assert "not measured: tiny, tiny-classes. Type: ganzoo evaluate" in "\n".join(notes(result))
    assert cells(result)["classes"] == ("", "3")


def test_the_ratio_is_taken_within_each_round(shipped: Comparison):
    assert shipped.images_per_second == [5.0, 10.0]
    # 2, 2 and 4: by the medians alone it would be 2 as well, by the means 2.8
    assert shipped.times_as_fast == [1.0, 2.0]
    assert cells(shipped)["times as fast"] == ("1.00", "2.00")


def test_each_score_stands_by_its_protocol(shipped: Comparison):
    rows, remarks = cells(shipped), notes(shipped)
    scores = [model.preset.evaluation.scores for model in shipped.models]
    for number in (1, 2):
        figures = rows[f"Fréchet distance ({number}) ↓"]
        for figure, both in zip(figures, scores, strict=True):
            value, half_width = map(float, figure.split(" ± "))
            assert value == pytest.approx(both[number - 1].frechet_distance, abs=half_width / 10)
        score = scores[0][number - 1]
        assert (score.n_fake, score.seed, score.n_real) == (10_000, 0, 10_000)
        assert remarks[number - 1] == (
            f"({number}) 10,000 samples, seed 0, against 10,000 images of mnist test, extractor "
            f"{score.extractor_name} {score.extractor_version}, sha256 {score.extractor_sha256[:12]}"
        )
    assert rows["parameters"] == ("677,953", "429,537")
    assert "as fast as mnist-dcgan is 1" in remarks[-1]


def test_scores_of_two_protocols_share_no_row(shipped: Comparison):
    first, second = shipped.models
    evaluation = second.preset.evaluation
    fewer = [evaluation.scores[0].model_copy(update={"n_fake": 500}), evaluation.scores[1]]
    other = evaluation.model_copy(update={"scores": fewer, "card": None})
    mixed = replace(shipped, models=(first, replace(second, preset=replace(second.preset, evaluation=other))))
    rows = cells(mixed)
    assert [bool(cell) for cell in rows["Fréchet distance (1) ↓"]] == [True, False]
    assert [bool(cell) for cell in rows["Fréchet distance (2) ↓"]] == [True, True]
    assert rows["Fréchet distance (3) ↓"] == ("", f"{fewer[0].frechet_distance:.2f}")
    assert notes(mixed)[2].startswith("(3) 500 samples")
    assert "(3)" in main_scores(mixed, mixed.models[1])[2]


def test_the_picture_holds_every_grid_enlarged(shipped: Comparison):
    picture = comparison_picture(shipped)
    assert picture.dtype == np.uint8
    left = 20
    for model in shipped.models:
        grid = np.broadcast_to(model_grid(model), (*model_grid(model).shape[:2], 3))
        top = next(
            y
            for y in range(picture.shape[0] - len(grid))
            if np.array_equal(picture[y : y + len(grid), left : left + grid.shape[1]], grid)
        )
        assert 20 < top < 80
        # the same place across: panels are as wide as the widest
        left += (picture.shape[1] - 20) // 2
        assert 300 < grid.shape[1] < 500
    # nothing runs off the picture
    assert (picture[:, -10:] == 255).all()
    assert (picture[-10:] == 255).all()


def test_five_models_take_two_rows(shipped: Comparison):
    five = replace(shipped, models=shipped.models * 2 + shipped.models[:1])
    one, two = comparison_picture(shipped), comparison_picture(five)
    assert two.shape[0] > 1.6 * one.shape[0] - 100
    assert two.shape[1] > 1.8 * one.shape[1]


def test_the_page_holds_everything(shipped: Comparison):
    first = replace(shipped.models[0], name="a <b> & c")
    page = comparison_page(replace(shipped, models=(first, shipped.models[1])))
    assert "a &lt;b&gt; &amp; c" in page
    assert "<b>" not in page
    sources = re.findall(r'(?:src|href)="([^"]{0,22})', page)
    assert sources == ["data:,", *["data:image/png;base64,"] * 2]
    for row in table_rows(shipped):
        assert all(f"<td>{cell}</td>" in page for cell in row.cells)


def test_two_presets_of_one_name_go_by_their_folders(zoo_of_two: Path, tmp_path: Path):
    copy = shutil.copytree(zoo_of_two / "tiny", tmp_path / "copy")
    names = comparison._names([zoo.info("tiny"), zoo.info(copy), zoo.info("tiny-classes")])
    assert names == [(zoo_of_two / "tiny").as_posix(), copy.as_posix(), "tiny-classes"]


@pytest.mark.parametrize(
    ("models", "options", "error", "words"),
    [
        (["tiny"], {}, InvalidArgumentError, "at least 2 models. Received: tiny"),
        ([], {}, InvalidArgumentError, "Received: none"),
        (["tiny", "tinny"], {}, UnknownModelError, "Did you mean 'tiny'"),
        (["tiny", "tiny"], {}, InvalidArgumentError, "Name each model once"),
        (["tiny", "tiny-classes"], {"n": 0}, InvalidArgumentError, "n=0"),
        (["tiny", "tiny-classes"], {"rounds": 0}, InvalidArgumentError, "rounds=0"),
        (["tiny", "tiny-classes"], {"seed": -1}, InvalidArgumentError, "seed=-1"),
    ],
)
def test_what_cannot_be_compared(zoo_of_two: Path, models, options, error, words: str):
    with pytest.raises(error, match=words):
        zoo.compare(models, **options)
