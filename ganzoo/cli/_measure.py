"""What `evaluate` measures a model with: the bar while it goes on, the data set, and what took how long."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganzoo.cli._print import console
from ganzoo.cli.progress import bar
from ganzoo.errors import InvalidArgumentError

if TYPE_CHECKING:
    import ganzoo
    from ganzoo._scorecard import Scorecard
    from ganzoo.evaluate import RealImages
    from ganzoo.zoo.preset import Preset

__all__ = ["RealSets", "measure"]

# The figures that need the data set take about as long as drawing so many times the samples.
_FULL = 6


class RealSets:
    """The data sets of some presets, each read once, and all before anything is measured.

    Args:
        presets: that will be measured.

    Raises:
        InvalidArgumentError: a preset does not say what it was trained on.
        DataError: its data cannot be had.
    """

    def __init__(self, presets: Sequence["Preset"]) -> None:
        self._sets: dict[tuple[str, int, int], RealImages] = {}
        for preset in presets:
            self.of(preset)

    def of(self, preset: "Preset") -> "RealImages":
        """The images that a preset was trained on, and their test split."""
        from ganzoo.evaluate.real_images import RealImages

        manifest = preset.manifest
        if manifest.data is None:
            raise InvalidArgumentError(
                f"--full needs the data set. Received: {manifest.name}, which does not say what that is."
            )
        key = (manifest.data.name, manifest.network.size, manifest.network.channels)
        if key not in self._sets:
            self._sets[key] = RealImages.load(key[0], size=key[1], channels=key[2])
        return self._sets[key]


def measure(folder: Path, *, n: int, seed: int, real: "RealImages | None") -> "Scorecard":
    """The scorecard of a model, with a bar while it is measured.

    Args:
        folder: of the preset.
        n: number of samples.
        seed: of them.
        real: the data set, if what needs it shall be measured too; a line on stderr then says what took how
            long.
    """
    from ganzoo import evaluate, zoo

    gan = zoo.load(folder)
    stages = _Stages()
    with bar(f"evaluating {gan.manifest.name}", n if real is None else (1 + _FULL) * n) as move:

        def progress(done: float, what: str) -> None:
            stages.begin(what)
            move(n * (1 + _FULL * done), what)

        card = evaluate.scorecard(_Watched(gan, move), n=n, seed=seed, real=real, progress=progress)
    if real is not None:
        console(stderr=True).print(f"{gan.manifest.name}: {stages.report()}", markup=False)
    return card


class _Stages:
    """How long each stage took."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._now, self._since = "scorecard", time.monotonic()

    def begin(self, what: str) -> None:
        """Note that a stage has begun, or goes on."""
        passed = time.monotonic()
        self._seconds[self._now] = self._seconds.get(self._now, 0.0) + passed - self._since
        self._now, self._since = what, passed

    def report(self) -> str:
        """The total and the longest three, after the last stage."""
        self.begin("")
        longest = sorted(self._seconds.items(), key=lambda item: -item[1])[:3]
        words = ", ".join(f"{what} {seconds:.0f} s" for what, seconds in longest)
        return f"measured in {sum(self._seconds.values()):.0f} s, most of it: {words}"


class _Watched:
    """A model that tells the bar how many samples were drawn, the first time that it draws them."""

    def __init__(self, gan: "ganzoo.GAN", move: Callable[[float, str], None]) -> None:
        self._gan, self._move = gan, move
        self._drawn = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gan, name)

    def stream(self, n: int, **options: Any) -> Iterator[Any]:
        """The batches of the model itself."""
        if self._drawn:
            yield from self._gan.stream(n, **options)
            return
        self._drawn, done = True, 0
        for batch in self._gan.stream(n, **options):
            yield batch
            done += len(batch)
            self._move(done, f"{done}/{n}" if done < n else "measuring")
