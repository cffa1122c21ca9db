"""What can be made to go wrong."""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Fault", "find_fault"]


@dataclass
class Fault:
    """Something that goes wrong with the requests that fit.

    Args:
        path: regular expression, searched for in the path and query.
        method: of the requests, or None for any.
        status: answer with it instead of looking at the request.
        headers: of that answer.
        truncate: a body ends after so many bytes, and its Content-Length says so: a proxy's broken copy.
        cut: the connection closes after so many bytes of a longer body.
        stall: a body stops after so many bytes, and nothing more comes until the server ends.
        corrupt: the last byte of a body is another one, its length is right.
        delay: seconds to wait before answering.
        drop: close the connection without an answer.
        times: how often it happens; None: each time.
    """

    path: str = ""
    method: str | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    truncate: int | None = None
    cut: int | None = None
    stall: int | None = None
    corrupt: bool = False
    delay: float = 0.0
    drop: bool = False
    times: int | None = None
    met: int = 0

    @property
    def of_body(self) -> bool:
        """Whether it happens to what an answer carries, which a HEAD has none of."""
        return self.corrupt or not (self.truncate is self.cut is self.stall is None)


_lock = threading.Lock()


def find_fault(faults: list[Fault], method: str, path: str) -> Fault | None:
    """The first fault that this request meets, which counts as one more time."""
    with _lock:
        for fault in faults:
            spent = fault.times is not None and fault.met >= fault.times
            if fault.of_body and method == "HEAD":
                continue
            if not spent and fault.method in (None, method) and re.search(fault.path, path):
                fault.met += 1
                return fault
    return None
