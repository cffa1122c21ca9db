"""What the site puts into its pages when it is built: formulas, lines of source, cells."""

import importlib.util
from types import ModuleType

import pytest
from site_pages.blocks import ROOT

pytest.importorskip("mkdocs", reason="the extra [docs] is not installed")
pytest.importorskip("latex2mathml", reason="the extra [docs] is not installed")


def hook(name: str) -> ModuleType:
    """A hook, which mkdocs loads from its file as well."""
    spec = importlib.util.spec_from_file_location(f"site_hook_{name}", ROOT / "docs" / "hooks" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_minus_that_belongs_to_a_number_is_no_difference():
    mathml = hook("mathml").mathml
    assert '<mo form="prefix">−</mo>' in mathml("f(-x)", block=False)
    assert '<mo form="prefix">−</mo>' in mathml("y = -x", block=False)
    assert "prefix" not in mathml("y - x", block=False)


def test_limits_stand_below_on_a_line_of_their_own():
    mathml = hook("mathml").mathml
    assert "<munder><mo>min</mo><mi>G</mi></munder>" in mathml(r"\min_G V", block=True)
    assert "<msub><mo>min</mo><mi>G</mi></msub>" in mathml(r"\min_G V", block=False)


def test_a_function_keeps_its_distance_to_what_has_no_brackets():
    mathml = hook("mathml").mathml
    assert 'log</mi><mspace width="0.167em" /><mn>2</mn>' in mathml(r"\log 2", block=False)
    assert "mspace" not in mathml(r"\log(2)", block=False)


def test_a_command_that_is_not_known_is_an_error():
    with pytest.raises(ValueError, match="arg"):
        hook("mathml").mathml(r"\arg x", block=False)


def test_source_comes_without_its_docstring_and_with_its_line():
    file, first, code = hook("source_lines").source_of("ganzoo.penalties", "R1.term")
    lines = (ROOT / "ganzoo" / "penalties.py").read_text(encoding="utf-8").splitlines()
    assert file == "ganzoo/penalties.py"
    assert code.splitlines()[0] == lines[first - 1].strip() == code.splitlines()[0].strip()
    assert '"""' not in code
    assert code.endswith("backend.input_gradient(critic, real)))")


def test_a_constant_and_a_decorated_class_are_source_too():
    source_of = hook("source_lines").source_of
    assert source_of("ganzoo.sampling", "TRUNCATION")[2] == "TRUNCATION = 2.0"
    assert source_of("ganzoo.penalties", "R1")[2].startswith(
        "@dataclass(frozen=True, kw_only=True)\nclass R1"
    )


@pytest.mark.parametrize(("module", "name"), [("ganzoo.penalties", "R3"), ("ganzoo.nothing", "R1")])
def test_source_that_is_gone_is_an_error(module: str, name: str):
    with pytest.raises((LookupError, OSError)):
        hook("source_lines").source_of(module, name)


def test_a_figure_is_not_torn_from_its_interval_and_prose_has_room():
    cells = '<td>1.5 ± 0.2</td><td style="a"><code>x</code></td><td>' + "word " * 12 + "</td>"
    assert hook("tables").on_page_content(cells) == (
        '<td>1.5\u00a0±\u00a00.2</td><td style="a"><code>x</code></td>'
        '<td class="prose">' + "word " * 12 + "</td>"
    )
