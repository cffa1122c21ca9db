"""Is fine-tuning worth it? 200 pictures of clothing, five minutes, from pretrained digits and from nothing.

    GANZOO_DATA=FOLDER python -m benchmarks.finetune
    GANZOO_DATA=FOLDER python -m benchmarks.finetune --preset mnist-wgan-gp --seconds 60 --json result.json

Protocol: `--images` pictures of Fashion-MNIST's training split, drawn by `--seed`. Both runs have the same
networks, data, batches, objective, augmentation, precision and seconds of `fit`, compilation included. One
starts from the preset's weights with the learning rate of `ganzoo finetune`; the other from fresh weights
with the recipe's own, which is higher, held constant. What counts is the Fréchet distance of `--samples`
pictures to the test images, taken by the weight-free extractor; its floor is that of as many training images.
Asked for: it falls by at least 30%, and ends below fresh weights'.
"""

import argparse
import json
import shlex
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

import ganzoo
from benchmarks import machine
from benchmarks.contest import markdown
from ganzoo import data, evaluate
from ganzoo.gan import GAN
from ganzoo.training import finetune as finetuning
from ganzoo.training.recipe import Adam, Recipe

__all__: list[str] = []


class Budget(keras.callbacks.Callback):
    """Stops when the seconds are spent, and counts the steps."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.end = time.monotonic() + seconds
        self.steps = 0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Look at the clock."""
        self.steps += 1
        if time.monotonic() > self.end:
            self.model.stop_training = True


@dataclass(frozen=True)
class Protocol:
    """Everything that both runs share."""

    images: np.ndarray
    labels: np.ndarray | None
    seconds: float
    samples: int
    seed: int
    batch_size: int
    extractor: evaluate.Extractor
    held_out: np.ndarray

    def distance(self, pictures: np.ndarray) -> float:
        """Fréchet distance of some pictures to the held-out images."""
        return evaluate.frechet_distance(self.held_out, self.extractor.features(pictures))

    def score(self, gan: GAN) -> float:
        """Fréchet distance of what a GAN draws."""
        labels = np.arange(self.samples) % gan.num_classes if gan.num_classes else None
        return self.distance(gan.generate(self.samples, seed=self.seed, labels=labels))

    def train(self, gan: GAN) -> int:
        """Train a compiled GAN for the budget; returns the steps that were done."""
        budget = Budget(self.seconds)
        gan.fit(
            self.images,
            self.labels if gan.num_classes else None,
            batch_size=self.batch_size,
            epochs=10**6,
            seed=self.seed,
            verbose=0,
            callbacks=[budget],
        )
        return budget.steps


def constant(adam: Adam) -> Adam:
    """The same without its schedule: how many steps five minutes hold is not known before."""
    return adam.model_copy(update={"schedule": "constant"})


def fresh_recipe(recipe: Recipe, *, gentle: Recipe, seed: int) -> Recipe:
    """The fine-tuning's recipe at the rates that the preset was trained with."""
    return gentle.model_copy(
        update={
            "generator_optimizer": constant(recipe.generator_optimizer),
            "discriminator_optimizer": constant(recipe.discriminator_optimizer),
            "seed": seed,
        }
    )


def run(preset: str, protocol: Protocol) -> dict[str, Any]:
    """Measure before, after, and from fresh weights.

    Raises:
        SystemExit: the preset says nothing of its training.
    """
    gan = ganzoo.load(preset)
    recipe = finetuning.recipe_of(gan)
    if recipe is None:
        raise SystemExit(f"Preset {preset!r} has no recipe, so fresh weights cannot be trained alike.")
    before = protocol.score(gan)
    gentle = finetuning.gentler(recipe)
    gentle.compile(gan, steps=1)
    steps = protocol.train(gan)
    after = protocol.score(gan)
    keras.backend.clear_session()
    own = fresh_recipe(recipe, gentle=gentle, seed=protocol.seed)
    fresh = own.build()
    own.compile(fresh, steps=1)
    fresh_steps = protocol.train(fresh)
    from_fresh = protocol.score(fresh)
    return {
        "before": before,
        "after": after,
        "fresh": from_fresh,
        "steps": steps,
        "fresh_steps": fresh_steps,
        "after_to_before": after / before,
        "after_to_fresh": after / from_fresh,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.finetune", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument(
        "--preset", default="mnist-dcgan", help="a preset of 28 x 28 grey pictures, or its folder"
    )
    parser.add_argument("--seconds", type=float, default=300.0, help="of `fit`, for each of the two runs")
    parser.add_argument("--images", type=int, default=200, help="pictures to train on")
    parser.add_argument("--samples", type=int, default=10_000, help="pictures that are scored")
    parser.add_argument("--batch-size", type=int, default=25, help="what `ganzoo finetune` takes for 200")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="file for all figures")
    options = parser.parse_args()
    about = {
        "command": f"KERAS_BACKEND={keras.backend.backend()} "
        f"python -m benchmarks.finetune {shlex.join(sys.argv[1:])}".strip(),
        "machine": machine.words(),
    }
    train, test = data.load("fashion-mnist"), data.load("fashion-mnist", split="test")
    order = np.random.default_rng(options.seed).permutation(len(train))
    chosen, others = order[: options.images], order[options.images : options.images + options.samples]
    extractor = evaluate.random_conv_extractor((28, 28, 1))
    protocol = Protocol(
        images=train.images[chosen],
        labels=train.labels[chosen],
        seconds=options.seconds,
        samples=options.samples,
        seed=options.seed,
        batch_size=options.batch_size,
        extractor=extractor,
        held_out=extractor.features(test.images),
    )
    result = {**run(options.preset, protocol), "floor": protocol.distance(train.images[others])}
    print(f"`{about['command']}`\n\n{about['machine']}\n")
    print(
        f"{options.preset}, {options.images} Fashion-MNIST images, {options.seconds:.0f} s of fit, batch "
        f"{options.batch_size}, seed {options.seed}; Fréchet distance of {options.samples} samples to the "
        f"{len(test)} test images; {extractor.name} {extractor.version}, sha256 {extractor.sha256[:12]}\n"
    )
    rows = [
        ["pretrained, before", f"{result['before']:.4f}", "0"],
        ["fine-tuned", f"{result['after']:.4f}", str(result["steps"])],
        ["from fresh weights", f"{result['fresh']:.4f}", str(result["fresh_steps"])],
        ["floor: training images", f"{result['floor']:.4f}", ""],
    ]
    print(markdown(("", "Fréchet distance", "steps"), rows))
    fell, below = 1 - result["after_to_before"], result["after_to_fresh"]
    print(f"\nIt falls by {fell:.0%} (asked: at least 30%): {'yes' if fell >= 0.3 else 'NO'}.")
    print(f"It ends at {below:.2f} times fresh weights' (asked: below 1): {'yes' if below < 1 else 'NO'}.")
    if options.json:
        kept = {k: v for k, v in vars(options).items() if k != "json"}
        options.json.write_text(json.dumps({**about, "options": kept, **result}, indent=1))


if __name__ == "__main__":
    main()
