"""What an audit comes to, in words."""

from typing import TYPE_CHECKING

from ganzoo.evaluate.closeness import ALARM_Z

if TYPE_CHECKING:
    from ganzoo.evaluate.audit import Audit, Membership

__all__ = ["failed_controls", "outcome", "verdict"]


def failed_controls(audit: "Audit") -> tuple[str, ...]:
    """See `Audit.failed_controls`."""
    failed = [
        f"planted copies{f' with noise {noise:g}' if noise else ''} raised no alarm, {found:.0%} were found"
        for (noise, figures), found in zip(audit.planted.items(), audit.planted_found, strict=True)
        # The test must see the copies themselves: samples that alarm anyway would hide that it does not.
        if found < 0.5 or "near-copies" not in figures.alarms
    ]
    if audit.unseen.alarms:
        failed.append(f"unseen real images were taken for copies ({', '.join(audit.unseen.alarms)})")
    failed += [
        f"{m.attack} tells unseen images from each other"
        for m in audit.memberships
        if abs(m.control.z) > ALARM_Z
    ]
    return tuple(failed)


def outcome(audit: "Audit") -> str:
    """See `Audit.outcome`."""
    if failed_controls(audit):
        return "inconclusive"
    if audit.samples.alarms:
        return "copying"
    return "members told apart" if _telling(audit) else "nothing found"


def verdict(audit: "Audit") -> str:
    """See `Audit.verdict`."""
    failed, samples = failed_controls(audit), audit.samples
    if failed:
        return (
            f"Inconclusive: the audit failed its own controls ({'; '.join(failed)}), so it says nothing "
            "about the model, for or against."
        )
    counted = (
        f"{samples.near_copies} of {samples.n} samples are near-copies of training images, where unseen real "
        f"images would give {samples.expected:.1f}"
    )
    telling = [
        f"{m.attack} tells training images from unseen ones (AUC {m.result.auc:.3f}, 95% "
        f"{m.result.low:.3f} to {m.result.high:.3f})"
        for m in _telling(audit)
    ]
    if samples.alarms:
        found = f"Copying, by {', '.join(samples.alarms)}: {counted}"
    else:
        found = f"No copying found: {counted}"
    parts = [found, *telling] if telling else [found, "neither attack tells training images from unseen ones"]
    return f"{'; '.join(parts)}. {_limits(audit)}"


def _telling(audit: "Audit") -> "list[Membership]":
    return [m for m in audit.memberships if m.result.z > ALARM_Z]


def _limits(audit: "Audit") -> str:
    samples = audit.samples
    limits = (
        f"Not proven: that nothing is memorised; fewer copies than {samples.least / samples.n:.1%} of the "
        "samples, or shifted and redrawn ones, would pass, and so would a stronger attack"
    )
    if _telling(audit):
        limits += "; nor that training is why the two differ, if they were not drawn alike"
    if audit.protocol["recorded_data"] is False:
        limits += "; and the preset records other training images than these"
    return limits + "."
