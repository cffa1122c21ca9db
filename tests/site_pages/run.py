"""`python -m site_pages.run PAGE BLOCKS.json`: a page's blocks, top to bottom, in this folder and process."""

import json
import sys
import time
from pathlib import Path
from typing import Any

from site_pages.commands import run_commands
from site_pages.say import say
from site_pages.small import with_small_defaults

__all__: list[str] = []


def main(page: str, blocks: list[dict[str, Any]]) -> None:
    """Run them; the first that fails ends the process with its traceback."""
    if any("ganzoo " in block["code"] or "import ganzoo" in block["code"] for block in blocks):
        with_small_defaults()
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks:
        started = time.monotonic()
        say(f"--- {page}:{block['line']}")
        if block["language"] == "python":
            # so many empty lines that a traceback names the line of the page
            code = "\n" * (block["line"] - 1) + block["code"]
            exec(compile(code, page, "exec"), namespace)
        else:
            run_commands(block["code"])
        say(f"--- {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main(sys.argv[1], json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))
