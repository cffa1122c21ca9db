"""A line for whoever reads the log of a page, in order with what the page itself prints."""

import sys

__all__ = ["say"]


def say(line: str) -> None:
    """Write it at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
