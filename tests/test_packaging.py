"""The rules of the house that a reader of the source can check: versions, imports, `__all__`, no pickle."""

import ast
import importlib.metadata
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import ganzoo

PACKAGE = Path(ganzoo.__file__).parent
ROOT = PACKAGE.parent
FRAMEWORKS = ("jax", "jaxlib", "torch", "tensorflow")
UNSAFE_MODULES = ("pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal")
UNSAFE_CALLS = ("eval", "exec", "__import__")

MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(tree: ast.Module) -> Iterator[str]:
    """The top-level package of every absolute import, at whatever depth it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def called(tree: ast.Module) -> Iterator[str]:
    """Every function that is called by its bare name: methods, such as `model.compile`, are not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def public_definitions(tree: ast.Module) -> list[str]:
    kinds = (ast.FunctionDef, ast.ClassDef)
    return [node.name for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")]


def exported(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets
        ):
            return list(ast.literal_eval(node.value))
    return None


def test_there_is_a_package_to_read():
    assert {"__init__.py", "errors.py"} <= {name_of(path) for path in MODULES}


def test_the_version_is_the_installed_one():
    try:
        installed = importlib.metadata.version("ganzoo")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("ganzoo runs from its folder, not installed")
    assert installed == ganzoo.__version__


def test_the_changelog_speaks_of_this_version():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(ganzoo.__version__)}\b", text, flags=re.MULTILINE)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_frameworks_are_imported_in_backend_only(path: Path):
    if not name_of(path).startswith("backend/"):
        assert not {*imported(parse(path))} & {*FRAMEWORKS}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_is_unpickled_or_evaluated(path: Path):
    tree = parse(path)
    assert not {*imported(tree)} & {*UNSAFE_MODULES}
    assert not {*called(tree)} & {*UNSAFE_CALLS}
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            assert isinstance(node.value, ast.Constant)
            assert node.value.value is False


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_library_raises_and_never_asserts(path: Path):
    assert not [node.lineno for node in ast.walk(parse(path)) if isinstance(node, ast.Assert)]


@pytest.mark.parametrize(
    "path", [path for path in MODULES if not path.stem.startswith("__main")], ids=name_of
)
def test_all_holds_what_a_module_offers(path: Path):
    tree = parse(path)
    names = exported(tree)
    if public_definitions(tree):
        assert names is not None, "a module with public names needs __all__"
        assert {*public_definitions(tree)} <= {*names}
    assert len(names or []) == len({*(names or [])})


def test_the_checks_above_can_fail():
    tree = ast.parse("def f():\n    from jax.numpy import ones\n    import pickle\n    return eval('1')\n")
    assert {*imported(tree)} == {"jax", "pickle"}
    assert list(called(tree)) == ["eval"]
    assert public_definitions(tree) == ["f"]
    assert exported(tree) is None
    assert exported(ast.parse("__all__ = ['f']")) == ["f"]


def test_constraints_pin_every_direct_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = list(project["project"]["dependencies"])
    for extra in project["project"]["optional-dependencies"].values():
        wanted += extra
    wanted += project["build-system"]["requires"]
    pins = re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / "constraints.txt").read_text(), flags=re.MULTILINE)
    pinned = {canonical(name) for name in pins}
    missing = {canonical(re.split(r"[<>=!~;\[ ]", line)[0]) for line in wanted} - pinned
    assert not missing


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_pre_commit_runs_the_ruff_that_the_lint_session_runs():
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    [hooked] = re.findall(r"repo: \S+/ruff-pre-commit\n +rev: v(\S+)", hooks)
    [pinned] = re.findall(r"^ruff==(\S+)", pins, re.MULTILINE)
    assert hooked == pinned
    assert re.findall(r"- id: (\S+)", hooks) == ["ruff-check", "ruff-format"]
