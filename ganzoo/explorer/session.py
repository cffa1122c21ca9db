"""What one visitor sees, through events that overlap."""

import threading
from collections.abc import Callable
from typing import Any

from ganzoo.explorer.view import View

__all__ = ["Session"]


class Session:
    """A view that events change one after another, each from what the one before left.

    A browser sends an event without waiting for the answer to the last one. Were the view itself the page's
    state, the second event would start from the same view as the first, and undo it.

    Args:
        view: that the page was opened with.
    """

    def __init__(self, view: View) -> None:
        self.view = view
        self._lock = threading.Lock()

    def change(self, handler: Callable[..., dict[Any, Any]], key: Any, *values: Any) -> dict[Any, Any]:
        """Let a handler of milliseconds change the view.

        Args:
            handler: takes the view and the values; what it returns holds the new view, if any, under the key.
            key: of the new view.
            values: passed on.

        Returns:
            What the handler returned, without the view.
        """
        with self._lock:
            answer = dict(handler(self.view, *values))
            self.view = answer.pop(key, self.view)
            return answer
