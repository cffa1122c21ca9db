"""What the page shows, as one value: the page's state, and its query string the link that is shared."""

import base64
import binascii
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from ganzoo.errors import InvalidArgumentError
from ganzoo.sampling import check_seed

__all__ = ["GRID", "MOST_STOPS", "TABS", "View", "pack", "parse_query", "parse_stops", "unpack"]

GRID: Final = 24
MOST_STOPS: Final = 8
TABS: Final = ("samples", "walk", "own", "samplers")
# Steps beyond this leave what a generator was trained on, whatever the direction.
_MOST_STEP: Final = 10.0
_MOST_SEED: Final = 2**53 - 1
_KEYS: Final = ("model", "seed", "pick", "label", "edit", "walk", "z", "tab")


@dataclass(frozen=True)
class View:
    """A state of the page.

    Args:
        model: its name on the page.
        seed: of the samples.
        pick: which of the `GRID` samples is taken.
        label: of a class-conditional model, else None.
        steps: along directions, by name; none is 0.
        walk: samples that are passed, in order.
        z: the packed z of the visitor's own picture, which then stands in the sample's place; "" for none.
        tab: that is open.

    Example:
        >>> View("mnist-dcgan", seed=7, pick=3, steps={"slant": 1.5}).query()
        'model=mnist-dcgan&seed=7&pick=3&edit=slant%3D1.5'
    """

    model: str
    seed: int = 0
    pick: int = 0
    label: int | None = None
    steps: Mapping[str, float] = field(default_factory=dict)
    walk: tuple[int, ...] = ()
    z: str = ""
    tab: str = TABS[0]

    def query(self) -> str:
        """The query string that `parse_query` reads this view from."""
        pairs: list[tuple[str, object]] = [("model", self.model), ("seed", self.seed), ("pick", self.pick)]
        if self.label is not None:
            pairs.append(("label", self.label))
        pairs += [("edit", f"{name}={step:g}") for name, step in self.steps.items()]
        if self.walk:
            pairs.append(("walk", ".".join(map(str, self.walk))))
        if self.z:
            pairs.append(("z", self.z))
        if self.tab != TABS[0]:
            pairs.append(("tab", self.tab))
        return urlencode(pairs)


def parse_query(pairs: Iterable[tuple[str, str]], *, models: Sequence[str]) -> View:
    """Read a link, which anyone may have written.

    Args:
        pairs: names and values, such as `urllib.parse.parse_qsl` gives; other names are left alone.
        models: names that the page offers, the first of which is the default.

    Returns:
        The `View`. Whether its model has such a label, directions and length of z is not known here.

    Raises:
        InvalidArgumentError: a value is of the wrong kind or out of range.
    """
    given: dict[str, str] = {}
    steps: dict[str, float] = {}
    for key, value in pairs:
        if key == "edit":
            name, _, number = value.rpartition("=")
            steps[name] = _step(name, number)
        elif key in _KEYS:
            given[key] = value
    model, tab = given.get("model", models[0]), given.get("tab", TABS[0])
    if model not in models:
        raise InvalidArgumentError(
            f"The link asks for the model {model[:80]!r}. This page has: {', '.join(models)}."
        )
    if tab not in TABS:
        raise InvalidArgumentError(f"The link's tab must be one of {', '.join(TABS)}. Received: {tab[:80]!r}")
    return View(
        model=model,
        seed=check_seed(_whole("seed", given.get("seed", "0"), _MOST_SEED)),
        pick=_whole("pick", given.get("pick", "0"), GRID - 1),
        label=_whole("label", given["label"], 10_000) if "label" in given else None,
        steps={name: step for name, step in steps.items() if step},
        walk=parse_stops(given.get("walk", "")),
        z=given.get("z", ""),
        tab=tab,
    )


def parse_stops(text: str) -> tuple[int, ...]:
    """Samples by index, such as "3.1"; "" for none.

    Raises:
        InvalidArgumentError: one is no sample of the grid, one is there twice, or they are too many.
    """
    stops = tuple(_whole("walk", part, GRID - 1) for part in text.split(".")) if text else ()
    if len(set(stops)) < len(stops) or len(stops) > MOST_STOPS:
        raise InvalidArgumentError(
            f"A walk must be through at most {MOST_STOPS} different samples. Received: {text[:80]!r}"
        )
    return stops


def pack(z: NDArray[np.floating]) -> str:
    """A z as text for a link: float16, base64 without padding.

    Args:
        z: (latent_dim,).
    """
    return base64.urlsafe_b64encode(np.asarray(z, "<f2").tobytes()).decode().rstrip("=")


def unpack(text: str, latent_dim: int) -> NDArray[np.float32]:
    """The z that `pack` wrote, rounded to float16.

    Args:
        text: of `pack`.
        latent_dim: of the model.

    Returns:
        float32 (1, latent_dim).

    Raises:
        InvalidArgumentError: it is of another length, or no z.
    """
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 2 * latent_dim:
        raise InvalidArgumentError(
            f"The link's z must be {latent_dim} packed numbers. Received: {len(text)} characters"
        )
    z = np.frombuffer(raw, "<f2").astype("float32")
    if not np.isfinite(z).all():
        raise InvalidArgumentError("The link's z must be finite. Received: NaN or infinite values")
    return z[None]


def _whole(name: str, text: str, most: int) -> int:
    # Digits of other scripts are decimal too, and int refuses those that are too many.
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else -1
    if not 0 <= number <= most:
        raise InvalidArgumentError(
            f"The link's {name} must be a whole number from 0 to {most}. Received: {text[:40]!r}"
        )
    return number


def _step(name: str, text: str) -> float:
    try:
        step = float(text)
    except ValueError:
        step = math.nan
    if not name or not abs(step) <= _MOST_STEP:
        raise InvalidArgumentError(
            f"The link's edit must be a direction=step, of at most {_MOST_STEP:g}. "
            f"Received: {f'{name}={text}'[:80]!r}"
        )
    return step
