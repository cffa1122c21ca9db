"""A Hub on loopback for these tests, and what its repositories hold."""

from collections.abc import Callable

import pytest
from hub_server import HubServer
from hub_server.fixtures import hub, hub_home, use_hub

__all__ = ["as_alice", "hub", "hub_home", "use_hub"]


@pytest.fixture
def as_alice(hub: HubServer, use_hub: Callable[..., None]) -> HubServer:
    """The Hub, with alice logged in."""
    use_hub(hub, account="alice")
    return hub
