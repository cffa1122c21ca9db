"""Presets of a few hundred parameters, written once."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import ganzoo
from ganzoo import networks, zoo
from ganzoo.zoo.manifest import Data


def tiny_gan(num_classes: int = 0) -> "ganzoo.GAN":
    generator, discriminator = networks.build(
        "dcgan",
        latent_dim=5,
        num_classes=num_classes,
        generator={"width": 2, "kernel_size": 4},
        discriminator={"width": 2, "kernel_size": 4, "norm": "none"},
    )
    return ganzoo.GAN(generator, discriminator, latent_prior="uniform", objective="hinge")


@pytest.fixture(scope="session")
def make_gan() -> Callable[..., "ganzoo.GAN"]:
    """A function that builds a tiny GAN: `make_gan(num_classes=0)`."""
    return tiny_gan


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of presets: `tiny` and the class-conditional `tiny-classes`. Not to be changed."""
    folder = tmp_path_factory.mktemp("weights")
    tiny_gan().save(folder / "tiny")
    tiny_gan(3).save(folder / "tiny-classes")
    return folder


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A preset that says what it was trained on and under which licence. Not to be changed."""
    folder = tmp_path_factory.mktemp("told") / "dots"
    return zoo.save(tiny_gan(), folder, data=Data(name="dots", licence="CC0 1.0", credit="Nobody", n=10))


@pytest.fixture
def dots(told: Path, tmp_path: Path) -> Path:
    """A copy of it to change."""
    return Path(shutil.copytree(told, tmp_path / "dots"))


@pytest.fixture
def tiny(written: Path, tmp_path: Path) -> Path:
    """A copy of `tiny` to damage."""
    return Path(shutil.copytree(written / "tiny", tmp_path / "tiny"))


@pytest.fixture
def zoo_of_two(written: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`tiny` and `tiny-classes` are all that the zoo has."""
    monkeypatch.setenv("GANZOO_WEIGHTS", str(written))
    return written
