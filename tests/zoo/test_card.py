"""The card says what the JSON files say."""

from pathlib import Path

import pytest

import ganzoo
from ganzoo import zoo
from ganzoo._audit_card import AuditCard
from ganzoo.evaluate.scores import SampleScore
from ganzoo.zoo import card

SCORE = SampleScore(
    frechet_distance=0.03,
    floor=0.01,
    floor_split="train",
    class_histogram=(0.08, 0.12),
    mean_confidence=0.97,
    label_accuracy=None,
    reference_confidence=0.99,
    extractor_name="mnist-cnn",
    extractor_version="1.0",
    extractor_sha256="ab" * 32,
    reference_data="mnist",
    reference_split="test",
    n_real=10_000,
    n_fake=10_000,
    seed=0,
)


def test_a_score_brings_its_protocol(tiny: Path):
    zoo.save_evaluation(tiny, SCORE)
    found = zoo.info(tiny)
    assert found.evaluation.scores[0].floor_ratio == pytest.approx(3.0)
    text = (tiny / "README.md").read_text(encoding="utf-8")
    assert text == card.render(found.manifest, found.evaluation)
    for words in ("| 0.0300 |", "| 3.00 |", "8.0% to 12.0%", "10,000 samples, seed 0", "abababababababab"):
        assert words in text
    assert "Read as the label" not in text


def test_new_weights_have_no_old_score(tiny: Path):
    zoo.save_evaluation(tiny, SCORE)
    ganzoo.load(tiny).save(tiny)
    assert zoo.info(tiny).evaluation is None
    assert "Not measured" in (tiny / "README.md").read_text(encoding="utf-8")


def test_a_conditional_model_asks_for_labels(written: Path):
    assert "labels=3" in card.render(zoo.info(written / "tiny-classes").manifest, None)
    assert "labels=" not in card.render(zoo.info(written / "tiny").manifest, None)


def test_use_names_what_loads_these_very_weights(zoo_of_two: Path, tiny: Path):
    assert 'ganzoo.load("tiny")  # built in; or the path' in card.render(zoo.info("tiny").manifest, None)
    manifest = zoo.info(tiny).manifest
    card_there = card.render(manifest, None, repo="me/tiny")
    assert 'ganzoo.load("tiny")  # built in; or "hf://me/tiny"' in card_there
    assert 'keras.saving.load_model(huggingface_hub.snapshot_download("me/tiny"))' in card_there
    # the same name, other weights
    ganzoo.load("tiny-classes").save(tiny, name="tiny")
    other = zoo.info(tiny).manifest.model_copy(update={"name": "tiny"})
    assert 'ganzoo.load("hf://me/tiny")\n' in card.render(other, None, repo="me/tiny")
    assert "the path of this folder" in card.render(other, None)


def test_an_audit_is_kept_beside_the_scores_and_its_verdict_is_on_the_card(tiny: Path):
    audit = zoo.info("mnist-dcgan").evaluation.audit
    assert "Not audited." in (tiny / "README.md").read_text(encoding="utf-8")

    class Found:
        to_json = staticmethod(lambda: audit.model_dump(mode="json"))

    zoo.save_evaluation(tiny, SCORE)
    zoo.save_audit(tiny, Found())
    found = zoo.info(tiny).evaluation
    assert (found.audit, len(found.scores), found.schema_version) == (audit, 1, 3)
    # and stays when it is scored again
    zoo.save_evaluation(tiny, SCORE)
    assert zoo.info(tiny).evaluation.audit == audit
    text = (tiny / "README.md").read_text(encoding="utf-8")
    first, _, rest = audit.verdict.partition(". ")
    assert f"**{first}.** {rest}" in text
    for words in (
        "| near-copies | 2 of 2,000 | 1 of 2,000 | 102 of 2,000 | 102 of 2,000 |",
        "| discriminator score | 0.574 | 0.567 to 0.582 | 10,000 + 10,000 | 0.482 to 0.504 |",
        "100% and 100% of them found",
        "b1194a59e29d4ec0",
    ):
        assert words in text


@pytest.mark.parametrize("change", [{"outcome": "fine"}, {"surprise": 1}, {"verdict": "x" * 2001}])
def test_an_audit_that_breaks_the_schema_is_refused(change: dict[str, object]):
    raw = zoo.info("mnist-dcgan").evaluation.audit.model_dump(mode="json")
    assert AuditCard.model_validate(raw).model_dump(mode="json") == raw
    with pytest.raises(ValueError, match="validation error"):
        AuditCard.model_validate(raw | change)


@pytest.mark.parametrize("name", ganzoo.list_models())
def test_a_shipped_card_is_the_one_that_its_files_give(name: str):
    found = zoo.info(name)
    sampler = ganzoo.zoo.files.read_sampler(found.folder, found.manifest)
    text = (found.folder / "README.md").read_text(encoding="utf-8")
    assert text == card.render(found.manifest, found.evaluation, sampler)
    for words in ("Not measured", "Not audited", "not recorded"):
        assert words not in text
    assert found.evaluation.audit.verdict[:30] in text
    assert found.evaluation.audit.protocol.recorded_data
