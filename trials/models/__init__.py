"""Tables of the trials app."""

from trials.models.trials import Trial

__all__ = ["Trial"]
