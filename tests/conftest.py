"""What all tests share: which of them run here, and no network.

Plain `pytest` is the core suite. `--slow` adds what is left out of it, and a `-m` expression that names
one of its markers (slow, browser, site, faults) decides itself.
"""

import functools
import importlib.util
import os
import re
import socket
from collections.abc import Iterator

import hypothesis
import pytest

# Before any framework is imported: they read these once.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("GRPC_VERBOSITY", "ERROR")

# a shared machine may take any time over an example
hypothesis.settings.register_profile("ganzoo", deadline=None)
hypothesis.settings.load_profile("ganzoo")

BACKENDS = ("jax", "torch", "tensorflow")
OUTSIDE_CORE = frozenset({"slow", "browser", "site", "faults"})
LOOPBACK = ("127.0.0.1", "::1", "localhost", "0.0.0.0", "::")
DEAD_PROXY = "http://127.0.0.1:9"


class NetworkUsedError(RuntimeError):
    """A test reached for the network. Not an OSError: a library must not take it for a lost connection."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the tests marked slow as well")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what is not of the core suite unless it is asked for, by option, by marker or by name."""
    by_name = any("::" in argument for argument in config.invocation_params.args)
    named = OUTSIDE_CORE & set(re.findall(r"\w+", config.getoption("-m")))
    if config.getoption("--slow") or named or by_name:
        return
    core, rest = [], []
    for item in items:
        outside = any(mark.name in OUTSIDE_CORE for mark in item.iter_markers())
        (rest if outside else core).append(item)
    if rest:
        config.hook.pytest_deselected(items=rest)
        items[:] = core


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips by name what this machine or this environment cannot run."""
    if item.get_closest_marker("all_backends"):
        absent = [name for name in BACKENDS if importlib.util.find_spec(name) is None]
        if absent:
            pytest.skip(f"compares the backends, and not installed: {', '.join(absent)}")
    if item.get_closest_marker("data") and not os.environ.get("GANZOO_DATA"):
        pytest.skip("needs the real data sets: GANZOO_DATA is unset")
    if item.get_closest_marker("gpu") and not has_accelerator():
        pytest.skip("needs an accelerator")


@functools.cache
def has_accelerator() -> bool:
    """Asks the running backend, and only when a test needs to know: the answer imports the framework."""
    import keras

    backend = keras.config.backend()
    if backend == "jax":
        import jax

        return jax.default_backend() != "cpu"
    if backend == "torch":
        import torch

        return torch.cuda.is_available() or torch.backends.mps.is_available()
    import tensorflow

    return bool(tensorflow.config.list_physical_devices("GPU"))


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Cuts the network: a connection or a look-up that leaves this machine raises NetworkUsedError.

    Child processes cannot be held the same way; they find proxies that nobody answers.
    """
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def check(address: object) -> None:
        host = address[0] if isinstance(address, tuple) else None  # a Unix socket's address is a path
        if isinstance(host, str) and host not in LOOPBACK and not host.startswith("127."):
            raise NetworkUsedError(f"a test reached for the network: {host}. Give it a local stand-in.")

    def guarded_connect(self: socket.socket, address: object) -> None:
        check(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: object) -> int:
        check(address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: object, *args: object, **kwargs: object) -> object:
        check((host.decode() if isinstance(host, bytes) else host,))
        return getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            patch.setenv(name, DEAD_PROXY)
            patch.setenv(name.upper(), DEAD_PROXY)
        for name in ("no_proxy", "NO_PROXY"):
            patch.setenv(name, "127.0.0.1,localhost")
        yield
