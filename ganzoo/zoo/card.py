"""The model card: README.md of a preset, written from its JSON files alone."""

import json
from typing import TYPE_CHECKING

from ganzoo.zoo import scores
from ganzoo.zoo.manifest import Manifest

if TYPE_CHECKING:
    from ganzoo._sampler_file import SavedSampler
    from ganzoo.zoo.evaluation import Evaluation, Score

__all__ = ["render"]


def render(manifest: Manifest, evaluation: "Evaluation | None", sampler: "SavedSampler | None" = None) -> str:
    """Write the card.

    Args:
        manifest: of the preset.
        evaluation: of the preset, or None.
        sampler: saved with the preset, or None.

    Returns:
        Markdown, with the header that the Hub reads.
    """
    parts = [
        _header(),
        f"# {manifest.name}",
        _summary(manifest),
        "![A grid of generated pictures, seed 0](samples.png)",
        _use(manifest),
        _data(manifest),
        _training(manifest),
        _evaluation(evaluation),
        *_sampler(sampler),
        _limits(manifest),
    ]
    return "\n\n".join(parts) + "\n"


def _header() -> str:
    return "\n".join(
        [
            "---",
            "library_name: keras",
            "pipeline_tag: unconditional-image-generation",
            "tags: [gan, ganzoo, keras]",
            "---",
        ]
    )


def _summary(manifest: Manifest) -> str:
    network, parameters = manifest.network, manifest.parameters
    kind = "class-conditional " if network.num_classes else ""
    colour = "RGB" if network.channels == 3 else "grey"
    parent = f" Fine-tuned from `{manifest.parent}`." if manifest.parent else ""
    return (
        f"A {kind}{manifest.architecture} that draws {network.size}x{network.size} {colour} images. "
        f"Generator {parameters.generator:,} parameters, discriminator {parameters.discriminator:,}.{parent}"
    )


def _use(manifest: Manifest) -> str:
    labels = ", labels=3" if manifest.network.num_classes else ""
    return f"""## Use

```python
import ganzoo

gan = ganzoo.load("{manifest.name}")  # or the path of this folder
images = gan.generate(16, seed=0{labels})
```

The same seed gives the same pictures on JAX, PyTorch and TensorFlow. Without ganzoo,
`keras.saving.load_model` loads this folder as the generator: z ({_prior(manifest)}, length
{manifest.network.latent_dim}) to images in [-1, 1]."""


def _prior(manifest: Manifest) -> str:
    return {
        "normal": "drawn from N(0, 1)",
        "uniform": "drawn from U(-1, 1)",
        "truncated_normal": "drawn from N(0, 1) within [-2, 2]",
        "hypersphere": "uniform on the sphere of radius √d",
    }[manifest.latent_prior]


def _data(manifest: Manifest) -> str:
    data = manifest.data
    if data is None:
        return "## Data\n\nNot recorded."
    rows = [f"- {data.name}" + (f", {data.n:,} images" if data.n else "")]
    rows.append(f"- Licence: {data.licence or 'not recorded'}")
    if data.credit:
        rows.append(f"- Credit: {data.credit}")
    if data.fingerprint:
        rows.append(f"- sha256 of pixels and labels: `{data.fingerprint}`")
    return "## Data\n\n" + "\n".join(rows)


def _training(manifest: Manifest) -> str:
    rows = []
    cost = manifest.cost
    if cost is not None:
        rows.append(
            f"{cost.steps:,} generator steps in {cost.seconds / 60:.0f} minutes on {cost.machine} "
            f"({cost.backend}), ended {cost.date}."
        )
    rows.append("Versions: " + ", ".join(f"{k} {v}" for k, v in manifest.libraries.items()) + ".")
    if manifest.recipe is not None:
        rows.append("The recipe, as `ganzoo.json` holds it with the curve of its losses:")
        rows.append("```json\n" + json.dumps(manifest.recipe, indent=2) + "\n```")
    return "## Training\n\n" + "\n\n".join(rows)


def _evaluation(evaluation: "Evaluation | None") -> str:
    if evaluation is None or not evaluation.scores:
        return "## Evaluation\n\nNot measured."
    if evaluation.card is not None:
        return "## Evaluation\n\n" + scores.render(evaluation.card)
    return "## Evaluation\n\n" + "\n\n".join(_score(score) for score in evaluation.scores)


def _score(score: "Score") -> str:
    rows = [("Fréchet distance", f"{score.frechet_distance:.4f}", "0 is best")]
    if score.floor is not None and score.floor_ratio is not None:
        rows.append(
            ("Floor", f"{score.floor:.4f}", f"the same for {score.n_fake:,} real {score.floor_split} images")
        )
        rows.append(("Times the floor", f"{score.floor_ratio:.2f}", "1 is as close as real images are"))
    if score.class_histogram is not None:
        low, high = min(score.class_histogram), max(score.class_histogram)
        rows.append(("Share of a class", f"{low:.1%} to {high:.1%}", "as the extractor reads the samples"))
    if score.mean_confidence is not None:
        real = score.reference_confidence
        beside = "" if real is None else f"{real:.4f} on real images"
        rows.append(("Mean confidence", f"{score.mean_confidence:.4f}", beside))
    if score.label_accuracy is not None:
        rows.append(("Read as the label asked for", f"{score.label_accuracy:.1%}", ""))
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return (
        f"| | | |\n|---|---|---|\n{table}\n\n"
        f"Protocol: {score.n_fake:,} samples, seed {score.seed}, against {score.n_real:,} images of "
        f"{score.reference_data} {score.reference_split}; extractor {score.extractor_name} "
        f"{score.extractor_version}, sha256 `{score.extractor_sha256[:16]}`."
    )


def _sampler(saved: "SavedSampler | None") -> list[str]:
    if saved is None:
        return []
    best = "plain `generate`" if saved.sampler == "plain" else f"`{saved.sampler}`"
    text = f"""## Better pictures without training

`gan.generate(16, sampler="best")` draws with {best}, settings and calibration in `sampler.json`."""
    if not saved.measured:
        return [text]
    first = saved.measured[0]
    rows = ["| sampler | excess | recall | precision | cost |", "|---|--:|--:|--:|--:|"]
    rows += [
        f"| {m.sampler} | {m.excess:.3f} | {m.recall:.3f} | {m.precision:.3f} | {m.cost:.1f} |"
        for m in saved.measured
    ]
    budget = f" --budget {saved.budget:g}" if saved.budget else ""
    protocol = (
        f"By `ganzoo improve{budget}`: {first.n:,} pictures of seed {first.seed} by {first.extractor}, "
        "settings chosen on other pictures by another extractor. Excess: of the Fréchet distance over that "
        "of as many real images. Cost: times the seconds of plain `generate`."
    )
    return [text, "\n".join(rows), protocol]


def _limits(manifest: Manifest) -> str:
    size = f"{manifest.network.size}x{manifest.network.size}"
    return f"""## Limits

- It draws {size} pictures of the kind it was trained on and nothing else.
- Some samples are malformed, and common kinds are drawn more often than rare ones.
- A distance is comparable only with one of the same extractor, number of samples and reference."""
