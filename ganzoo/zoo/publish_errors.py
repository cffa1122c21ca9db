"""What the Hub answers to one who publishes, as one line that says what came and what to do."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from ganzoo.errors import HubError
from ganzoo.zoo.hub_errors import chain, endpoint, is_network, response_of, retry_after, status_of

__all__ = ["LOG_IN", "in_one_line"]

LOG_IN: Final = "hf auth login, or set HF_TOKEN to a token that may write"


@contextmanager
def in_one_line(repo: str) -> Iterator[None]:
    """Turn what the Hub's client raises into a `HubError`.

    Args:
        repo: `user/name`.

    Returns:
        A context manager.
    """
    try:
        yield
    except Exception as error:
        message = _explain(error, repo)
        if message is None:
            raise
        # None: what the client raised holds the request, and that holds the token.
        raise HubError(message) from None


def _explain(error: Exception, repo: str) -> str | None:
    refused = re.match(r"Invalid metadata in README\.md\.\s*(.*)", str(error), re.DOTALL)
    if refused:
        reasons = "; ".join(line.strip(" -") for line in refused[1].splitlines() if line.strip())
        return (
            f"The Hub refuses the header of the card ({reasons or 'no reason given'}). Nothing was published."
        )
    status = status_of(error)
    if status is not None:
        return _of_status(error, status, repo)
    if is_network(error):
        last = str(list(chain(error))[-1]).strip().splitlines()
        reason = last[0] if last else type(error).__name__
        return (
            f"{repo} cannot be published: no answer from {endpoint()} ({reason}). Publish again: what has "
            "arrived is not sent twice."
        )
    return None


def _of_status(error: Exception, status: int, repo: str) -> str:
    said = {
        401: f"The Hub refuses your token (401). Log in: {LOG_IN}",
        403: f"Your token may not write to {repo} (403). Log in as one who may: {LOG_IN}",
        404: f"The Hub shows you no {repo} (404). Check the name, or log in: {LOG_IN}",
        409: f"{repo}, or the tag, was made by another meanwhile (409). Look at {endpoint()}/{repo}, then "
        "publish again.",
        412: f"{repo} has changed since it was compared (412), and nothing was overwritten. Look at "
        f"{endpoint()}/{repo}, then publish again.",
    }
    if status in said:
        return said[status]
    if status == 429:
        seconds = retry_after(response_of(error))
        when = "in some minutes" if seconds is None else f"in {seconds} seconds"
        return f"The Hub has had too many requests from here (429). Publish again {when}."
    what = "has failed" if status >= 500 else "refuses the request"
    return f"{repo} cannot be published: the Hub {what} ({status}). Publish again later."
