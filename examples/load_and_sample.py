"""Load a pretrained GAN and draw: `python examples/load_and_sample.py`."""

import ganzoo
from ganzoo import images

gan = ganzoo.load("mnist-dcgan")
pictures = gan.generate(64, seed=7)
print(f"{gan.name}: {pictures.dtype} {pictures.shape}")

images.save_png("samples.png", images.grid(pictures, scale=3))
print("Wrote samples.png")
