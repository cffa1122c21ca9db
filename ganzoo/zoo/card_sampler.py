"""The saved sampler, in a model card: what it is and what it scored beside plain `generate`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ganzoo._sampler_file import SavedSampler

__all__ = ["section"]


def section(saved: "SavedSampler") -> str:
    """Write the section.

    Args:
        saved: of the preset.
    """
    best = "plain `generate`" if saved.sampler == "plain" else f"`{saved.sampler}`"
    text = f"""## Better pictures without training

`gan.generate(16, sampler="best")` draws with {best}, settings and calibration in `sampler.json`."""
    if not saved.measured:
        return text
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
    return "\n\n".join([text, "\n".join(rows), protocol])
