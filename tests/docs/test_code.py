"""Every block of code on the site and in the README runs, page by page, as a reader would run it."""

import dataclasses
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_server import Account, HubServer
from site_pages import Block, find_blocks, pages
from site_pages.blocks import ROOT
from site_pages.inputs import write_data, write_pictures

BACKENDS = ("jax", "torch", "tensorflow")
WITH_CODE = [page for page in pages() if find_blocks(page.read_text(encoding="utf-8"))]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubServer]:
    """A Hub where `user` has published nothing yet: two pages use the same names."""
    with HubServer(tmp_path / "hub", accounts={"hf_user": Account("user")}) as server:
        yield server


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small MNIST, and a copy of the presets, since pages write into them."""
    folder = tmp_path_factory.mktemp("shared")
    write_data(folder / "data")
    shutil.copytree(ROOT / "weights", folder / "weights")
    return folder


@pytest.mark.site
@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_code_of_a_page_runs(page: Path, hub: HubServer, shared: Path, tmp_path: Path):
    blocks = find_blocks(page.read_text(encoding="utf-8"))
    lacking = {block.line: missing for block in blocks if (missing := lacks(block))}
    run = [block for block in blocks if block.line not in lacking and not block.not_run]
    folder = tmp_path / "reader"
    write_pictures(folder)
    (tmp_path / "blocks.json").write_text(json.dumps([dataclasses.asdict(block) for block in run]))
    done = subprocess.run(
        [sys.executable, "-m", "site_pages.run", str(page), str(tmp_path / "blocks.json")],
        cwd=folder,
        env=environment(hub, shared, tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    sys.stdout.write(done.stdout)
    assert done.returncode == 0, done.stdout[-3000:]
    if lacking:
        pytest.skip(f"ran but for {'; '.join(f'line {line}: no {what}' for line, what in lacking.items())}")


def environment(hub: HubServer, shared: Path, tmp_path: Path) -> dict[str, str]:
    """A reader's, who has a login at the Hub and MNIST in a folder."""
    return {
        **os.environ,
        **hub.environ(tmp_path / "hub-home", account="user"),
        "GANZOO_DATA": str(shared / "data"),
        "GANZOO_WEIGHTS": str(shared / "weights"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
        "GRADIO_ANALYTICS_ENABLED": "False",
    }


def lacks(block: Block) -> str:
    """What a block needs and is not here; empty if it can run."""
    if "npm pack" in block.code and "GANZOO_WEB_RUNTIME" not in os.environ:
        return "onnxruntime-web (GANZOO_WEB_RUNTIME)"
    if block.needs == "all backends":
        return ", ".join(name for name in BACKENDS if importlib.util.find_spec(name) is None)
    assert block.needs == "", f"no test knows what {block.needs!r} is"
    return ""
