"""Find the direction in latent space that slants a digit: `python examples/find_direction.py`.

`ganzoo directions mnist-cdcgan --picture directions.png` finds, measures and names all of them.
"""

import numpy as np

import ganzoo
from ganzoo import images, latent

# It draws by class, so that z holds the style alone. In other models a direction leaves out what tells digits
# apart, as far as that can be.
gan = ganzoo.load("mnist-cdcgan")

# Draws are measured, a linear classifier parts those that lean more than the median of their digit, and its
# normal is the direction.
found = latent.supervised_directions(gan, factors=["slant", "stroke width"])
slant = found["slant"]
cosine = slant.vector @ found["stroke width"].vector
print(f"slant: {slant.score_name} {slant.score:.2f}, cosine with stroke width {cosine:+.2f}")

steps = np.array([-2, -1, 0, 1, 2])
z = gan.sample_latents(200, seed=1)  # others than those it was fitted to
digits = np.arange(200) % 10
for step in steps:
    pictures = images.to_uint8(gan.decode(slant.move(z, step), labels=digits))
    degrees = latent.measure_factors(pictures, names=["slant"])["slant"]
    print(f"step {step:+d}: {np.nanmean(degrees):+6.1f} degrees on average")

ten = slant.move(np.repeat(z[:10], len(steps), axis=0), np.tile(steps, 10))
drawn = images.to_uint8(gan.decode(ten, labels=np.repeat(digits[:10], len(steps))))
images.save_png("slant.png", images.grid(drawn, columns=len(steps), scale=2))
latent.save_directions(found, "directions.npz")
print("Wrote slant.png, a digit a row, and directions.npz for `ganzoo invert --directions`.")
