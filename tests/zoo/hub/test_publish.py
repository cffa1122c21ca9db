"""A model is sent as one commit, once, and nothing that another did is overwritten."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hub_server import Fault, HubServer
from hub_server.store import Commit

import ganzoo
from ganzoo import zoo
from ganzoo.zoo.publish_plan import Plan

REPO = "alice/dots"
SENT = {
    "README.md",
    "config.json",
    "discriminator.weights.h5",
    "ganzoo.json",
    "metadata.json",
    "model.weights.h5",
    "reference.npz",
    "samples.png",
}


def head(hub: HubServer) -> tuple[str, Commit]:
    repo = hub.store.repo(REPO)
    oid = repo.resolve("main")
    return oid, repo.commit(oid)


def text(hub: HubServer, name: str) -> str:
    return hub.store.blob(head(hub)[1].files[name].sha256).read_text(encoding="utf-8")


def writes(hub: HubServer) -> list[str]:
    """What was sent since the record was last emptied, but for the card, which the Hub looks at first."""
    asked = [
        r for r in hub.requests if r.method in ("POST", "PUT", "DELETE") and "validate-yaml" not in r.path
    ]
    return [r.path.split("?")[0].split("/")[-2] for r in asked]


def test_what_is_published_is_loaded_again(as_alice: HubServer, dots: Path):
    (dots / "notes.txt").write_text("mine alone")
    (dots / "checkpoint.npz").write_bytes(b"mine too")
    done = zoo.publish(dots, REPO, tag="v1")
    oid, commit = head(as_alice)
    assert (done.commit, done.address) == (oid, "hf://alice/dots@v1")
    assert set(commit.files) == SENT | {".gitattributes"}
    assert commit.message == f"dots, by ganzoo {ganzoo.__version__}"
    # the one that the repository began with, and ours
    assert as_alice.store.repo(REPO).commit(commit.parent).parent is None
    assert as_alice.store.repo(REPO).refs("tag") == {"v1": oid}
    here, there = ganzoo.load(dots), ganzoo.load("hf://alice/dots@v1")
    assert np.array_equal(here.generate(4, seed=1), there.generate(4, seed=1))
    card = text(as_alice, "README.md")
    assert 'ganzoo.load("hf://alice/dots")' in card
    assert 'load_model(huggingface_hub.snapshot_download("alice/dots"))`, or of `"hf://alice/dots"`' in card
    assert "license: cc0-1.0" in card


def test_what_is_there_is_not_sent_again(as_alice: HubServer, dots: Path):
    first = zoo.publish(dots, REPO)
    assert {change.state for change in first.plan.changes} == {"new"}
    del as_alice.requests[:]
    second = zoo.publish(dots, REPO, tag="v1")
    assert (second.commit, second.plan.pending, second.plan.bytes) == (first.commit, (), 0)
    assert writes(as_alice) == ["tag"]
    del as_alice.requests[:]
    third = zoo.publish(dots, REPO, tag="v1")
    assert (third.commit, third.plan.tagged, writes(as_alice)) == (first.commit, True, [])


def test_only_what_changed_is_sent(as_alice: HubServer, dots: Path):
    zoo.publish(dots, REPO)
    manifest = json.loads((dots / "ganzoo.json").read_text())
    manifest["data"]["credit"] = "Somebody"
    (dots / "ganzoo.json").write_text(json.dumps(manifest))
    done = zoo.publish(dots, REPO)
    assert {change.name for change in done.plan.pending} == {"README.md", "ganzoo.json"}
    assert "Somebody" in text(as_alice, "README.md")


def test_what_a_preset_no_longer_has_goes_and_the_rest_stays(as_alice: HubServer, dots: Path, tmp_path: Path):
    zoo.publish(dots, REPO)
    other = tmp_path / "other"
    other.mkdir()
    (other / "evaluation.json").write_text("{}")
    (other / "LICENSE").write_text("CC0")
    as_alice.publish(other, REPO)
    done = zoo.publish(dots, REPO)
    assert [(c.name, c.state) for c in done.plan.pending] == [("evaluation.json", "removed")]
    assert set(head(as_alice)[1].files) == SENT | {".gitattributes", "LICENSE"}


def test_a_branch_that_moved_meanwhile_is_not_overwritten(as_alice: HubServer, dots: Path, tmp_path: Path):
    zoo.publish(dots, REPO)
    (tmp_path / "other").mkdir()
    (tmp_path / "other/README.md").write_text("another's")
    (dots / "samples.png").write_bytes((dots / "samples.png").read_bytes() + b"\0")

    def meanwhile(plan: Plan) -> None:
        as_alice.publish(tmp_path / "other", REPO)

    with pytest.raises(ganzoo.HubError, match=r"has changed since it was compared \(412\)"):
        zoo.publish(dots, REPO, tag="v1", on_plan=meanwhile)
    assert text(as_alice, "README.md") == "another's"
    assert as_alice.store.repo(REPO).refs("tag") == {}


def test_a_repository_that_was_made_meanwhile_is_anothers(as_alice: HubServer, dots: Path):
    with pytest.raises(ganzoo.HubError, match=r"was made by another meanwhile \(409\)"):
        zoo.publish(dots, REPO, on_plan=lambda plan: as_alice.store.create(REPO) and None)
    assert set(head(as_alice)[1].files) == {".gitattributes"}


def test_a_tag_is_not_moved(as_alice: HubServer, dots: Path, written: Path, make_gan: Callable):
    first = zoo.publish(dots, REPO, tag="v1")
    del as_alice.requests[:]
    with pytest.raises(ganzoo.InvalidArgumentError, match=r"'v1' .* and these files are others"):
        zoo.publish(written / "tiny", REPO, tag="v1", incomplete=True)
    assert writes(as_alice) == []
    zoo.publish(written / "tiny", REPO, tag="v2", incomplete=True)
    with pytest.raises(ganzoo.InvalidArgumentError, match="main is at"):
        zoo.publish(written / "tiny", REPO, tag="v1", incomplete=True)
    assert as_alice.store.repo(REPO).refs("tag")["v1"] == first.commit


def test_a_dry_run_needs_no_login_and_sends_nothing(hub: HubServer, dots: Path):
    plan = zoo.publish(dots, REPO, dry_run=True).plan
    assert (plan.parent, {change.state for change in plan.changes}) == (None, {"new"})
    assert plan.bytes == sum(change.bytes for change in plan.changes) > 10_000
    hub.publish(dots, REPO)
    done = zoo.publish(dots, REPO, dry_run=True)
    # the card there is without the address
    assert [(c.name, c.state) for c in done.plan.pending] == [("README.md", "changed")]
    assert (done.commit, writes(hub)) == (None, [])


def test_private_stays_private_and_public_is_said(as_alice: HubServer, dots: Path):
    zoo.publish(dots, REPO, private=True)
    assert as_alice.store.repo(REPO).settings["private"]
    assert zoo.publish(dots, REPO).plan.private
    zoo.publish(dots, "alice/open")
    with pytest.raises(ganzoo.InvalidArgumentError, match="is there and public"):
        zoo.publish(dots, "alice/open", private=True)


def test_a_card_of_ones_own_is_kept(as_alice: HubServer, dots: Path):
    (dots / "README.md").write_text("---\nlibrary_name: keras\n---\n# Mine\n")
    with pytest.raises(ganzoo.WeightsError, match=r"README\.md lacks pipeline_tag: uncond.*, license"):
        zoo.publish(dots, REPO)
    (dots / "README.md").write_bytes(b"---\n\xff\xfe")
    with pytest.raises(ganzoo.WeightsError, match=r"README\.md is no UTF-8"):
        zoo.publish(dots, REPO)
    header = "library_name: keras\npipeline_tag: unconditional-image-generation\nlicense: cc0-1.0"
    own = f"---\n{header}\n---\n# Mine\n"
    (dots / "README.md").write_text(own)
    zoo.publish(dots, REPO)
    assert text(as_alice, "README.md") == own
    (dots / "README.md").write_text(own.replace("cc0-1.0", "cc0-1.0\ntags: dots"))
    with pytest.raises(ganzoo.HubError, match=r'refuses the header of the card \("tags" must be a list\)'):
        zoo.publish(dots, REPO)


def test_data_and_licence_are_asked_for(as_alice: HubServer, dots: Path, written: Path):
    with pytest.raises(ganzoo.InvalidArgumentError, match="does not record what it was trained on"):
        zoo.publish(written / "tiny", REPO)
    manifest = json.loads((dots / "ganzoo.json").read_text())
    manifest["data"]["licence"] = None
    (dots / "ganzoo.json").write_text(json.dumps(manifest))
    with pytest.raises(ganzoo.InvalidArgumentError, match="does not record the licence"):
        zoo.publish(dots, REPO)
    assert as_alice.requests == []
    done = zoo.publish(dots, REPO, incomplete=True)
    assert "the licence of the images" in done.plan.missing
    assert "license" not in text(as_alice, "README.md").split("---")[1]
    assert "Licence: not recorded" in text(as_alice, "README.md")


@pytest.mark.parametrize(
    ("repo", "tag", "said"),
    [
        ("dots", None, "user/name"),
        ("alice/../x", None, "user/name"),
        (REPO, "v 1", "tag"),
        (REPO, "../v1", "tag"),
        (REPO, "", "tag"),
        (REPO, "main", "tag"),
        (REPO, "0" * 40, "tag"),
    ],
)
def test_names_that_the_hub_does_not_take(as_alice: HubServer, dots: Path, repo: str, tag: str, said: str):
    with pytest.raises(ganzoo.InvalidArgumentError, match=said):
        zoo.publish(dots, repo, tag=tag)
    assert as_alice.requests == []


def test_a_commit_whose_tag_failed_is_tagged_next_time(as_alice: HubServer, dots: Path):
    as_alice.faults.append(Fault(path="/tag/", method="POST", status=500, times=1))
    with pytest.raises(ganzoo.HubError, match=r"the Hub has failed \(500\)"):
        zoo.publish(dots, REPO, tag="v1")
    oid, _ = head(as_alice)
    done = zoo.publish(dots, REPO, tag="v1")
    assert (done.commit, done.plan.pending) == (oid, ())
    assert as_alice.store.repo(REPO).refs("tag") == {"v1": oid}


def test_a_gan_in_memory_says_what_its_card_lacks(as_alice: HubServer, make_gan: Callable):
    with pytest.warns(UserWarning, match=r"without what it was trained on, .* an audit"):
        done = make_gan(3).push_to_hub("alice/Three-Kinds", tag="v1")
    assert done.plan.name == "three-kinds"
    again = ganzoo.load("hf://alice/Three-Kinds@v1")
    assert (again.num_classes, again.name) == (3, "three-kinds")


def test_a_gan_that_was_loaded_keeps_its_score_until_its_weights_change(as_alice: HubServer, dots: Path):
    shutil.copyfile(Path(zoo.info("mnist-dcgan").folder, "evaluation.json"), dots / "evaluation.json")
    gan = ganzoo.load(dots)
    with pytest.warns(UserWarning, match="without the recipe and cost of the training;"):
        gan.push_to_hub(REPO)
    assert "evaluation.json" in head(as_alice)[1].files
    # from the Hub's cache, which holds no picture
    there = ganzoo.load(f"hf://{REPO}")
    with pytest.warns(UserWarning, match="without the recipe"):
        there.push_to_hub("alice/copy")
    assert zoo.info("hf://alice/copy").evaluation == zoo.info(dots).evaluation
    gan.generator.set_weights([weight + 0.1 for weight in gan.generator.get_weights()])
    with pytest.warns(UserWarning, match="scores"):
        done = gan.push_to_hub(REPO)
    assert ("evaluation.json", "removed") in [(c.name, c.state) for c in done.plan.pending]
    assert zoo.info(f"hf://{REPO}").evaluation is None
