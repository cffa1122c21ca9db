"""Keras without its framework's greeting."""

import contextlib
import logging
import os
import sys
import tempfile

__all__ = ["import_keras"]


def import_keras() -> None:
    """Import Keras with stderr held back: TensorFlow writes lines about its build past every log level.

    What is held back is written after all if the import fails.
    """
    if "keras" in sys.modules:
        return
    # A framework that reads this writes less later on, too.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # It warns of functions that are traced anew, as each direction's and each sampler's is once.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    sys.stderr.flush()
    with tempfile.TemporaryFile() as held:
        kept = os.dup(2)
        try:
            os.dup2(held.fileno(), 2)
            import keras  # noqa: F401
        except BaseException:
            os.dup2(kept, 2)
            held.seek(0)
            with contextlib.suppress(OSError):
                os.write(2, held.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)
