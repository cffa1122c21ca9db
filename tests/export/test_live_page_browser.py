"""The page in Chromium, opened from disk: what it draws is what Keras draws, and it asks for nothing.

It needs Chromium in its usual place, and onnxruntime-web, which `npm pack onnxruntime-web@1.30.0` fetches;
GANZOO_WEB_RUNTIME names the file.
"""

import base64
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import ganzoo
from ganzoo import export, images, latent

pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = Path("/usr/bin/chromium")
RUNTIME = os.environ.get("GANZOO_WEB_RUNTIME")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}"),
    pytest.mark.skipif(not RUNTIME, reason="GANZOO_WEB_RUNTIME names no onnxruntime-web"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> tuple["ganzoo.GAN", Path]:
    """The class-conditional preset, whose page has everything, and its page."""
    return written(ganzoo.load("mnist-cdcgan"), tmp_path_factory.mktemp("page"))


def written(gan: "ganzoo.GAN", folder: Path, **options: Any) -> tuple["ganzoo.GAN", Path]:
    return gan, export.save_live_page(gan, folder / "page.html", runtime=RUNTIME, **options)


class Page:
    """An open page, with everything that it said or asked for."""

    def __init__(self, browser: Any, path: Path, *, width: int = 1100) -> None:
        self.page = browser.new_page(viewport={"width": width, "height": 900})
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("body[data-state]", timeout=120_000)

    def pixels(self, canvas: str, label: str | None = None) -> np.ndarray:
        """What a canvas shows, once its label says so: uint8 (H, W, 3)."""
        if label is not None:
            self.page.wait_for_selector(f'{canvas}[aria-label="{label}"]')
        address = self.page.eval_on_selector(canvas, "canvas => canvas.toDataURL()")
        with Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))) as picture:
            return np.asarray(picture.convert("RGB"))

    def close(self) -> None:
        self.page.close()
        assert self.said == []
        # the runtime's script comes out of the page itself
        assert [url.partition(":")[0] for url in self.asked] == ["file", "blob"]


@pytest.fixture
def page(browser: Any, classes: tuple["ganzoo.GAN", Path]) -> Iterator[Page]:
    opened = Page(browser, classes[1])
    yield opened
    opened.close()


def assert_same(shown: np.ndarray, expected: np.ndarray) -> None:
    """One grey level may lie between the two roundings."""
    assert np.abs(shown.astype(int) - expected.astype(int)).max() <= 1
    assert shown.std() > 10


def test_the_first_picture_and_the_grid(page: Page, classes):
    gan = classes[0]
    assert_same(page.pixels("#picture"), gan.generate(1, seed=0, labels=0)[0])
    for seed in (0, 23):
        tile = f'button[aria-label="Take seed {seed}"] canvas'
        assert_same(page.pixels(tile), gan.generate(1, seed=seed, labels=0)[0])
    assert page.page.evaluate("document.querySelector('#picture').getBoundingClientRect().width") == 336
    assert classes[1].stat().st_size < 40e6


def test_a_seed_typed_taken_and_random(page: Page, classes):
    gan = classes[0]
    page.page.fill("#seed", "42")
    assert_same(page.pixels("#picture", "Picture of seed 42, class 0"), gan.generate(1, seed=42, labels=0)[0])
    page.page.click("#next")
    page.page.click('[aria-label="Take seed 30"]')
    assert_same(page.pixels("#picture", "Picture of seed 30, class 0"), gan.generate(1, seed=30, labels=0)[0])
    page.page.evaluate("Math.random = () => 0.75")
    page.page.click("#random")
    expected = gan.generate(1, seed=750, labels=0)[0]
    assert_same(page.pixels("#picture", "Picture of seed 750, class 0"), expected)


def test_a_class_is_chosen_with_the_keyboard(page: Page, classes):
    page.page.focus('input[name="class"][value="0"]')
    for _ in range(3):
        page.page.keyboard.press("ArrowRight")
    expected = classes[0].generate(1, seed=0, labels=3)[0]
    assert_same(page.pixels("#picture", "Picture of seed 0, class 3"), expected)
    playwright.expect(page.page.locator("#python")).to_contain_text("labels=3")


def test_a_slider_moves_as_keras_does_and_the_python_is_true(page: Page, classes):
    gan = classes[0]
    page.page.focus("#direction-1")
    for _ in range(15):
        page.page.keyboard.press("ArrowRight")
    page.page.focus("#direction-0")
    page.page.keyboard.press("ArrowLeft")
    shown = page.pixels("#picture", "Picture of seed 0, class 0, slant −0.1, stroke width +1.5")
    found = ganzoo.zoo.load_directions(gan.folder, gan=gan)
    z = found["slant"].move(found["stroke width"].move(gan.sample_latents(1, seed=0), 1.5), -0.1)
    assert_same(shown, images.to_uint8(gan.decode(z, labels=0))[0])
    assert np.abs(shown.astype(int) - gan.generate(1, seed=0, labels=0)[0]).max() > 20
    names: dict[str, Any] = {}
    exec(page.page.inner_text("#python"), names)
    assert_same(shown, names["picture"][0])
    page.page.click("#reset")
    assert_same(page.pixels("#picture", "Picture of seed 0, class 0"), gan.generate(1, seed=0, labels=0)[0])


def test_a_walk_takes_the_way_of_the_library(page: Page, classes):
    gan = classes[0]
    page.page.fill("#from", "5")
    page.page.fill("#to", "9")
    page.page.fill("#place", "0.25")
    shown = page.pixels("#walk-picture", "Picture at 0.25 of the way from seed 5 to seed 9")
    a, b = (gan.sample_latents(1, seed=seed)[0] for seed in (5, 9))
    expected = gan.decode(latent.slerp(a, b, [0.0, 0.25, 1.0]).astype("float32"), labels=0)
    for canvas, picture in zip(("#from-picture", "#walk-picture", "#to-picture"), expected, strict=True):
        assert_same(page.pixels(canvas), images.to_uint8(picture))
    assert_same(shown, images.to_uint8(expected[1]))


def test_a_walk_plays_and_pauses(page: Page):
    page.page.click("#play")
    page.page.wait_for_selector('#walk-picture:not([aria-label^="Picture at 0.50 "])')
    assert float(page.page.input_value("#place")) > 0.5
    assert page.page.get_attribute("#play", "aria-pressed") == "true"
    page.page.click("#play")
    place = page.page.input_value("#place")
    page.page.wait_for_timeout(200)
    assert page.page.input_value("#place") == place


def test_a_seed_beyond_those_of_numpy_says_so(page: Page):
    page.page.fill("#seed", "4000000000")
    shown = page.pixels("#picture", "Picture of seed 4000000000, class 0")
    assert shown.std() > 10
    assert "this page's own random numbers" in page.page.inner_text("#python")
    page.page.fill("#seed", "-1")
    page.page.press("#seed", "Tab")
    assert page.page.input_value("#seed") == "4000000000"


def test_everything_has_a_name_for_a_screen_reader(page: Page):
    unnamed = page.page.evaluate(
        """[...document.querySelectorAll("input, button, canvas[role]")]
        .filter(e => !(e.labels?.length || e.ariaLabel || e.textContent.trim()))
        .map(e => e.outerHTML)"""
    )
    assert unnamed == []
    assert page.page.get_attribute("html", "lang") == "en"


def test_it_fits_a_phone(browser: Any, classes):
    opened = Page(browser, classes[1], width=375)
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 375
    assert opened.page.evaluate("document.querySelector('#picture').getBoundingClientRect().width") >= 280
    opened.close()


@pytest.mark.parametrize("prior", ["uniform", "hypersphere"])
def test_colours_and_other_priors(browser: Any, make_gan, tmp_path: Path, prior: str):
    gan = make_gan(prior, size=64, channels=3)
    # fresh weights draw grey: let every channel of the picture have its own range
    last = gan.generator.layers[-2]
    kernel, bias = last.get_weights()
    last.set_weights([kernel * np.array([[400.0], [200.0], [100.0]]), bias + np.array([0.2, 0, -0.2])])
    path = written(gan, tmp_path)[1]
    opened = Page(browser, path)
    assert_same(opened.pixels("#picture"), gan.generate(1, seed=0)[0])
    opened.page.fill("#place", "0.75")
    shown = opened.pixels("#walk-picture", "Picture at 0.75 of the way from seed 0 to seed 1")
    between = latent.lerp if prior == "uniform" else latent.slerp
    a, b = (gan.sample_latents(1, seed=seed)[0] for seed in (0, 1))
    assert_same(shown, images.to_uint8(gan.decode(between(a, b, [0.75]).astype("float32")))[0])
    opened.page.fill("#seed", "123456")
    opened.pixels("#picture", "Picture of seed 123456")
    opened.close()


def test_a_browser_that_cannot_says_so(browser: Any, classes, tmp_path: Path):
    text = classes[1].read_text(encoding="utf-8")
    broken = tmp_path / "page.html"
    broken.write_text(
        text.replace('<script id="wasm" type="text/plain">', '<script id="wasm" type="text/plain">AAAA')
    )
    opened = Page(browser, broken)
    assert opened.page.get_attribute("body", "data-state") == "failed"
    assert "The generator does not run here" in opened.page.inner_text('[role="alert"]')
    opened.page.close()
