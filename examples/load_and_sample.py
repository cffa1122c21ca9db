"""Load a pretrained GAN and draw: `python examples/load_and_sample.py`."""

import ganzoo
from ganzoo import images

gan = ganzoo.load("mnist-dcgan")
pictures = gan.generate(64, seed=7)
print(f"{gan.name}: {pictures.dtype} {pictures.shape}")

images.save_png("samples.png", images.grid(pictures, scale=3))
print("Wrote samples.png")

# a conditional model draws what it is asked for
conditional = ganzoo.load("mnist-cdcgan")
year = conditional.generate(4, labels=[2, 0, 2, 6], seed=1)
images.save_png("year.png", images.grid(year, columns=4, scale=3))
print("Wrote year.png")
