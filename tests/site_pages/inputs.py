"""What the pages take for granted: photos of one's own, a photo of a digit, MNIST."""

import os
from pathlib import Path

import numpy as np
from PIL import Image

from ganzoo.evaluate.glyphs import glyph_digits

__all__ = ["write_data", "write_pictures"]

TRAIN, TEST = 1000, 500


def write_pictures(folder: Path) -> None:
    """Fill a page's folder with pictures, drawn by code."""
    for index, name in enumerate(("my-photos", "my-unseen-photos", "my-classes/first", "my-classes/second")):
        target = folder / name
        target.mkdir(parents=True)
        pictures, _ = glyph_digits(64, seed=index)
        for number, picture in enumerate(pictures):
            Image.fromarray(picture[..., 0]).resize((40, 36)).save(target / f"{number:02d}.png")
    digits, labels = glyph_digits(50, seed=9)
    # ink on paper, as a camera sees it
    paper = 235 - 0.8 * digits[labels == 7][0, ..., 0].astype(float)
    photo = np.pad(paper, 30, constant_values=235).repeat(5, 0).repeat(5, 1)
    Image.fromarray(photo.astype("uint8")).save(folder / "seven.jpg")


def write_data(folder: Path) -> None:
    """Write a small `mnist.npz`: images of the real one where GANZOO_DATA has it, else drawn ones."""
    folder.mkdir(parents=True)
    real = Path(os.environ.get("GANZOO_DATA", "")) / "mnist.npz"
    if os.environ.get("GANZOO_DATA") and real.is_file():
        with np.load(real, allow_pickle=False) as arrays:
            rows = {"train": TRAIN, "test": TEST}
            kept = {key: arrays[key][: rows[key.rpartition("_")[2]]] for key in arrays.files}
    else:
        kept = {}
        for split, n in (("train", TRAIN), ("test", TEST)):
            images, labels = glyph_digits(n, seed=n)
            kept |= {f"x_{split}": images[..., 0], f"y_{split}": labels.astype("uint8")}
    np.savez_compressed(folder / "mnist.npz", **kept)
