"""The explorer, driven end to end in Chromium: clicks, keys, uploads, downloads, a phone; all offline."""

import base64
import io
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image, ImageDraw

import ganzoo
from ganzoo import explorer, latent
from ganzoo.zoo import files

pytestmark = pytest.mark.browser

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two real models with directions, and one without."""
    folder = tmp_path_factory.mktemp("weights")
    for name in ("mnist-dcgan", "mnist-cdcgan"):
        shutil.copytree(files.find(name), folder / name)
    bare = shutil.copytree(files.find("mnist-mlp-gan"), folder / "no-directions")
    manifest = json.loads((bare / "ganzoo.json").read_text("utf-8"))
    del manifest["files"][latent.DIRECTIONS_FILE]
    (bare / "ganzoo.json").write_text(json.dumps(manifest), "utf-8")
    shutil.copytree(files.find("mnist-dcgan").parent / "extractors", folder / "extractors")
    return folder


@pytest.fixture(scope="module")
def address(zoo: Path) -> Iterator[str]:
    """A page that is served."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANZOO_WEIGHTS", str(zoo))
        served = explorer.launch("mnist-dcgan", block=False)
        yield served.local_url
        served.close(verbose=False)


@pytest.fixture
def page(open_page: Open, address: str) -> Iterator[Any]:
    """The page as it opens."""
    with open_page(viewport={"width": 1280, "height": 900}) as page:
        go(page, address)
        yield page


def go(page: Any, address: str) -> None:
    """Open an address, and wait for the event that reads it."""
    page.goto(address)
    page.wait_for_url("**/?model=*")


def caption(page: Any, words: str) -> None:
    """Wait until the picture in hand is the one of some words."""
    page.get_by_role("img", name=words, exact=True).and_(page.locator(".gz-main")).wait_for()


def pixels(page: Any) -> np.ndarray:
    """Of the picture in hand."""
    address = page.locator(".gz-main").get_attribute("src")
    with Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))) as picture:
        return np.asarray(picture)


def tile(page: Any, number: int) -> Any:
    return page.get_by_role("button", name=f"Sample {number}", exact=True).locator("visible=true")


def query(page: Any, key: str) -> list[str] | None:
    """What the address bar says, once it has followed the page."""
    page.wait_for_timeout(600)
    return parse_qs(urlsplit(page.url).query).get(key)


def digit(mode: str = "L") -> Image.Image:
    """A seven in black ink on white paper."""
    picture = Image.new("L", (300, 300), 245)
    ImageDraw.Draw(picture).line([(90, 80), (210, 80), (140, 230)], fill=10, width=26)
    return picture.convert("RGB").convert(mode)


def as_file(picture: Image.Image, kind: str) -> dict:
    file = io.BytesIO()
    picture.save(file, kind)
    return {"name": f"mine.{kind.lower()}", "mimeType": f"image/{kind.lower()}", "buffer": file.getvalue()}


def test_it_opens_with_samples_and_takes_the_one_that_is_clicked(page):
    assert page.locator(".gz-grid").first.get_by_role("button").count() == 24
    caption(page, "Sample 1 of seed 0")
    tile(page, 5).click()
    caption(page, "Sample 5 of seed 0")
    assert tile(page, 5).get_attribute("aria-pressed") == "true"
    assert tile(page, 1).get_attribute("aria-pressed") == "false"
    expected = ganzoo.load("mnist-dcgan").generate(5, seed=0)[4, ..., 0].astype(int)
    assert np.abs(pixels(page) - expected).max() <= 1
    assert query(page, "pick") == ["4"]


def test_the_keyboard_alone(page):
    tile(page, 1).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    caption(page, "Sample 8 of seed 0")
    # What was clicked keeps the focus, for nothing was drawn anew under it.
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Sample 8"
    page.get_by_role("slider", name="slant").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    caption(page, "Sample 8 of seed 0, slant +0.5")
    page.get_by_role("tab", name="Samples").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("group", name="Samples to walk through of seed 0").wait_for()


def test_a_slider_its_link_and_its_python(page, open_page, address, tmp_path, monkeypatch):
    tile(page, 3).click()
    caption(page, "Sample 3 of seed 0")
    before = pixels(page)
    slider = page.get_by_role("slider", name="slant")
    box = slider.bounding_box()
    page.mouse.click(box["x"] + 0.85 * box["width"], box["y"] + box["height"] / 2)
    page.get_by_role("img", name="Before").wait_for()
    [edit] = query(page, "edit")
    step = float(edit.removeprefix("slant="))
    assert step > 1
    moved = pixels(page)
    assert (
        latent.measure_factors(moved[None, ..., None])["slant"]
        > 5 + latent.measure_factors(before[None, ..., None])["slant"]
    )

    names: dict = {}
    monkeypatch.chdir(tmp_path)
    exec(page.get_by_role("region", name="Python that draws this picture").inner_text(), names)
    np.testing.assert_array_equal(names["picture"][..., 0], moved)

    with open_page() as other:
        go(other, page.url)
        caption(other, f"Sample 3 of seed 0, slant {step:+g}")
        np.testing.assert_array_equal(pixels(other), moved)
        assert float(other.get_by_role("slider", name="slant").input_value()) == step
        other.get_by_role("button", name="Sliders to 0").click()
        caption(other, "Sample 3 of seed 0")
        np.testing.assert_array_equal(pixels(other), before)


def test_the_link_is_copied(open_page, address):
    with open_page(permissions=["clipboard-read", "clipboard-write"]) as page:
        go(page, address)
        tile(page, 2).click()
        caption(page, "Sample 2 of seed 0")
        page.locator(".gz-link").get_by_role("button", name="Copy").click()
        page.get_by_role("button", name="Copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == f"{address}?model=mnist-dcgan&seed=0&pick=1"


def test_a_walk_is_played_and_downloaded(page, tmp_path):
    page.get_by_role("tab", name="Walk").click()
    for number in (2, 5, 9, 5):  # the last click takes 5 out again
        tile(page, number).click()
    page.wait_for_url("**walk=1.8**")
    page.get_by_role("img", name="A walk through 2 samples").wait_for()
    frame = page.get_by_role("slider", name="Frame of the walk")
    shown = "document.querySelector('.gz-player canvas').toDataURL()"
    first = page.evaluate(shown)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('.gz-player input').value > 3")
    page.get_by_role("button", name="Pause").click()
    stopped = frame.input_value()
    assert page.evaluate(shown) != first
    page.wait_for_timeout(300)
    assert frame.input_value() == stopped
    frame.fill("0")
    assert page.evaluate(shown) == first
    with page.expect_download() as download:
        page.get_by_role("link", name="Download GIF").click()
    assert download.value.suggested_filename == "walk.gif"
    download.value.save_as(tmp_path / "walk.gif")
    with Image.open(tmp_path / "walk.gif") as gif:
        assert (gif.format, gif.n_frames, gif.size) == ("GIF", 48, (224, 224))


def test_a_drawing_is_found_and_moved(page, open_page):
    page.get_by_role("tab", name="Your picture").click()
    page.get_by_role("button", name="Use the drawing").click()
    page.get_by_text("Draw something first").wait_for()
    canvas = page.get_by_role("img", name="Draw here")
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 75, box["y"] + 60)
    page.mouse.down()
    for x, y in ((170, 60), (130, 130), (110, 200)):
        page.mouse.move(box["x"] + x, box["y"] + y, steps=6)
    page.mouse.up()
    page.get_by_role("button", name="Use the drawing").click()
    page.get_by_text("The sliders now move your picture").wait_for()
    caption(page, "Your picture")
    mine = pixels(page)
    [found] = query(page, "z")
    page.get_by_role("slider", name="slant").focus()
    page.keyboard.press("ArrowLeft")
    caption(page, "Your picture, slant -0.1")
    with open_page() as other:
        go(other, f"{page.url.partition('?')[0]}?model=mnist-dcgan&z={found}")
        caption(other, "Your picture")
        np.testing.assert_array_equal(pixels(other), mine)
    page.get_by_role("tab", name="Samples").click()
    tile(page, 4).click()
    caption(page, "Sample 4 of seed 0, slant -0.1")


@pytest.mark.parametrize(("mode", "kind"), [("L", "PNG"), ("CMYK", "JPEG")])
def test_a_photo_is_uploaded(page, mode, kind):
    page.get_by_role("tab", name="Your picture").click()
    page.get_by_label("Choose a picture").set_input_files(as_file(digit(mode), kind))
    page.get_by_text("dark ink on light paper").wait_for()
    caption(page, "Your picture")
    target = page.get_by_role("img", name="prepared").get_attribute("src")
    assert target.startswith("data:image/png;base64,")


def test_a_picture_is_pasted_or_dropped(page):
    page.get_by_role("tab", name="Your picture").click()
    page.get_by_role("img", name="Draw here").wait_for()
    for event, key, where in (("paste", "clipboardData", "document"), ("drop", "dataTransfer", ".gz-own")):
        page.evaluate(
            """([event, key, where]) => {
              const transfer = new DataTransfer();
              transfer.items.add(new File(["no picture"], "a.png", { type: "image/png" }));
              const target = where === "document" ? document : document.querySelector(where);
              const kind = event === "paste" ? ClipboardEvent : DragEvent;
              target.dispatchEvent(new kind(event, { [key]: transfer, bubbles: true, cancelable: true }));
            }""",
            [event, key, where],
        )
        page.get_by_role("alert").filter(has_text="That is no picture").wait_for()
        page.get_by_label("Choose a picture").set_input_files(as_file(digit(), "PNG"))
        page.get_by_role("alert").filter(has_text="That is no picture").wait_for(state="detached")


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        ({"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"}, "That is no picture"),
        ({"name": "a.png", "mimeType": "image/png", "buffer": b"x" * (11 * 2**20)}, "larger than 10 MB"),
        (as_file(Image.new("RGB", (50, 50), "red"), "PNG"), "No digit is to be seen"),
        ({**as_file(digit(), "PNG"), "buffer": as_file(digit(), "PNG")["buffer"][:300]}, "damaged"),
    ],
)
def test_a_bad_upload_gets_one_message(page, upload, said):
    page.get_by_role("tab", name="Your picture").click()
    page.get_by_label("Choose a picture").set_input_files(upload)
    page.get_by_role("alert").filter(has_text=said).wait_for()
    spoken = [text for text in page.get_by_role("alert").all_inner_texts() if text.strip()]
    assert len(spoken) == 1
    caption(page, "Sample 1 of seed 0")


def test_samplers_side_by_side(page):
    page.get_by_role("tab", name="Samplers").click()
    page.get_by_role("img", name="10 pictures drawn by plain").wait_for()
    assert page.get_by_role("img", name="pictures drawn by").count() >= 3
    assert page.get_by_role("table").get_by_text("best", exact=True).count() == 1
    assert page.get_by_role("columnheader").all_inner_texts() == [
        "sampler", "excess", "recall", "precision", "cost",
    ]  # fmt: skip
    plain = page.get_by_role("img", name="10 pictures drawn by plain").get_attribute("src")
    page.get_by_label("Seed", exact=True).fill("5")
    page.wait_for_function("old => document.querySelector('.gz-samplers img')?.src !== old", arg=plain)
    caption(page, "Sample 1 of seed 5")


def test_a_seed_and_a_model_with_classes(page):
    page.get_by_label("Seed", exact=True).fill("12")
    caption(page, "Sample 1 of seed 12")
    assert page.get_by_label("Class", exact=True).count() == 0
    page.get_by_label("Model").click()
    page.get_by_role("option", name="mnist-cdcgan").click()
    caption(page, "Sample 1 of seed 12, class 0")
    page.get_by_label("Class", exact=True).click()
    page.get_by_role("option", name="4").click()
    caption(page, "Sample 1 of seed 12, class 4")
    expected = ganzoo.load("mnist-cdcgan").generate(1, seed=12, labels=4)[0, ..., 0].astype(int)
    assert np.abs(pixels(page) - expected).max() <= 1
    assert query(page, "label") == ["4"]
    page.get_by_role("button", name="Another seed").click()
    page.wait_for_function("!document.querySelector('.gz-main').alt.includes('seed 12,')")


def test_a_picture_for_a_model_with_classes_is_read(open_page, address):
    with open_page() as page:
        go(page, f"{address}?model=mnist-cdcgan&label=2")
        page.get_by_role("tab", name="Your picture").click()
        page.get_by_label("Choose a picture").set_input_files(as_file(digit(), "PNG"))
        caption(page, "Your picture, class 7")
        assert page.get_by_label("Class", exact=True).input_value() == "7"


def test_a_bad_seed_says_so(page):
    page.get_by_label("Seed", exact=True).fill("-3")
    page.get_by_role("alert").filter(has_text="The seed must be a whole number").wait_for()
    caption(page, "Sample 1 of seed 0")


def test_a_broken_link_says_so(open_page, address):
    with open_page() as page:
        go(page, f"{address}?model=../../etc&seed=4")
        page.get_by_role("alert").filter(has_text="This page has: mnist-dcgan").wait_for()
        caption(page, "Sample 1 of seed 0")


def test_directions_that_have_to_be_found(open_page, address, monkeypatch):
    go_on = threading.Event()

    def slowly(gan):
        go_on.wait(30)
        return latent.ganspace_directions(gan, k=3, n=200), []

    monkeypatch.setattr(latent, "find_directions", slowly)
    with open_page() as page:
        page.goto(f"{address}?model=no-directions&pick=1")
        page.get_by_text("Finding this model's directions").wait_for()
        tile(page, 6).click()  # the page is used meanwhile, and that is not undone
        caption(page, "Sample 6 of seed 0")
        go_on.set()
        page.get_by_role("slider", name="ganspace 1").wait_for()
        page.get_by_text("Finding this model's directions").wait_for(state="hidden")
        caption(page, "Sample 6 of seed 0")


def test_a_phone_needs_no_sideways_scrolling(open_page, address):
    phone = {"viewport": {"width": 375, "height": 740}, "has_touch": True, "is_mobile": True}
    with open_page(**phone) as page:
        go(page, address)
        for tab in ("Samples", "Walk", "Your picture", "Samplers"):
            page.get_by_role("tab", name=tab).tap()
            if tab == "Walk":
                for number in (1, 2):
                    tile(page, number).tap()
                page.get_by_role("button", name="Play").wait_for()
            if tab == "Samplers":
                page.get_by_role("img", name="10 pictures drawn by plain").wait_for()
                inside = "(e) => e.scrollWidth - e.clientWidth"
                assert page.locator(".gz-scroll").evaluate(inside) == 0
            width = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"
            assert page.evaluate(width) <= 375
            assert page.get_by_role("tab", name=tab).get_attribute("aria-selected") == "true"
        page.get_by_role("slider", name="slant").scroll_into_view_if_needed()
        box = page.locator(".gz-main").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 375
        assert box["width"] >= 280


NAMELESS = """() => {
  const kinds = "button, input, select, textarea, a[href], canvas, [role=slider]";
  const labels = (e) => [...(e.labels || []), document.getElementById(e.getAttribute("aria-labelledby"))];
  const words = (e) => labels(e).map((label) => label?.textContent);
  const name = (e) => [e.ariaLabel, e.textContent, e.title, ...words(e)].join(" ");
  return [...document.querySelectorAll(kinds)].filter((e) => e.checkVisibility() && !name(e).trim())
    .map((e) => e.outerHTML.slice(0, 200));
}"""


def test_everything_has_a_name_for_a_screen_reader(page):
    page.get_by_text("Towards a class").click()
    for tab in ("Samples", "Walk", "Your picture", "Samplers"):
        page.get_by_role("tab", name=tab).click()
        if tab == "Walk":
            tile(page, 1).click()
            tile(page, 2).click()
            page.get_by_role("button", name="Play").wait_for()
        assert page.evaluate(NAMELESS) == []
    assert page.locator("img:not([alt])").count() == 0
    assert page.locator("html").get_attribute("lang")
    assert page.get_by_role("heading", level=1).inner_text() == "ganzoo explorer"
