"""Honest numbers about generated images: extractors, one file a metric, and scores that carry their protocol.

Every metric takes features, (n, d), and computes in float64 on the host, so it is the same on every backend.
"""

from ganzoo._scorecard import Scorecard
from ganzoo.evaluate.audit import Audit, audit_model
from ganzoo.evaluate.audit_picture import audit_picture
from ganzoo.evaluate.bins import BinComparison, num_different_bins
from ganzoo.evaluate.birthday import BirthdayEstimate, birthday_support, closest_pairs
from ganzoo.evaluate.callback import EvaluateEvery, evaluate_on
from ganzoo.evaluate.cas import classification_accuracy_score
from ganzoo.evaluate.classes import class_histogram, label_accuracy, mean_confidence
from ganzoo.evaluate.copying import authenticity, data_copying
from ganzoo.evaluate.custom import custom_extractor
from ganzoo.evaluate.diversity import mean_pairwise_distance
from ganzoo.evaluate.extractors import Extractor, load_extractor, random_conv_extractor
from ganzoo.evaluate.frechet import (
    frechet_distance,
    frechet_distance_from_statistics,
    frechet_distance_infinity,
)
from ganzoo.evaluate.inception import inception_score
from ganzoo.evaluate.inception_network import inception_extractor
from ganzoo.evaluate.kernel import kernel_distance
from ganzoo.evaluate.manifold import precision_recall_density_coverage
from ganzoo.evaluate.measuring import measure_reference
from ganzoo.evaluate.membership import AucInterval, auc_interval
from ganzoo.evaluate.modes import ModeCoverage, mode_coverage
from ganzoo.evaluate.path_length import path_length, perceptual_path_length
from ganzoo.evaluate.real_images import RealImages
from ganzoo.evaluate.recovery import recover_latents
from ganzoo.evaluate.reference import Reference, load_reference, save_reference, shipped_extractors
from ganzoo.evaluate.scorecard import scorecard
from ganzoo.evaluate.scores import SampleScore, score_model, score_samples
from ganzoo.evaluate.statistics import FeatureStatistics, RunningStatistics

__all__ = [
    "AucInterval",
    "Audit",
    "BinComparison",
    "BirthdayEstimate",
    "EvaluateEvery",
    "Extractor",
    "FeatureStatistics",
    "ModeCoverage",
    "RealImages",
    "Reference",
    "RunningStatistics",
    "SampleScore",
    "Scorecard",
    "auc_interval",
    "audit_model",
    "audit_picture",
    "authenticity",
    "birthday_support",
    "class_histogram",
    "classification_accuracy_score",
    "closest_pairs",
    "custom_extractor",
    "data_copying",
    "evaluate_on",
    "frechet_distance",
    "frechet_distance_from_statistics",
    "frechet_distance_infinity",
    "inception_extractor",
    "inception_score",
    "kernel_distance",
    "label_accuracy",
    "load_extractor",
    "load_reference",
    "mean_confidence",
    "mean_pairwise_distance",
    "measure_reference",
    "mode_coverage",
    "num_different_bins",
    "path_length",
    "perceptual_path_length",
    "precision_recall_density_coverage",
    "random_conv_extractor",
    "recover_latents",
    "save_reference",
    "score_model",
    "score_samples",
    "scorecard",
    "shipped_extractors",
]
