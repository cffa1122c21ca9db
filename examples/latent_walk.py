"""A walk through latent space that never ends, as a GIF: `python examples/latent_walk.py`.

`ganzoo walk mnist-dcgan --seeds 0,1,2,3 --frames 80 --loop -o walk.gif` draws one too, without Python.
"""

import numpy as np

import ganzoo
from ganzoo import animation, images, latent

gan = ganzoo.load("mnist-dcgan")
corners = gan.sample_latents(4, seed=4)

# Straight lines between normal z pass nearer to 0 than draws ever lie, so the walk turns on arcs.
z = latent.walk_latents(gan, corners, 80, kind="slerp", easing="smoothstep", loop=True)
lengths = np.linalg.norm(z, axis=1)
print(f"{len(z)} frames; ‖z‖ from {lengths.min():.1f} to {lengths.max():.1f}, √{gan.latent_dim} is expected")

frames = latent.walk_frames(gan, z)
written = animation.save_animation("walk.gif", frames, fps=20, scale=6)
images.save_png("walk.png", images.grid(frames[::5], columns=8, scale=3))
print(f"Wrote walk.gif, {written.seconds:.0f} seconds, and walk.png, every fifth frame.")
