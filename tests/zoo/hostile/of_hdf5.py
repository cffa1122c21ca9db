"""Hostile HDF5: links, data kept elsewhere, sizes that are a lie. Signed every time, so the hash is right."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from .corpus import DISCRIMINATOR, GENERATOR, case, edit_json, sign

KERNEL = "layers/dense/vars/0"


@contextmanager
def opened(root: Path, name: str = GENERATOR) -> Iterator[Any]:
    with h5py.File(root / "preset" / name, "r+") as file:
        yield file
    sign(root, name)


def replaced(root: Path, make: Callable[[Any, np.ndarray], None]) -> None:
    """Write the file anew without the first kernel, and let `make(file, kernel)` put another there."""
    path = root / "preset" / GENERATOR
    with h5py.File(path) as old, h5py.File(path.with_suffix(".new"), "w") as new:
        kernel = old[KERNEL][()]

        def copy(name: str, item: Any) -> None:
            if isinstance(item, h5py.Dataset) and name != KERNEL:
                new.create_dataset(name, data=item[()])

        old.visititems(copy)
        make(new, kernel)
    path.with_suffix(".new").replace(path)
    sign(root, GENERATOR)


@case(
    "load",
    "is a link",
    h5py.SoftLink("/layers"),
    h5py.SoftLink("/nowhere"),
    h5py.ExternalLink("/etc/passwd", "/"),
)
def one_link_more(root: Path, link: Any) -> None:
    with opened(root) as file:
        file["more"] = link


@case("load", "is a link", h5py.SoftLink("/layers/dense"), h5py.ExternalLink("other.h5", KERNEL))
def a_link_for_a_kernel(root: Path, link: Any) -> None:
    shutil.copy(root / "preset" / GENERATOR, root / "preset" / "other.h5")
    replaced(root, lambda file, kernel: file.__setitem__(KERNEL, link))


@case("load", "too large a tree")
def a_group_within_itself(root: Path) -> None:
    with opened(root) as file:
        file["layers/again"] = file["layers"]


@case("load", "too large a tree")
def a_deep_tree(root: Path) -> None:
    with opened(root) as file:
        file.create_group("/".join(["a"] * 500))


@case("load", "", 1100, 5000)
def many_groups(root: Path, count: int) -> None:
    with opened(root) as file:
        for number in range(count):
            file.create_group(f"g{number}")


@case("load", "attributes")
def many_attributes(root: Path) -> None:
    with opened(root) as file:
        for number in range(2000):
            file["layers"].attrs[f"a{number}"] = "x" * 100


@case("load", "another file", "secret", "/etc/passwd", "/dev/zero", "../../secret")
def numbers_in_another_file(root: Path, name: str) -> None:
    (root / "preset" / "secret").write_bytes(bytes(10_000))
    replaced(
        root,
        lambda file, kernel: file.create_dataset(
            KERNEL, kernel.shape, "f4", external=[(name, 0, kernel.nbytes)]
        ),
    )


@case("load", "another file")
def a_virtual_dataset(root: Path) -> None:
    def make(file: Any, kernel: np.ndarray) -> None:
        layout = h5py.VirtualLayout(kernel.shape, "f4")
        layout[:] = h5py.VirtualSource("/etc/passwd", "x", kernel.shape)
        file.create_virtual_dataset(KERNEL, layout)

    replaced(root, make)


@case("load", "packed", "gzip", "lzf", "shuffle", "fletcher32", "scaleoffset")
def a_packed_dataset(root: Path, how: str) -> None:
    options: dict[str, Any] = {"compression": how} if how in ("gzip", "lzf") else {how: True}
    options = {"scaleoffset": 4} if how == "scaleoffset" else options
    replaced(root, lambda file, kernel: file.create_dataset(KERNEL, data=kernel, chunks=True, **options))


@case("load", "packed")
def a_bomb_that_unpacks(root: Path) -> None:
    """A gigabyte of zeros in a megabyte."""
    with opened(root) as file:
        more = file.create_dataset("more", (2**28,), "f4", chunks=(2**24,), compression="gzip")
        more[: 2**24] = 0


@case("load", "packed")
def an_unknown_filter(root: Path) -> None:
    """The library would look for a plugin of that number, a shared object, in a folder of plugins."""

    def make(file: Any, kernel: np.ndarray) -> None:
        how = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        how.set_chunk(kernel.shape)
        how.set_filter(32_000, h5py.h5z.FLAG_OPTIONAL, (1,))
        file.require_group("layers/dense/vars")
        space = h5py.h5s.create_simple(kernel.shape)
        h5py.h5d.create(file.id, KERNEL.encode(), h5py.h5t.IEEE_F32LE, space, how)

    replaced(root, make)


@case("load", "does not hold", (10**9,), (10**6, 10**6), (2**31, 2**20), (5, 64))
def a_shape_without_numbers(root: Path, shape: tuple[int, ...]) -> None:
    """Storage that was never written is of no size, and reads as zeros."""
    replaced(root, lambda file, kernel: file.create_dataset(KERNEL, shape, "f4"))


@case("load", "packed")
def a_shape_without_chunks(root: Path) -> None:
    replaced(root, lambda file, kernel: file.create_dataset(KERNEL, (10**12,), "f4", chunks=True))


def patched(root: Path, old: bytes, new: bytes) -> None:
    path = root / "preset" / GENERATOR
    content = path.read_bytes()
    if content.count(old) < 1:
        raise ValueError("there is no such place to patch")
    path.write_bytes(content.replace(old, new))
    sign(root, GENERATOR)


@case("load", GENERATOR, 2**20, 2**62, 2**63)
def a_shape_that_was_patched(root: Path, side: int) -> None:
    """The header says more than was written: what no writer of HDF5 does."""
    with h5py.File(root / "preset" / GENERATOR) as file:
        rows, columns = file[KERNEL].shape
    old = rows.to_bytes(8, "little") + columns.to_bytes(8, "little")
    patched(root, old, side.to_bytes(8, "little") + columns.to_bytes(8, "little"))


@case("load", GENERATOR, 8, 2**40, 2**63)
def an_address_that_was_patched(root: Path, address: int) -> None:
    with h5py.File(root / "preset" / GENERATOR) as file:
        place = file[KERNEL].id.get_offset()
    patched(root, place.to_bytes(8, "little"), address.to_bytes(8, "little"))


@case("load", "shares its bytes")
def one_dataset_many_times(root: Path) -> None:
    """Each name is a hard link to the same numbers."""
    with opened(root) as file:
        for number in range(100):
            file[f"layers/dense/vars/{number + 1}"] = file[KERNEL]


def other_types() -> tuple[Any, ...]:
    compound = np.dtype([("a", "f4"), ("b", "i4")])
    counted = h5py.enum_dtype({"A": 1})
    kept_apart = (h5py.string_dtype(), h5py.vlen_dtype("f4"), h5py.ref_dtype)
    return ("f8", "f2", ">f4", "i4", "u1", compound, ("f4", (3,)), counted, "V8", *kept_apart)


@case("load", "not of float32", *other_types())
def another_type(root: Path, dtype: Any) -> None:
    """Objects, references and text of any length are kept on a heap that is read by other code."""
    replaced(root, lambda file, kernel: file.create_dataset(KERNEL, kernel.shape, dtype, fillvalue=None))


@case("load", "is a type")
def a_named_type(root: Path) -> None:
    with opened(root) as file:
        file["more"] = np.dtype("f4")


@case("load", "numbers", np.zeros(1, "f4"), np.zeros((3, 3), "f4"))
def one_dataset_more(root: Path, values: np.ndarray) -> None:
    with opened(root) as file:
        file["more"] = values


@case("load", "parameters")
def one_dataset_less(root: Path) -> None:
    replaced(root, lambda file, kernel: None)


@case(
    "load",
    "does not fit",
    "../kernel",
    "layers/dense/vars/00",
    "layers\\dense\\vars\\0",
    "layers/dense/vars/0\u202e",
)
def another_name(root: Path, name: str) -> None:
    replaced(root, lambda file, kernel: file.create_dataset(name, data=kernel))


@case(
    "load", "does not fit", lambda k: k.T, lambda k: k.ravel(), lambda k: k[None], lambda k: k.reshape(-1, 5)
)
def another_shape(root: Path, change: Callable[[np.ndarray], np.ndarray]) -> None:
    replaced(
        root, lambda file, kernel: file.create_dataset(KERNEL, data=np.ascontiguousarray(change(kernel)))
    )


@case("load", "holds a NaN", np.nan, np.inf, -np.inf, 3e38, -1e9)
def no_weight(root: Path, value: float) -> None:
    with opened(root) as file:
        file[KERNEL][-1, -1] = value


@case("load", "holds a NaN")
def no_weight_of_the_discriminator(root: Path) -> None:
    with opened(root, DISCRIMINATOR) as file:
        file["layers/conv2d/vars/0"][-1, -1] = np.nan


@case("load", "holds a NaN")
def no_weight_at_the_end_of_many(root: Path) -> None:
    """As many parameters as may be, all there and none on the disk but the last."""
    count = 99_000_000
    how = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    how.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    how.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    with h5py.File(root / "preset" / GENERATOR, "w") as file:
        space = h5py.h5s.create_simple((count,))
        h5py.h5d.create(file.id, b"x", h5py.h5t.IEEE_F32LE, space, how)
        file["x"][-1] = np.nan
    sign(root, GENERATOR)
    edit_json(root, "ganzoo.json", lambda m: m["parameters"].update(generator=count))


@case("load", "negative variance")
def a_negative_variance(root: Path) -> None:
    with opened(root) as file:
        file["layers/batch_normalization/vars/3"][0] = -1.0


@case("load", "parameters")
def generator_and_discriminator_swapped(root: Path) -> None:
    preset = root / "preset"
    (preset / GENERATOR).rename(preset / "x")
    (preset / DISCRIMINATOR).rename(preset / GENERATOR)
    (preset / "x").rename(preset / DISCRIMINATOR)
    sign(root, GENERATOR, DISCRIMINATOR)


@case("load", "parameters")
def the_generator_for_both(root: Path) -> None:
    shutil.copy(root / "preset" / GENERATOR, root / "preset" / DISCRIMINATOR)
    sign(root, DISCRIMINATOR)


@case("load", GENERATOR, 8, 96, 1000, -100, -1)
def cut_short(root: Path, size: int) -> None:
    path = root / "preset" / GENERATOR
    path.write_bytes(path.read_bytes()[:size])
    sign(root, GENERATOR)


@case("load", GENERATOR, 2**20 + 2**18, 10**9, 10**10)
def with_a_tail(root: Path, size: int) -> None:
    """Sparse, and signed where hashing does not take long."""
    os.truncate(root / "preset" / GENERATOR, size)
    if size < 10**8:
        sign(root, GENERATOR)


@case("load", "no HDF5 file", b"", b"no HDF5", b"\x89HDF\r\n\x1a\n" + b"\xff" * 100_000, bytes(20_000))
def no_hdf5(root: Path, content: bytes) -> None:
    (root / "preset" / GENERATOR).write_bytes(content or b"\x00")
    sign(root, GENERATOR)


@case("load", "no HDF5 file")
def a_user_block(root: Path) -> None:
    path = root / "preset" / GENERATOR
    path.write_bytes(b"#!/bin/sh".ljust(512, b"\n") + path.read_bytes())
    sign(root, GENERATOR)


@case("load", "no HDF5 file")
def a_pickle(root: Path) -> None:
    (root / "preset" / GENERATOR).write_bytes(b"cos\nsystem\n(S'touch harmed'\ntR.")
    sign(root, GENERATOR)


ENCODERS: tuple[Callable[[Any], None], ...] = (
    lambda file: file.__setitem__("more", h5py.ExternalLink("/etc/passwd", "/")),
    lambda file: file.__setitem__("more", np.zeros(5, "f4")),
    lambda file: file["layers/dense/vars/0"].__setitem__((0, 0), np.nan),
    lambda file: file.__delitem__("layers/dense"),
    lambda file: file.create_dataset("more", (10**9,), "f4"),
)


@case("encoder", "encoder.weights.h5", *ENCODERS)
def an_encoder(root: Path, change: Callable[[Any], None]) -> None:
    with h5py.File(root / "encoder.weights.h5", "r+") as file:
        change(file)


@case("encoder", "of another model", "a" * 60_000, "\x1b[2J", "0" * 64, np.zeros(5), h5py.Empty("f4"))
def an_encoder_of_another_model(root: Path, label: Any) -> None:
    with h5py.File(root / "encoder.weights.h5", "r+") as file:
        file.attrs["ganzoo_model"] = label
