"""A zoo of two tiny models, one with directions and a sampler, one class-conditional; and Chromium."""

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ganzoo
from ganzoo import latent, networks, zoo
from ganzoo._sampler_file import Calibration, Measurement
from ganzoo.explorer.answers import Answers
from ganzoo.explorer.shelf import Shelf
from ganzoo.latent.samplers import Truncation, saved_sampler

LATENT_DIM = 6
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def _gan(num_classes: int) -> ganzoo.GAN:
    generator, discriminator = networks.build(
        "mlp-gan",
        latent_dim=LATENT_DIM,
        num_classes=num_classes,
        generator={"width": 16},
        discriminator={"width": 8},
    )
    rng = np.random.default_rng(0)
    for kernel in (v for v in generator.trainable_variables if len(v.shape) > 1):
        kernel.assign((2 / kernel.shape[0]) ** 0.5 * rng.standard_normal(kernel.shape))
    return ganzoo.GAN(generator, discriminator)


def _directions(gan: ganzoo.GAN) -> latent.Directions:
    vectors = np.eye(LATENT_DIM)
    known = latent.fingerprint(gan)
    entries = tuple(
        latent.Direction(name, vector, "by hand", steps=steps, per_step={name: 2.0}, model=known)
        for name, vector, steps in (
            ("slant", vectors[0], (-3.0, 3.0)),
            ("size", vectors[1], (-1.0, 2.0)),
            ('odd "<b>"=1', vectors[2], (0.0, 2.0)),
            ("class 1", vectors[3], (-2.0, 2.0)),
        )
    )
    return latent.Directions(entries, known, "dots", {"method": "by hand"})


def _sampler(gan: ganzoo.GAN):
    calibration = Calibration(
        scores=(-1.0, 1.0),
        probabilities=(0.2, 0.8),
        slope=1.0,
        intercept=0.0,
        real_quantiles=(0.0, 1.0),
        fake_quantiles=(-1.0, 0.0),
        auc=0.7,
        n=10,
        data="dots",
    )
    scores = {"extractor": "judge", "n": 100, "seed": 1, "excess": 0.5, "recall": 0.9, "precision": 0.8}
    words = ("plain", "truncation: threshold 1.5", "obrs (head): budget 5, exponent 0.5")
    measured = [Measurement(sampler=w, cost=i + 1.0, **scores) for i, w in enumerate(words)]
    return saved_sampler(Truncation(threshold=1.5), calibration, measured=measured)


@pytest.fixture(scope="session")
def zoo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`dots`, with directions and a sampler; `dots-classes`, with three classes. Not to be changed."""
    folder = tmp_path_factory.mktemp("weights")
    for name, classes in (("dots", 0), ("dots-classes", 3)):
        gan = _gan(classes)
        gan.save(folder / name)
        if not classes:
            zoo.save_directions(folder / name, _directions(gan))
            ganzoo.zoo.save_sampler(folder / name, _sampler(gan))
    return folder


@pytest.fixture
def tiny_zoo(zoo_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """They are all that the zoo has."""
    monkeypatch.setenv("GANZOO_WEIGHTS", str(zoo_folder))
    return zoo_folder


@pytest.fixture(scope="session")
def shelf() -> Shelf:
    """Both, each loaded and compiled once for all tests."""
    return Shelf({"dots": "dots", "dots-classes": "dots-classes"})


@pytest.fixture
def answers(tiny_zoo: Path, shelf: Shelf) -> Answers:
    """Of a page that opens with `dots`."""
    return Answers(shelf)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, driven by Playwright; without it the test is skipped, and says why."""
    if importlib.util.find_spec("playwright") is None:
        pytest.skip("drives a browser, and not installed: playwright")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"drives a browser, and none is found of: {', '.join(BROWSERS)}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def open_page(browser: Any) -> Callable[..., AbstractContextManager[Any]]:
    """`with open_page(**options) as page`: it fails if the page reaches outside or complains."""

    @contextmanager
    def watched(**options: Any) -> Iterator[Any]:
        context = browser.new_context(**options)
        page = context.new_page()
        page.set_default_timeout(60_000)
        faults: list[str] = []
        page.on("console", lambda message: faults.extend(_complaint(message)))
        page.on("pageerror", lambda error: faults.append(f"uncaught: {error}"))
        page.on("request", lambda request: faults.extend(_outside(request.url)))
        yield page
        context.close()
        assert not faults

    return watched


def _complaint(message: Any) -> list[str]:
    return [f"{message.type}: {message.text}"] if message.type in ("error", "warning") else []


def _outside(url: str) -> list[str]:
    inside = url.startswith(("http://127.0.0.1:", "data:", "blob:"))
    return [] if inside else [f"request to {url}"]
