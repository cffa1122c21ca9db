"""A server: two ports on loopback, a thread a request, and a record of what was asked."""

import contextlib
import secrets
import socket
import threading
import time
from collections.abc import Mapping
from http.server import ThreadingHTTPServer
from pathlib import Path

from hub_server.faults import Fault
from hub_server.handler import Handler, Request
from hub_server.store import Account, Commit, Store

__all__ = ["HubServer"]


ACCOUNTS = {
    "hf_alice": Account("alice"),
    "hf_alice_read": Account("alice", "read"),
    "hf_bob": Account("bob"),
}


class HubServer:
    """A Hub that listens while the context is open.

    Args:
        folder: that repositories are kept in.
        accounts: by token. `token(name)` gives one of a name.
        page_size: files a page of a listing.
    """

    def __init__(
        self,
        folder: Path,
        *,
        accounts: Mapping[str, Account] = ACCOUNTS,
        page_size: int = 1000,
    ) -> None:
        self.store = Store(folder)
        self.accounts = dict(accounts)
        self.page_size = page_size
        self.faults: list[Fault] = []
        self.requests: list[Request] = []
        self.secret = secrets.token_hex(8)
        self.ended = threading.Event()
        self.connections: set[socket.socket] = set()
        self._servers: list[ThreadingHTTPServer] = []

    def __enter__(self) -> "HubServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, *, ports: tuple[int, int] = (0, 0)) -> None:
        """Listen, on given ports where a server that was stopped comes back."""
        self.ended.clear()
        handler = type("Handler", (Handler,), {"hub": self})
        for port in ports:
            server = ThreadingHTTPServer(("127.0.0.1", port), handler)
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
            self._servers.append(server)
        self.ports = tuple(server.server_port for server in self._servers)

    def stop(self) -> None:
        """Hear no more."""
        self.ended.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._servers.clear()
        # A connection that is kept alive would be served on.
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    @property
    def endpoint(self) -> str:
        """The address that `HF_ENDPOINT` takes."""
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def origins(self) -> tuple[str, str]:
        """The Hub's address and that of its content delivery network."""
        return self.endpoint, f"http://127.0.0.1:{self.ports[1]}"

    def token(self, name: str, *, role: str = "write") -> str:
        """A token of somebody, that may write or only read."""
        wanted = (name, role)
        return next(token for token, held in self.accounts.items() if (held.name, held.role) == wanted)

    def environ(self, home: Path, *, account: str | None = None) -> dict[str, str]:
        """The environment of a client whose caches are in `home`."""
        found = {
            "HF_ENDPOINT": self.endpoint,
            "HF_HOME": str(home),
            "HF_HUB_CACHE": str(home / "hub"),
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "HF_HUB_OFFLINE": "0",
        }
        return {**found, "HF_TOKEN": self.token(account)} if account else found

    def publish(self, folder: Path, repo_id: str, *, private: bool = False, message: str = "Publish") -> str:
        """Put a folder's files into a repository without a client, and give the commit."""
        with self.store.lock:
            repo = self.store.repo(repo_id) or self.store.create(repo_id, private=private)
            head = repo.resolve("main")
            files = dict(repo.commit(head).files)
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                large = path.suffix in (".h5", ".npz", ".png")
                name = path.relative_to(folder).as_posix()
                files[name] = self.store.keep(path.read_bytes(), lfs=large)
            oid = repo.add(Commit(head, message, repo.owner, time.time(), files))
            repo.point("branch", "main", oid)
            return oid
