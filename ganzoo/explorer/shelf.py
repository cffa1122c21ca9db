"""The models of the page: loaded when first asked for, their directions found once."""

import os
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from ganzoo import latent, zoo
from ganzoo.errors import InvalidArgumentError, WeightsError
from ganzoo.explorer.view import GRID, View, unpack
from ganzoo.latent import Directions
from ganzoo.zoo.preset import Preset

__all__ = ["Shelf", "Shown"]


class Shown:
    """A model that the page shows.

    Args:
        address: what `ganzoo.load` takes for it.

    Raises:
        GanzooError: as `ganzoo.load`.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.preset: Preset = zoo.info(address)
        self.gan: Any = zoo.load(address)
        self._lock = threading.Lock()
        self._directions: Directions | None = None
        # Compiled before anyone waits for it: one picture, and a grid.
        for n in (1, GRID):
            self.gan.decode(self.gan.sample_latents(n), labels=0 if self.gan.num_classes else None)

    @property
    def classes(self) -> int:
        """How many it is conditioned on; 0 for none."""
        return int(self.gan.num_classes)

    @property
    def has_directions(self) -> bool:
        """Whether the preset has directions of its own."""
        return latent.DIRECTIONS_FILE in self.preset.manifest.files

    @cached_property
    def encoder(self) -> Any:
        """The preset's own, from which an inversion starts, or None."""
        manifest = self.preset.manifest
        if latent.ENCODER_FILE not in manifest.files:
            return None
        path = zoo.files.verified(self.preset.folder, manifest, latent.ENCODER_FILE)
        return latent.load_encoder(path, gan=self.gan)

    @property
    def known_directions(self) -> Directions | None:
        """What `directions` would return without taking seconds; None if they have yet to be found."""
        return self.directions() if self.has_directions else self._directions

    def directions(self) -> Directions:
        """The preset's own directions, else those that are found now, which takes up to ten seconds."""
        with self._lock:
            if self._directions is None:
                own = zoo.load_directions(self.preset.folder, gan=self.gan)
                self._directions = latent.find_directions(self.gan)[0] if own is None else own
            return self._directions

    def check(self, view: View) -> View:
        """The view with a label where the model has classes, and without one where it has none.

        Raises:
            InvalidArgumentError: the label is no class of it, or z has another length.
        """
        if view.label is not None and not 0 <= view.label < max(self.classes, 1):
            raise InvalidArgumentError(
                f"The label must be from 0 to {self.classes - 1}. Received: {view.label}"
            )
        if view.z:
            unpack(view.z, self.gan.latent_dim)
        label = (view.label or 0) if self.classes else None
        return view if label == view.label else View(**{**vars(view), "label": label})


class Shelf:
    """Models by the names that the page has for them; nothing else can be loaded through it.

    Args:
        addresses: what `ganzoo.load` takes, by name.
    """

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._addresses = dict(addresses)
        self._shown: dict[str, Shown] = {}
        self._lock = threading.Lock()

    @classmethod
    def of(cls, model: str | os.PathLike[str], *, alone: bool = False) -> "Shelf":
        """A model first and, unless `alone`, the zoo after it.

        Raises:
            GanzooError: there is no such model.
        """
        name = zoo.info(model).name
        own = {name: os.fspath(model)}
        try:
            others = {} if alone else {other: other for other in zoo.list_models()}
        except WeightsError:  # a folder of one's own needs no zoo beside it
            others = {}
        return cls({**own, **{k: v for k, v in others.items() if k not in own}})

    @property
    def names(self) -> Sequence[str]:
        """Of the models, in order."""
        return list(self._addresses)

    def get(self, name: str) -> Shown:
        """A model, loaded if it is not.

        Raises:
            InvalidArgumentError: the page has no such model.
        """
        if name not in self._addresses:
            raise InvalidArgumentError(f"This page has no model {name!r}. It has: {', '.join(self.names)}.")
        with self._lock:
            if name not in self._shown:
                self._shown[name] = Shown(self._addresses[name])
            return self._shown[name]
