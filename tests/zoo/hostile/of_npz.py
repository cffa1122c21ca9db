"""Hostile `.npz`: pickles, bombs, headers that lie. Golden pictures, directions and references are such."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from .corpus import case, edit_json, sign

FILES = {"golden": "preset/reference.npz", "directions": "directions.npz", "reference": "reference-test.npz"}


class Harm:
    """Its pickle calls a function when it is read."""

    def __reduce__(self) -> Any:
        return (open, ("harmed", "w"))


def rewrite(root: Path, read: str, **changes: Any) -> None:
    path = root / FILES[read]
    with np.load(path) as arrays:
        content = {**arrays, **changes}
    np.savez(path, **{name: value for name, value in content.items() if value is not None})
    if read == "golden":
        sign(root, "reference.npz")


def archive(
    root: Path, read: str, members: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED
) -> None:
    path = root / FILES[read]
    with zipfile.ZipFile(path, "w", method) as file:
        for name, content in members:
            file.writestr(name, content)
    if read == "golden":
        sign(root, "reference.npz")


def npy(values: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()


def lying(shape: str, descr: str = "<f4", data: bytes = b"") -> bytes:
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + len(header + b"\n").to_bytes(2, "little") + header + b"\n" + data


Z: tuple[Any, ...] = (
    np.array([Harm()], object),
    np.zeros(3),
    np.zeros((2, 5), "i8"),
    np.zeros((16, 5), "c8"),
    np.full((16, 5), np.nan, "f4"),
    np.zeros((15, 5), "f4"),
    np.zeros((16, 4), "f4"),
    None,
)


@case("golden", "reference.npz", *Z)
def golden_z(root: Path, z: Any) -> None:
    rewrite(root, "golden", z=z)


@case("golden", "reference.npz", "labels", "more", "../z")
def golden_more(root: Path, name: str) -> None:
    rewrite(root, "golden", **{name: np.zeros(16, "i4")})


MEMBERS: tuple[list[tuple[str, bytes]], ...] = (
    [],
    [("z.npy", b"")],
    [("z.npy", npy(np.zeros((16, 5), "f4")))],
    [("z.npy", bytes(2**26)), ("images.npy", b"")],
    [("z.npy", bytes(2 * 10**8)), ("images.npy", b"")],
    [("z.npy", lying("(1000000000, 1000000000)")), ("images.npy", b"")],
    [("z.npy", lying("(-1, 5)")), ("images.npy", b"")],
    [("z.npy", lying("(16, 5)")), ("images.npy", b"")],
    [("z.npy", lying("(((" * 300)), ("images.npy", b"")],
    [("z.npy", lying("__import__('os').system('touch harmed')")), ("images.npy", b"")],
    [("z.npy", lying("(16, 5)", "|O")), ("images.npy", b"")],
    [("z.npy", lying("(16, 5)", "<f3")), ("images.npy", b"")],
    [("z.npy", lying("(16, 5)", "<U9999")), ("images.npy", b"")],
    [("z.npy", b"\x93NUMPY\x03\x00\xff\xff\xff\xff"), ("images.npy", b"")],
    [("z.npy", b"cos\nsystem\n(S'touch harmed'\ntR."), ("images.npy", b"")],
    [("../../z.npy", npy(np.zeros((16, 5), "f4"))), ("images.npy", b"")],
)


@case("golden", "reference.npz", *MEMBERS)
def golden_members(root: Path, members: list[tuple[str, bytes]]) -> None:
    archive(root, "golden", members)


@case("golden", "reference.npz", zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
def packed_otherwise(root: Path, method: int) -> None:
    archive(root, "golden", [("z.npy", bytes(10**6)), ("images.npy", b"")], method)


@case("golden", "arrays")
def twenty_thousand_members(root: Path) -> None:
    archive(root, "golden", [(f"a{i}.npy", b"") for i in range(20_000)], zipfile.ZIP_STORED)


@case("golden", "reference.npz", b"", b"PK\x03\x04", b"\x80\x04K\x01.", bytes(5000))
def no_archive(root: Path, content: bytes) -> None:
    (root / FILES["golden"]).write_bytes(content or b"\x00")
    sign(root, "reference.npz")


@case("golden", "reference.npz", b"PK\x01\x02", b"PK\x05\x06", b"\x93NUMPY")
def a_broken_archive(root: Path, mark: bytes) -> None:
    path = root / FILES["golden"]
    content = path.read_bytes()
    place = content.rindex(mark) + len(mark)
    path.write_bytes(content[:place] + b"\xff" * 24 + content[place + 24 :])
    sign(root, "reference.npz")


@case("golden", "bytes")
def a_reference_of_gigabytes(root: Path) -> None:
    with (root / FILES["golden"]).open("r+b") as file:
        file.truncate(2 * 10**9)
    edit_json(root, "ganzoo.json", lambda m: m["files"]["reference.npz"].update(bytes=2 * 10**9))


HEADERS: tuple[Any, ...] = (
    b"",
    b"[]",
    b"[" * 10**6,
    b"\xff",
    b'{"a": 1, "a": 2}',
    b'{"schema_version": 9}',
    b'{"a": NaN}',
)


@case("directions", "directions.npz", *HEADERS)
def directions_header(root: Path, text: bytes) -> None:
    rewrite(root, "directions", header=np.frombuffer(text, "uint8"))


VECTORS: tuple[Any, ...] = (
    np.array([Harm()], object),
    np.zeros((2, 5), "f4"),
    np.full((2, 5), np.inf, "f4"),
    np.ones((3, 5), "f4"),
    np.ones((2, 5)),
    np.ones(10, "f4"),
    np.ones((0, 5), "f4"),
    None,
)


@case("directions", "directions.npz", *VECTORS)
def directions_vectors(root: Path, vectors: Any) -> None:
    rewrite(root, "directions", vectors=vectors)


@case("directions", "directions.npz", *MEMBERS[3:6])
def directions_members(root: Path, members: list[tuple[str, bytes]]) -> None:
    archive(
        root,
        "directions",
        [(name.replace("z", "header").replace("images", "vectors"), m) for name, m in members],
    )


REFERENCES: tuple[dict[str, Any], ...] = (
    {"mean": np.array([Harm()], object)},
    {"mean": np.zeros(5)},
    {"mean": np.array("text")},
    {"mean": np.full(3, np.nan)},
    {"covariance": np.zeros((3, 4))},
    {"n": np.array(0)},
    {"n": np.array("many")},
    {"n": np.array(1.5)},
    {"data": np.array("a\nb")},
    {"data": np.array("a" * 1000)},
    {"data": np.array(1)},
    {"floor_n": np.array([], "i8")},
    {"floor_n": np.array([5, 4, 3, 2, 1])},
    {"surprise": np.zeros(1)},
    {"schema_version": np.array(9)},
    {"schema_version": np.array(1)},
    {"mean": None},
)


@case("reference", "reference-test.npz", *REFERENCES)
def a_reference(root: Path, change: dict[str, Any]) -> None:
    rewrite(root, "reference", **change)
