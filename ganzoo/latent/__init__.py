"""Explore a model's latent space: draw from it, walk it, measure it."""

from ganzoo.latent.jacobian import condition_number, jacobian, log_volume, singular_values

__all__ = ["condition_number", "jacobian", "log_volume", "singular_values"]
