"""The model card: README.md of a preset, written from its JSON files alone."""

import json
from typing import TYPE_CHECKING, Final

from ganzoo.data.registry import DATASETS
from ganzoo.errors import WeightsError
from ganzoo.zoo import card_audit, card_sampler, card_scores, files
from ganzoo.zoo.card_header import header
from ganzoo.zoo.manifest import Manifest

if TYPE_CHECKING:
    from ganzoo._sampler_file import SavedSampler
    from ganzoo.zoo.evaluation import Evaluation

__all__ = ["GENERATED", "render"]

# Publishing keeps a card that lacks this line, and writes every other one anew.
GENERATED: Final = "<!-- Written by ganzoo from ganzoo.json, evaluation.json and sampler.json. -->"


def render(
    manifest: Manifest,
    evaluation: "Evaluation | None",
    sampler: "SavedSampler | None" = None,
    *,
    repo: str | None = None,
) -> str:
    """Write the card.

    Args:
        manifest: of the preset.
        evaluation: of the preset, or None.
        sampler: saved with the preset, or None.
        repo: `user/name` on the Hub, if that is where it will lie.

    Returns:
        Markdown, with the header that the Hub reads.
    """
    parts = [
        header(manifest, evaluation),
        f"# {manifest.name}",
        _summary(manifest),
        "![A grid of generated pictures, seed 0](samples.png)",
        _use(manifest, repo),
        _data(manifest),
        _training(manifest),
        card_scores.section(evaluation),
        *([card_sampler.section(sampler)] if sampler else []),
        *([_directions(manifest, repo)] if "directions.npz" in manifest.files else []),
        card_audit.section(evaluation.audit if evaluation else None),
        _limits(manifest, evaluation),
        GENERATED,
    ]
    return "\n\n".join(parts) + "\n"


def _summary(manifest: Manifest) -> str:
    network, parameters = manifest.network, manifest.parameters
    kind = "class-conditional " if network.num_classes else ""
    colour = "RGB" if network.channels == 3 else "grey"
    parent = f" Fine-tuned from `{manifest.parent}`." if manifest.parent else ""
    return (
        f"A {kind}{manifest.architecture} that draws {network.size}x{network.size} {colour} images. "
        f"Generator {parameters.generator:,} parameters, discriminator {parameters.discriminator:,}.{parent}"
    )


def _use(manifest: Manifest, repo: str | None) -> str:
    labels = ", labels=3" if manifest.network.num_classes else ""
    address = f'"hf://{repo}"' if repo else None
    if _built_in(manifest):
        load = f'"{manifest.name}")  # built in; or {address or "the path of this folder"}'
    else:
        load = f"{address})" if address else f'"{manifest.name}/")  # the path of this folder'
    # Keras reads an hf:// address by TensorFlow's gfile, whatever its backend.
    fetched = f'huggingface_hub.snapshot_download("{repo}")'
    without = (
        f"`keras.saving.load_model({fetched})`, or of `{address}` where TensorFlow is installed,"
        if address
        else "`keras.saving.load_model` of this folder"
    )
    return f"""## Use

```python
import ganzoo

gan = ganzoo.load({load}
images = gan.generate(16, seed=0{labels})  # uint8, (16, {_shape(manifest)})
```

The same seed gives the same pictures on JAX, PyTorch and TensorFlow. Without ganzoo, {without}
gives the generator: z ({_prior(manifest)}, length {manifest.network.latent_dim}) to images in [-1, 1]."""


def _built_in(manifest: Manifest) -> bool:
    """Whether the name alone loads these very weights."""
    try:
        if manifest.name not in files.list_models():
            return False
        shipped = files.read_manifest(files.find(manifest.name))
    except WeightsError:
        return False
    weights = (files.GENERATOR, files.DISCRIMINATOR)
    return all(file in shipped.files and shipped.files[file] == manifest.files.get(file) for file in weights)


def _shape(manifest: Manifest) -> str:
    network = manifest.network
    return f"{network.size}, {network.size}, {network.channels}"


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
        return "## Data and licence\n\nNot recorded."
    known = DATASETS.get(data.name)
    name = f"{known.title} (`{data.name}`)" if known else data.name
    rows = [f"- {name}" + (f", {data.n:,} training images" if data.n else "")]
    rows.append(f"- Licence: {data.licence or 'not recorded'}" + (_SAME_LICENCE if data.licence else ""))
    if data.credit:
        rows.append(f"- Credit: {data.credit}")
    if data.fingerprint:
        rows.append(f"- sha256 of pixels and labels: `{data.fingerprint}`")
    return "## Data and licence\n\n" + "\n".join(rows)


_SAME_LICENCE = ", that of the images; the weights are given under the same"


def _training(manifest: Manifest) -> str:
    rows = [f"Objective: {manifest.objective}."]
    cost = manifest.cost
    if cost is not None:
        rows.append(
            f"Cost: {cost.steps:,} generator steps in {cost.seconds / 60:.0f} minutes on {cost.machine} "
            f"({cost.backend}), ended {cost.date}."
        )
    rows.append("Versions: " + ", ".join(f"{k} {v}" for k, v in manifest.libraries.items()) + ".")
    if manifest.recipe is not None:
        recipe = json.dumps(manifest.recipe, indent=2)
        rows.append(
            "<details><summary>The recipe, as <code>ganzoo.json</code> holds it with the curve of its losses"
            f"</summary>\n\n```json\n{recipe}\n```\n\n</details>"
        )
    return "## Training\n\n" + "\n\n".join(rows)


def _directions(manifest: Manifest, repo: str | None) -> str:
    address = manifest.name if _built_in(manifest) or not repo else f"hf://{repo}"
    return f"""## Directions

`ganzoo.zoo.load_directions("{address}")` gives the named directions of its latent space, of `directions.npz`;
`ganzoo directions {address}` finds and measures them again."""


def _limits(manifest: Manifest, evaluation: "Evaluation | None") -> str:
    size = f"{manifest.network.size}x{manifest.network.size}"
    rows = [
        f"It draws {size} pictures of the kind it was trained on and nothing else.",
        "Some samples are malformed, and common kinds are drawn more often than rare ones.",
        *_measured_limit(evaluation),
        "A distance is comparable only with one of the same extractor, number of samples and reference.",
    ]
    return "## Limits\n\n" + "\n".join(f"- {row}" for row in rows)


def _measured_limit(evaluation: "Evaluation | None") -> list[str]:
    """How far from real images; the last score is of the extractor for confirmation, if there is one."""
    score = evaluation.scores[-1] if evaluation and evaluation.scores else None
    if score is None or score.floor_ratio is None:
        return []
    return [
        f"Its pictures are not real ones: their Fréchet distance is {score.floor_ratio:.1f} times that of as "
        f"many real images ({score.extractor_name}, n={score.n_fake:,})."
    ]
