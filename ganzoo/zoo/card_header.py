"""The header of a model card, which the Hub reads: library, task, licence, data, every figure measured."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ganzoo._scorecard_table import title
from ganzoo.data.registry import DATASETS
from ganzoo.errors import WeightsError
from ganzoo.zoo.licences import hub_licence
from ganzoo.zoo.manifest import Manifest

if TYPE_CHECKING:
    from ganzoo.zoo.evaluation import Evaluation

__all__ = ["check_header", "header"]

LIBRARY: Final = "keras"
TASK: Final = "unconditional-image-generation"
# These compare at most as many samples as the reference keeps images of.
_BY_NEIGHBOURS: Final = ("precision", "recall", "density", "coverage")
_HUB_ID: Final = r"[\w.-]{1,96}(/[\w.-]{1,96})?"


def header(manifest: Manifest, evaluation: "Evaluation | None") -> str:
    """Write the header.

    Args:
        manifest: of the preset.
        evaluation: of the preset, or None.

    Returns:
        YAML between two lines of dashes. A figure's name says extractor and n, without which it means
        nothing: "Fréchet distance (mnist-resnet, n=10,000)".

    Reference: [Model cards](https://huggingface.co/docs/hub/model-cards)
    """
    from huggingface_hub import ModelCardData

    data = manifest.data
    fields: dict[str, Any] = hub_licence(data.licence) if data and data.licence else {}
    results = list(_results(evaluation))
    if results:
        fields |= {"model_name": manifest.name, "eval_results": results}
    made = ModelCardData(
        library_name=LIBRARY,
        pipeline_tag=TASK,
        tags=["gan", "ganzoo", "keras", "jax", "pytorch", "tensorflow", manifest.architecture],
        datasets=[_dataset(data.name)] if data and _dataset(data.name) else None,
        **fields,
    )
    return f"---\n{made.to_yaml()}\n---"


def check_header(text: str, path: Path) -> None:
    """Check the header of a card that a person wrote.

    Args:
        text: of the card.
        path: of the card, for the message.

    Raises:
        WeightsError: the Hub would not know from it what the model is, or under which licence.
    """
    from huggingface_hub import ModelCard

    try:
        data = ModelCard(text, ignore_metadata_errors=True).data.to_dict()
    # the YAML parser's errors are of a library that is not ours to know
    except Exception:
        data = {}
    sound = {
        f"library_name: {LIBRARY}": data.get("library_name") == LIBRARY,
        f"pipeline_tag: {TASK}": data.get("pipeline_tag") == TASK,
        "license": bool(data.get("license")),
    }
    if not all(sound.values()):
        lacks = ", ".join(name for name, is_there in sound.items() if not is_there)
        raise WeightsError(
            f"The header of {path} lacks {lacks}. Add it, or delete the file: a card is then written for you."
        )


def _dataset(name: str) -> str | None:
    known = DATASETS.get(name)
    if known is not None and known.hub_id is not None:
        return known.hub_id
    return name if re.fullmatch(_HUB_ID, name) else None


def _results(evaluation: "Evaluation | None") -> Iterator[Any]:
    """Figures by the extractor for confirmation first: no model was chosen by it."""
    if evaluation is None:
        return
    if evaluation.card is None:
        for score in evaluation.scores:
            yield _result(score, "frechet_distance", score.frechet_distance, n=score.n_fake)
        return
    card = evaluation.card
    for by in sorted(card.extractors, key=lambda by: by.role != "confirmation"):
        for figure in by.figures:
            n = min(card.n, by.n_sample) if figure.metric in _BY_NEIGHBOURS else card.n
            yield _result(by, figure.metric, figure.value, n=n)


def _result(by: Any, metric: str, value: float, *, n: int) -> Any:
    from huggingface_hub import EvalResult

    known = DATASETS.get(by.reference_data)
    # The table shows it in thousandths, the header as it is.
    name = title(metric, by.extractor_name).removesuffix(" ×10³")
    return EvalResult(
        task_type=TASK,
        dataset_type=_dataset(by.reference_data) or "other",
        dataset_name=known.title if known else by.reference_data,
        dataset_split=by.reference_split,
        metric_type=metric,
        metric_name=f"{name[:1].upper()}{name[1:]} ({by.extractor_name}, n={n:,})",
        metric_value=float(f"{value:.6g}"),
    )
