"""onnxruntime-web's two files that a page carries, checked before they are put into it."""

import hashlib
import os
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ganzoo.errors import InvalidArgumentError

__all__ = ["ARCHIVE", "VERSION", "WebRuntime", "read_runtime"]

VERSION: Final = "1.30.0"
ARCHIVE: Final = f"onnxruntime-web-{VERSION}.tgz"
"""What `npm pack` writes."""

# The build for the processor alone: those with WebGPU are twice as large. One script with its loader in it.
_SCRIPT: Final = "dist/ort.wasm.bundle.min.mjs"
_WASM: Final = "dist/ort-wasm-simd-threaded.wasm"
_SHA256: Final = {
    _SCRIPT: "11e64bd8ffe11bd1a2a2f0d6275fdfbbba7262f0b76b99b53d228a8a22ef3d90",
    _WASM: "3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2",
}
_MOST_BYTES: Final = 2**25
_REMEDY: Final = f"Fetch it: npm pack onnxruntime-web@{VERSION}. Then name it: --runtime {ARCHIVE}"


@dataclass(frozen=True)
class WebRuntime:
    """The runtime of a page.

    Args:
        script: a JavaScript module, UTF-8.
        wasm: the WebAssembly that it loads.
    """

    script: bytes
    wasm: bytes


def read_runtime(path: str | os.PathLike[str]) -> WebRuntime:
    """Read onnxruntime-web from where npm put it; nothing is fetched.

    Args:
        path: the archive that `npm pack` writes, or the package's folder, such as
            `node_modules/onnxruntime-web`.

    Returns:
        The `WebRuntime`.

    Raises:
        InvalidArgumentError: there is nothing, or something else, such as another version.

    Example:
        >>> runtime = read_runtime("onnxruntime-web-1.30.0.tgz")
    """
    source = Path(path).expanduser()
    read = _from_folder if source.is_dir() else _from_archive
    try:
        files = {name: read(source, name) for name in _SHA256}
    except FileNotFoundError:
        raise InvalidArgumentError(f"No onnxruntime-web in {str(path)!r}. {_REMEDY}") from None
    except (OSError, KeyError, ValueError, EOFError, tarfile.TarError) as error:
        raise InvalidArgumentError(f"{str(path)!r} is no onnxruntime-web: {error}. {_REMEDY}") from None
    for name, content in files.items():
        received = hashlib.sha256(content).hexdigest()
        if received != _SHA256[name]:
            raise InvalidArgumentError(
                f"{name} in {str(path)!r} is not that of onnxruntime-web {VERSION}: sha256 {received[:12]}…, "
                f"and not {_SHA256[name][:12]}…. {_REMEDY}"
            )
    return WebRuntime(script=files[_SCRIPT], wasm=files[_WASM])


def _from_folder(folder: Path, name: str) -> bytes:
    path = folder / name
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError(f"{name} is larger than {_MOST_BYTES} bytes")
    return path.read_bytes()


def _from_archive(archive: Path, name: str) -> bytes:
    with tarfile.open(archive, "r:gz") as tar:
        member = tar.getmember(f"package/{name}")
        file = tar.extractfile(member)
        if file is None or member.size > _MOST_BYTES:
            raise ValueError(f"{name} is no file, or larger than {_MOST_BYTES} bytes")
        return file.read()
