"""The `ganzoo` command's first step, outside the package because `import ganzoo` raises where no backend is.

It turns that error into its own lines and exit status 2, in place of a traceback.
"""

import sys

__all__ = ["main"]


def main() -> None:
    """Runs the command line, or says in plain words why it cannot start."""
    try:
        from ganzoo.cli import main as run
    except ImportError as error:
        # By module, not by class: the class lives in the package whose import just failed.
        if type(error).__module__ != "ganzoo.errors":
            raise
        sys.stderr.write(f"ganzoo: {error}\n")
        sys.exit(2)
    run()
