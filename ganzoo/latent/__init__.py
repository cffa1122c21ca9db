"""Explore a model's latent space: draw from it, walk it, measure it, name its directions, invert into it."""

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
from ganzoo.latent.inversion import Inversion, Weights, invert
from ganzoo.latent.jacobian import condition_number, jacobian, log_volume, singular_values
from ganzoo.latent.jacobian_directions import jacobian_directions
from ganzoo.latent.learned import learned_directions
from ganzoo.latent.naming import Effect, name_directions
from ganzoo.latent.sefa import sefa_directions
from ganzoo.latent.supervised import fit_direction

__all__ = [
    "DIRECTIONS_FILE",
    "ENCODER_FILE",
    "Direction",
    "Directions",
    "Effect",
    "Inversion",
    "RecoveryCurves",
    "Weights",
    "condition_number",
    "direction_picture",
    "encoder_error",
    "find_directions",
    "fingerprint",
    "fit_direction",
    "ganspace_directions",
    "invert",
    "jacobian",
    "jacobian_directions",
    "learned_directions",
    "load_directions",
    "load_encoder",
    "log_volume",
    "measure_factors",
    "name_directions",
    "recovery_curves",
    "save_directions",
    "save_encoder",
    "sefa_directions",
    "singular_values",
    "supervised_directions",
    "train_encoder",
]
