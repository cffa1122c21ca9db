"""The exceptions that a user of ganzoo meets.

Every message names what was wrong, what was received and what to do, in one line.
The command line prints that line alone and exits with status 2.
"""

__all__ = [
    "BackendError",
    "DataError",
    "GanzooError",
    "HubError",
    "InvalidArgumentError",
    "MissingExtraError",
    "TrainingDivergedError",
    "UnknownModelError",
    "WeightsError",
]


class GanzooError(Exception):
    """Base class: `except ganzoo.GanzooError` catches everything that ganzoo raises itself."""


class InvalidArgumentError(GanzooError, ValueError):
    """An argument has the wrong type, shape, range or value."""


class UnknownModelError(InvalidArgumentError):
    """No model of that name is in the zoo."""


class DataError(GanzooError, ValueError):
    """Images or labels cannot be used: none found, broken, wrong shape, channels or range."""


class WeightsError(GanzooError):
    """A preset's files are missing, altered, truncated or of a newer schema."""


class HubError(GanzooError):
    """The Hugging Face Hub refuses what was to be published, does not answer, or has changed meanwhile."""


class BackendError(GanzooError, ImportError):
    """No usable Keras backend is installed, or the chosen one is not."""


class MissingExtraError(GanzooError, ImportError):
    """An optional dependency is not installed; the message holds the line to type."""


class TrainingDivergedError(GanzooError):
    """Training produced a NaN or an infinity and was stopped and rolled back."""
