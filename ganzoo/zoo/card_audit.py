"""What an audit found, in a model card: the verdict first, then figures, controls and protocol."""

from ganzoo._audit_card import AuditCard, Copies
from ganzoo.zoo.markdown import table

__all__ = ["section"]

_TITLE = "## Does it give training images away?"


def section(audit: AuditCard | None) -> str:
    """Write the section.

    Args:
        audit: of the preset, or None.
    """
    if audit is None:
        return f"{_TITLE}\n\nNot audited."
    found, stop, limits = audit.verdict.replace("*", "\\*").partition(". ")
    verdict = f"**{found}{stop.strip()}** {limits}".strip()
    return "\n\n".join([_TITLE, verdict, _copies(audit), _attacks(audit), _protocol(audit)])


def _copies(audit: AuditCard) -> str:
    sets: list[tuple[str, Copies]] = [
        ("samples", audit.samples),
        ("unseen real images", audit.unseen_real_images),
        *((f"planted copies ±{p.noise:g}" if p.noise else "planted copies", p) for p in audit.planted_copies),
    ]
    figures = [figures for _, figures in sets]
    return table(
        ["", *(name for name, _ in sets)],
        [
            ["near-copies", *(f"{f.near_copies:,} of {f.n:,}" for f in figures)],
            ["expected by chance", *(f"{f.expected:.1f}" for f in figures)],
            ["C_T, below -3 means copies", *(f"{f.data_copying:+.2f}" for f in figures)],
            ["AuthPct", *(f"{f.authenticity:.1f}" for f in figures)],
            ["alarms", *(", ".join(f.alarms) or "none" for f in figures)],
        ],
    )


def _attacks(audit: AuditCard) -> str:
    return table(
        ["training images told from unseen ones by", "AUC", "95%, DeLong", "n + n", "control"],
        [
            [
                m.attack,
                f"{m.result.auc:.3f}",
                f"{m.result.low:.3f} to {m.result.high:.3f}",
                f"{m.result.n_members:,} + {m.result.n_non_members:,}",
                f"{m.control.low:.3f} to {m.control.high:.3f}",
            ]
            for m in audit.membership
        ],
    )


def _protocol(audit: AuditCard) -> str:
    p = audit.protocol
    found = " and ".join(f"{planted.found:.0%}" for planted in audit.planted_copies)
    recorded = {True: ", as ganzoo.json records", False: ", which ganzoo.json does not record", None: ""}
    return (
        f"By `ganzoo audit`: {p.n_samples:,} samples, seed {p.seed}, against {p.n_train:,} training images "
        f"of {p.data}{recorded[p.recorded_data]}; "
        f"{p.n_unseen_tested:,} unseen images tested as samples are, {p.n_unseen_compared:,} others compared "
        f"with; {p.planted_share:.0%} training images planted among unseen ones, {found} of them found. "
        "Control: one half of the unseen images against the other. "
        f"Extractor {p.extractor_name} {p.extractor_version}, sha256 `{p.extractor_sha256[:16]}`."
    )
