"""What an audit found, as a preset's `evaluation.json` keeps it: figures, controls, verdict; no picture.

Apart from the code that audits, so that the file is read without Keras.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ganzoo._schema import Line, LongLine, Seed

__all__ = ["Auc", "AuditCard", "AuditProtocol", "Copies", "MembershipFigures", "PlantedCopies"]

Count = Annotated[int, Field(ge=0, lt=2**53)]
Share = Annotated[float, Field(ge=0, le=1)]
Percent = Annotated[float, Field(ge=0, le=100)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Copies(_Strict):
    """A `ganzoo.evaluate.closeness.CopyFigures` as JSON."""

    n: Count
    near_copies: Count
    expected: Annotated[float, Field(ge=0)]
    p_value: Share
    data_copying: float
    authenticity: Percent
    floor_authenticity: Percent
    authenticity_z: float
    threshold: float
    least: Count
    alarms: Annotated[list[Line], Field(max_length=10)]


class PlantedCopies(Copies):
    """The same with training images planted among unseen ones.

    Args:
        noise: levels of 255 that they were disturbed by.
        found: the share of them that was found.
    """

    noise: Annotated[float, Field(ge=0)]
    found: Share


class Auc(_Strict):
    """A `ganzoo.evaluate.membership.AucInterval` as JSON."""

    auc: Share
    low: Share
    high: Share
    deviation: Annotated[float, Field(ge=0)]
    n_members: Count
    n_non_members: Count


class MembershipFigures(_Strict):
    """A `ganzoo.evaluate.audit.Membership` as JSON."""

    attack: Line
    result: Auc
    control: Auc


class AuditProtocol(_Strict):
    """How it was audited.

    Args:
        model, data: their names.
        recorded_data: whether the preset says that it was trained on these images; None if it does not say.
        extractor_name, extractor_version, extractor_sha256: whose features were compared.
        n_samples, n_train, n_unseen_tested, n_unseen_compared: numbers of images.
        planted_share: training images among the planted ones.
        seed: of samples, splits, planted copies and starts.
    """

    model: Line
    data: Line
    recorded_data: bool | None
    extractor_name: Line
    extractor_version: Line
    extractor_sha256: Line
    n_samples: Count
    n_train: Count
    n_unseen_tested: Count
    n_unseen_compared: Count
    planted_share: Share
    seed: Seed


class AuditCard(_Strict):
    """A `ganzoo.evaluate.audit.Audit` without its pictures.

    Args:
        protocol: how it was audited.
        samples: figures of the samples.
        unseen_real_images: the same of real images that were not trained on, which must pass.
        planted_copies: the same with copies planted, which must be caught.
        membership: the attacks.
        failed_controls: what went wrong with the controls; then the audit says nothing.
        outcome: in a word.
        verdict: one line in plain words, with what it does not prove.
    """

    protocol: AuditProtocol
    samples: Copies
    unseen_real_images: Copies
    planted_copies: Annotated[list[PlantedCopies], Field(max_length=10)]
    membership: Annotated[list[MembershipFigures], Field(max_length=10)]
    failed_controls: Annotated[list[Line], Field(max_length=20)]
    outcome: Literal["inconclusive", "copying", "members told apart", "nothing found"]
    verdict: LongLine
