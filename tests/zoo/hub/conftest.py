"""A Hub on loopback for these tests, and what its repositories hold."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hub_server import HubServer
from hub_server.fixtures import hub, hub_home, use_hub

__all__ = ["as_alice", "hub", "hub_home", "tiny_commit", "use_hub"]

ADDRESS = "hf://alice/tiny"


@pytest.fixture
def as_alice(hub: HubServer, use_hub: Callable[..., None]) -> HubServer:
    """The Hub, with alice logged in."""
    use_hub(hub, account="alice")
    return hub


@pytest.fixture
def tiny_commit(hub: HubServer, written: Path) -> str:
    """The commit of `tiny`, published as alice/tiny."""
    return hub.publish(written / "tiny", "alice/tiny")
