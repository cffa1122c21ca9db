"""Fine-tune the pretrained digits on pictures of your own.

`python examples/fine_tune.py FOLDER` reads a folder of images; without one it first draws 200 squares and
circles into the folder `my-shapes`. Takes about a minute on two cores.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

import ganzoo
from ganzoo import images


def draw_shapes(folder: Path, n: int = 200, *, size: int = 28, seed: int = 0) -> Path:
    """White squares and circles on black, n PNG files of size x size pixels."""
    rng = np.random.default_rng(seed)
    folder.mkdir(exist_ok=True)
    for index in range(n):
        canvas = Image.new("L", (size, size))
        x, y, side = (int(number) for number in (*rng.integers(2, 8, 2), rng.integers(12, 18)))
        draw = ImageDraw.Draw(canvas)
        outline = draw.ellipse if index % 2 else draw.rectangle
        outline([x, y, x + side, y + side], outline=255, width=2)
        canvas.save(folder / f"{index:04}.png")
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description="Fine-tune the pretrained digits on a folder of images.")
    parser.add_argument("folder", nargs="?", type=Path, help="of images; default: shapes drawn here")
    parser.add_argument("--epochs", type=int, default=100, help="passes over the folder")
    options = parser.parse_args()
    folder = options.folder or draw_shapes(Path("my-shapes"))

    gan = ganzoo.load("mnist-dcgan")
    before = gan.generate(64, seed=0)
    gan.fit(folder, epochs=options.epochs, batch_size=32, verbose=2)
    images.save_png("before.png", images.grid(before, scale=2))
    images.save_png("after.png", images.grid(gan.generate(64, seed=0), scale=2))
    gan.save("my-gan")
    print("Wrote before.png, after.png and the folder my-gan: ganzoo.load('my-gan') brings it back.")


if __name__ == "__main__":
    main()
