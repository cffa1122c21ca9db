"""How long the explorer lets one wait: a slider's answer at the server, and the first picture in a browser.

    KERAS_BACKEND=torch python -m benchmarks.explorer

Asked: a slider's answer within 100 ms (median), the first picture within a second of the page. Answers are
timed over HTTP, as the browser asks, from one client; the page in headless Chromium, if Playwright and
a Chromium are here, in a context of its own each time, so that nothing is cached.
"""

import argparse
import json
import shutil
import statistics
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import machine

ASKED_MS = {"a slider's answer": 100, "a sample is taken": 100, "first picture of the page": 1000}


def main() -> int:
    """Print a row for each model and one for the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", nargs="*", help="default: all of the zoo")
    parser.add_argument("--rounds", type=int, default=100, help="answers a model; a tenth as many pages")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep every figure")
    options = parser.parse_args()
    words, busy = machine.words(), machine.is_busy()
    import keras

    import ganzoo

    names = options.models or ganzoo.list_models()
    served = ganzoo.explorer.launch(names[0], block=False)
    rows = []
    for name in names:
        ask = Visitor(served, name)
        rows.append(_row("a slider's answer", name, [_timed(ask.slide) for _ in range(options.rounds)]))
        rows.append(_row("a sample is taken", name, [_timed(ask.pick) for _ in range(options.rounds)]))
    pages = _pages(served.local_url, max(3, options.rounds // 10))
    if pages:
        rows.append(_row("first picture of the page", names[0], pages))
    served.close(verbose=False)
    print(f"`python -m benchmarks.explorer {' '.join(sys.argv[1:])}`\n\n{words}")
    print(f"{keras.backend.backend()}{'; something else is running' if busy else ''}\n")
    print(
        "| what | model | median ms | 95% within ms | asked ms | met |\n| --- | --- | --: | --: | --: | --- |"
    )
    for row in rows:
        figures = f"{row['median']:.1f} | {row['late']:.1f} | {row['asked']}"
        met = "yes" if row["median"] <= row["asked"] else "no"
        print(f"| {row['what']} | {row['model']} | {figures} | {met} |")
    if options.json:
        options.json.write_text(json.dumps({"machine": words, "busy": busy, "rows": rows}, indent=2) + "\n")
    return 0


class Visitor:
    """A session on the page, which asks as the browser does."""

    def __init__(self, served: Any, model: str) -> None:
        self.served, self.session, self.turn = served, f"bench-{model}", 0
        dependencies = {entry["api_name"]: entry for entry in served.config["dependencies"]}
        self.numbers = {name: entry["id"] for name, entry in dependencies.items()}
        self.sliders = len(dependencies["hand"]["inputs"]) - 2
        # Directions that have to be found are not what is measured.
        self._post("opened", [], query=f"?model={model}")
        self._post("find", [None])

    def slide(self) -> None:
        """Move the first slider to another place."""
        self.turn += 1
        self._post("hand", [None, "", (self.turn % 20 - 9.5) / 10.0, *[0.0] * (self.sliders - 1)])

    def pick(self) -> None:
        """Take another sample."""
        self.turn += 1
        self._post("hand", [None, str(self.turn % 24), *[0.0] * self.sliders])

    def _post(self, name: str, data: list[Any], *, query: str = "") -> None:
        body = {"data": data, "fn_index": self.numbers[name], "session_hash": self.session}
        request = urllib.request.Request(
            f"{self.served.local_url}gradio_api/run/predict{query}",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            answer.read()


def _pages(address: str, rounds: int) -> list[float]:
    """Milliseconds from the address to the first picture that is drawn, a fresh browser context each."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        path = None
    if path is None:
        print("no page was timed: Playwright or Chromium is missing", file=sys.stderr)
        return []
    times = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(rounds):
            page = browser.new_page()
            begun = time.perf_counter()
            page.goto(address, wait_until="commit")
            page.locator(".gz-main").wait_for()
            times.append(1000 * (time.perf_counter() - begun))
            page.context.close()
        browser.close()
    return times


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def _row(what: str, model: str, times: list[float]) -> dict[str, Any]:
    late = statistics.quantiles(times, n=20)[-1]
    median = statistics.median(times)
    return {"what": what, "model": model, "median": median, "late": late, "asked": ASKED_MS[what]}


if __name__ == "__main__":
    sys.exit(main())
