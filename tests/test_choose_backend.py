"""Backend choice: each branch as a pure function, the main ones again in a real Python process."""

import importlib.machinery
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

import ganzoo
from ganzoo._choose_backend import BACKENDS, decide, is_installed, keras_json_backend
from ganzoo.errors import BackendError

ROOT = Path(ganzoo.__file__).parents[1]
HERE = tuple(name for name in BACKENDS if is_installed(name))


def keras_running(backend: str) -> dict[str, ModuleType]:
    """A sys.modules in which Keras is imported and runs on `backend`."""
    keras = ModuleType("keras")
    keras.config = SimpleNamespace(backend=lambda: backend)
    return {"keras": keras}


def choose(
    *,
    environ: dict[str, str] | None = None,
    modules: dict[str, ModuleType] | None = None,
    installed: tuple[str, ...] = BACKENDS,
    configured: str | None = None,
) -> str | None:
    return decide(
        environ=environ or {}, modules=modules or {}, installed=installed.__contains__, configured=configured
    )


@pytest.mark.parametrize(
    ("installed", "expected"),
    [
        (("tensorflow", "torch", "jax"), "jax"),
        (("tensorflow", "torch"), "torch"),
        (("tensorflow",), "tensorflow"),
        (("torch",), "torch"),
    ],
)
def test_takes_the_first_installed(installed: tuple[str, ...], expected: str):
    assert choose(installed=installed) == expected


@pytest.mark.parametrize(
    ("configured", "installed", "expected"),
    [
        ("tensorflow", BACKENDS, "tensorflow"),
        ("torch", BACKENDS, "torch"),
        ("tensorflow", ("torch",), "torch"),  # Keras wrote that entry itself
        ("numpy", BACKENDS, "jax"),
        ("theano", BACKENDS, "jax"),
    ],
)
def test_keras_json_counts_where_its_backend_is_installed(
    configured: str, installed: tuple[str, ...], expected: str
):
    assert choose(configured=configured, installed=installed) == expected


@pytest.mark.parametrize("name", BACKENDS)
def test_a_set_variable_is_respected(name: str):
    assert choose(environ={"KERAS_BACKEND": name}, configured="tensorflow") is None


def test_an_empty_variable_counts_as_unset_as_in_keras():
    assert choose(environ={"KERAS_BACKEND": ""}) == "jax"


@pytest.mark.parametrize("name", BACKENDS)
def test_an_imported_keras_is_respected(name: str):
    assert choose(modules=keras_running(name), configured="tensorflow", installed=(name,)) is None


def test_a_variable_set_after_keras_was_imported_is_said_to_be_ignored():
    with pytest.warns(
        UserWarning, match="KERAS_BACKEND=torch is ignored: .* runs on jax.*restart Python to switch"
    ):
        assert choose(modules=keras_running("jax"), environ={"KERAS_BACKEND": "torch"}) is None


@pytest.mark.parametrize("name", ["numpy", "openvino"])
def test_an_imported_keras_that_cannot_train_is_refused(name: str):
    with pytest.raises(BackendError) as error:
        choose(modules=keras_running(name))
    assert str(error.value) == (
        f"Keras was imported before ganzoo and runs on {name}, which cannot train. "
        "A process keeps its backend: restart Python to switch. "
        "Then set KERAS_BACKEND to one of jax, torch, tensorflow."
    )


def test_a_keras_without_a_config_says_nothing():
    assert choose(modules={"keras": ModuleType("keras")}) == "jax"


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (
            "torch",
            "KERAS_BACKEND=torch, but torch is not installed. Type: pip install 'ganzoo[torch]' "
            "(or unset KERAS_BACKEND to take one that is).",
        ),
        (
            "numpy",
            "KERAS_BACKEND=numpy cannot train: Keras computes no gradients there. "
            "Set it to one of jax, torch, tensorflow.",
        ),
        (
            "openvino",
            "KERAS_BACKEND=openvino cannot train: Keras computes no gradients there. "
            "Set it to one of jax, torch, tensorflow.",
        ),
        (
            "pytorch",
            "KERAS_BACKEND=pytorch is no backend of Keras. Did you mean torch? "
            "Set it to one of jax, torch, tensorflow.",
        ),
        (
            "JAX",
            "KERAS_BACKEND=JAX is no backend of Keras. Did you mean jax? "
            "Set it to one of jax, torch, tensorflow.",
        ),
        ("cntk", "KERAS_BACKEND=cntk is no backend of Keras. Set it to one of jax, torch, tensorflow."),
    ],
)
def test_a_variable_that_cannot_be_followed_is_one_line(wanted: str, message: str):
    with pytest.raises(BackendError) as error:
        choose(environ={"KERAS_BACKEND": wanted}, installed=("jax",))
    assert str(error.value) == message


def test_none_installed_names_the_three_lines_to_type():
    with pytest.raises(ImportError) as error:
        choose(installed=(), configured="tensorflow")
    assert str(error.value) == (
        "ganzoo needs a Keras backend, and none of jax, torch, tensorflow is installed. "
        "Type one of these lines, then start Python again:\n"
        "  pip install 'ganzoo[jax]'\n"
        "  pip install 'ganzoo[torch]'\n"
        "  pip install 'ganzoo[tensorflow]'"
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"backend": "torch", "floatx": "float32"}', "torch"),
        ('{"floatx": "float32"}', None),
        ('{"backend": 3}', None),
        ('["backend"]', None),
        ("{", None),
        ("", None),
    ],
)
def test_reads_keras_json(tmp_path: Path, content: str, expected: str | None):
    (tmp_path / "keras.json").write_text(content)
    assert keras_json_backend({"KERAS_HOME": str(tmp_path)}) == expected


def test_keras_json_of_the_home_folder_and_none_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert keras_json_backend({}) is None
    (tmp_path / ".keras").mkdir()
    (tmp_path / ".keras" / "keras.json").write_text('{"backend": "jax"}')
    assert keras_json_backend({}) == "jax"


def test_keras_json_that_is_not_text(tmp_path: Path):
    (tmp_path / "keras.json").write_bytes(b"\xff\xfe\x00")
    assert keras_json_backend({"KERAS_HOME": str(tmp_path)}) is None


def test_is_installed_is_not_fooled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "only_a_folder").mkdir()
    (tmp_path / "a_package").mkdir()
    (tmp_path / "a_package" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "blocked", None)
    monkeypatch.setitem(sys.modules, "without_spec", ModuleType("without_spec"))
    assert is_installed("a_package")
    assert not is_installed("only_a_folder")
    assert not is_installed("blocked")
    assert not is_installed("without_spec")
    assert "a_package" not in sys.modules


# In a real process. `-S` leaves site-packages out, so that exactly the packages made here are installed:
# `import ganzoo` needs no other.

SHOW = "import os, ganzoo; print(os.environ['KERAS_BACKEND'])"
RunPython = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def bare_python(tmp_path: Path) -> RunPython:
    """Runs a Python whose only packages are ganzoo and empty ones of the given names."""

    def run(code: str, *, packages: tuple[str, ...] = (), **environ: str) -> subprocess.CompletedProcess[str]:
        site = tmp_path / "site"
        for name in packages:
            (site / name).mkdir(parents=True)
            (site / name / "__init__.py").touch()
        clean = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
        clean |= {
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(site)]),
            "KERAS_HOME": str(tmp_path / "keras"),
        }
        return subprocess.run(
            [sys.executable, "-S", "-c", code],
            env=clean | environ,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_process_takes_the_first_installed(bare_python: RunPython):
    done = bare_python(SHOW, packages=("tensorflow", "torch"))
    assert (done.stdout, done.stderr) == ("torch\n", "")


def test_process_follows_keras_json(bare_python: RunPython, tmp_path: Path):
    (tmp_path / "keras").mkdir()
    (tmp_path / "keras" / "keras.json").write_text('{"backend": "tensorflow"}')
    assert bare_python(SHOW, packages=("tensorflow", "torch")).stdout == "tensorflow\n"


def test_process_respects_the_variable(bare_python: RunPython):
    assert bare_python(SHOW, packages=("jax", "torch"), KERAS_BACKEND="torch").stdout == "torch\n"


def test_process_without_a_backend_ends_in_the_lines_to_type(bare_python: RunPython):
    done = bare_python("import ganzoo")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-4:] == [
        "ganzoo.errors.BackendError: ganzoo needs a Keras backend, "
        "and none of jax, torch, tensorflow is installed. Type one of these lines, then start Python again:",
        "  pip install 'ganzoo[jax]'",
        "  pip install 'ganzoo[torch]'",
        "  pip install 'ganzoo[tensorflow]'",
    ]


def test_process_names_an_absent_backend(bare_python: RunPython):
    done = bare_python("import ganzoo", packages=("jax",), KERAS_BACKEND="torch")
    assert done.returncode == 1
    assert "KERAS_BACKEND=torch, but torch is not installed" in done.stderr.splitlines()[-1]


def test_the_command_says_it_without_a_traceback(bare_python: RunPython):
    done = bare_python("from _ganzoo_command import main; main()", KERAS_BACKEND="numpy", packages=("jax",))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "ganzoo: KERAS_BACKEND=numpy cannot train: Keras computes no gradients there. "
        "Set it to one of jax, torch, tensorflow.\n"
    )


def test_the_command_hides_no_other_import_error(bare_python: RunPython):
    done = bare_python("from _ganzoo_command import main; main()", packages=("jax",))
    assert "Traceback" in done.stderr  # typer is not there: that is not ours to explain away


# With the real Keras and the real backends of this environment.


def keras_python(code: str, home: Path, **environ: str) -> str:
    clean = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=clean | {"PYTHONPATH": str(ROOT), "KERAS_HOME": str(home)} | environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


SHOW_KERAS = "import ganzoo, keras; print(keras.config.backend())"


def test_keras_starts_on_what_is_installed_though_its_file_says_otherwise(tmp_path: Path):
    (tmp_path / "keras.json").write_text(json.dumps({"backend": "no-such-backend"}))
    assert keras_python(SHOW_KERAS, tmp_path) == HERE[0]


@pytest.mark.all_backends
@pytest.mark.parametrize("name", BACKENDS)
def test_keras_starts_on_the_backend_of_keras_json(tmp_path: Path, name: str):
    (tmp_path / "keras.json").write_text(json.dumps({"backend": name}))
    assert keras_python(SHOW_KERAS, tmp_path) == name


def test_a_real_keras_imported_first_is_respected(tmp_path: Path):
    code = "import keras, ganzoo, os; print(keras.config.backend(), os.environ['KERAS_BACKEND'])"
    assert keras_python(code, tmp_path, KERAS_BACKEND=HERE[-1]) == f"{HERE[-1]} {HERE[-1]}"


@pytest.mark.skipif(HERE == ("tensorflow",), reason="with TensorFlow blocked, no backend is left here")
def test_a_failed_import_of_keras_is_made_good(tmp_path: Path):
    # What a newcomer without TensorFlow meets. It is blocked here, so that it is absent everywhere.
    code = """
import sys
sys.modules["tensorflow"] = None
try:
    import keras
except ImportError:
    import ganzoo, keras
    print(keras.config.backend())
"""
    assert keras_python(code, tmp_path) == HERE[0]


def test_a_namespace_folder_has_no_origin(tmp_path: Path):
    # The property that is_installed leans on.
    (tmp_path / "folder").mkdir()
    spec = importlib.machinery.PathFinder.find_spec("folder", [str(tmp_path)])
    assert spec is not None
    assert spec.origin is None
