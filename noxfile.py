"""`nox` runs the core suite: one environment for each backend alone, one with all three, and the wheel.

`nox -s full` adds what is slow, in the same environments. What follows two dashes goes to pytest:
`nox -s tests-jax -- tests/test_import.py`.
"""

import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import nox

ROOT = Path(__file__).parent
CONSTRAINTS = str(ROOT / "constraints.txt")
BACKENDS = ("jax", "torch", "tensorflow")
TEST_TOOLS = ("pytest", "hypothesis")

FIRST_PYTHON_WITHOUT_WHEEL = {"tensorflow": (3, 14)}
"""Backends, as constraints.txt pins them, that have no wheel from this Python on."""

WEB_RUNTIME = "onnxruntime-web@1.30.0"
"""As ganzoo/export/web_runtime.py pins it, which refuses any other."""

DEAD_PROXY = "http://127.0.0.1:9"
NO_NETWORK = {
    "HF_HUB_OFFLINE": "1",
    **dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), DEAD_PROXY),
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), DEAD_PROXY),
    "no_proxy": "",
    "NO_PROXY": "",
}

nox.options.sessions = ["lint", "tests-jax", "tests-torch", "tests-tensorflow", "tests-all", "wheel"]
nox.options.reuse_existing_virtualenvs = True
nox.options.default_venv_backend = "virtualenv"


@nox.session
def lint(session: nox.Session) -> None:
    """Style, format and types."""
    session.install("-c", CONSTRAINTS, "-e", ".[dev]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")


@nox.session(name="tests-jax")
def tests_jax(session: nox.Session) -> None:
    """The core suite on JAX alone."""
    run_tests(session, ("jax",), extras=("onnx",))


@nox.session(name="tests-torch")
def tests_torch(session: nox.Session) -> None:
    """The core suite on PyTorch alone, with what draws plots."""
    run_tests(session, ("torch",), extras=("onnx", "plot"))


@nox.session(name="tests-tensorflow")
def tests_tensorflow(session: nox.Session) -> None:
    """The core suite on TensorFlow alone."""
    run_tests(session, ("tensorflow",), extras=("onnx",))


@nox.session(name="tests-all")
def tests_all(session: nox.Session) -> None:
    """The tests that compare the three backends."""
    run_tests(session, BACKENDS, "-m", "all_backends and not slow", extras=("onnx",))


@nox.session(venv_backend="none")
def full(session: nox.Session) -> None:
    """What is not of the core suite: queues the test sessions again for their slow tests, and those below."""
    session.notify("tests-all", posargs=["-m", "slow and all_backends"])
    for name in BACKENDS:
        session.notify(f"tests-{name}", posargs=["-m", "slow and not all_backends"])
    for name in ("faults", "browser", "site"):
        session.notify(name)


@nox.session
def faults(session: nox.Session) -> None:
    """Breaks the network, the disk and the process under the Hub's client."""
    run_tests(session, ("torch",), "-m", "faults")


@nox.session
def browser(session: nox.Session) -> None:
    """Drives the explorer and the live pages in Chromium."""
    with tempfile.TemporaryDirectory(prefix="ganzoo-npm-") as folder:
        session.env.update(web_runtime(session, folder=folder))
        run_tests(session, ("torch",), "-m", "browser", extras=("explore", "onnx"), tools=("playwright",))


def web_runtime(session: nox.Session, *, folder: str) -> dict[str, str]:
    """Fetches what runs a live page, where npm can; tests skip by name where it cannot."""
    npm = shutil.which("npm")
    if npm is not None:
        command = (npm, "pack", "--silent", WEB_RUNTIME, "--pack-destination", folder)
        subprocess.run(command, capture_output=True, check=False, timeout=300)
    archives = [*Path(folder).glob("*.tgz")]
    if not archives:
        session.warn(f"npm did not fetch {WEB_RUNTIME}: the live pages are not driven")
        return {}
    return {"GANZOO_WEB_RUNTIME": str(archives[0])}


@nox.session
def site(session: nox.Session) -> None:
    """Builds the site, and runs its code, the examples and the notebooks."""
    extras = ("docs", "explore", "onnx", "plot", "tensorboard")
    with tempfile.TemporaryDirectory(prefix="ganzoo-npm-") as folder:
        session.env.update(web_runtime(session, folder=folder))
        # PyTorch runs the pages; the others are there for the page that compares the three
        backends = ("torch", *(name for name in BACKENDS if name != "torch"))
        run_tests(session, backends, "-m", "site", extras=extras, tools=("ipykernel", "nbclient"))


@nox.session
def wheel(session: nox.Session) -> None:
    """Builds the sdist and the wheel, and runs the wheel outside the checkout with the network cut."""
    session.install("-c", CONSTRAINTS, "build", "hatchling")
    with tempfile.TemporaryDirectory(prefix="ganzoo-wheel-") as folder:
        direct, from_sdist, installed, outside = (
            Path(folder, name) for name in ("direct", "from-sdist", "installed", "outside")
        )
        build = ("python", "-m", "build", "--no-isolation")
        session.run(*build, "--wheel", "--outdir", str(direct), str(ROOT))
        # Without --wheel, build makes the sdist and then the wheel from that sdist, not from the checkout.
        session.run(*build, "--outdir", str(from_sdist), str(ROOT))
        [built] = from_sdist.glob("*.whl")
        check_archives(session, direct, from_sdist)

        # Always a fresh environment: the tools above would stand in for a dependency that the wheel forgot.
        session.run("python", "-m", "venv", str(installed), silent=True)
        programs = installed / ("Scripts" if sys.platform == "win32" else "bin")
        pip = (str(programs / "python"), "-m", "pip", "install", "--quiet", "-c", CONSTRAINTS)
        session.run(*pip, f"{built}[jax]", external=True)
        outside.mkdir()
        run_outside(session, programs=programs, folder=outside)


def run_outside(session: nox.Session, *, programs: Path, folder: Path) -> None:
    """Lists, draws and loads with what is installed in `programs`, without help from outside."""
    # None unsets: nothing of the caller's may help the wheel to find weights or to choose its backend.
    unset = dict.fromkeys(["PYTHONPATH", "KERAS_BACKEND", "KERAS_HOME", "GANZOO_WEIGHTS", "HF_HOME"])
    environ = {**NO_NETWORK, **unset, "HOME": str(folder)}
    cut = network_namespace()
    how = "no network device" if cut else "dead proxies only"
    session.log(f"the network is cut by: {how}")
    with session.chdir(folder):
        for command in (
            (str(programs / "ganzoo"), "list"),
            (str(programs / "ganzoo"), "sample", "mnist-dcgan"),
            (str(programs / "python"), "-c", USE_THE_WHEEL, str(ROOT)),
        ):
            session.run(*cut, *command, env=environ, external=True)
        pictures = sorted(path.name for path in Path().glob("*.png"))
    if not pictures:
        session.error("`ganzoo sample mnist-dcgan` wrote no picture")
    session.log(f"the wheel drew {', '.join(pictures)} outside the checkout")


def network_namespace() -> tuple[str, ...]:
    """The command that runs another one without any network, where this system grants it; else nothing."""
    command = ("unshare", "--net", "--map-root-user")
    if shutil.which(command[0]) is None:
        return ()
    probe = subprocess.run([*command, "true"], capture_output=True, check=False)
    return command if probe.returncode == 0 else ()


USE_THE_WHEEL = """
import pathlib, sys
import ganzoo
home, checkout = pathlib.Path(ganzoo.__file__).resolve(), pathlib.Path(sys.argv[1]).resolve()
if home.is_relative_to(checkout / "ganzoo"):
    raise SystemExit(f"this is the checkout, not the wheel: {home}")
for name in ganzoo.list_models():
    gan = ganzoo.load(name)
    images = gan.generate(2, seed=0, labels=[0, 1] if gan.num_classes else None)
    print(name, images.shape, images.dtype, "std", round(float(images.std()), 1))
    if images.std() < 1:
        raise SystemExit(f"{name} draws an empty picture")
"""


def run_tests(
    session: nox.Session,
    backends: tuple[str, ...],
    *selection: str,
    extras: tuple[str, ...] = (),
    tools: tuple[str, ...] = (),
) -> None:
    """Installs ganzoo with `backends`, `extras`, `tools` and nothing else, and runs pytest there."""
    for backend in backends:
        first = FIRST_PYTHON_WITHOUT_WHEEL.get(backend)
        if first is not None and sys.version_info[:2] >= first:
            session.skip(
                f"{backend}, as constraints.txt pins it, has no wheel for Python {platform.python_version()}"
            )
    session.install("-c", CONSTRAINTS, "-e", f".[{','.join(backends + extras)}]", *TEST_TOOLS, *tools)
    arguments = session.posargs or selection
    slow = any(argument.startswith("slow") for argument in arguments)
    environ = {"KERAS_BACKEND": backends[0], "TF_CPP_MIN_LOG_LEVEL": "3"}
    # 5: nothing selected. A backend may have no slow test of its own; a core suite that is empty is a fault.
    session.run("python", "-m", "pytest", *arguments, env=environ, success_codes=[0, 5] if slow else [0])


def check_archives(session: nox.Session, direct: Path, from_sdist: Path) -> None:
    """Holds the sdist and both wheels to the presets in the checkout, file by file."""
    [sdist], [wheel_of_sdist], [wheel_of_checkout] = (
        [*from_sdist.glob("*.tar.gz")],
        [*from_sdist.glob("*.whl")],
        [*direct.glob("*.whl")],
    )
    weights = (path for path in (ROOT / "weights").rglob("*") if path.is_file() and path.name[0] != ".")
    wanted = {path.relative_to(ROOT).as_posix() for path in weights}
    if not wanted:
        session.error("weights/ holds no preset")
    with tarfile.open(sdist) as archive:
        in_sdist = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    names = {path: {*zipfile.ZipFile(path).namelist()} for path in (wheel_of_sdist, wheel_of_checkout)}
    if missing := sorted(wanted - in_sdist):
        session.error(f"{sdist.name} lacks {', '.join(missing)}")
    for path, members in names.items():
        if missing := sorted({f"ganzoo/{name}" for name in wanted} - members):
            session.error(f"{path.parent.name}/{path.name} lacks {', '.join(missing)}")
    if difference := sorted(names[wheel_of_sdist] ^ names[wheel_of_checkout]):
        session.error(f"the wheel of the sdist and that of the checkout differ in {', '.join(difference)}")
    size = wheel_of_sdist.stat().st_size / 1e6
    session.log(
        f"{len(wanted)} files of weights/ in the sdist and in both wheels; the wheel has {size:.1f} MB"
    )
