"""A model's latent space: walk it, measure it, name its directions, invert into it, draw better from it."""

from ganzoo.latent import samplers
from ganzoo.latent.atlas import Atlas, atlas
from ganzoo.latent.atlas_picture import atlas_picture
from ganzoo.latent.by_factor import supervised_directions
from ganzoo.latent.curves import RecoveryCurves, recovery_curves
from ganzoo.latent.direction import Direction, Directions
from ganzoo.latent.direction_picture import direction_picture
from ganzoo.latent.directions_file import DIRECTIONS_FILE, load_directions, save_directions
from ganzoo.latent.encoder import ENCODER_FILE, encoder_error, load_encoder, save_encoder, train_encoder
from ganzoo.latent.factors import measure_factors
from ganzoo.latent.finding import find_directions
from ganzoo.latent.fingerprint import fingerprint
from ganzoo.latent.ganspace import ganspace_directions
from ganzoo.latent.geodesic import Geodesic, geodesic
from ganzoo.latent.grids import analogy, corner_grid, j_diagram, manifold_grid
from ganzoo.latent.improve import Improvement, improve
from ganzoo.latent.interpolation import ease, great_circle, lerp, path, slerp
from ganzoo.latent.inversion import Inversion, Weights, invert
from ganzoo.latent.jacobian import condition_number, jacobian, log_volume, singular_values
from ganzoo.latent.jacobian_directions import jacobian_directions
from ganzoo.latent.learned import learned_directions
from ganzoo.latent.naming import Effect, name_directions
from ganzoo.latent.priors import Hypersphere, Normal, Prior, TruncatedNormal, Uniform, get_prior, prior_of
from ganzoo.latent.sefa import sefa_directions
from ganzoo.latent.supervised import fit_direction
from ganzoo.latent.walk import WALKS, default_walk, walk_frames, walk_latents

__all__ = [
    "DIRECTIONS_FILE",
    "ENCODER_FILE",
    "WALKS",
    "Atlas",
    "Direction",
    "Directions",
    "Effect",
    "Geodesic",
    "Hypersphere",
    "Improvement",
    "Inversion",
    "Normal",
    "Prior",
    "RecoveryCurves",
    "TruncatedNormal",
    "Uniform",
    "Weights",
    "analogy",
    "atlas",
    "atlas_picture",
    "condition_number",
    "corner_grid",
    "default_walk",
    "direction_picture",
    "ease",
    "encoder_error",
    "find_directions",
    "fingerprint",
    "fit_direction",
    "ganspace_directions",
    "geodesic",
    "get_prior",
    "great_circle",
    "improve",
    "invert",
    "j_diagram",
    "jacobian",
    "jacobian_directions",
    "learned_directions",
    "lerp",
    "load_directions",
    "load_encoder",
    "log_volume",
    "manifold_grid",
    "measure_factors",
    "name_directions",
    "path",
    "prior_of",
    "recovery_curves",
    "samplers",
    "save_directions",
    "save_encoder",
    "sefa_directions",
    "singular_values",
    "slerp",
    "supervised_directions",
    "train_encoder",
    "walk_frames",
    "walk_latents",
]
