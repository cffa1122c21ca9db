"""Pictures to files batch by batch, in bounded memory; one file is complete, or not there at all."""

import contextlib
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganzoo import images
from ganzoo.cli.progress import bar
from ganzoo.errors import InvalidArgumentError

__all__ = ["check_file", "check_folder", "with_progress", "writer"]

Write = Callable[[NDArray[np.uint8]], None]


def check_file(output: str, suffixes: Sequence[str], *, option: str = "-o") -> Path:
    """Refuse a file that cannot be written, before there is anything to write.

    Args:
        output: as `-o` gives it; folders that lack are made.
        suffixes: that its name may end in.
        option: that it was given by.

    Returns:
        The path.

    Raises:
        InvalidArgumentError: its name ends otherwise, or its folder is not open.
    """
    path = Path(output).expanduser()
    if path.suffix.lower() not in suffixes:
        raise InvalidArgumentError(
            f"The output must end in {', '.join(suffixes)}. Received: {option} {output}"
        )
    _probe(path.parent, output)
    return path


def check_folder(output: str) -> Path:
    """Refuse a folder that cannot be written to, before there is anything to write; it is made if it lacks.

    Args:
        output: as `-o` gives it.

    Returns:
        The path.

    Raises:
        InvalidArgumentError: it is a file, or is not open.
    """
    path = Path(output).expanduser()
    _probe(path, output)
    return path


def _probe(folder: Path, output: str) -> None:
    probe = folder / f".probe.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise InvalidArgumentError(
            f"Cannot write {output!r}: {error.strerror or error}. Choose a place open to you."
        ) from error


@contextmanager
def writer(
    kind: str,
    path: Path,
    *,
    n: int,
    shape: tuple[int, int, int],
    labels: NDArray[np.int32] | None,
    scale: int,
) -> Iterator[Write]:
    """Open an output, so that one that cannot be written is refused before anything is drawn.

    Args:
        kind: "grid", "npy", "npz" or "folder".
        path: where to.
        n: pictures that will come.
        shape: of each.
        labels: of each, kept in an `.npz`.
        scale: times to enlarge each picture of a PNG.

    Returns:
        A context manager that gives a function to write a batch with.

    Raises:
        InvalidArgumentError: the output cannot be written, or there is no room for it.
    """
    kinds: dict[str, Callable[..., AbstractContextManager[Write]]] = {
        "grid": _grid,
        "npy": _npy,
        "npz": _npz,
        "folder": _folder,
    }
    open_ = kinds[kind]
    home = path if kind == "folder" else path.parent
    try:
        home.mkdir(parents=True, exist_ok=True)
        _check_room(home, n * int(np.prod(shape)) if kind in ("npy", "npz") else 0)
        with open_(path, n=n, shape=shape, labels=labels, scale=scale) as write:
            yield write
    except OSError as error:
        raise InvalidArgumentError(
            f"Cannot write {str(path)!r}: {error.strerror or error}. Choose a place open to you."
        ) from error


def with_progress(batches: Iterator[NDArray[np.uint8]], n: int) -> Iterator[NDArray[np.uint8]]:
    """Yield batches, with a bar where it takes longer than two seconds."""
    done = 0
    with bar("drawing", n) as move:
        for batch in batches:
            yield batch
            done += len(batch)
            move(done, f"{done}/{n}")


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        # Here, so that a folder that cannot be written is noticed at once.
        temporary.touch()
        yield temporary
        temporary.replace(path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def _grid(path: Path, *, scale: int, **_: Any) -> Iterator[Write]:
    batches: list[NDArray[np.uint8]] = []
    with _beside(path) as temporary:
        yield batches.append
        png = temporary.with_name(temporary.name + ".png")
        images.save_png(png, images.grid(np.concatenate(batches), scale=scale))
        png.replace(temporary)


@contextmanager
def _npy(path: Path, *, n: int, shape: tuple[int, int, int], **_: Any) -> Iterator[Write]:
    with _beside(path) as temporary, temporary.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, _header(n, shape))
        yield lambda batch: _send(file, batch)


@contextmanager
def _npz(
    path: Path, *, n: int, shape: tuple[int, int, int], labels: NDArray[np.int32] | None, **_: Any
) -> Iterator[Write]:
    with _beside(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        if labels is not None:
            with archive.open("labels.npy", "w") as file:
                np.lib.format.write_array(file, labels, allow_pickle=False)
        with archive.open("images.npy", "w", force_zip64=True) as file:
            np.lib.format.write_array_header_1_0(file, _header(n, shape))
            yield lambda batch: _send(file, batch)


@contextmanager
def _folder(path: Path, *, n: int, scale: int, **_: Any) -> Iterator[Write]:
    digits = max(4, len(str(n - 1)))
    done = 0

    def write(batch: NDArray[np.uint8]) -> None:
        nonlocal done
        for picture in batch:
            enlarged = picture.repeat(scale, axis=0).repeat(scale, axis=1)
            images.save_png(path / f"{done:0{digits}d}.png", enlarged)
            done += 1

    probe = path / f".probe.{os.getpid()}"
    probe.touch()
    probe.unlink()
    yield write


def _header(n: int, shape: tuple[int, int, int]) -> dict[str, Any]:
    return {"descr": "|u1", "fortran_order": False, "shape": (n, *shape)}


def _send(file: Any, batch: NDArray[np.uint8]) -> None:
    file.write(np.ascontiguousarray(batch).data)


def _check_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise InvalidArgumentError(
            f"The pictures need {needed / 1e6:.0f} MB and {str(folder)!r} has {free / 1e6:.0f} MB left. "
            "Draw fewer, or write elsewhere."
        )
