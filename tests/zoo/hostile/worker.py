"""Reads one folder after another in a process of its own, and writes down what came of each.

    python worker.py PLAN.json RESULTS.jsonl

A hook sees every file that Python opens, every module, program and connection. What a valid folder needs is
imported before the first hostile one, so that from then on there is nothing to import, compile or write.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

import ganzoo
from ganzoo import zoo

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# `open` apart. "import" is of modules, "exec" of code.
EVENTS = """
import exec compile marshal. pickle. subprocess. socket. ctypes.dlopen ctypes.dlsym os.system os.exec os.fork
os.posix_spawn os.remove os.rename os.mkdir os.rmdir os.link os.symlink os.truncate os.chmod os.chown os.utime
os.chdir os.kill shutil. tempfile. ftplib. urllib. http. webbrowser. sqlite3. code.
"""
HARM = tuple(EVENTS.split())

seen: list[str] = []
watching = False


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    if not watching:
        return
    if event == "open":
        path, mode, flags = arguments
        if isinstance(path, int):
            return
        writes = bool((flags or 0) & WRITING) or any(letter in (mode or "") for letter in "wax+")
        seen.append(f"{'write' if writes else 'read'} {os.fsdecode(path)}")
    elif event.startswith(HARM):
        seen.append(f"{event} {str(arguments)[:200]}")


def memory() -> int:
    """Bytes that this process had at most since `forget`."""
    try:
        status = Path("/proc/self/status").read_text()
        return 1024 * int(status.split("VmHWM:")[1].split()[0])
    except OSError:
        # of the whole life of the process, in kilobytes save on macOS
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else 1024 * peak


def forget() -> None:
    """Lets the peak of memory start anew, where the system can."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def read(how: str, root: Path, gan: Any) -> Any:
    if how == "load":
        return ganzoo.load(root / "preset")
    if how == "sampler":
        return ganzoo.load(root / "preset").saved_sampler.build()
    if how == "info":
        return zoo.info(root / "preset")
    if how == "golden":
        return zoo.load_reference(root / "preset")
    if how == "directions":
        return ganzoo.latent.load_directions(root / "directions.npz")
    if how == "encoder":
        return ganzoo.latent.load_encoder(root / "encoder.weights.h5", gan=gan)
    if how == "extractor":
        return ganzoo.evaluate.load_extractor(folder=root / "extractor")
    return ganzoo.evaluate.load_reference(path=root / "reference-test.npz")


def attempt(case: dict[str, str], gan: Any) -> dict[str, Any]:
    global watching
    seen.clear()
    forget()
    before, start, error = memory(), time.process_time(), None
    watching = True
    try:
        read(case["read"], Path(case["root"]), gan)
    # whatever it is: this is what the test looks at
    except BaseException as raised:
        error = raised
    watching = False
    return {
        "name": case["name"],
        "error": None if error is None else type(error).__name__,
        "message": str(error),
        "seconds": time.process_time() - start,
        "bytes": memory() - before,
        "seen": list(seen),
    }


def main(plan: str, results: str) -> None:
    asked = json.loads(Path(plan).read_text())
    valid = Path(asked["valid"])
    gan = read("load", valid, None)
    for how in ("sampler", "info", "golden", "directions", "encoder", "extractor", "reference"):
        read(how, valid, gan)
    with Path(results).open("w") as file:
        sys.addaudithook(watch)
        for case in asked["cases"]:
            # Known if this one ends the process, or never ends.
            file.write(json.dumps(attempt(case, gan)) + "\n")
            file.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
