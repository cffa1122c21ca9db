"""Commands that serve a page: started, asked for it, stopped."""

import contextlib
import socket
import subprocess
import time
import urllib.error
import urllib.request

__all__ = ["ask"]

SECONDS = 180


def ask(command: list[str], *, contains: str) -> None:
    """Start a server on a free port, hold its first page to what it must contain, and stop it.

    Raises:
        RuntimeError: it ended by itself, or no such page came.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([*command, "--port", str(port)])
    try:
        page = _first_page(server, f"http://127.0.0.1:{port}/")
        if contains.lower() not in page.lower():
            raise RuntimeError(f"the page of {command[-2:]} does not say {contains!r}")
    finally:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(20)
        server.kill()
        server.wait()


def _first_page(server: "subprocess.Popen[bytes]", address: str) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    last = time.monotonic() + SECONDS
    while time.monotonic() < last:
        if server.poll() is not None:
            raise RuntimeError(f"the server left with status {server.returncode}")
        with contextlib.suppress(urllib.error.URLError, OSError), opener.open(address, timeout=30) as answer:
            return str(answer.read().decode("utf-8", "replace"))
        time.sleep(0.3)
    raise RuntimeError(f"nothing answers at {address}")
