"""Only onnxruntime-web's own files, of the pinned version, go into a page."""

import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.export import web_runtime
from ganzoo.export.web_runtime import read_runtime

CONTENT = {name: f"stands in for {name}".encode() for name in web_runtime._SHA256}


def folder_of(path: Path, content: dict[str, bytes]) -> Path:
    for name, data in content.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def archive_of(path: Path, content: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, data in content.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


@pytest.fixture
def pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-ins are what is pinned."""
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in CONTENT.items()}
    monkeypatch.setattr(web_runtime, "_SHA256", hashes)


def test_a_folder_and_an_archive_give_the_same(pinned, tmp_path: Path):
    script, wasm = CONTENT.values()
    for source in (folder_of(tmp_path / "package", CONTENT), archive_of(tmp_path / "x.tgz", CONTENT)):
        read = read_runtime(source)
        assert (read.script, read.wasm) == (script, wasm)


@pytest.mark.parametrize("make", [folder_of, archive_of])
def test_other_files_are_refused(tmp_path: Path, make):
    with pytest.raises(InvalidArgumentError, match=r"not that of onnxruntime-web 1\..*sha256.*npm pack"):
        read_runtime(make(tmp_path / "x", CONTENT))


@pytest.mark.parametrize("make", [folder_of, archive_of])
def test_a_file_that_is_missing(pinned, tmp_path: Path, make):
    with pytest.raises(InvalidArgumentError, match=r"onnxruntime-web.*npm pack onnxruntime-web@1"):
        read_runtime(make(tmp_path / "x", dict([*CONTENT.items()][:1])))


def test_what_is_no_archive(pinned, tmp_path: Path):
    whole = archive_of(tmp_path / "x.tgz", {name: data * 10_000 for name, data in CONTENT.items()})
    for content in (b"", b"no archive", whole.read_bytes()[:300]):
        broken = tmp_path / "broken.tgz"
        broken.write_bytes(content)
        with pytest.raises(InvalidArgumentError, match="is no onnxruntime-web"):
            read_runtime(broken)
    with pytest.raises(InvalidArgumentError, match=r"No onnxruntime-web in 'none.tgz'.*npm pack"):
        read_runtime("none.tgz")


def test_a_larger_file_is_not_read(pinned, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(web_runtime, "_MOST_BYTES", 10)
    for source in (folder_of(tmp_path / "package", CONTENT), archive_of(tmp_path / "x.tgz", CONTENT)):
        with pytest.raises(InvalidArgumentError, match="larger than 10 bytes"):
            read_runtime(source)
