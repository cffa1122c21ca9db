"""The zoo on one page, drawn by itself: `python examples/zoo_picture.py -o zoo.png`.

The first samples of each model, a walk between four z, and steps along two directions. This is the picture in
the README.
"""

import argparse

import numpy as np
from PIL import Image, ImageDraw, ImageFont

import ganzoo
from ganzoo import images, latent

COLUMNS, SIDE, MARGIN = 14, 56, 24
WHITE, AMBER, BLUE = (235, 238, 245), (255, 179, 71), (120, 170, 255)


def row(caption: str, pictures: np.ndarray, start: tuple[int, ...], end: tuple[int, ...]) -> np.ndarray:
    """A caption, and pictures whose colour goes from one to the other."""
    strip = images.grid(pictures, columns=COLUMNS, padding=0, scale=2)
    tint = np.linspace(start, end, strip.shape[1])
    text = Image.new("RGB", (150, SIDE))
    font = ImageFont.load_default(15)
    ImageDraw.Draw(text).text((0, SIDE / 2), caption, fill=start, font=font, anchor="lm")
    return np.concatenate([np.asarray(text), (strip / 255 * tint).astype("uint8")], axis=1)


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the zoo on one page.")
    parser.add_argument("-o", "--output", default="zoo.png")
    output = parser.parse_args().output

    rows = []
    for name in ganzoo.list_models():
        gan = ganzoo.load(name)
        labels = np.arange(COLUMNS) % gan.num_classes if gan.num_classes else None
        rows.append(row(name, gan.generate(COLUMNS, seed=1, labels=labels), WHITE, WHITE))

    gan = ganzoo.load("mnist-dcgan")
    walk = latent.walk_latents(gan, gan.sample_latents(4, seed=4), COLUMNS)
    rows += [row("a walk", latent.walk_frames(gan, walk), AMBER, BLUE)]
    gan = ganzoo.load("mnist-cdcgan")  # by class: a step changes the style, and never the digit
    found = latent.supervised_directions(gan, factors=["slant", "stroke width"])
    for direction, digit, seed in zip(found, (4, 5), (1, 7), strict=True):
        z = np.repeat(gan.sample_latents(1, seed=seed), COLUMNS, axis=0)
        moved = direction.move(z, np.linspace(-2.5, 2.5, COLUMNS))
        rows.append(row(direction.name, images.to_uint8(gan.decode(moved, labels=digit)), BLUE, AMBER))

    gap = np.zeros((MARGIN // 2, rows[0].shape[1], 3), "uint8")
    page = np.concatenate([*rows[:-3], gap, *rows[-3:]])
    images.save_png(output, np.pad(page, ((MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0))))
    print(f"Wrote {output}")


if __name__ == "__main__":
    main()
