"""What stands in a folder in place of a file, or beside it."""

import os
import shutil
import socket
from pathlib import Path

from .corpus import DISCRIMINATOR, GENERATOR, case, edit_json

LOADED = (
    "ganzoo.json",
    GENERATOR,
    DISCRIMINATOR,
    "config.json",
    "metadata.json",
    "reference.npz",
    "sampler.json",
)


@case("load", "missing", *LOADED)
def a_missing_file(root: Path, name: str) -> None:
    (root / "preset" / name).unlink()


@case("load", "altered", *LOADED[1:])
def an_empty_file(root: Path, name: str) -> None:
    (root / "preset" / name).write_bytes(b"")


@case("load", "no regular file", *LOADED)
def a_folder_for_a_file(root: Path, name: str) -> None:
    (root / "preset" / name).unlink()
    (root / "preset" / name).mkdir()


@case("load", "no regular file", *LOADED)
def a_pipe_for_a_file(root: Path, name: str) -> None:
    """Opening it to read waits until somebody writes, which nobody will."""
    (root / "preset" / name).unlink()
    os.mkfifo(root / "preset" / name)


@case("info", "no regular file")
def a_pipe_for_an_evaluation(root: Path) -> None:
    os.mkfifo(root / "preset" / "evaluation.json")


@case("info", "missing")
def a_link_to_nowhere_for_an_evaluation(root: Path) -> None:
    (root / "preset" / "evaluation.json").symlink_to("nowhere")


@case("load", "no regular file")
def a_socket_for_a_file(root: Path) -> None:
    (root / "preset" / GENERATOR).unlink()
    before = Path.cwd()
    # The path of a socket may have no more than 107 letters.
    os.chdir(root / "preset")
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(GENERATOR)
    finally:
        os.chdir(before)


@case(
    "load",
    "leaves its folder",
    "/dev/zero",
    "/dev/tty",
    "/etc/passwd",
    "/proc/self/mem",
    "../secret",
    "../../x",
)
def a_link_out(root: Path, target: str) -> None:
    (root / "secret").write_bytes(b"secret")
    (root.parent / "x").write_bytes(b"secret")
    (root / "preset" / GENERATOR).unlink()
    (root / "preset" / GENERATOR).symlink_to(target)


@case("load", "leaves its folder", *LOADED)
def a_link_to_the_very_file(root: Path, name: str) -> None:
    """What it holds is right, and yet a stranger's folder must not say what is read elsewhere."""
    (root / "preset" / name).rename(root / name)
    (root / "preset" / name).symlink_to(root / name)


@case("load", "leaves its folder")
def a_link_by_a_linked_folder(root: Path) -> None:
    (root / "elsewhere").mkdir()
    (root / "preset" / GENERATOR).rename(root / "elsewhere" / GENERATOR)
    (root / "preset" / "inside").symlink_to(root / "elsewhere")
    (root / "preset" / GENERATOR).symlink_to(Path("inside") / GENERATOR)


@case("load", "cannot be read")
def a_link_to_itself(root: Path) -> None:
    (root / "preset" / GENERATOR).unlink()
    (root / "preset" / GENERATOR).symlink_to(GENERATOR)


def as_snapshot(root: Path, repository: str, blobs: Path) -> None:
    """Lay the preset out as the Hub's client does, and leave a link to it in its old place."""
    snapshot = root / repository / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    blobs.mkdir(parents=True, exist_ok=True)
    for path in list((root / "preset").iterdir()):
        path.rename(blobs / f"hash-of-{path.name}")
        (snapshot / path.name).symlink_to(os.path.relpath(blobs / f"hash-of-{path.name}", snapshot))
    (root / "preset").rmdir()
    (root / "preset").symlink_to(snapshot)


@case("load", None)
def the_cache_of_the_hub(root: Path) -> None:
    as_snapshot(root, "models--user--name", root / "models--user--name" / "blobs")


@case("load", "leaves its folder")
def the_files_of_another_repository(root: Path) -> None:
    as_snapshot(root, "models--user--name", root / "models--other--name" / "blobs")


@case("load", "leaves its folder")
def what_only_looks_like_a_cache(root: Path) -> None:
    as_snapshot(root, "user", root / "user" / "blobs")


@case("load", "leaves its folder")
def blobs_that_are_a_link(root: Path) -> None:
    as_snapshot(root, "models--user--name", root / "blobs")
    (root / "models--user--name" / "blobs").symlink_to(root / "blobs")


@case("load", "leaves its folder")
def a_blob_that_is_a_link(root: Path) -> None:
    blobs = root / "models--user--name" / "blobs"
    as_snapshot(root, "models--user--name", blobs)
    (blobs / f"hash-of-{GENERATOR}").rename(root / "elsewhere")
    (blobs / f"hash-of-{GENERATOR}").symlink_to(root / "elsewhere")


@case("load", None)
def a_link_within_the_folder(root: Path) -> None:
    (root / "preset" / GENERATOR).rename(root / "preset" / "model.h5")
    (root / "preset" / GENERATOR).symlink_to("model.h5")


@case("load", None)
def a_hard_link(root: Path) -> None:
    """Nothing tells it from a file; its sha256 is the one that was asked for."""
    os.link(root / "preset" / GENERATOR, root / "elsewhere")


EXTRA = (
    "__init__.py",
    "ganzoo.py",
    "modeling.py",
    "keras.json",
    "sitecustomize.py",
    "pickle.pkl",
    "checkpoint.npz",
)


@case("load", None, *EXTRA)
def a_file_more(root: Path, name: str) -> None:
    """It is never opened, as the worker sees to: a folder may hold notes, pictures, a checkpoint."""
    (root / "preset" / name).write_text("open('harmed', 'w')\n")


@case("load", None)
def a_pipe_more(root: Path) -> None:
    os.mkfifo(root / "preset" / "more")


@case("golden", "leaves its folder")
def golden_pictures_elsewhere(root: Path) -> None:
    (root / "preset" / "reference.npz").rename(root / "reference.npz")
    (root / "preset" / "reference.npz").symlink_to(root / "reference.npz")


@case("extractor", "", "extractor.json", GENERATOR)
def an_extractor_of_pipes(root: Path, name: str) -> None:
    (root / "extractor" / name).unlink()
    os.mkfifo(root / "extractor" / name)


@case("extractor", "", "extractor.json", GENERATOR)
def an_extractor_elsewhere(root: Path, name: str) -> None:
    (root / "extractor" / name).rename(root / name)
    (root / "extractor" / name).symlink_to(root / name)


@case("directions", "no regular file")
def a_pipe_of_directions(root: Path) -> None:
    (root / "directions.npz").unlink()
    os.mkfifo(root / "directions.npz")


@case("encoder", "no regular file")
def a_pipe_of_an_encoder(root: Path) -> None:
    (root / "encoder.weights.h5").unlink()
    os.mkfifo(root / "encoder.weights.h5")


@case("load", "bytes")
def a_sparse_file_of_a_terabyte(root: Path) -> None:
    os.truncate(root / "preset" / GENERATOR, 10**12)


@case("load", "bytes")
def what_says_that_it_is_of_gigabytes(root: Path) -> None:
    """Sparse, and as large as `ganzoo.json` says: it is refused before it is hashed."""
    os.truncate(root / "preset" / GENERATOR, 2**31)
    edit_json(root, "ganzoo.json", lambda m: m["files"][GENERATOR].update(bytes=2**31))


@case("load", "No such folder")
def no_folder(root: Path) -> None:
    shutil.rmtree(root / "preset")


@case("load", "")
def a_file_for_a_folder(root: Path) -> None:
    shutil.rmtree(root / "preset")
    (root / "preset").write_bytes(b"")
