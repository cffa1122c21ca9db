"""Explore a model's latent space: draw from it, walk it, measure it."""

from ganzoo.latent.atlas import Atlas, atlas
from ganzoo.latent.atlas_picture import atlas_picture
from ganzoo.latent.geodesic import Geodesic, geodesic
from ganzoo.latent.grids import analogy, corner_grid, j_diagram, manifold_grid
from ganzoo.latent.interpolation import ease, great_circle, lerp, path, slerp
from ganzoo.latent.jacobian import condition_number, jacobian, log_volume, singular_values
from ganzoo.latent.priors import Hypersphere, Normal, Prior, TruncatedNormal, Uniform, get_prior, prior_of
from ganzoo.latent.walk import WALKS, default_walk, walk_frames, walk_latents

__all__ = [
    "WALKS",
    "Atlas",
    "Geodesic",
    "Hypersphere",
    "Normal",
    "Prior",
    "TruncatedNormal",
    "Uniform",
    "analogy",
    "atlas",
    "atlas_picture",
    "condition_number",
    "corner_grid",
    "default_walk",
    "ease",
    "geodesic",
    "get_prior",
    "great_circle",
    "j_diagram",
    "jacobian",
    "lerp",
    "log_volume",
    "manifold_grid",
    "path",
    "prior_of",
    "singular_values",
    "slerp",
    "walk_frames",
    "walk_latents",
]
