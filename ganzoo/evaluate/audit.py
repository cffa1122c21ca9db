"""Does a model give its training images away? Copies among its samples, and membership by two attacks.

Every audit brings its controls: planted copies that must be caught, unseen real images that must pass. Where
a control fails, the audit says that it knows nothing.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from ganzoo.data import ImageSource
from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate import _verdict
from ganzoo.evaluate._checks import check_seed
from ganzoo.evaluate._controls import NOISE, PLANTED, planted_images, planted_rows
from ganzoo.evaluate.closeness import Closeness, CopyFigures, copy_figures, measure_closeness
from ganzoo.evaluate.extractors import Extractor, extractor_for
from ganzoo.evaluate.membership import AucInterval, auc_interval, discriminator_scores
from ganzoo.evaluate.real_images import trained_on
from ganzoo.evaluate.recovery import recover_latents
from ganzoo.evaluate.suspects import Suspects, find_suspects

__all__ = ["STAGES", "Audit", "Membership", "audit_model"]

LEAST_UNSEEN = 60
MOST_SCORED = 10_000
STAGES = 5

Say = Callable[[str], None]


@dataclass(frozen=True)
class Membership:
    """An attack that guesses which images were trained on.

    Args:
        attack: its name.
        result: training images against unseen ones.
        control: one half of the unseen images against the other, of which nothing can be told.
    """

    attack: str
    result: AucInterval
    control: AucInterval


@dataclass(frozen=True, eq=False)
class Audit:
    """What an audit found, with its protocol.

    Args:
        samples: figures of the model's samples.
        unseen: the same of unseen real images: the floor, and the control that must pass.
        planted: the same of the samples with copies among them, by the noise on the copies: the controls
            that must be caught.
        planted_found: the share of the planted copies that were found, in the same order.
        memberships: the two attacks.
        suspects: the most suspicious samples.
        unseen_suspects: the most suspicious unseen real images, for comparison.
        protocol: data, extractor with its hash, numbers of images, seed.
    """

    samples: CopyFigures
    unseen: CopyFigures
    planted: dict[float, CopyFigures]
    planted_found: tuple[float, ...]
    memberships: tuple[Membership, ...]
    protocol: dict[str, Any]
    suspects: Suspects = field(repr=False)
    unseen_suspects: Suspects = field(repr=False)

    @property
    def failed_controls(self) -> tuple[str, ...]:
        """What went wrong with the controls, in words; empty if they held."""
        return _verdict.failed_controls(self)

    @property
    def outcome(self) -> str:
        """One of "inconclusive", "copying", "members told apart", "nothing found"."""
        return _verdict.outcome(self)

    @property
    def verdict(self) -> str:
        """One line in plain words, with what it does not prove."""
        return _verdict.verdict(self)

    def to_json(self) -> dict[str, Any]:
        """Everything but the pictures, as JSON types."""
        return {
            "protocol": self.protocol,
            "samples": _figures(self.samples),
            "unseen_real_images": _figures(self.unseen),
            "planted_copies": [
                {"noise": noise, "found": found, **_figures(figures)}
                for (noise, figures), found in zip(self.planted.items(), self.planted_found, strict=True)
            ],
            "membership": [asdict(membership) for membership in self.memberships],
            "failed_controls": list(self.failed_controls),
            "outcome": self.outcome,
            "verdict": self.verdict,
        }


def audit_model(
    gan: Any,
    train: ImageSource,
    unseen: ImageSource,
    *,
    n: int = 2000,
    n_recovery: int = 300,
    seed: int = 0,
    extractor: Extractor | None = None,
    batch_size: int = 256,
    say: Say = lambda line: None,
) -> Audit:
    """Audit a model for training images that it gives away.

    Args:
        gan: a `ganzoo.GAN`.
        train: the images that it was trained on, all of them.
        unseen: real images like them that it was not trained on, at least 60, such as the test split.
        n: samples, at least 20; copies of fewer than a few in n are not found.
        n_recovery: training images, and as many unseen ones, whose z is looked for; at least 4.
        seed: of samples, splits, planted copies and starts.
        extractor: of the features; default: the one shipped for the data, else random convolutions.
        batch_size: images per compiled call.
        say: called with a line for a person at the start of each of the `STAGES`.

    Raises:
        InvalidArgumentError: Too few images, images that do not fit, or labels missing for a
            class-conditional model.

    Example:
        >>> train, unseen = ganzoo.data.load("mnist"), ganzoo.data.load("mnist", split="test")
        >>> print(ganzoo.evaluate.audit_model(ganzoo.load("mnist-dcgan"), train, unseen).verdict)

    Reference: [Meehan et al., 2020](https://arxiv.org/abs/2004.05675),
        [Alaa et al., 2022](https://arxiv.org/abs/2102.08921),
        [Hayes et al., 2019](https://arxiv.org/abs/1705.07663),
        [Webster et al., 2019](https://arxiv.org/abs/1901.03396)
    """
    _check(gan, train, unseen, n=n, n_recovery=n_recovery)
    rng = np.random.default_rng(check_seed(seed))
    extractor = extractor or extractor_for(train.name, train.image_shape)

    def features(images: np.ndarray) -> np.ndarray:
        return extractor.features(images, batch_size=batch_size)

    say(f"Drawing {n:,} samples")
    labels = np.arange(n) % gan.num_classes if gan.num_classes else None
    samples = gan.generate(n, seed=seed, labels=labels, batch_size=batch_size)
    say(f"Reading {len(train):,} training images with {extractor.name}")
    train_features = features(train.images)
    order = rng.permutation(len(unseen))
    # A third to be tested as samples are, the rest to compare with; more than twice n would add little.
    tested, compared = order[: min(n, len(order) // 3)], order[min(n, len(order) // 3) :][: 2 * n]
    rows = planted_rows(n, rng=rng)
    planted = {s: planted_images(train.images, len(rows), noise=s, rng=rng) for s in (0.0, NOISE)}
    sets = [samples, unseen.images[tested], unseen.images[compared], *planted.values()]
    say("Looking for the nearest training images")
    set_features = [features(images) for images in sets]
    near = measure_closeness(train_features, np.concatenate(set_features))
    parts = np.split(np.arange(len(near)), np.cumsum([len(images) for images in sets])[:-1])
    near_samples, near_tested, near_compared, *near_planted = (near.take(part) for part in parts)
    figures = copy_figures(near_samples, near_compared)
    return Audit(
        samples=figures,
        unseen=copy_figures(near_tested, near_compared),
        planted={
            noise: copy_figures(_with(near_samples, rows, copies), near_compared)
            for noise, copies in zip(planted, near_planted, strict=True)
        },
        planted_found=tuple(float((copies.ratios < figures.threshold).mean()) for copies in near_planted),
        memberships=_attacks(gan, train, unseen, n_recovery=n_recovery, seed=seed, rng=rng, say=say),
        suspects=find_suspects(near_samples, samples, set_features[0], train.images, train_features),
        unseen_suspects=find_suspects(near_tested, sets[1], set_features[1], train.images, train_features),
        protocol={
            "model": gan.name,
            "data": train.name,
            "recorded_data": trained_on(gan, train),
            "extractor_name": extractor.name,
            "extractor_version": extractor.version,
            "extractor_sha256": extractor.sha256,
            "n_samples": n,
            "n_train": len(train),
            "n_unseen_tested": len(tested),
            "n_unseen_compared": len(compared),
            "planted_share": PLANTED,
            "seed": seed,
        },
    )


def _check(gan: Any, train: ImageSource, unseen: ImageSource, *, n: int, n_recovery: int) -> None:
    if n < 20 or n_recovery < 4:
        raise InvalidArgumentError(
            f"An audit needs n >= 20 and n_recovery >= 4. Received: n={n}, n_recovery={n_recovery}"
        )
    if len(unseen) < LEAST_UNSEEN:
        raise InvalidArgumentError(
            f"An audit needs at least {LEAST_UNSEEN} real images that were not trained on. "
            f"Received: {len(unseen)}"
        )
    for source in (train, unseen):
        if source.image_shape != tuple(gan.image_shape):
            raise InvalidArgumentError(
                f"The model draws {tuple(gan.image_shape)}. Received: images of {source.image_shape}. "
                "Load them with size= and channels=."
            )
        if gan.num_classes and source.labels is None:
            raise InvalidArgumentError(
                f"A class-conditional model is audited on images with labels. Received: {source.report()}"
            )


def _with(near: Closeness, rows: np.ndarray, other: Closeness) -> Closeness:
    indices, distances, ratios = near.indices.copy(), near.distances.copy(), near.ratios.copy()
    indices[rows], distances[rows], ratios[rows] = other.indices, other.distances, other.ratios
    return Closeness(indices, distances, ratios)


def _attacks(
    gan: Any,
    train: ImageSource,
    unseen: ImageSource,
    *,
    n_recovery: int,
    seed: int,
    rng: np.random.Generator,
    say: Say,
) -> tuple[Membership, ...]:
    most = min(len(train), len(unseen))
    orders = [rng.permutation(len(source)) for source in (train, unseen)]

    def attack(name: str, scores: Callable[..., np.ndarray], count: int) -> Membership:
        say(f"Membership by {name}: {count:,} training and {count:,} unseen images")
        members, others = (
            scores(
                source.images[order[:count]], None if source.labels is None else source.labels[order[:count]]
            )
            for source, order in zip((train, unseen), orders, strict=True)
        )
        half = count // 2
        return Membership(name, auc_interval(members, others), auc_interval(others[:half], others[half:]))

    return (
        attack(
            "discriminator score",
            lambda images, labels: discriminator_scores(gan, images, labels=labels),
            min(MOST_SCORED, most),
        ),
        attack(
            "latent recovery",
            lambda images, labels: -recover_latents(gan, images, labels=labels, seed=seed)[1],
            min(n_recovery, most),
        ),
    )


def _figures(figures: CopyFigures) -> dict[str, Any]:
    return {**asdict(figures), "alarms": list(figures.alarms)}
