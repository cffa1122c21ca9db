"""A Hugging Face Hub on loopback, for tests: what `huggingface_hub` 2.4 calls, with storage in a folder.

    with HubServer(tmp_path / "server") as hub:
        api = HfApi(endpoint=hub.endpoint, token=hub.token("alice"))
        api.create_repo("alice/digits")
        hub.faults.append(Fault(path="resolve", status=500, times=1))
        ...
        hub.requests  # what was asked, in order

A second port plays the content delivery network that large files are redirected to: another origin, which
must never see a token. Xet, pull requests and data sets are left out: set HF_HUB_DISABLE_XET=1, as
`hub.environ(home)` does.
"""

from hub_server.faults import Fault
from hub_server.handler import Request
from hub_server.server import HubServer
from hub_server.soundness import damaged, unfinished
from hub_server.store import Account

__all__ = ["Account", "Fault", "HubServer", "Request", "damaged", "unfinished"]
