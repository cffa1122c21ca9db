"""HTTP: one request read, answered, and noted."""

import contextlib
import json
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING

from hub_server import reading, writing  # noqa: F401  they hold the routes
from hub_server.faults import Fault, find_fault
from hub_server.routes import Answer, Call, answer
from hub_server.store import RefusedError

if TYPE_CHECKING:
    from hub_server.server import HubServer

__all__ = ["Handler", "Request"]

_CHUNK = 2**16


@dataclass(frozen=True)
class Request:
    """What was asked, and the status that it was answered with (0: nothing was)."""

    method: str
    path: str
    account: str | None
    authorized: bool
    range: str | None
    status: int


class Handler(BaseHTTPRequestHandler):
    """Answers for the server that it is made for."""

    hub: "HubServer"
    protocol_version = "HTTP/1.1"
    # Small answers are not held back for the client's acknowledgement of the one before.
    disable_nagle_algorithm = True

    def setup(self) -> None:
        """Begin to serve a connection."""
        super().setup()
        self.hub.connections.add(self.connection)

    def finish(self) -> None:
        """Be done with it."""
        self.hub.connections.discard(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def log_message(self, *_: object) -> None:
        """Say nothing on stderr: `hub.requests` is the record."""

    def do_GET(self) -> None:
        """Answer."""
        try:
            self._serve()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

    def _serve(self) -> None:
        body = self._read_body()
        fault = find_fault(self.hub.faults, self.command, self.path) or Fault()
        if fault.delay:
            self.hub.ended.wait(fault.delay)
        if fault.drop:
            self._record(0)
            self._hang_up()
        elif fault.status is not None:
            refusal = RefusedError(fault.status, f"injected: {fault.status}")
            self._refuse(refusal, fault.headers)
        else:
            try:
                self._send(answer(self.command, self.path, self._call(body)), fault)
            except RefusedError as refusal:
                self._refuse(refusal, {})

    def _call(self, body: bytes) -> Call:
        hub = self.hub
        account, authorization = None, self.headers.get("Authorization")
        if authorization is not None:
            account = hub.accounts.get(authorization.removeprefix("Bearer "))
            if account is None:
                raise RefusedError(401, "Invalid credentials in Authorization header")
        return Call(hub.store, hub.origins, hub.secret, hub.page_size, account, {}, body, self.path)

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _send(self, told: Answer, fault: Fault) -> None:
        if told.blob is not None:
            self._send_file(told, self.hub.store.blob(told.blob), fault)
            return
        content = b"" if told.json is None else json.dumps(told.json).encode()
        self._head(told.status, {"Content-Type": "application/json", **told.headers}, len(content))
        self._write(content, fault)

    def _send_file(self, told: Answer, path: Path, fault: Fault) -> None:
        content = path.read_bytes()
        if fault.corrupt:
            content = content[:-1] + bytes([content[-1] ^ 1])
        headers = {"Content-Type": "application/octet-stream", "Accept-Ranges": "bytes", **told.headers}
        status, start, total = 200, 0, len(content)
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if wanted:
            start = int(wanted[1])
            stop = min(int(wanted[2] or total - 1), total - 1) + 1
            if start >= total:
                raise RefusedError(416, "Requested range not satisfiable")
            status, content = 206, content[start:stop]
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{total}"
        if fault.truncate is not None:
            content = content[: fault.truncate]
        self._head(status, headers, len(content))
        self._write(content, fault)

    def _write(self, content: bytes, fault: Fault) -> None:
        if self.command == "HEAD":
            return
        ends = [at for at in (fault.cut, fault.stall) if at is not None and at < len(content)]
        for start in range(0, min([len(content), *ends]), _CHUNK):
            self.wfile.write(content[start : min([start + _CHUNK, len(content), *ends])])
        if ends:
            self.wfile.flush()
            if fault.stall is not None:
                self.hub.ended.wait()
            self._hang_up()

    def _refuse(self, refusal: RefusedError, headers: Mapping[str, str]) -> None:
        told = {"X-Error-Message": refusal.message, **refusal.headers, **headers}
        if refusal.code is not None:
            told["X-Error-Code"] = refusal.code
        content = json.dumps({"error": refusal.message, **refusal.body}).encode()
        self._head(refusal.status, {"Content-Type": "application/json", **told}, len(content))
        self._write(content, Fault())

    def _head(self, status: int, headers: Mapping[str, str], length: int) -> None:
        # Before the client can know: a test may look at once.
        self._record(status)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _record(self, status: int) -> None:
        authorization = self.headers.get("Authorization")
        account = self.hub.accounts.get((authorization or "").removeprefix("Bearer "))
        self.hub.requests.append(
            Request(
                self.command,
                self.path,
                account.name if account else None,
                authorization is not None,
                self.headers.get("Range"),
                status,
            )
        )
