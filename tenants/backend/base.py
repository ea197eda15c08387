"""The database backend named in settings (`tenants.backend`)."""

from typing import Any

from tenants.backend.introspection import Introspection
from tenants.backend.session import SessionWrapper


class DatabaseWrapper(SessionWrapper):
    """The connection Django uses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.introspection = Introspection(self)
