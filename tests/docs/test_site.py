"""The site builds strictly, says every public name, and asks nobody for anything."""

import ast
import doctest
import html
import importlib
import inspect
import operator
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from site_pages.blocks import ROOT

import ganzoo

pytestmark = pytest.mark.site

PACKAGES = (
    "ganzoo",
    "ganzoo.animation",
    "ganzoo.data",
    "ganzoo.errors",
    "ganzoo.evaluate",
    "ganzoo.explorer",
    "ganzoo.export",
    "ganzoo.images",
    "ganzoo.latent",
    "ganzoo.latent.samplers",
    "ganzoo.networks",
    "ganzoo.objectives",
    "ganzoo.penalties",
    "ganzoo.training",
    "ganzoo.zoo",
)
# Attributes that make a browser fetch, by element; a link that a reader follows is none.
FETCHED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "video": "src"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    pytest.importorskip("mkdocs", reason="the extra [docs] is not installed")
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def built(site: Path) -> dict[str, str]:
    """Every page by its address."""
    return {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in site.rglob("*.html")
    }


def test_every_page_of_the_navigation_is_there(built: dict[str, str]):
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    named = re.findall(r"^ +- (?:.+: )?([\w/-]+)\.md$", config, flags=re.MULTILINE)
    assert len(named) > 35
    wanted = {f"{name}.html" for name in named} | {f"models/{name}.html" for name in ganzoo.list_models()}
    assert wanted <= set(built)


def test_every_public_name_is_in_the_reference(built: dict[str, str]):
    anchors = {
        anchor
        for page, text in built.items()
        if page.startswith("api/")
        for anchor in re.findall(r'id="([\w.]+)"', text)
    }
    missing = []
    for package in PACKAGES:
        module = importlib.import_module(package)
        for name in module.__all__:
            value = getattr(module, name)
            # a function may have the name of the module that it is in
            places = {f"{package}.{name}", f"{package}.{name}.{name}"}
            places.add(f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', '')}")
            is_page = inspect.ismodule(value) and any(f"api/{end}.html" in built for end in (name, package))
            if not (is_page or name == "__version__" or places & anchors):
                missing.append(f"{package}.{name}")
    assert missing == []


def test_examples_in_the_reference_are_python_of_names_that_are_there():
    for package in PACKAGES:
        module = importlib.import_module(package)
        for name in module.__all__:
            value = getattr(module, name)
            if not (inspect.isclass(value) or inspect.isroutine(value)):
                continue
            for example in doctest.DocTestParser().get_examples(inspect.getdoc(value) or ""):
                tree = ast.parse(example.source.replace("…", "..."))
                for node in ast.walk(tree):
                    path = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
                    if re.fullmatch(r"ganzoo(\.\w+)+", path):
                        operator.attrgetter(path.removeprefix("ganzoo."))(ganzoo)


class _Fetches(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address = given.get(FETCHED.get(tag, "")) or ""
        if tag == "link" and given.get("rel") not in ("stylesheet", "icon", "preload", "preconnect"):
            return
        if re.match(r"(https?:)?//", address):
            self.found.append(f"{tag} {address}")


def test_a_page_fetches_nothing_from_elsewhere(site: Path, built: dict[str, str]):
    for page, text in built.items():
        parser = _Fetches()
        parser.feed(text)
        assert parser.found == [], page
    for sheet in site.rglob("*.css"):
        outside = re.findall(r"(?:url\(|@import\s+)['\"]?(?:https?:)?//", sheet.read_text(encoding="utf-8"))
        assert outside == [], sheet.name


def test_no_formula_and_no_place_for_source_is_left_as_it_was_written(built: dict[str, str]):
    assert built["concepts/game.html"].count("<math") > 30
    for page, text in built.items():
        assert 'class="arithmatex"' not in text, page
        assert "{{ source" not in text, page
        for formula in re.findall(r"<math.*?</math>", text, flags=re.DOTALL):
            # an unknown command would come through as it is
            assert "\\" not in html.unescape(formula), (page, formula)


def test_source_on_a_page_is_the_source(built: dict[str, str]):
    shown = html.unescape(re.sub(r"<[^>]+>", "", built["concepts/wasserstein.html"]))
    lines = inspect.getsource(ganzoo.penalties.R1.term).splitlines()
    number = inspect.getsourcelines(ganzoo.penalties.R1.term)[1]
    assert f"ganzoo/penalties.py, line {number}" in shown
    assert lines[0].strip() in shown
    assert lines[-1].strip() in shown


def test_a_model_has_its_card_and_its_grid(site: Path, built: dict[str, str]):
    for name in ganzoo.list_models():
        page = built[f"models/{name}.html"]
        card = (ROOT / "weights" / name / "README.md").read_text(encoding="utf-8")
        for heading in re.findall(r"^## (.+)$", card, flags=re.MULTILINE):
            assert heading in html.unescape(page), (name, heading)
        grid = (site / "models" / f"{name}.png").read_bytes()
        assert grid == (ROOT / "weights" / name / "samples.png").read_bytes()
        assert f'src="{name}.png"' in page


@pytest.mark.skipif("GANZOO_WEB_RUNTIME" not in os.environ, reason="GANZOO_WEB_RUNTIME names no archive")
def test_a_model_draws_on_its_page(site: Path, built: dict[str, str]):
    for name in ganzoo.list_models():
        assert f'src="{name}-live.html"' in built[f"models/{name}.html"]
        assert 2**20 < (site / "models" / f"{name}-live.html").stat().st_size < 40e6


def test_troubleshooting_names_figures_that_are_logged(built: dict[str, str]):
    generator, discriminator = ganzoo.networks.build(
        "mlp-gan", generator={"width": 4}, discriminator={"width": 4}
    )
    logged = set(ganzoo.GAN(generator, discriminator).trackers) | {"fd", "floor_ratio", "samples"}
    [table] = re.findall(r"<table>.*?</table>", built["troubleshooting.html"], flags=re.DOTALL)[:1]
    rows = re.findall(r"<tr>\s*<td>(.*?)</td>", table, flags=re.DOTALL)
    assert {name for row in rows for name in re.findall(r"<code>(\w+)</code>", row)} == logged
