"""Fixtures: import them in a `conftest.py`."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

from hub_server.server import HubServer

__all__ = ["hub", "hub_home", "use_hub"]

# What the client reads from the environment once, when it is imported.
_CONSTANTS = {"ENDPOINT": "HF_ENDPOINT", "HF_HOME": "HF_HOME", "HF_HUB_CACHE": "HF_HUB_CACHE"}


@pytest.fixture
def hub_home(tmp_path: Path) -> Path:
    """The client's home: an empty cache in `hub_home / "hub"`, and no login."""
    return tmp_path / "hub-home"


@pytest.fixture
def hub(tmp_path: Path, use_hub: Callable[[HubServer], None]) -> Iterator[HubServer]:
    """A Hub without repositories, which this process and its children talk to, logged in as nobody."""
    with HubServer(tmp_path / "hub-server") as server:
        use_hub(server)
        yield server


@pytest.fixture
def use_hub(hub_home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A function that points this process and its children at a server: `use_hub(hub, account="alice")`."""

    def use(server: HubServer, *, account: str | None = None) -> None:
        environ = server.environ(hub_home, account=account)
        for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_TOKEN_PATH", "HUGGINGFACE_HUB_CACHE"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        for name, variable in _CONSTANTS.items():
            monkeypatch.setattr(constants, name, environ[variable])
        template = f"{server.endpoint}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(hub_home / "token"))
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_PROGRESS_BARS", True)

    return use
