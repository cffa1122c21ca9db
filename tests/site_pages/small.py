"""Fewer pictures and epochs than a page asks for, where as many would take minutes; nothing else."""

import importlib

__all__ = ["shorten", "with_small_defaults"]

OPTIONS: dict[str, dict[tuple[str, ...], int]] = {
    "train": {("--epochs",): 1},
    "finetune": {("--epochs",): 1},
    "evaluate": {("-n", "--number"): 500},
    "audit": {("-n", "--number"): 100, ("--n-recovery",): 4},
    "improve": {("-n", "--number"): 500, ("--budget",): 2},
}
"""By command: an option, and the most that it may ask for."""

DEFAULTS = (
    ("ganzoo.training.run", "run", {"score_n": 500}),
    ("ganzoo.latent.improve", "improve", {"n": 500, "n_confirm": 500}),
    ("ganzoo.latent.samplers.fitting", "calibrate", {"n": 500}),
)
"""Functions whose defaults are made smaller."""


def shorten(arguments: list[str]) -> list[str]:
    """The arguments of `ganzoo`, with no option larger than here."""
    kept = list(arguments)
    for names, most in OPTIONS.get(kept[0] if kept else "", {}).items():
        given = [index for index, argument in enumerate(kept) if argument in names]
        if given:
            kept[given[0] + 1] = str(min(most, int(float(kept[given[0] + 1]))))
        else:
            kept += [names[0], str(most)]
    return kept


def with_small_defaults() -> None:
    """Change the defaults, in this process."""
    for module, name, smaller in DEFAULTS:
        getattr(importlib.import_module(module), name).__kwdefaults__.update(smaller)
