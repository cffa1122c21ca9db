"""A disk that is full, and a cache that may only be read."""

import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hub_server import Fault, HubServer, damaged, unfinished

import ganzoo
from ganzoo import zoo

pytestmark = pytest.mark.faults

ADDRESS = "hf://alice/tiny"
NOBODY = 65534
LOAD = """
import sys
import ganzoo
from ganzoo import zoo
try:
    print(len(zoo.load_reference(sys.argv[1])["z"]))
except ganzoo.GanzooError as error:
    print(error)
"""


def load(*arguments: str, code: str = LOAD, **options: Any) -> str:
    """What a process of its own says of a load."""
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def small_disk(hub_home: Path) -> Iterator[Path]:
    """A file system of 200 kB where the cache is."""
    cache = hub_home / "hub"
    cache.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(cache)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small file system")
    yield cache
    subprocess.run(["umount", str(cache)], check=True)


def fill(disk: Path) -> Path:
    """Leave no room."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            pass
    return filler


def test_no_room_is_seen_before_anything_is_fetched(hub: HubServer, tiny_commit: str, small_disk: Path):
    (small_disk / "filler").write_bytes(bytes(150_000))
    with pytest.raises(ganzoo.WeightsError, match=r"No room for .*it needs 0\.1 MB.*HF_HOME"):
        zoo.info(ADDRESS)
    assert not [r for r in hub.requests if r.path.startswith("/cdn")]
    assert not damaged(small_disk)
    (small_disk / "filler").unlink()
    assert zoo.info(ADDRESS).name == "tiny"


def test_a_disk_that_fills_up_meanwhile(hub: HubServer, tiny_commit: str, small_disk: Path):
    hub.faults.append(Fault(path=r"/cdn/.*filename=model", delay=2))

    def fill_when_asked() -> None:
        while not [r for r in hub.requests if r.method == "HEAD" and "/model.weights" in r.path]:
            time.sleep(0.02)
        # the client has made its file by then
        time.sleep(1)
        fill(small_disk)

    other = threading.Thread(target=fill_when_asked)
    other.start()
    with pytest.raises(ganzoo.WeightsError, match=r"No room for .*No space left on device.*HF_HOME"):
        zoo.info(ADDRESS)
    other.join()
    assert not damaged(small_disk)
    assert not unfinished(small_disk)
    (small_disk / "filler").unlink()
    assert ganzoo.load(ADDRESS).name == "tiny"


@pytest.mark.parametrize("most", [0, 5_000, 20_000])
def test_a_limit_on_the_size_of_files(hub: HubServer, tiny_commit: str, hub_home: Path, most: int):
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    said = load(ADDRESS, preexec_fn=limit)
    assert "No room for hf://alice/tiny" in said
    assert "\n" not in said
    assert not damaged(hub_home / "hub")
    assert not unfinished(hub_home / "hub")
    assert load(ADDRESS) == "16"


@pytest.fixture
def shared(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home that others may read: pytest's own folders are closed to them."""
    with tempfile.TemporaryDirectory(prefix="ganzoo-shared-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        for name, value in {**hub.environ(home), "HOME": folder}.items():
            monkeypatch.setenv(name, value)
        yield home
        for path in [home, *home.rglob("*")]:
            if path.is_dir():
                path.chmod(0o755)


# Root may write anywhere, and nobody may not read root's Python: so it loads once elsewhere, for what that
# imports, and then becomes nobody.
AS_READER = f"""
import os, sys
from ganzoo import zoo
os.environ["HF_HUB_CACHE"], shared = sys.argv[2], os.environ["HF_HUB_CACHE"]
zoo.load_reference({ADDRESS!r})
os.environ["HF_HUB_CACHE"] = shared
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
{LOAD}"""


def as_reader(home: Path, elsewhere: Path, address: str) -> str:
    """What a load says that may read the cache and not write to it."""
    for path in [home, *home.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o555 if path.is_dir() else 0o444)
    return load(address, str(elsewhere), code=AS_READER)


def test_a_cache_that_may_only_be_read_serves(hub: HubServer, tiny_commit: str, shared: Path, tmp_path: Path):
    zoo.info(ADDRESS)
    (shared / "hub/models--alice--tiny/refs/main").unlink()
    for address in (ADDRESS, f"{ADDRESS}@{tiny_commit}"):
        assert as_reader(shared, tmp_path, address) == "16"


def test_a_cache_that_may_only_be_read_lacks_a_model(
    hub: HubServer, tiny_commit: str, shared: Path, tmp_path: Path
):
    (shared / "hub").mkdir()
    said = as_reader(shared, tmp_path, ADDRESS)
    assert said.startswith("Cannot write hf://alice/tiny to ")
    assert said.endswith("Set HF_HOME to a folder open to you.")
    assert list((shared / "hub").iterdir()) == []


def test_a_cache_that_may_only_be_read_and_is_damaged(
    hub: HubServer, tiny_commit: str, shared: Path, tmp_path: Path
):
    path = zoo.info(ADDRESS).folder / "reference.npz"
    content = path.read_bytes()
    path.resolve().write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    said = as_reader(shared, tmp_path, ADDRESS)
    assert "was altered" in said
    assert said.endswith("have that file removed, or set HF_HOME to a folder of your own.")
