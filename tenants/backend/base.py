"""The database backend named in settings (`tenants.backend`)."""

from typing import Any

from tenants.backend.introspection import Introspection
from tenants.backend.twophase import TwoPhaseWrapper


class DatabaseWrapper(TwoPhaseWrapper):
    """The connection Django uses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.introspection = Introspection(self)
