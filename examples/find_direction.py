"""Find the direction in latent space that slants a digit: `python examples/find_direction.py`.

`ganzoo directions mnist-dcgan --picture directions.png` finds, measures and names all of them.
"""

import numpy as np

import ganzoo
from ganzoo import images, latent

gan = ganzoo.load("mnist-dcgan")

# Draws are measured, a linear classifier parts those that lean more than the median of their digit, and its
# normal is the direction. What makes one digit of another is left out of it.
found = latent.supervised_directions(gan, factors=["slant", "stroke width"])
slant = found["slant"]
cosine = slant.vector @ found["stroke width"].vector
print(f"slant: {slant.score_name} {slant.score:.2f}, cosine with stroke width {cosine:+.2f}")

steps = np.array([-2, -1, 0, 1, 2])
z = gan.sample_latents(200, seed=1)  # others than those it was fitted to
for step in steps:
    pictures = images.to_uint8(gan.decode(slant.move(z, step)))
    degrees = latent.measure_factors(pictures, names=["slant"])["slant"]
    print(f"step {step:+d}: {np.nanmean(degrees):+6.1f} degrees on average")

moved = slant.move(np.repeat(z[:6], len(steps), axis=0), np.tile(steps, 6))
images.save_png("slant.png", images.grid(images.to_uint8(gan.decode(moved)), columns=len(steps), scale=3))
latent.save_directions(found, "directions.npz")
print("Wrote slant.png, a digit a row, and directions.npz for `ganzoo invert --directions`.")
