"""What the tests of the daily jobs share."""

from typing import Any

import psycopg
import pytest


@pytest.fixture
def pipelines(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pipelines were opened, as the length of a list: two for a batch, more where it had to be undone."""
    opened: list[int] = []
    kept = psycopg.Connection.pipeline

    def counted(self: Any) -> Any:
        opened.append(1)
        return kept(self)

    monkeypatch.setattr(psycopg.Connection, "pipeline", counted)
    return opened
