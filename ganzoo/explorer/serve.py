"""The page on a port."""

import os
import time
from typing import Any

from ganzoo.errors import InvalidArgumentError
from ganzoo.explorer.own import MOST_BYTES
from ganzoo.explorer.page import build, import_gradio, look
from ganzoo.explorer.shelf import Shelf

__all__ = ["launch", "wait"]


def launch(
    model: str | os.PathLike[str],
    *,
    alone: bool = False,
    host: str | None = None,
    port: int | None = None,
    browser: bool = False,
    block: bool = True,
) -> Any:
    """Serve the explorer.

    Args:
        model: shown first: one of `ganzoo.list_models()`, or a preset's folder.
        alone: offer no other model.
        host: to listen at; default: `GRADIO_SERVER_NAME`, else 127.0.0.1, which this machine alone reaches.
        port: default: `GRADIO_SERVER_PORT`, else the first free one from 7860 on.
        browser: open the page.
        block: serve until the process is stopped; else return at once.

    Returns:
        The `gradio.Blocks` that is served: `local_url` is its address, `close()` stops it.

    Raises:
        MissingExtraError: gradio is not installed.
        InvalidArgumentError: the port or the host cannot be used.
        GanzooError: the model cannot be loaded.

    Example:
        >>> ganzoo.explorer.launch("mnist-dcgan", block=False).local_url
        'http://127.0.0.1:7860/'
    """
    gradio = import_gradio()
    page = build(Shelf.of(model, alone=alone))
    try:
        page.launch(
            server_name=host,
            server_port=port,
            inbrowser=browser,
            prevent_thread_lock=True,
            quiet=True,
            share=False,
            ssr_mode=False,
            pwa=False,
            run_history=False,
            enable_monitoring=False,
            max_file_size=MOST_BYTES,
            **look(gradio),
        )
    except OSError as error:
        raise InvalidArgumentError(
            f"Cannot listen: {error}. Received: host={host}, port={port}. Choose another --port."
        ) from error
    if block:
        wait(page)
    return page


def wait(page: Any) -> None:
    """Serve a page until the process is told to stop.

    Args:
        page: of `launch`.

    Raises:
        KeyboardInterrupt: after Ctrl-C, once the server is down.
    """
    try:
        # In parts: on Windows a wait without end cannot be interrupted.
        while True:
            time.sleep(1)
    finally:
        page.close(verbose=False)
