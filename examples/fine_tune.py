"""Fine-tune the pretrained digits on pictures of your own.

`python examples/fine_tune.py FOLDER` reads a folder of images; without one it draws 200 squares and
circles itself. Takes about a minute on two cores.
"""

import sys

import numpy as np
from PIL import Image, ImageDraw

import ganzoo
from ganzoo import images


def shapes(n: int, *, size: int = 28, seed: int = 0) -> np.ndarray:
    """White squares and circles on black, uint8 (n, size, size, 1)."""
    rng = np.random.default_rng(seed)
    pictures = np.zeros((n, size, size, 1), np.uint8)
    for index in range(n):
        canvas = Image.new("L", (size, size))
        x, y, side = *rng.integers(2, 8, 2), rng.integers(12, 18)
        draw = ImageDraw.Draw(canvas)
        outline = draw.ellipse if index % 2 else draw.rectangle
        outline([int(x), int(y), int(x + side), int(y + side)], outline=255, width=2)
        pictures[index, ..., 0] = np.asarray(canvas)
    return pictures


if __name__ == "__main__":
    data = sys.argv[1] if len(sys.argv) > 1 else shapes(200)
    gan = ganzoo.load("mnist-dcgan")
    before = gan.generate(64, seed=0)
    gan.fit(data, epochs=100, batch_size=32, verbose=2)
    images.save_png("before.png", images.grid(before, scale=2))
    images.save_png("after.png", images.grid(gan.generate(64, seed=0), scale=2))
    gan.save("my-gan")
    print("Wrote before.png, after.png and the folder my-gan: ganzoo.load('my-gan') brings it back.")
