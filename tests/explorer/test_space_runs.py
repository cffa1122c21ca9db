"""What is exported and what is typed, each in a process of its own: a page that draws."""

import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ganzoo import explorer

pytestmark = pytest.mark.browser


@contextmanager
def running(*command: str, cwd: Path, **environ: str) -> Iterator[subprocess.Popen]:
    """A child process that knows no zoo but the one that is installed."""
    surroundings = {k: v for k, v in os.environ.items() if k != "GANZOO_WEIGHTS"} | environ
    child = subprocess.Popen(
        [sys.executable, *command],
        cwd=cwd,
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # a shell that starts its tests in the background has them ignore it
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, child: subprocess.Popen) -> str:
    """The page at an address, once there is one."""
    for _ in range(240):
        if child.poll() is not None:
            pytest.fail(f"it ended with {child.returncode}: {child.stdout.read()}")
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"nothing answers at {address}")


def test_a_space_runs_from_its_folder_alone(tmp_path, open_page):
    explorer.write_space("mnist-mlp-gan", tmp_path / "space")
    port = free_port()
    with running("app.py", cwd=tmp_path / "space", GRADIO_SERVER_PORT=str(port)) as child:
        address = f"http://127.0.0.1:{port}/"
        assert "ganzoo explorer" in wait_for(address, child)
        with open_page() as page:
            page.goto(f"{address}?seed=3")
            page.get_by_role("img", name="Sample 1 of seed 3").wait_for()
            # The Space shows its own model, and no other that happens to be installed.
            page.get_by_label("Model").click()
            assert [text.split()[-1] for text in page.get_by_role("option").all_inner_texts()] == [
                "mnist-mlp-gan"
            ]
            assert "mnist-mlp-gan" in page.get_by_text("ganzoo.load(").inner_text()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_the_command_serves_until_it_is_interrupted(tmp_path):
    port = free_port()
    code = "from ganzoo.cli import main; main()"
    arguments = ("explore", "mnist-mlp-gan", "--no-browser", "--port", str(port))
    with running("-u", "-c", code, *arguments, cwd=tmp_path) as child:
        lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=lambda: [lines.put(line) for line in child.stdout], daemon=True).start()
        said = lines.get(timeout=120)
        assert re.fullmatch(rf"Explore mnist-mlp-gan at http://127.0.0.1:{port}/ \(Ctrl-C stops\)\n", said)
        wait_for(f"http://127.0.0.1:{port}/", child)
        with running("-c", code, *arguments, cwd=tmp_path) as second:
            assert second.wait(timeout=120) == 2
            assert "Choose another --port" in second.stdout.read()
        child.send_signal(signal.SIGINT)
        assert child.wait(timeout=30) == 130
