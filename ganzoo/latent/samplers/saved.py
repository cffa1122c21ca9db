"""`sampler.json`: the sampler that was found best for a preset, its calibration, and what it scored."""

import json
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ganzoo.errors import InvalidArgumentError, WeightsError
from ganzoo.latent.samplers.base import Sampler, settings_of
from ganzoo.latent.samplers.calibration import Calibration

__all__ = ["SAMPLER_FILE", "SavedSampler", "parse_sampler"]

SAMPLER_FILE: Final = "sampler.json"
SCHEMA_VERSION: Final = 1

Name = Annotated[str, Field(max_length=40)]
Setting = bool | int | float | Annotated[str, Field(max_length=40)] | None


class SavedSampler(BaseModel):
    """The whole of `sampler.json`.

    Args:
        schema_version: of this file.
        sampler: its name; "plain" if nothing was better than plain `generate`.
        settings: of it.
        calibration: that it reads, and every other sampler that is given none.
        measured: what it was chosen and confirmed by, as `ganzoo improve --json` prints it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    schema_version: Literal[1] = SCHEMA_VERSION
    sampler: Name
    settings: Annotated[dict[Name, Setting], Field(max_length=20)]
    calibration: Calibration
    measured: dict[str, Any] = {}

    @classmethod
    def of(
        cls, sampler: Sampler | None, calibration: Calibration, measured: dict[str, Any]
    ) -> "SavedSampler":
        """What is to be saved; None stands for plain `generate`."""
        if sampler is None:
            return cls(sampler="plain", settings={}, calibration=calibration, measured=measured)
        return cls(
            sampler=sampler.name,
            settings=settings_of(sampler),
            calibration=calibration,
            measured=measured,
        )

    def build(self) -> Sampler:
        """The sampler with its settings and calibration.

        Raises:
            WeightsError: there is none of that name, or a setting is wrong.
        """
        # Here and not above: SciPy's optimisers take a while to import, and loading a preset needs none.
        from ganzoo.latent.samplers.registry import make

        try:
            return make(self.sampler, self.settings, self.calibration)
        except InvalidArgumentError as error:
            raise WeightsError(f"{SAMPLER_FILE} is not valid: {error} Get the preset again.") from None

    def to_text(self) -> str:
        """The text of the file."""
        return json.dumps(self.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"


def parse_sampler(raw: Any, path: Path) -> SavedSampler:
    """Check what stands in a `sampler.json`.

    Args:
        raw: JSON data.
        path: the file it came from, for the message.

    Raises:
        WeightsError: it breaks the schema, or is of a newer one.
    """
    version = raw.get("schema_version") if isinstance(raw, dict) else None
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise WeightsError(
            f"{path} has schema version {version}, this ganzoo reads up to {SCHEMA_VERSION}. "
            "Upgrade: pip install -U ganzoo"
        )
    try:
        return SavedSampler.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise WeightsError(f"{path} is not valid: {where}: {first['msg']}. Get the preset again.") from None
