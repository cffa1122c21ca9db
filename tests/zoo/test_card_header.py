"""The header of a card is what the Hub's own client reads, and every figure in it says how it was taken."""

import json
from pathlib import Path

import pytest
from huggingface_hub import ModelCard

import ganzoo
from ganzoo import zoo
from ganzoo.zoo.licences import hub_licence


@pytest.fixture(params=ganzoo.list_models())
def shipped(request: pytest.FixtureRequest) -> zoo.Preset:
    return zoo.info(request.param)


def test_the_hub_knows_what_a_shipped_preset_is(shipped: zoo.Preset):
    data = ModelCard.load(shipped.folder / "README.md").data
    assert (data.library_name, data.pipeline_tag) == ("keras", "unconditional-image-generation")
    assert (data.license, data.datasets) == ("cc-by-sa-3.0", ["ylecun/mnist"])
    assert {"gan", "ganzoo", shipped.manifest.architecture} <= set(data.tags)
    assert data.model_name == shipped.name


def test_every_figure_is_that_of_evaluation_json(shipped: zoo.Preset):
    results = ModelCard.load(shipped.folder / "README.md").data.eval_results
    raw = json.loads((shipped.folder / "evaluation.json").read_text())["card"]
    wanted = {
        (by["extractor_name"], figure["metric"]): figure["value"]
        for by in raw["extractors"]
        for figure in by["figures"]
    }
    found = {}
    for result in results:
        extractor, n = result.metric_name.rpartition(" (")[2].rstrip(")").split(", n=")
        found[extractor, result.metric_type] = result.metric_value
        neighbours = result.metric_type in ("precision", "recall", "density", "coverage")
        assert n == ("5,000" if neighbours else "10,000")
        assert (result.dataset_type, result.dataset_split) == ("ylecun/mnist", "test")
    assert found == pytest.approx(wanted, rel=1e-5)
    # the extractor that nothing was chosen by stands first
    assert results[0].metric_name == "Fréchet distance (mnist-resnet, n=10,000)"


def test_what_is_not_known_is_left_out(written: Path):
    data = ModelCard.load(written / "tiny/README.md").data.to_dict()
    assert set(data) == {"library_name", "pipeline_tag", "tags"}


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("CC BY-SA 3.0", {"license": "cc-by-sa-3.0"}),
        ("MIT", {"license": "mit"}),
        ("CC0 1.0", {"license": "cc0-1.0"}),
        ("Apache 2.0", {"license": "apache-2.0"}),
        (
            "Apache 2.0 and CC BY 4.0",
            {"license": "other", "license_name": "apache-2.0-and-cc-by-4.0"},
        ),
        ("©", {"license": "other", "license_name": "unnamed"}),
    ],
)
def test_licences_have_the_hubs_names(text: str, fields: dict[str, str]):
    assert hub_licence(text) == fields


def test_words_of_a_preset_stay_words_in_the_header(dots: Path):
    manifest = json.loads((dots / "ganzoo.json").read_text())
    manifest["data"] |= {"name": "a: [b", "licence": "x, library_name: 'evil' # &"}
    (dots / "ganzoo.json").write_text(json.dumps(manifest))
    text = zoo.card.render(zoo.info(dots).manifest, None)
    data = ModelCard(text).data.to_dict()
    assert (data["library_name"], data["license_name"]) == ("keras", "x-library-name-evil")
    assert "datasets" not in data
